import json
import math
import unicodedata
from contextlib import suppress
from enum import StrEnum
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.kit.errors import BadInput, FieldFault
from isthmus.wire import codec
from tests.wire.samples import code_of

texts = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
    .map(lambda text: unicodedata.normalize("NFC", text))
)  # fmt: skip
integers = st.integers(-(2**53) + 1, 2**53 - 1)
leaves = st.none() | st.booleans() | integers | texts
documents = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)
any_text = st.text(st.characters(), max_size=4)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text | st.binary(max_size=2),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.dictionaries(any_text | st.integers() | st.none(), inner, max_size=3)
    ),
    max_leaves=8,
)


class TestDecode:
    def test_reads_what_json_is_for(self):
        data = '{"a":[1,-2,true,false,null,"ဆန် \\"x\\" \\u00e9"],"b":{}}'.encode()
        assert codec.decode(data) == {"a": [1, -2, True, False, None, 'ဆန် "x" é'], "b": {}}

    @given(documents)
    def test_reads_back_what_was_written(self, value):
        assert codec.decode(codec.encode(value)) == value

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"", "syntax"),
            (b"{", "syntax"),
            (b"{} {}", "syntax"),
            (b"[1,]", "syntax"),
            (b'{"a":1,}', "syntax"),
            (b"{'a':1}", "syntax"),
            (b"[01]", "syntax"),
            (b'"\n"', "syntax"),
            (b"\xef\xbb\xbf{}", "syntax"),
            (b'"\xff"', "utf8"),
            (b'"\xed\xa0\x80"', "utf8"),  # a surrogate in the bytes
            (b'"\xc0\xaf"', "utf8"),  # an overlong slash
            (b'{"a":1,"a":1}', "duplicate"),
            (b'[{"x":{"a":1,"b":2,"a":3}}]', "duplicate"),
            (b'{"a":1,"\\u0061":2}', "duplicate"),
            (b"[1.0]", "float"),
            (b"[1e2]", "float"),
            (b"[1e400]", "float"),
            (b"[-0.0]", "float"),
            (b"[NaN]", "constant"),
            (b"[Infinity]", "constant"),
            (b"[-Infinity]", "constant"),
            (b"9007199254740992", "integer"),
            (b"-9007199254740992", "integer"),
            pytest.param(b"1" * 100_000, "integer", id="100,000 digits"),
            (b'["\\ud800"]', "surrogate"),
            (b'{"\\udfff":1}', "surrogate"),
            (b'"\\udc00\\ud800"', "surrogate"),
            (b'"\\u0000"', "nul"),
            ('"e\u0301"'.encode(), "nfc"),
            (b'"e\\u0301"', "nfc"),
            ('{"e\u0301":1}'.encode(), "nfc"),
            pytest.param(b"[" * 100_000, "depth", id="100,000 levels"),
            pytest.param(b'{"a":' * 65 + b"1" + b"}" * 65, "depth", id="65 levels"),
        ],
    )
    def test_refuses_by_name(self, data, reason):
        assert code_of(codec.decode, data) == f"BadInput wire.codec.{reason}"

    def test_reads_numbers_that_every_double_holds(self):
        assert codec.decode(b"[9007199254740991,-9007199254740991]") == [2**53 - 1, -(2**53) + 1]

    def test_reads_64_levels_and_refuses_65(self):
        assert codec.decode(b"[" * 64 + b"]" * 64)
        assert code_of(codec.decode, b"[" * 65 + b"]" * 65) == "BadInput wire.codec.depth"

    def test_many_brackets_side_by_side_or_in_text_are_not_depth(self):
        assert codec.decode(b"[" + b"{}," * 99 + b"{}]") == [{}] * 100
        assert codec.decode(b'["' + b"[{" * 99 + b'"]') == ["[{" * 99]

    def test_brackets_in_text_do_not_hide_depth(self):
        def nested(levels):
            return b'["]",' * levels + b"1" + b',"["]' * levels

        assert codec.decode(nested(64))
        assert code_of(codec.decode, nested(65)) == "BadInput wire.codec.depth"

    def test_reads_1_mib_and_refuses_a_byte_more(self):
        data = b'"' + b"x" * (codec.MAX_BYTES - 2) + b'"'
        assert codec.decode(data) == "x" * (codec.MAX_BYTES - 2)
        assert code_of(codec.decode, data + b" ") == "BadInput wire.codec.size"

    def test_a_pair_of_surrogate_escapes_is_one_character(self):
        assert codec.decode(b'"\\ud83d\\ude00"') == "😀"

    def test_an_escape_beside_a_combining_mark_is_judged_as_decoded(self):
        # In the bytes, b and U+0307 stand together and would compose; in the value they do not.
        assert codec.decode('"\\b\u0307"'.encode()) == "\b\u0307"

    def test_says_where(self):
        with pytest.raises(BadInput) as caught:
            codec.decode(b'{"items":[{"name":"ok"},{"name":"e\\u0301"}]}')
        assert caught.value.message == "items[1].name: is not in Unicode normalisation form C."
        assert caught.value.faults == (FieldFault("items[1].name", "is not in Unicode normalisation form C"),)

    @given(st.binary(max_size=40) | documents.map(lambda value: json.dumps(value).encode()))
    def test_never_fails_otherwise_and_agrees_with_the_standard_reader(self, data):
        with suppress(BadInput):
            assert codec.decode(data) == json.loads(data)


class Colour(StrEnum):
    RED = "red"


class TestEncode:
    def test_is_compact_in_the_order_given_and_not_escaped(self):
        value = {"z": 1, "a": ["é", None, True], "m": {"ဆန်": "\n"}}
        assert codec.encode(value) == '{"z":1,"a":["é",null,true],"m":{"ဆန်":"\\n"}}'.encode()

    @pytest.mark.parametrize(
        ("value", "reason"),
        [
            (1.5, "float"),
            (1.0, "float"),
            (math.nan, "constant"),
            ([math.inf], "constant"),
            (2**53, "integer"),
            ([-(2**53)], "integer"),
            pytest.param(10**5000, "integer", id="5001 digits"),
            ({1: "a"}, "type"),
            ([{None: "a"}], "type"),
            ({True: "a"}, "type"),
            ((1, 2), "type"),
            ({"a": (1,)}, "type"),
            ([{1, 2}], "type"),
            (b"bytes", "type"),
            ("\ud800", "surrogate"),
            ({"\udfff": 1}, "surrogate"),
            (("\ud800",), "surrogate"),
            ("a\0", "nul"),
            (["e\u0301"], "nfc"),
            ({"e\u0301": 1}, "nfc"),
            pytest.param("x" * codec.MAX_BYTES, "size", id="1 MiB"),
        ],
    )
    def test_refuses_what_decode_would_refuse(self, value, reason):
        assert code_of(codec.encode, value) == f"BadInput wire.codec.{reason}"

    def test_writes_64_levels_and_refuses_65_and_circles(self):
        deep = 1
        for _ in range(64):
            deep = [deep]
        assert codec.encode(deep) == b"[" * 64 + b"1" + b"]" * 64
        assert code_of(codec.encode, {"a": deep}) == "BadInput wire.codec.depth"
        circle = []
        circle.append(circle)
        assert code_of(codec.encode, circle) == "BadInput wire.codec.depth"

    def test_writes_numbers_that_every_double_holds(self):
        assert codec.encode([2**53 - 1, -(2**53) + 1]) == b"[9007199254740991,-9007199254740991]"

    def test_writes_the_text_of_an_enumeration(self):
        assert codec.encode({"c": Colour.RED}) == b'{"c":"red"}'

    def test_writes_a_backslash_before_a_u(self):
        assert codec.decode(codec.encode(r"C:\users")) == r"C:\users"

    @given(anything)
    def test_what_is_written_can_be_read_and_is_the_same(self, value):
        with suppress(BadInput):
            assert codec.decode(codec.encode(value)) == value


class TestDigest:
    def test_is_the_hash_of_the_sorted_form(self):
        expected = sha256(b'{"a":[{"c":2,"d":1}],"b":"x"}').digest()
        assert codec.digest_json({"b": "x", "a": [{"d": 1, "c": 2}]}) == expected
        assert codec.digest_json({"a": [{"c": 2, "d": 1}], "b": "x"}) == expected

    def test_tells_other_terms_apart(self):
        assert codec.digest_json({"a": [1, 2]}) != codec.digest_json({"a": [2, 1]})

    def test_refuses_what_cannot_be_written(self):
        assert code_of(codec.digest_json, {"a": 1.5}) == "BadInput wire.codec.float"


class TestSound:
    """What is sound at a look is read as a member of a record; the rest has to be read to know."""

    def test_of_a_short_text(self):
        assert codec.is_sound(b'{"a":"1234567890123456"}')
        assert codec.is_sound('{"a":"é","b":[1,true,null,123456789012345]}'.encode())

    @pytest.mark.parametrize(
        "data",
        [
            b'{"a":"\\u0000"}',
            '{"a":"e\u0301"}'.encode(),
            b'{"a":9007199254740993}',
            b'{"a":-9007199254740993}',
            b"[9007199254740993]",
            b"[1,9007199254740993]",
            b'{"a":"MM-1234567890123456"}',
            b"[" * 64 + b"]" * 64,
            b'{"a":' * 64 + b"1" + b"}" * 64,
        ],
    )
    def test_not_of_what_must_be_looked_at(self, data):
        assert not codec.is_sound(data)

    @pytest.mark.parametrize("number", [2**53, -(2**53), 10**30])
    def test_a_long_number_alone_is_not_sound(self, number: int) -> None:
        assert not codec.is_sound(str(number).encode())

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
            ),
            max_leaves=30,
        )
    )
    def test_what_is_sound_can_be_read_in_its_place(self, value):
        data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        if codec.is_sound(data):
            assert codec.decode(b'{"body":' + data + b"}") == {"body": json.loads(data)}
