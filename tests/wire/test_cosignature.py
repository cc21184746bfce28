from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from isthmus.wire import merkle
from isthmus.wire.checkpoint import Checkpoint, key_id, open_note, sign_checkpoint, verify_checkpoint
from isthmus.wire.cosignature import (
    SplitView,
    alone,
    check_split_view,
    cosign,
    cosigner_key_id,
    find_split_view,
    is_consistent,
    merge_notes,
    verify_cosignature,
    without_strangers,
)
from tests.wire.samples import NOW, cn, code_of, make_node, mm, p256

HEAD = Checkpoint("isthmus/mm", 20852163, b"r" * 32, NOW)
NOTE = sign_checkpoint(HEAD, name="isthmus/mm", key=mm().log_key)
TEXT = NOTE.partition("\n\n")[0] + "\n"
AT = datetime(2026, 11, 24, 8, 0, 30, 999, tzinfo=UTC)
STAMP = 1795507230
COSIGNED = cosign(NOTE, name="isthmus/cn", key=cn().log_key, at=AT)
MD = make_node("md", "Moldova Customs", "MD", 5000)


def verify(note, node=None, name="isthmus/cn"):
    return verify_cosignature(note, name=name, public_key=(node or cn()).log_key.public_key())


def line_of(value, name="isthmus/cn", node=None):
    raw = cosigner_key_id(name, (node or cn()).log_key.public_key()) + value
    return f"— {name} {b64encode(raw).decode()}\n"


def note_of(size, root, node=None, origin="isthmus/mm", issued=NOW):
    return sign_checkpoint(Checkpoint(origin, size, root, issued), name=origin, key=(node or mm()).log_key)


class TestForm:
    def test_key_ids_are_those_of_c2sp(self):
        # A witness in public use: "remora.n621.de+da77ade7+BOvN63jn…", whose first byte is the type 0x04.
        raw = b64decode("BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2")
        assert raw[:1] == b"\x04"
        assert (
            cosigner_key_id("remora.n621.de", Ed25519PublicKey.from_public_bytes(raw[1:])).hex() == "da77ade7"
        )

    def test_the_signature_is_over_the_time_and_the_whole_text(self):
        text, signatures = open_note(COSIGNED)
        own = signatures[1]
        assert (text, own.name, len(own.value)) == (TEXT, "isthmus/cn", 72)
        assert own.value[:8] == STAMP.to_bytes(8, "big")
        signed = f"cosignature/v1\ntime {STAMP}\n{TEXT}".encode()
        cn().log_key.public_key().verify(own.value[8:], signed)
        assert NOTE + line_of(STAMP.to_bytes(8, "big") + cn().log_key.sign(signed)) == COSIGNED

    def test_a_line_of_the_specification_is_read(self):
        note = (
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
            "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q"
            "1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
            "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oy"
            "in1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
        )
        _, (log, witness) = open_note(note)
        assert (log.name, log.key_id.hex(), len(log.value)) == ("example.com/behind-the-sofa", "033de0ae", 64)
        assert (witness.name, witness.key_id.hex()) == ("witness.example.com/w1", "8d66cf3f")
        assert int.from_bytes(witness.value[:8], "big") == 1679315147
        assert len(witness.value) == 72

    def test_another_key_id_than_the_log_s_own(self):
        public = cn().log_key.public_key()
        assert cosigner_key_id("isthmus/cn", public) != key_id("isthmus/cn", public)


class TestCosign:
    def test_says_which_head_and_when(self):
        assert verify(COSIGNED) == (HEAD, AT.replace(microsecond=0))

    def test_leaves_the_log_s_signature_alone(self):
        assert COSIGNED.startswith(NOTE)
        assert verify_checkpoint(COSIGNED, name="isthmus/mm", public_key=mm().log.public_key()) == HEAD

    def test_several_partners(self):
        both = cosign(COSIGNED, name="isthmus/md", key=MD.log_key, at=AT + timedelta(days=1))
        assert verify(both)[1] == AT.replace(microsecond=0)
        assert verify(both, MD, "isthmus/md")[1] == AT.replace(microsecond=0) + timedelta(days=1)
        assert [line.name for line in open_note(both)[1]] == ["isthmus/mm", "isthmus/cn", "isthmus/md"]

    def test_a_newer_line_of_the_same_partner_takes_the_place_of_the_older(self):
        again = cosign(COSIGNED, name="isthmus/cn", key=cn().log_key, at=AT + timedelta(hours=1))
        assert len(open_note(again)[1]) == 2
        assert verify(again)[1] == AT.replace(microsecond=0) + timedelta(hours=1)

    def test_the_time_is_a_moment_whatever_its_zone(self):
        there = AT.astimezone(timezone(timedelta(hours=8)))
        assert cosign(NOTE, name="isthmus/cn", key=cn().log_key, at=there) == COSIGNED

    def test_refused_before_1970(self):
        early = datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)
        code = code_of(cosign, NOTE, name="isthmus/cn", key=cn().log_key, at=early)
        assert code == "BadInput wire.cosignature.time"
        epoch = cosign(NOTE, name="isthmus/cn", key=cn().log_key, at=datetime(1970, 1, 1, tzinfo=UTC))
        assert verify(epoch)[1] == datetime(1970, 1, 1, tzinfo=UTC)

    @pytest.mark.parametrize("note", ["", "text", TEXT, NOTE + "x"])
    def test_what_is_no_checkpoint_is_not_cosigned(self, note):
        code = code_of(cosign, note, name="isthmus/cn", key=cn().log_key, at=AT)
        assert code == "BadInput wire.checkpoint.form"

    def test_sixteen_lines_and_not_one_more(self):
        note = NOTE
        for number in range(15):
            note = cosign(note, name=f"witness/{number}", key=cn().log_key, at=AT)
        assert len(open_note(note)[1]) == 16
        code = code_of(cosign, note, name="witness/15", key=cn().log_key, at=AT)
        assert code == "BadInput wire.checkpoint.form"


class TestVerify:
    def test_without_a_line_by_the_known_key(self):
        assert code_of(verify, NOTE) == "Refused wire.cosignature.unsigned"
        assert code_of(verify, COSIGNED, MD) == "Refused wire.cosignature.unsigned"
        assert code_of(verify, COSIGNED, name="isthmus/md") == "Refused wire.cosignature.unsigned"

    def test_the_log_s_own_signature_is_no_cosignature(self):
        assert code_of(verify, NOTE, mm(), "isthmus/mm") == "Refused wire.cosignature.unsigned"

    def test_a_plain_signature_under_the_id_of_a_cosignature(self):
        plain = NOTE + line_of(STAMP.to_bytes(8, "big") + cn().log_key.sign(TEXT.encode()))
        assert code_of(verify, plain) == "Refused wire.cosignature.signature"

    @pytest.mark.parametrize(
        "changed",
        [
            COSIGNED.replace("20852163", "20852164"),
            COSIGNED.replace("time 2026", "time 2027"),
            NOTE + line_of(bytes(72)),
            NOTE + line_of(b"short"),
            NOTE + line_of((STAMP + 1).to_bytes(8, "big") + open_note(COSIGNED)[1][1].value[8:]),
            NOTE + line_of(open_note(COSIGNED)[1][1].value + b"x"),
            COSIGNED + line_of(bytes(72)),
        ],
    )
    def test_every_change_is_found(self, changed):
        assert code_of(verify, changed) == "Refused wire.cosignature.signature"

    def test_two_lines_of_one_key_give_the_later_time(self):
        later = cosign(NOTE, name="isthmus/cn", key=cn().log_key, at=AT + timedelta(hours=1))
        lines = later.removeprefix(NOTE)
        assert verify(COSIGNED + lines)[1] == AT.replace(microsecond=0) + timedelta(hours=1)
        assert verify(later + COSIGNED.removeprefix(NOTE))[1] == AT.replace(microsecond=0) + timedelta(
            hours=1
        )

    @pytest.mark.parametrize(
        ("stamp", "last"), [(253_402_300_799, True), (253_402_300_800, False), (2**64 - 1, False)]
    )
    def test_times_end_with_the_year_9999(self, stamp, last):
        signed = cn().log_key.sign(f"cosignature/v1\ntime {stamp}\n{TEXT}".encode())
        note = NOTE + line_of(stamp.to_bytes(8, "big") + signed)
        if last:
            assert verify(note)[1] == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
        else:
            assert code_of(verify, note) == "Refused wire.cosignature.time"

    def test_another_kind_of_key(self):
        code = code_of(verify_cosignature, COSIGNED, name="isthmus/cn", public_key=p256(7).public_key())
        assert code == "Refused wire.cosignature.key"


class TestMerge:
    def test_lines_of_two_copies_each_once(self):
        other = cosign(NOTE, name="isthmus/md", key=MD.log_key, at=AT)
        merged = merge_notes(COSIGNED, other)
        assert merged == COSIGNED + other.removeprefix(NOTE)
        assert merge_notes(merged, COSIGNED) == merged
        assert merge_notes(NOTE, merged) == merged

    def test_only_copies_of_one_checkpoint(self):
        assert code_of(merge_notes, NOTE, note_of(5, b"x" * 32)) == "BadInput wire.cosignature.text"
        assert code_of(merge_notes, NOTE, "text") == "BadInput wire.checkpoint.form"


def tree(count, mark=b""):
    """Every complete subtree of a log of so many leaves, and its root at each size."""
    nodes, frontier, roots = {}, merkle.Frontier(), [merkle.EMPTY_ROOT]
    for number in range(count):
        frontier, finished = frontier.append(merkle.hash_leaf(mark + str(number).encode()))
        nodes.update({(node.level, node.index): node.hash for node in finished})
        roots.append(frontier.root())
    return (lambda level, index: nodes[level, index]), roots


class TestConsistency:
    @given(st.data())
    def test_a_log_that_grew(self, data):
        new = data.draw(st.integers(0, 40))
        old = data.draw(st.integers(0, new))
        read, roots = tree(new)
        proof = merkle.consistency_proof(old, new, read)
        assert is_consistent(note_of(old, roots[old]), note_of(new, roots[new]), proof)

    def test_a_log_that_was_rewritten(self):
        read, roots = tree(12)
        _, others = tree(7, b"other")
        proof = merkle.consistency_proof(7, 12, read)
        assert is_consistent(note_of(7, roots[7]), note_of(12, roots[12]), proof)
        assert not is_consistent(note_of(7, others[7]), note_of(12, roots[12]), proof)
        assert not is_consistent(note_of(7, roots[7]), note_of(12, roots[12]), proof[:-1])
        assert not is_consistent(note_of(12, roots[12]), note_of(7, roots[7]), proof)

    def test_two_logs_are_never_one(self):
        note, other = note_of(3, b"r" * 32), note_of(3, b"r" * 32, origin="isthmus/cn")
        assert is_consistent(note, note, [])
        assert not is_consistent(note, other, [])


class TestSplitView:
    note, other = note_of(9, b"\2" * 32), note_of(9, b"\1" * 32, issued=NOW + timedelta(hours=1))

    def find(self, note, other, node=None):
        return find_split_view(note, other, public_key=(node or mm()).log.public_key())

    def test_two_roots_of_one_size_are_evidence(self):
        assert self.find(self.note, self.other) == SplitView(
            origin="isthmus/mm",
            size=9,
            root="01" * 32,
            other_root="02" * 32,
            note=self.other,
            other_note=self.note,
        )

    def test_both_finders_write_the_same(self):
        cosigned = cosign(self.note, name="isthmus/cn", key=cn().log_key, at=AT)
        assert self.find(self.other, cosigned) == self.find(self.note, self.other)

    def test_can_be_sent_and_checked_by_a_third(self):
        evidence = SplitView.from_bytes(self.find(self.note, self.other).to_bytes())
        check_split_view(evidence, public_key=mm().log.public_key())

    @pytest.mark.parametrize(
        "changes",
        [
            {"size": 10},
            {"root": "03" * 32},
            {"root": "02" * 32, "other_root": "01" * 32},
            {"other_note": other},
            {"origin": "isthmus/cn"},
        ],
    )
    def test_evidence_that_says_more_than_it_shows(self, changes):
        evidence = self.find(self.note, self.other).model_copy(update=changes)
        code = code_of(check_split_view, evidence, public_key=mm().log.public_key())
        assert code == "Refused wire.split-view.unproved"

    @pytest.mark.parametrize(
        "other",
        [
            note,
            note_of(9, b"\2" * 32, issued=NOW + timedelta(days=1)),  # the same head, signed again
            note_of(10, b"\1" * 32),
            note_of(9, b"\1" * 32, origin="isthmus/cn"),
        ],
    )
    def test_no_contradiction(self, other):
        assert self.find(self.note, other) is None

    def test_nobody_is_accused_by_a_forged_note(self):
        forged = note_of(9, b"\1" * 32, node=cn())
        assert code_of(self.find, self.note, forged) == "Refused wire.checkpoint.unsigned"
        altered = self.note.replace(b64encode(b"\2" * 32).decode(), b64encode(b"\3" * 32).decode())
        assert code_of(self.find, self.note, altered) == "Refused wire.checkpoint.signature"
        assert code_of(self.find, altered, self.note) == "Refused wire.checkpoint.signature"
        code = code_of(find_split_view, self.note, self.other, public_key=p256(7).public_key())
        assert code == "Refused wire.checkpoint.key"


def test_the_lines_of_strangers_can_be_left_out():
    crowded = cosign(COSIGNED, name="isthmus/md", key=MD.log_key, at=AT)
    public_key = mm().log_key.public_key()
    assert alone(crowded, name="isthmus/mm", public_key=public_key) == NOTE
    theirs = ("isthmus/cn", cosigner_key_id("isthmus/cn", cn().log_key.public_key()))
    ours = ("isthmus/mm", key_id("isthmus/mm", public_key))
    assert without_strangers(crowded, [ours, theirs]) == COSIGNED
    assert code_of(without_strangers, NOTE, [theirs]) == "BadInput wire.checkpoint.form"
