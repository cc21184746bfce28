import io
from datetime import timedelta
from hashlib import sha256

import pytest

from isthmus.wire import keys, merkle
from isthmus.wire.bundle import write_bundle
from isthmus.wire.bundle_content import BundleContent
from isthmus.wire.card import read_card
from isthmus.wire.checkpoint import Checkpoint, sign_checkpoint
from isthmus.wire.cosignature import cosign
from isthmus.wire.places import ErasedPlace
from isthmus.wire.proof import ConsistencyProof, InclusionProof
from isthmus.wire.receipt import sign_receipt, sign_refusal
from isthmus.wire.record import leaf_hash, sign_record
from isthmus.wire.verify import verify_artefact
from isthmus.wire.verify_bundle import verify_bundle
from tests.wire.samples import NOW, cn, code_of, make_node, make_record, mm, p256, record_token
from tests.wire.test_receipt import make_receipt, make_refusal
from tests.wire.test_tombstone import BODY as TOMBSTONE
from tests.wire.test_verify import TOO_EARLY

DAY = timedelta(days=1)
MISMATCH = "The signature does not match: the text was changed, or another key signed it."
CN_NOTE = sign_checkpoint(Checkpoint("isthmus/cn", 9, b"c" * 32, NOW), name="isthmus/cn", key=cn().log_key)


def linked(records, key=None, kid=None):
    """Records with their places and links, as tokens; each is a mapping of changes."""
    tokens, prev = [], ""
    for seq, changes in enumerate(records, start=1):
        signer = changes.pop("signer", (key or mm().seal_key, kid or mm().kid))
        tokens.append(sign_record(make_record(**{"seq": seq, "prev": prev, **changes}), *signer))
        prev = leaf_hash(tokens[-1]).hex()
    return tokens


def note_over(tokens, key=None, issued=NOW, **changes):
    """The sender's head over these tokens, and the reader of its tree."""
    frontier, nodes = merkle.Frontier(), {}
    for token in tokens:
        frontier, finished = frontier.append(leaf_hash(token))
        nodes.update({(node.level, node.index): node.hash for node in finished})
    head = Checkpoint("isthmus/mm", frontier.size, frontier.root(), issued)
    note = sign_checkpoint(head, name="isthmus/mm", key=key or mm().log_key)
    return note, lambda level, index: nodes[level, index]


def inclusion(tokens, index, read):
    path = merkle.inclusion_proof(index, len(tokens), read)
    return InclusionProof(
        leaf=leaf_hash(tokens[index]).hex(),
        index=index,
        size=len(tokens),
        path=tuple(step.hex() for step in path),
    )


def consistency(tokens, old, read):
    return ConsistencyProof(
        old_size=old,
        old_root=merkle.root_at(old, read).hex(),
        size=len(tokens),
        path=tuple(step.hex() for step in merkle.consistency_proof(old, len(tokens), read)),
    )


TOKENS = linked([{}, {}, {}])
NOTE, READ = note_over(TOKENS)


def mm_receipt(**changes):
    verdicts = make_receipt().verdicts
    told = {"sender": "mm", "receiver": "cn", "stream": "cn>mm#1", "verdicts": verdicts, "checkpoint": NOTE}
    return sign_receipt(make_receipt(**{**told, **changes}), mm().seal_key, mm().kid)


def mm_refusal():
    told = make_refusal(sender="mm", receiver="cn", stream="cn>mm#1")
    return sign_refusal(told, mm().seal_key, mm().kid)


CONTENT = BundleContent(
    checkpoint=NOTE,
    notes=(cosign(CN_NOTE, name="isthmus/mm", key=mm().log_key, at=NOW), NOTE),
    records=tuple(TOKENS),
    receipts=(mm_receipt(),),
    refusals=(mm_refusal(),),
    proofs=(inclusion(TOKENS, 1, READ), consistency(TOKENS, 2, READ)),
)


def with_(**changes):
    members = {name: getattr(CONTENT, name) for name in BundleContent.__dataclass_fields__}
    return BundleContent(**{**members, **changes})


def write(content=CONTENT, **changes):
    members = {
        "seal": mm().seal,
        "seal_key": mm().seal_key,
        "encryption": cn().encryption,
        "created": NOW,
        "bundle_id": make_record().id,
    }
    return write_bundle(content, **{**members, **changes})


BUNDLE = write()


def verify(data, card=None, **named):
    return verify_artefact(data, (card or mm()).card_token(), **named)


def check(content, **named):
    """The finding on a bundle with this content, opened with the receiver's key."""
    return verify(write(content), key=cn().encryption_key, **named)


class TestWithoutAKey:
    def test_who_sent_what_to_whom(self):
        finding = verify(BUNDLE)
        assert (finding.kind, finding.ok, finding.signer, finding.problem) == ("bundle", True, "mm", "")
        shown = dict(finding.details)
        assert shown.pop("content hash") == sha256(BUNDLE.partition(b"\n")[2]).hexdigest()
        assert shown == {
            "signed under key": mm().kid,
            "id": "019ab000-0000-7000-8000-000000000001",
            "from": "mm",
            "to": "cn",
            "created": "2026-11-23T10:02:00Z",
            "records": "mm>cn#1 1 to 3",
            "holds": "3 records, 1 receipts, 1 refusals, 2 notes, 2 proofs",
            "encrypted to key": keys.thumbprint(cn().encryption),
            "content": "not opened: no key was given",
        }
        assert finding.as_text().startswith("bundle: intact, signed by mm\n  signed under key  ")

    def test_of_a_checkpoint_alone(self):
        shown = dict(verify(write(BundleContent(NOTE))).details)
        assert (shown["records"], shown["holds"]) == ("none", "a checkpoint alone")

    def test_without_a_card_the_signer_is_unknown(self):
        finding = verify_artefact(BUNDLE)
        assert (finding.kind, finding.intact, finding.signer, finding.ok) == ("bundle", True, None, False)
        assert finding.as_text().startswith("bundle: intact, signer unknown: ")

    @pytest.mark.parametrize(
        ("data", "problem"),
        [
            (BUNDLE[:-1], "It ends 1 bytes early; nothing of it was used."),
            (BUNDLE + b"x", "Something follows after its end; nothing of it was used."),
            (
                BUNDLE[:-9] + b"AAAAAAAA\n",
                "Its content was changed or damaged after it was written; nothing of it was used.",
            ),
        ],
    )
    def test_what_happened_on_the_way_is_named(self, data, problem):
        finding = verify(data)
        assert (finding.intact, finding.signer, finding.problem) == (False, None, problem)
        assert dict(finding.details)["from"] == "mm"
        assert verify_artefact(data).problem == problem

    def test_the_card_of_another_node(self):
        assert verify(BUNDLE, cn()).problem == "The bundle was not signed under this seal of cn."

    def test_a_seal_that_was_not_valid_then(self):
        early = write(BundleContent(NOTE), created=NOW - DAY)
        assert verify(early).problem.startswith(
            "The seal certificate of mm is valid from 2026-11-23T10:02:00Z"
        )

    def test_what_is_no_bundle_is_an_error_of_its_own(self):
        assert code_of(verify, BUNDLE[:100]) == "BadInput wire.jws.form"
        assert code_of(verify, BUNDLE.partition(b"\n")[0]) == "BadInput wire.bundle.form"
        assert code_of(verify_bundle, io.BytesIO(b"text\n"), None) == "BadInput wire.jws.form"


class TestWithTheKey:
    def test_all_is_checked(self):
        finding = check(CONTENT)
        assert (finding.ok, finding.signer, finding.problem) == (True, "mm", "")
        assert dict(finding.details)["content"] == "opened: 5 signatures, 2 proofs and the order are good"

    def test_the_card_is_needed_too(self):
        code = code_of(verify_artefact, BUNDLE, None, key=cn().encryption_key)
        assert code == "BadInput wire.verify.card-needed"

    def test_another_key(self):
        assert verify(BUNDLE, key=p256(9)).problem.startswith(
            "The content does not open with this encryption key"
        )

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            (
                with_(records=tuple(linked([{}, {"signer": (p256(9), mm().kid)}, {}]))),
                f"Record 2 of mm>cn#1: {MISMATCH}",
            ),
            (
                with_(records=tuple(linked([{"signer": (cn().seal_key, cn().kid)}]))),
                "Record 1 of mm>cn#1: It was signed under a key that the card of mm does not name.",
            ),
            (
                with_(records=tuple(linked([{"issued": NOW - DAY}]))),
                f"Record 1 of mm>cn#1: {TOO_EARLY}",
            ),
            (
                with_(receipts=(sign_receipt(make_receipt(checkpoint=NOTE), cn().seal_key, cn().kid),)),
                "The receipt number 1: It was signed under a key that the card of mm does not name.",
            ),
            (
                with_(receipts=(mm_receipt(), mm_receipt(checkpoint=CN_NOTE))),
                "The receipt number 2: The checkpoint bears no signature by the known key of isthmus/mm.",
            ),
            (
                with_(refusals=(sign_refusal(make_refusal(), mm().seal_key, mm().kid),)),
                "The refusal number 1: It speaks for cn, but mm signed it.",
            ),
            (with_(checkpoint=CN_NOTE), "The checkpoint bears no signature by the known key of isthmus/mm."),
            (
                with_(notes=(CN_NOTE,)),
                "The checkpoint bears no cosignature by the known key of isthmus/mm.",
            ),
            (
                with_(
                    notes=(
                        sign_checkpoint(
                            Checkpoint("isthmus/mm", 1, b"x" * 32, NOW), name="isthmus/mm", key=cn().log_key
                        ),
                    )
                ),
                "The checkpoint bears no signature by the known key of isthmus/mm.",
            ),
            (
                with_(
                    proofs=(
                        inclusion(TOKENS, 1, READ),
                        consistency(TOKENS, 2, READ).model_copy(update={"old_size": 1}),
                    )
                ),
                "The consistency proof number 2 does not hold in the log.",
            ),
            (
                with_(proofs=(inclusion(TOKENS, 1, READ).model_copy(update={"index": 2}),)),
                "The inclusion proof number 1 does not hold in the log.",
            ),
        ],
    )
    def test_what_does_not_hold_is_named(self, content, problem):
        finding = check(content)
        assert (finding.intact, finding.signer, finding.problem) == (False, None, problem)

    def test_a_cosignature_from_before_the_log_key_was_valid(self):
        early = cosign(CN_NOTE, name="isthmus/mm", key=mm().log_key, at=NOW - DAY)
        assert check(with_(notes=(early,))).problem.startswith("The log certificate of mm is valid from")

    def test_a_log_that_was_rewritten_for_this_reader(self):
        other, _ = note_over(TOKENS[:2] + linked([{}, {}, {"subject": "x"}])[2:])
        assert (
            check(with_(checkpoint=other)).problem == "The inclusion proof number 1 does not hold in the log."
        )


class TestErased:
    gap = ErasedPlace(stream="mm>cn#1", seq=2, leaf=leaf_hash(TOKENS[1]).hex())
    kept = (TOKENS[0], TOKENS[2])

    def tombstone(self, leaf=None, **changes):
        body = {**TOMBSTONE, "leaves": [leaf or self.gap.leaf], "attachments": []}
        return {"type": "exchange.tombstone", "body": body, **changes}

    def test_under_a_tombstone_in_the_bundle(self):
        stone = sign_record(
            make_record(**self.tombstone(), seq=4, prev=leaf_hash(TOKENS[2]).hex()), mm().seal_key, mm().kid
        )
        finding = check(BundleContent(NOTE, records=(*self.kept, stone), erased=(self.gap,)))
        assert finding.ok
        assert finding.details[-2:] == (
            ("content", "opened: 3 signatures, 0 proofs and the order are good"),
            ("erased", "mm>cn#1 2 under tombstone mm>cn#1 4 (retention, 2026-11-23T09:00:00Z), not altered"),
        )

    def test_under_a_tombstone_at_hand(self):
        stone = record_token(seq=9, prev="ee" * 32, **self.tombstone())
        finding = check(BundleContent(NOTE, records=self.kept, erased=(self.gap,)), tombstones=[stone + "\n"])
        assert finding.ok
        assert dict(finding.details)["erased"].startswith("mm>cn#1 2 under tombstone mm>cn#1 9 (retention, ")

    @pytest.mark.parametrize("leaf", [None, "dd" * 32])
    def test_missing_without_a_tombstone(self, leaf):
        stones = [record_token(seq=9, prev="ee" * 32, **self.tombstone(leaf))] if leaf else []
        finding = check(BundleContent(NOTE, records=self.kept, erased=(self.gap,)), tombstones=stones)
        assert (finding.intact, finding.problem) == (
            False,
            "Record 2 of mm>cn#1 is missing, and no tombstone says that it was erased.",
        )

    def test_a_tombstone_that_nobody_can_read(self):
        finding = check(
            BundleContent(NOTE, records=tuple(linked([{"type": "exchange.tombstone", "body": {}}])))
        )
        assert not finding.intact
        assert finding.problem.startswith("The tombstone cannot be read: leaves: ")


class TestRolledOver:
    new_key, newer_key = p256(71), p256(72)
    later = NOW + DAY

    def issue(self, purpose, key):
        return keys.issue_certificate(
            purpose, key.public_key(), mm().root, mm().root_key, now=self.later, years=5
        )

    def told(self, purpose, old, new, **changes):
        body = {
            "purpose": purpose,
            "old_kid": keys.thumbprint(old),
            "certificate": keys.to_pem(new),
            "effective_from": "2026-11-24T10:02:00Z",
        }
        return {"type": "exchange.key-rollover", "body": body, "issued": self.later, **changes}

    def seals(self):
        new, newer = self.issue("seal", self.new_key), self.issue("seal", self.newer_key)
        return new, newer, (self.new_key, keys.thumbprint(new)), (self.newer_key, keys.thumbprint(newer))

    def test_the_card_may_be_older_than_the_bundle(self):
        new, newer, second, third = self.seals()
        tokens = linked(
            [
                {},
                self.told("seal", mm().seal, new),
                {"signer": second, "issued": self.later},
                self.told("seal", new, newer, signer=second),
                {"signer": third, "issued": self.later},
                {"issued": self.later},  # the old key still counts: its certificate has not run out
            ]
        )
        assert check(BundleContent(NOTE, records=tuple(tokens))).ok

    def test_not_before_the_roll_over(self):
        _, _, second, _ = self.seals()
        tokens = linked([{"signer": second, "issued": self.later}])
        assert check(BundleContent(NOTE, records=tuple(tokens))).problem == (
            "Record 1 of mm>cn#1: It was signed under a key that the card of mm does not name."
        )

    def test_a_retired_key_rolls_nothing_over(self):
        new, newer, _, _ = self.seals()
        tokens = linked([self.told("seal", mm().seal, new), self.told("seal", new, newer)])
        assert check(BundleContent(NOTE, records=tuple(tokens))).problem == (
            "A seal key's successor is named by that key itself."
        )

    def test_a_roll_over_to_what_the_card_names_already(self):
        tokens = linked([self.told("encryption", cn().encryption, mm().encryption)])
        assert check(BundleContent(NOTE, records=tuple(tokens))).ok

    def test_the_log_key(self):
        other = cn().log_key
        new = self.issue("log", other)
        tokens = linked([self.told("log", mm().log, new)])
        note, _ = note_over(tokens, key=other, issued=self.later)
        notes = (NOTE, cosign(CN_NOTE, name="isthmus/mm", key=other, at=self.later))
        assert check(BundleContent(note, notes=notes, records=tuple(tokens))).ok
        assert not check(BundleContent(note, notes=notes)).ok
        assert not check(BundleContent(NOTE, notes=notes[1:])).ok


def test_the_card_is_read_once_and_may_be_given_as_such():
    assert verify_bundle(io.BytesIO(BUNDLE), read_card(mm().card_token())).ok


def test_a_node_of_the_same_name_under_another_root():
    twin = make_node("mm", "Myanmar Customs", "MM", 3000)
    assert verify(BUNDLE, twin).problem == "The bundle was not signed under this seal of mm."
