from uuid import UUID

import pytest
from pydantic import ValidationError

from isthmus.kit.errors import BadInput
from isthmus.wire import codec, jws
from isthmus.wire.model import LONGEST_REASON
from isthmus.wire.receipt import (
    Receipt,
    Refusal,
    Verdict,
    read_receipt,
    read_refusal,
    sign_receipt,
    sign_refusal,
)
from tests.wire.samples import NOW, RECORD_ID, cn, code_of, record_token

LEAF = "ab" * 32
OTHER_LEAF = "cd" * 32


def accepted(seq):
    return Verdict(seq=seq, leaf=LEAF, status="accepted")


def make_receipt(**changes):
    members = {
        "id": RECORD_ID,
        "sender": "cn",
        "receiver": "mm",
        "stream": "mm>cn#1",
        "from_seq": 4,
        "to_seq": 5,
        "verdicts": (
            accepted(4),
            Verdict(seq=5, leaf=LEAF, status="refused", code="exchange.agreement", reason="Not agreed."),
        ),
        "checkpoint": "note",
        "issued": NOW,
    }
    return Receipt(**{**members, **changes})


def make_refusal(**changes):
    members = {
        "id": RECORD_ID,
        "sender": "cn",
        "receiver": "mm",
        "stream": "mm>cn#1",
        "seq": 7,
        "leaf": LEAF,
        "other_leaf": "",
        "code": "exchange.gap",
        "reason": "Record 5 is due.",
        "expected": 5,
        "issued": NOW,
    }
    return Refusal(**{**members, **changes})


RECEIPT = (
    '{"id":"019ab000-0000-7000-8000-000000000001","from":"cn","to":"mm","stream":"mm>cn#1","from_seq":4,'
    f'"to_seq":5,"verdicts":[{{"seq":4,"leaf":"{LEAF}","status":"accepted","code":"","reason":""}},'
    f'{{"seq":5,"leaf":"{LEAF}","status":"refused","code":"exchange.agreement","reason":"Not agreed."}}],'
    '"checkpoint":"note","issued":"2026-11-23T10:02:00Z"}'
).encode()
REFUSAL = (
    '{"id":"019ab000-0000-7000-8000-000000000001","from":"cn","to":"mm","stream":"mm>cn#1","seq":7,'
    f'"leaf":"{LEAF}","other_leaf":"","code":"exchange.gap","reason":"Record 5 is due.","expected":5,'
    '"issued":"2026-11-23T10:02:00Z"}'
).encode()


class TestReceipt:
    def test_is_written_as_published_and_read_back(self):
        assert make_receipt().to_bytes() == RECEIPT
        assert Receipt.from_bytes(RECEIPT) == make_receipt()

    def test_is_signed_and_read(self):
        unverified, receipt = read_receipt(sign_receipt(make_receipt(), cn().seal_key, cn().kid))
        assert receipt == make_receipt()
        assert jws.verify(unverified, cn().seal.public_key()) == RECEIPT

    def test_a_record_is_no_receipt(self):
        assert code_of(read_receipt, record_token()) == "Refused wire.jws.type"

    @pytest.mark.parametrize(
        "changes",
        [
            {"verdicts": ()},
            {"verdicts": (accepted(4),)},
            {"verdicts": (accepted(5), accepted(4))},
            {"verdicts": (accepted(4), accepted(6))},
            {"verdicts": (accepted(4), accepted(5), accepted(6))},
            {"from_seq": 5},
            {"to_seq": 6},
            {"from_seq": 1, "to_seq": 501, "verdicts": tuple(accepted(seq) for seq in range(1, 502))},
            {"stream": "cn>mm#1"},
            {"sender": "md"},
            {"checkpoint": "x" * 8193},
        ],
    )
    def test_one_verdict_for_each_record_in_order(self, changes):
        with pytest.raises(ValidationError):
            make_receipt(**changes)

    def test_five_hundred_long_reasons_fit(self):
        verdicts = tuple(
            Verdict(seq=seq, leaf=LEAF, status="refused", code="c" * 80, reason="ဆ" * 5000)
            for seq in range(1, 501)
        )
        receipt = make_receipt(from_seq=1, to_seq=500, verdicts=verdicts)
        assert len(receipt.to_bytes()) < codec.MAX_BYTES
        assert Receipt.from_bytes(receipt.to_bytes()) == receipt

    def test_faults_are_named_by_their_place(self):
        with pytest.raises(BadInput) as caught:
            Receipt.from_bytes(RECEIPT.replace(b'"accepted"', b'"perhaps"'))
        assert caught.value.code == "wire.receipt.invalid"
        assert [fault.where for fault in caught.value.faults] == ["verdicts.0.status"]

    @pytest.mark.parametrize("verdicts", [b"7", b'"text"', b"{}", b"null"])
    def test_verdicts_are_an_array(self, verdicts):
        start, _, rest = RECEIPT.partition(b'"verdicts":')
        payload = start + b'"verdicts":' + verdicts + rest[rest.index(b',"checkpoint"') :]
        with pytest.raises(BadInput) as caught:
            Receipt.from_bytes(payload)
        assert [fault.where for fault in caught.value.faults] == ["verdicts"]


class TestVerdict:
    def test_a_refusal_has_a_code(self):
        with pytest.raises(ValidationError, match="needs the code"):
            Verdict(seq=1, leaf=LEAF, status="refused")

    def test_an_accepted_one_has_none_unless_given(self):
        verdict = accepted(1)
        assert (verdict.code, verdict.reason) == ("", "")

    def test_a_long_reason_is_cut(self):
        verdict = Verdict(seq=1, leaf=LEAF, status="refused", code="x", reason="a" * 1000)
        assert verdict.reason == "a" * (LONGEST_REASON - 1) + "…"
        exact = Verdict(seq=1, leaf=LEAF, status="refused", code="x", reason="a" * LONGEST_REASON)
        assert exact.reason == "a" * LONGEST_REASON


class TestRefusal:
    def test_is_written_as_published_and_read_back(self):
        assert make_refusal().to_bytes() == REFUSAL
        assert Refusal.from_bytes(REFUSAL) == make_refusal()

    def test_is_signed_and_read(self):
        unverified, refusal = read_refusal(sign_refusal(make_refusal(), cn().seal_key, cn().kid))
        assert refusal == make_refusal()
        assert jws.verify(unverified, cn().seal.public_key()) == REFUSAL

    def test_of_what_could_not_be_read(self):
        refusal = make_refusal(stream="", seq=None, leaf="", expected=None, code="wire.jws.form")
        assert b'"stream":"","seq":null,"leaf":"","other_leaf":""' in refusal.to_bytes()
        assert Refusal.from_bytes(refusal.to_bytes()) == refusal

    def test_of_equivocation_names_both(self):
        refusal = make_refusal(code="exchange.equivocation", other_leaf=OTHER_LEAF, expected=None)
        assert Refusal.from_bytes(refusal.to_bytes()).other_leaf == OTHER_LEAF

    def test_needs_a_code(self):
        with pytest.raises(ValidationError):
            make_refusal(code="")

    def test_a_receipt_is_no_refusal(self):
        assert (
            code_of(read_refusal, sign_receipt(make_receipt(), cn().seal_key, cn().kid))
            == "Refused wire.jws.type"
        )

    def test_an_id_may_be_any_uuid_in_its_one_spelling(self):
        refusal = make_refusal(id=UUID("f81d4fae-7dec-41d0-a765-00a0c91e6bf6"))
        assert b'"id":"f81d4fae-7dec-41d0-a765-00a0c91e6bf6"' in refusal.to_bytes()
