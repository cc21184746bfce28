from base64 import b64encode
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from isthmus.wire import jws, keys
from isthmus.wire.card import fingerprint_words
from isthmus.wire.checkpoint import Checkpoint, key_id, sign_checkpoint
from isthmus.wire.receipt import sign_receipt, sign_refusal
from isthmus.wire.record import leaf_hash
from isthmus.wire.request import sign_request
from isthmus.wire.verify import Finding, verify_artefact
from tests.wire.samples import NOW, cn, code_of, forge, good_header, make_node, mm, p256, record_token
from tests.wire.test_receipt import make_receipt, make_refusal
from tests.wire.test_tombstone import BODY as TOMBSTONE

HEAD = Checkpoint("isthmus/mm", 3, b"r" * 32, NOW)
NOTE = sign_checkpoint(HEAD, name="isthmus/mm", key=mm().log_key)
CN_NOTE = sign_checkpoint(Checkpoint("isthmus/cn", 9, b"r" * 32, NOW), name="isthmus/cn", key=cn().log_key)
RECORD = record_token()


NO_CN_LINE = "The checkpoint bears no signature by the known key of isthmus/cn."
WRONG_LINE = "The checkpoint's signature by isthmus/mm does not match its text."
TOO_EARLY = (
    "The seal certificate of mm is valid from 2026-11-23T10:02:00Z, but was used at 2026-11-22T10:02:00Z."
)
TOO_LATE = (
    "The log certificate of mm expired at 2031-11-23T10:02:00Z, before its use at 2032-11-23T10:02:00Z."
)


def mm_note(head):
    return sign_checkpoint(head, name="isthmus/mm", key=mm().log_key)


def receipt_token(**changes):
    return sign_receipt(make_receipt(**{"checkpoint": CN_NOTE, **changes}), cn().seal_key, cn().kid)


def verify(text, card=None):
    return verify_artefact(text.encode(), card)


class TestWithTheCard:
    def test_a_record(self):
        finding = verify(RECORD + "\n", mm().card_token() + "\n")
        assert finding == Finding(
            kind="record",
            intact=True,
            signer="mm",
            details=(
                ("signed under key", mm().kid),
                ("id", "019ab000-0000-7000-8000-000000000001"),
                ("from", "mm"),
                ("to", "cn"),
                ("stream", "mm>cn#1"),
                ("issued", "2026-11-23T10:02:00Z"),
                ("seq", "1"),
                ("type", "etrade.export-declaration/1"),
                ("subject", "MM-2026-000001"),
                ("agreement", "none"),
                ("leaf", leaf_hash(RECORD).hex()),
            ),
            problem="",
        )
        assert finding.ok

    def test_a_receipt_with_the_checkpoint_inside(self):
        finding = verify(receipt_token(), cn().card_token())
        assert (finding.kind, finding.ok, finding.signer) == ("receipt", True, "cn")
        shown = dict(finding.details)
        assert (shown["records"], shown["accepted"], shown["refused"]) == (
            "4 to 5",
            "1",
            "5 exchange.agreement",
        )

    def test_a_receipt_without_refusals(self):
        verdicts = make_receipt().verdicts[:1]
        shown = dict(verify(receipt_token(to_seq=4, verdicts=verdicts), cn().card_token()).details)
        assert (shown["accepted"], shown["refused"]) == ("1", "none")

    def test_a_refusal(self):
        finding = verify(sign_refusal(make_refusal(), cn().seal_key, cn().kid), cn().card_token())
        assert (finding.kind, finding.ok) == ("refusal", True)
        assert dict(finding.details)["code"] == "exchange.gap"
        assert dict(finding.details)["reason"] == "Record 5 is due."

    def test_a_checkpoint(self):
        finding = verify(NOTE, mm().card_token())
        assert finding == Finding(
            kind="checkpoint",
            intact=True,
            signer="mm",
            details=(
                ("log", "isthmus/mm"),
                ("size", "3"),
                ("root", "72" * 32),
                ("issued", "2026-11-23T10:02:00Z"),
            ),
        )

    def test_a_newer_card_under_the_same_root(self):
        newer = mm().card_token(url="https://moved.example.org")
        finding = verify(newer, mm().card_token())
        assert (finding.kind, finding.ok, finding.signer) == ("card", True, "mm")
        assert dict(finding.details)["url"] == "https://moved.example.org"
        assert dict(finding.details)["country"] == "MM"
        assert dict(finding.details)["words"] == fingerprint_words(mm().card())

    def test_the_card_of_a_secretariat(self):
        finding = verify(make_node("cifal", "Secretariat", "", 4000).card_token())
        assert dict(finding.details)["country"] == "none"

    def test_a_changed_value_is_named(self):
        header, payload, signature = RECORD.split(".")
        changed = f"{header}.{payload[:-4]}AAAA.{signature}"
        finding = verify(changed, mm().card_token())
        assert (finding.intact, finding.signer, finding.ok) == (False, None, False)
        assert finding.problem == (
            "The signature does not match: the text was changed, or another key signed it."
        )
        assert finding.details == (("signed under key", mm().kid),)

    @pytest.mark.parametrize(
        ("artefact", "card", "problem"),
        [
            (RECORD, cn(), "It was signed under a key that the card of cn does not name."),
            (record_token(sender="md", stream="md>cn#1"), mm(), "It speaks for md, but mm signed it."),
            (
                record_token(issued=NOW - timedelta(days=1)),
                mm(),
                TOO_EARLY,
            ),
            (receipt_token(checkpoint=NOTE), cn(), NO_CN_LINE),
            (NOTE, cn(), NO_CN_LINE),
            (NOTE.replace("\n3\n", "\n4\n"), mm(), WRONG_LINE),
            (
                mm_note(Checkpoint("isthmus/cn", 3, b"r" * 32, NOW)),
                mm(),
                "The checkpoint is of the log isthmus/cn, not of isthmus/mm.",
            ),
            (
                mm_note(Checkpoint("isthmus/mm", 3, b"r" * 32, NOW.replace(year=2032))),
                mm(),
                TOO_LATE,
            ),
            (
                make_node("mm", "Myanmar Customs", "MM", 3000).card_token(),
                mm(),
                "It stands under another root than the card of mm.",
            ),
        ],
    )
    def test_what_does_not_hold_is_named(self, artefact, card, problem):
        finding = verify(artefact, card.card_token())
        assert (finding.intact, finding.signer, finding.problem) == (False, None, problem)

    def test_a_forged_card_is_found_as_such(self):
        forged = jws.sign(mm().card().to_bytes(), key=p256(9), kid=mm().kid, typ=jws.CARD)
        finding = verify(forged)
        assert (finding.kind, finding.intact) == ("card", False)
        assert finding.problem.startswith("The signature does not match")

    def test_a_card_that_cannot_be_used_is_an_error_of_its_own(self):
        assert code_of(verify, RECORD, RECORD) == "Refused wire.jws.type"
        assert code_of(verify, RECORD, "text") == "BadInput wire.jws.form"


class TestWithoutACard:
    @pytest.mark.parametrize(
        ("artefact", "kind"),
        [
            (RECORD, "record"),
            (receipt_token(), "receipt"),
            (sign_refusal(make_refusal(), cn().seal_key, cn().kid), "refusal"),
            (NOTE, "checkpoint"),
            (mm().card_token(), "card"),
        ],
    )
    def test_the_signer_is_unknown(self, artefact, kind):
        finding = verify(artefact)
        assert (finding.kind, finding.intact, finding.signer, finding.ok) == (kind, True, None, False)
        assert "card" in finding.problem
        assert finding.as_text().startswith(f"{kind}: intact, signer unknown: ")

    def test_what_is_malformed_is_refused_all_the_same(self):
        assert code_of(verify, forge(good_header(), payload=b'{"a":1.5}')) == "BadInput wire.codec.float"
        assert code_of(verify, forge(good_header())) == "BadInput wire.record.invalid"


class TestOtherThings:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "BadInput wire.jws.form"),
            (b"some text", "BadInput wire.jws.form"),
            (b"\xff\xfe", "BadInput wire.verify.kind"),
            (b"\n\n\xe2\x80\x94 ", "BadInput wire.checkpoint.form"),
            (forge(good_header(alg="none")).encode(), "Refused wire.jws.algorithm"),
            (forge(good_header(typ="JWT")).encode(), "BadInput wire.verify.kind"),
        ],
    )
    def test_refused_by_name(self, data, code):
        assert code_of(verify_artefact, data) == code

    def test_a_request_is_no_evidence(self):
        asked = {"issuer": "mm", "audience": "cn", "method": "GET", "target": "/", "body": b"", "now": NOW}
        token = sign_request(**asked, key=mm().seal_key, kid=mm().kid)
        assert code_of(verify, token) == "BadInput wire.verify.kind"


class TestFinding:
    def test_as_json(self):
        finding = Finding("record", intact=False, signer=None, details=(("a", "b"),), problem="Why.")
        assert finding.as_json() == {
            "kind": "record",
            "ok": False,
            "intact": False,
            "signer": None,
            "problem": "Why.",
            "erased": "",
            "details": {"a": "b"},
        }

    def test_as_text(self):
        good = Finding("record", intact=True, signer="mm", details=(("id", "7"), ("longer", "8")))
        assert good.as_text() == "record: intact, signed by mm\n  id      7\n  longer  8"
        bad = Finding("record", intact=False, signer=None, details=(), problem="Why.")
        assert bad.as_text() == "record: not verified: Why."


LEAF = leaf_hash(RECORD).hex()


def tombstone(leaf=LEAF, **changes):
    body = {**TOMBSTONE, "leaves": [leaf], "attachments": []}
    return record_token(
        **{"type": "exchange.tombstone", "seq": 17, "prev": "ee" * 32, "body": body, **changes}
    )


class TestErased:
    def test_a_leaf_that_a_tombstone_names(self):
        finding = verify_artefact((LEAF + "\n").encode(), mm().card_token(), tombstones=[tombstone()])
        name = "tombstone mm>cn#1 17 (retention, 2026-11-23T09:00:00Z)"
        assert finding == Finding(
            "record",
            intact=True,
            signer="mm",
            details=(("leaf", LEAF), ("reason", "Ten years have passed.")),
            erased=name,
        )
        assert finding.as_text().startswith(f"record: erased under {name} of mm, not altered\n")
        assert finding.as_json()["erased"] == name

    def test_the_second_of_two_tombstones(self):
        stones = [tombstone("dd" * 32), tombstone(seq=18)]
        finding = verify_artefact(LEAF.encode(), mm().card_token(), tombstones=stones)
        assert finding.erased.startswith("tombstone mm>cn#1 18 ")

    def test_a_leaf_that_no_tombstone_names(self):
        finding = verify_artefact(LEAF.encode(), mm().card_token(), tombstones=[tombstone("dd" * 32)])
        assert (finding.intact, finding.signer, finding.erased) == (False, None, "")
        assert finding.problem == (
            "No tombstone given here names this leaf: its record is missing, not known to be erased."
        )

    def test_without_a_card_the_tombstone_proves_nothing_yet(self):
        finding = verify_artefact(LEAF.encode(), tombstones=[tombstone()])
        assert (finding.intact, finding.signer, finding.ok, finding.erased) == (True, None, False, "")
        assert finding.as_text().startswith("record: intact, signer unknown: ")

    def test_a_copy_that_outlived_its_erasure(self):
        finding = verify_artefact(RECORD.encode(), mm().card_token(), tombstones=[tombstone()])
        assert (finding.ok, finding.erased) == (True, "")
        assert finding.details[-1] == (
            "erased",
            "under tombstone mm>cn#1 17 (retention, 2026-11-23T09:00:00Z); this copy should be destroyed",
        )

    def test_a_record_that_was_altered_is_not_excused(self):
        header, payload, signature = RECORD.split(".")
        changed = f"{header}.{payload[:-4]}AAAA.{signature}"
        finding = verify_artefact(changed.encode(), mm().card_token(), tombstones=[tombstone()])
        assert (finding.intact, "erased" in dict(finding.details)) == (False, False)

    def test_another_record_is_not_touched(self):
        other = record_token(subject="another")
        finding = verify_artefact(other.encode(), mm().card_token(), tombstones=[tombstone()])
        assert (finding.ok, "erased" in dict(finding.details)) == (True, False)

    def test_a_receipt_is_not_touched(self):
        finding = verify_artefact(receipt_token().encode(), tombstones=[tombstone()])
        assert (finding.kind, "erased" in dict(finding.details)) == ("receipt", False)

    @pytest.mark.parametrize(
        ("stone", "code"),
        [
            (RECORD, "Refused wire.tombstone.type"),
            (tombstone(sender="md", stream="md>cn#1"), "Refused wire.verify.other-node"),
            (tombstone(issued=NOW - timedelta(days=1)), "Refused trust.certificate.not-yet-valid"),
            ("text", "BadInput wire.jws.form"),
        ],
    )
    def test_a_tombstone_that_cannot_be_used(self, stone, code):
        assert code_of(verify_artefact, LEAF.encode(), mm().card_token(), tombstones=[stone]) == code

    def test_a_leaf_alone_is_no_artefact(self):
        assert code_of(verify_artefact, LEAF.encode()) == "BadInput wire.jws.form"

    def test_a_text_too_long_for_any_token(self):
        assert code_of(verify_artefact, b"x" * (jws.MAX_TOKEN + 2)) == "BadInput wire.verify.size"


def test_a_checkpoint_under_a_key_of_the_same_name_proves_nothing():
    # Whoever knows the log's name and key can compute its key id, but not its signature.
    stranger = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
    text = NOTE.partition("\n\n")[0] + "\n"
    claimed = key_id("isthmus/mm", mm().log_key.public_key()) + stranger.sign(text.encode())
    forged = f"{text}\n— isthmus/mm {b64encode(claimed).decode()}\n"
    finding = verify(forged, mm().card_token())
    assert finding.problem == WRONG_LINE


def test_the_seal_of_a_card_is_the_only_key_it_vouches_for():
    rolled = keys.issue_certificate("seal", p256(9).public_key(), mm().root, mm().root_key, now=NOW, years=5)
    token = jws.sign(
        jws.parse(RECORD, typ=jws.RECORD).payload, key=p256(9), kid=keys.thumbprint(rolled), typ=jws.RECORD
    )
    assert (
        verify(token, mm().card_token()).problem
        == "It was signed under a key that the card of mm does not name."
    )


def test_a_log_key_seals_no_records():
    # Refused for the key's use, before what it signed is looked at.
    payload = jws.parse(RECORD, typ=jws.RECORD).payload
    token = jws.sign(payload, key=mm().log_key, kid=keys.thumbprint(mm().log), typ=jws.RECORD)
    finding = verify(token, mm().card_token())
    assert finding.problem == "It was signed under a key that the card of mm does not name."
    assert finding.details == (("signed under key", keys.thumbprint(mm().log)),)
