"""What a reader may hold beside an artefact, and what each kind answers when something does not fit."""

import io
import json
from datetime import timedelta

import pytest

from isthmus.wire import jws, keys
from isthmus.wire.bundle_content import BundleContent
from isthmus.wire.card import sign_card
from isthmus.wire.checkpoint import Checkpoint, sign_checkpoint
from isthmus.wire.cosignature import cosign
from isthmus.wire.record import leaf_hash, sign_record
from isthmus.wire.verify import Given, verify_held
from tests.wire import artefacts
from tests.wire.artefacts import (
    DAY,
    PICTURE,
    REVOKED,
    ROLLED,
    SECOND,
    SECOND_KEY,
    THIRD,
    revocation,
    rollover,
    signed,
)
from tests.wire.samples import NOW, cn, code_of, make_node, make_record, mm
from tests.wire.test_verify_bundle import NOTE, TOKENS, linked, note_over, write

MM, CN = mm().card_token(), cn().card_token()
TWIN = make_node("mm", "Myanmar Customs", "MM", 3000)


def find(data, *cards, **given):
    raw = data if isinstance(data, bytes) else data.encode()
    return verify_held(io.BytesIO(raw), Given(cards=cards, **given))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("artefacts")
    artefacts.write_all(folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


class TestHeld:
    def test_cards_of_one_node_add_their_keys(self):
        newer = sign_card(mm().card(seal=keys.to_pem(SECOND), issued=ROLLED), SECOND_KEY)
        assert find(TOKENS[0], newer, MM).signer == "mm"
        assert find(signed(8, SECOND_KEY, SECOND, issued=ROLLED), MM, newer).signer == "mm"

    def test_under_one_root_only(self):
        assert code_of(find, TOKENS[0], MM, TWIN.card_token()) == "Refused wire.verify.other-root"

    def test_keys_need_a_card(self):
        assert code_of(find, TOKENS[0], keys=[rollover(mm().seal, SECOND)]) == (
            "BadInput wire.verify.card-needed"
        )

    def test_the_card_that_fits_is_found_among_several(self):
        assert find(TOKENS[0], CN, MM).signer == "mm"
        assert not find(TOKENS[0], CN).intact


class TestCards:
    def test_under_a_key_that_had_given_way(self):
        late = sign_card(mm().card(issued=ROLLED + DAY), mm().seal_key)
        finding = find(late, MM, keys=[rollover(mm().seal, SECOND)])
        assert finding.problem.startswith("The seal key of mm gave way to its successor")


class TestControlRecords:
    @pytest.mark.parametrize(
        ("token", "name", "words"),
        [
            (rollover(mm().seal, SECOND), "new seal key", keys.thumbprint(SECOND)),
            (artefacts._tombstone("ab" * 32), "erased", "1 records, 0 files: The person concerned"),
            (signed(3, type="exchange.tombstone", body={}), "content", "The tombstone cannot be read"),
        ],
        ids=["roll-over", "tombstone", "unreadable"],
    )
    def test_say_what_they_say(self, token, name, words):
        assert words in dict(find(token, MM).details)[name]

    def test_a_revocation_and_a_countersignature(self):
        history = [rollover(mm().seal, SECOND), rollover(SECOND, THIRD, REVOKED + DAY, SECOND_KEY, SECOND)]
        told = dict(find(revocation(SECOND), MM, keys=history).details)["revoked seal key"]
        assert told.endswith("A laptop was stolen.")
        told = dict(find(artefacts._countersigned(), CN).details)
        assert told["agreeing to"] == "We take the goods as declared."


class TestPairs:
    def test_without_any_card(self, files):
        finding = find(files["pair.jws"])
        assert (finding.intact, finding.signer) == (True, None)
        assert finding.problem == "The card of mm and of cn is missing."

    def test_that_do_not_belong_together(self):
        finding = find(f"{TOKENS[1]}\n{artefacts._countersigned()}", MM, CN)
        assert finding.problem == "It countersigns another record than this one."

    def test_of_which_a_part_is_forged(self, files):
        other = make_node("cn", "China Customs", "CN", 4000)
        finding = find(files["pair.jws"], MM, other.card_token())
        assert finding.problem == (
            "The part of cn: It was signed under a key that the card of cn does not name."
        )

    def test_two_lines_of_something_else(self):
        assert code_of(find, "two words") == "BadInput wire.jws.form"


class TestFiles:
    def test_with_an_unknown_signer_or_a_record_that_does_not_hold(self, files):
        record = files["photographed.jws"].decode()
        assert find(PICTURE, named_by=record).problem.startswith("Its form is sound")
        finding = find(PICTURE, CN, named_by=record)
        assert finding.problem.startswith("The record that was given: It was signed under a key")

    def test_another_file_and_an_erased_one(self, files):
        record = files["photographed.jws"].decode()
        assert find(PICTURE + b"x", MM, named_by=record).problem == (
            "The record names no file with these bytes."
        )
        from hashlib import sha256

        other = b"the face of a person"
        body = {
            "leaves": [],
            "attachments": [sha256(other).hexdigest()],
            "ground": "person",
            "reason": "Asked for.",
            "issued": "2026-11-23T10:02:00Z",
        }
        stone = signed(6, type="exchange.tombstone", body=body)
        finding = find(other, MM, named_by=record, tombstones=[stone])
        assert finding.problem.endswith(
            "It was erased under tombstone mm>cn#1 6 (person, 2026-11-23T10:02:00Z)."
        )

    def test_no_text_and_no_record(self):
        assert code_of(find, PICTURE, MM) == "BadInput wire.verify.kind"


class TestLogs:
    def test_a_cosignature_of_another_head(self):
        other, _ = note_over(TOKENS[:2])
        cosigned = cosign(other, name="isthmus/cn", key=cn().log_key, at=NOW)
        assert ("cosigned", "by cn at 2026-11-23T10:02:00Z") in find(cosigned, MM, CN).details
        assert find(other, MM, CN).problem == (
            "The checkpoint bears no cosignature by the known key of isthmus/cn."
        )

    def test_a_proof_of_nothing(self, files):
        value = json.loads(files["proof.json"])
        finding = find(json.dumps({**value, "leaf": "ab" * 32}), MM)
        assert finding.problem == "The proof does not lead to the root of the head beside it."
        finding = find(json.dumps(value), MM, records=[TOKENS[1]])
        assert finding.problem == "The proof is about another leaf than that of the record that was given."
        growth = files["growth.json"].decode()
        assert not find(growth, MM, records=[TOKENS[1]]).intact
        assert find(growth).problem.startswith("Its form is sound")
        alone = json.dumps({**value, "checkpoint": None})
        assert code_of(find, alone, MM) == "BadInput wire.verify.proof-alone"

    def test_a_proof_as_the_api_writes_it(self, files):
        value = json.loads(files["growth.json"])
        told = {"old": value["old_size"], "new": value["size"], "old_root": value["old_root"]}
        text = json.dumps({**told, "new_root": "", "path": value["path"], "checkpoint": value["checkpoint"]})
        assert find(text, MM).signer == "mm"

    def test_a_split_view(self, files):
        text = files["split-view.json"].decode()
        assert find(text).problem.startswith("Its form is sound")
        value = json.loads(text)
        finding = find(json.dumps({**value, "root": value["other_root"]}), MM)
        assert finding.problem == "The two notes do not show two histories of one log."
        assert "no signature by the known key" in find(text, CN).problem

    def test_a_split_view_under_a_log_key_that_has_rolled_over(self, files):
        new = artefacts.certificate("log", cn().log_key)
        history = [rollover(mm().log, new, purpose="log")]
        assert find(files["split-view.json"].decode(), MM, keys=history).signer == "mm"

    def test_other_documents(self):
        assert code_of(find, "{}", MM) == "BadInput wire.verify.proof-alone"
        assert code_of(find, "{", MM).startswith("BadInput wire.")

    def test_a_log_key_signs_no_head_after_it_gave_way(self):
        new = artefacts.certificate("log", cn().log_key)
        late = sign_checkpoint(
            Checkpoint("isthmus/mm", 3, b"r" * 32, ROLLED + DAY), name="isthmus/mm", key=mm().log_key
        )
        finding = find(late, MM, keys=[rollover(mm().log, new, purpose="log")])
        assert finding.problem.startswith("The log key of mm gave way")


class TestErasedPlaces:
    def test_are_told_with_their_place(self, files):
        finding = find(files["place.json"], MM, tombstones=[files["tombstone.jws"].decode()])
        assert dict(finding.details)["place"] == "mm>cn#1 2"
        unknown = find(files["place.json"], tombstones=[files["tombstone.jws"].decode()])
        assert (unknown.intact, unknown.signer) == (True, None)


class TestBundles:
    def test_signed_under_a_seal_that_a_roll_over_inside_names(self):
        body_of = rollover(mm().seal, SECOND)
        payload = jws.parse(body_of, typ=jws.RECORD).payload
        told = json.loads(payload)["body"]
        second = (SECOND_KEY, keys.thumbprint(SECOND))
        tokens = linked(
            [
                {},
                {"type": "exchange.key-rollover", "body": told, "issued": ROLLED},
                {"signer": second, "issued": ROLLED + timedelta(hours=1)},
            ]
        )
        data = write(
            BundleContent(NOTE, records=tuple(tokens)), seal=SECOND, seal_key=SECOND_KEY, created=ROLLED + DAY
        )
        assert find(data, MM, key=cn().encryption_key).signer == "mm"
        assert find(data, MM).problem == "The bundle was not signed under this seal of mm."
        assert find(data, MM, keys=[keys.to_pem(SECOND)]).signer == "mm"

    def test_a_revocation_inside_that_nobody_can_place(self):
        stray = json.loads(jws.parse(revocation(SECOND), typ=jws.RECORD).payload)["body"]
        tokens = linked([{"type": "exchange.key-revocation", "body": stray, "issued": REVOKED + DAY}])
        finding = find(write(BundleContent(NOTE, records=tuple(tokens))), MM, key=cn().encryption_key)
        assert finding.problem == "It speaks of a key that is not known."

    def test_the_sender_s_card_is_found_among_several(self):
        assert find(write(), CN, MM).signer == "mm"


def test_two_tokens_may_be_longer_than_one():
    long = make_record(body={"text": "x" * 700_000})
    token = sign_record(long, mm().seal_key, mm().kid)
    from tests.wire.test_countersignature import body

    counter = make_record(
        type="exchange.countersignature",
        sender="cn",
        receiver="mm",
        stream="cn>mm#1",
        body={**body(leaf=leaf_hash(token).hex()), "words": "Read"},
    )
    text = f"{token}\n{sign_record(counter, cn().seal_key, cn().kid)}"
    assert find(text, MM, CN).signer == "mm and cn"
