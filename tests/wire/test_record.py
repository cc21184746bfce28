import json
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from uuid import UUID

import pytest
from pydantic import ValidationError

from isthmus.kit.errors import BadInput
from isthmus.wire import codec, jws
from isthmus.wire.record import (
    Record,
    leaf_hash,
    read_record,
    sign_bytes,
    sign_record,
    sign_sound,
    stream_name,
    write_record,
)
from tests.wire.samples import NOW, RECORD_ID, cn, code_of, make_record, mm, record_token

PAYLOAD = (
    '{"id":"019ab000-0000-7000-8000-000000000001","type":"etrade.export-declaration","version":1,'
    '"from":"mm","to":"cn","stream":"mm>cn#1","seq":1,"prev":"","agreement":null,'
    '"issued":"2026-11-23T10:02:00Z","subject":"MM-2026-000001",'
    '"body":{"goods":"ဆန်","net_mass_kg":"24800.000","packages":500}}'
).encode()


def changed(**changes):
    return json.dumps({**json.loads(PAYLOAD), **changes}, ensure_ascii=False).encode()


class TestForm:
    def test_is_written_as_published(self):
        assert make_record().to_bytes() == PAYLOAD

    def test_is_read_back(self):
        record = Record.from_bytes(PAYLOAD)
        assert record == make_record()
        assert (record.id, record.sender, record.receiver, record.issued) == (RECORD_ID, "mm", "cn", NOW)
        assert record.body == {"goods": "ဆန်", "net_mass_kg": "24800.000", "packages": 500}

    def test_a_later_record_names_the_one_before(self):
        agreement = UUID("019ab000-0000-7000-8000-00000000000a")
        record = make_record(seq=2, prev="ab" * 32, stream="mm>cn#3", agreement=agreement)
        assert Record.from_bytes(record.to_bytes()) == record

    @pytest.mark.parametrize(
        "limits",
        [
            {"subject": "x", "type": "e.x", "version": 9999},
            {"subject": "ဆ" * 200, "type": "etrade." + "x" * 73},
            {"seq": 2**53 - 1, "prev": "0" * 64, "stream": "mm>cn#999999999"},
        ],
    )
    def test_the_least_and_the_most_of_each_member(self, limits):
        record = make_record(**limits)
        assert Record.from_bytes(record.to_bytes()) == record

    def test_a_time_of_another_zone_is_written_in_utc(self):
        yangon = timezone(timedelta(hours=6, minutes=30))
        record = make_record(issued=datetime(2026, 11, 23, 16, 32, tzinfo=yangon))
        assert record.issued.tzinfo is UTC
        assert record.to_bytes() == PAYLOAD

    def test_microseconds_are_kept(self):
        record = make_record(issued=NOW.replace(microsecond=120_000))
        assert b'"issued":"2026-11-23T10:02:00.120000Z"' in record.to_bytes()
        assert Record.from_bytes(record.to_bytes()) == record

    def test_cannot_be_changed(self):
        with pytest.raises(ValidationError):
            make_record().seq = 2

    def test_stream_names(self):
        assert stream_name("mm", "cn") == "mm>cn#1"
        assert stream_name("mm", "cn", 12) == "mm>cn#12"


class TestRefusals:
    @pytest.mark.parametrize(
        ("changes", "where"),
        [
            ({"id": "019AB000-0000-7000-8000-000000000001"}, "id"),
            ({"id": "019ab000000070008000000000000001"}, "id"),
            ({"id": "{019ab000-0000-7000-8000-000000000001}"}, "id"),
            ({"id": "no id"}, "id"),
            ({"id": 7}, "id"),
            ({"type": "Etrade.declaration"}, "type"),
            ({"type": "etrade"}, "type"),
            ({"type": "etrade.x\n"}, "type"),
            ({"type": "etrade." + "x" * 74}, "type"),
            ({"version": 0}, "version"),
            ({"version": "1"}, "version"),
            ({"version": True}, "version"),
            ({"version": 10_000}, "version"),
            ({"from": "M"}, "from"),
            ({"from": "mm\n"}, "from"),
            ({"to": "china customs"}, "to"),
            ({"seq": 0}, "seq"),
            ({"seq": -1}, "seq"),
            ({"seq": None}, "seq"),
            ({"prev": "AB" * 32}, "prev"),
            ({"prev": "ab" * 31}, "prev"),
            ({"prev": None}, "prev"),
            ({"agreement": ""}, "agreement"),
            ({"issued": "2026-11-23T10:02:00"}, "issued"),
            ({"issued": "2026-11-23T10:02:00+06:30"}, "issued"),
            ({"issued": "2026-11-23T10:02:00+00:00"}, "issued"),
            ({"issued": "2026-02-30T10:02:00Z"}, "issued"),
            ({"issued": "2026-11-23"}, "issued"),
            ({"issued": 1_795_000_000}, "issued"),
            ({"subject": ""}, "subject"),
            ({"subject": "x" * 201}, "subject"),
            ({"subject": 7}, "subject"),
            ({"extra": 1}, "extra"),
            ({"sender": "mm"}, "sender"),
            ({"body": []}, "the document"),
            ({"body": None}, "the document"),
            ({"stream": "cn>mm#1"}, "the document"),
            ({"stream": "mm>cn#0"}, "the document"),
            ({"stream": "mm>cn"}, "the document"),
            ({"stream": "mm>cn#1\n"}, "the document"),
            ({"prev": "ab" * 32}, "the document"),
            ({"seq": 2}, "the document"),
        ],
    )
    def test_names_the_member_at_fault(self, changes, where):
        with pytest.raises(BadInput) as caught:
            Record.from_bytes(changed(**changes))
        assert caught.value.code == "wire.record.invalid"
        assert [fault.where for fault in caught.value.faults] == [where]
        assert caught.value.message.startswith(f"The record cannot be read: {where}: ")

    @pytest.mark.parametrize("name", list(json.loads(PAYLOAD)))
    def test_every_member_is_needed(self, name):
        members = json.loads(PAYLOAD)
        del members[name]
        with pytest.raises(BadInput) as caught:
            Record.from_bytes(codec.encode(members))
        assert [(fault.where, fault.message) for fault in caught.value.faults] == [(name, "Field required")]

    def test_all_faults_are_named_at_once(self):
        with pytest.raises(BadInput) as caught:
            Record.from_bytes(changed(version=0, seq=0, extra=1))
        assert [fault.where for fault in caught.value.faults] == ["version", "seq", "extra"]

    @pytest.mark.parametrize("payload", [b"[]", b"null", b'"text"', b"7"])
    def test_what_is_no_object(self, payload):
        assert code_of(Record.from_bytes, payload) == "BadInput wire.record.invalid"

    def test_the_codec_comes_first(self):
        assert code_of(Record.from_bytes, PAYLOAD.replace(b":500", b":5e2")) == "BadInput wire.codec.float"

    def test_a_naive_time_cannot_be_written_either(self):
        with pytest.raises(ValidationError, match="one without names no moment"):
            make_record(issued=datetime(2026, 11, 23))  # noqa: DTZ001  # the fault under test

    def test_a_body_that_json_cannot_hold_is_refused_when_written(self):
        assert code_of(make_record(body={"mass_kg": 1.5}).to_bytes) == "BadInput wire.codec.float"


HEAD = {name: value for name, value in json.loads(PAYLOAD).items() if name != "body"}


class TestWriting:
    def test_head_and_body_make_up_the_record(self):
        body = '{"goods":"ဆန်","net_mass_kg":"24800.000","packages":500}'.encode()
        assert write_record(HEAD, body) == PAYLOAD

    def test_what_is_signed_as_it_was_written_reads_the_same(self):
        signed, record = sign_bytes(PAYLOAD, mm().seal_key, mm().kid)
        assert record == make_record()
        assert signed.payload == PAYLOAD
        assert jws.verify(read_record(signed.token)[0], mm().seal.public_key()) == PAYLOAD

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (b"[]", "BadInput wire.record.invalid"),
            (b"null", "BadInput wire.record.invalid"),
            (b'{"net_mass_kg":24800.5}', "BadInput wire.codec.float"),
            (b'{"a":1,"a":2}', "BadInput wire.codec.duplicate"),
            (b'{"a":1', "BadInput wire.codec.syntax"),
            (b'{"a":"e\xcc\x81"}', "BadInput wire.codec.nfc"),
        ],
    )
    def test_what_no_reader_would_take_is_not_signed(self, body, code):
        assert code_of(sign_bytes, write_record(HEAD, body), mm().seal_key, mm().kid) == code


class TestToken:
    def test_is_signed_and_read(self):
        token = record_token()
        unverified, record = read_record(token)
        assert record == make_record()
        assert (unverified.kid, unverified.alg, unverified.token) == (mm().kid, "ES256", token)
        assert jws.verify(unverified, mm().seal.public_key()) == PAYLOAD
        assert code_of(jws.verify, unverified, cn().seal.public_key()) == "Refused wire.signature.invalid"

    def test_a_token_of_another_type_is_no_record(self):
        token = jws.sign(PAYLOAD, key=mm().seal_key, kid=mm().kid, typ=jws.RECEIPT)
        assert code_of(read_record, token) == "Refused wire.jws.type"

    def test_the_leaf_is_over_the_token_as_it_stands(self):
        token = sign_record(make_record(), mm().seal_key, mm().kid)
        assert leaf_hash(token) == sha256(b"\0" + token.encode()).digest()
        assert leaf_hash("").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


class TestSignSound:
    def test_signs_what_the_other_way_signs(self):
        signed = sign_sound(HEAD, b'{"number":"26MM1"}', mm().seal_key, mm().kid)
        assert signed.payload == write_record(HEAD, b'{"number":"26MM1"}')
        _, record = read_record(signed.token)
        assert record.body == {"number": "26MM1"}

    @pytest.mark.parametrize(
        "change", [{"subject": ""}, {"seq": 0}, {"prev": "0" * 64}, {"stream": "mm>md#1"}, {"version": 1.5}]
    )
    def test_a_head_that_cannot_be_read_is_not_signed(self, change):
        assert (
            code_of(sign_sound, {**HEAD, **change}, b"{}", mm().seal_key, mm().kid)
            == "BadInput wire.record.invalid"
        )

    def test_nor_text_that_cannot(self):
        head = {**HEAD, "subject": "e\u0301"}
        assert code_of(sign_sound, head, b"{}", mm().seal_key, mm().kid) == "BadInput wire.codec.nfc"
