from base64 import b64decode, b64encode
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from isthmus.wire import checkpoint
from isthmus.wire.checkpoint import Checkpoint, key_id, read_checkpoint, sign_checkpoint, verify_checkpoint
from tests.wire.samples import NOW, code_of, p256

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
NAME = "isthmus/mm"
HEAD = Checkpoint(
    origin=NAME, size=20852163, root=b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="), issued=NOW
)
TEXT = "isthmus/mm\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\ntime 2026-11-23T10:02:00Z\n"
NOTE = sign_checkpoint(HEAD, name=NAME, key=KEY)
LINE = NOTE.removeprefix(TEXT + "\n")


def verify(note, name=NAME, key=KEY):
    return verify_checkpoint(note, name=name, public_key=key.public_key())


def signed_by(key, name, text=TEXT):
    return f"— {name} {b64encode(key_id(name, key.public_key()) + key.sign(text.encode())).decode()}\n"


class TestForm:
    def test_is_a_note_as_c2sp_writes_it(self):
        signature = b64encode(key_id(NAME, KEY.public_key()) + KEY.sign(TEXT.encode())).decode()
        assert f"{TEXT}\n— isthmus/mm {signature}\n" == NOTE

    def test_the_origin_is_the_node(self):
        assert checkpoint.origin_of("mm") == NAME

    def test_key_ids_are_those_of_the_note_format(self):
        # The verifier key "PeterNeumann+c74f20a3+ARpc2Q…" of the format's first implementation.
        raw = b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
        assert raw[:1] == b"\x01"
        assert key_id("PeterNeumann", Ed25519PublicKey.from_public_bytes(raw[1:])).hex() == "c74f20a3"

    def test_is_read_back(self):
        assert read_checkpoint(NOTE) == HEAD
        assert verify(NOTE) == HEAD

    def test_an_empty_log_has_size_0(self):
        empty = Checkpoint(NAME, 0, bytes(32), datetime(2026, 1, 1, 0, 0, 0, 5, tzinfo=UTC))
        note = sign_checkpoint(empty, name=NAME, key=KEY)
        assert note.startswith(f"isthmus/mm\n0\n{'A' * 43}=\ntime 2026-01-01T00:00:00.000005Z\n\n— ")
        assert verify(note) == empty

    @pytest.mark.parametrize(
        "note",
        [
            "",
            TEXT,
            TEXT + "\n",
            NOTE[:-1],
            NOTE.replace("\n", "\r\n"),
            NOTE + "\n",
            NOTE + "x\n",
            NOTE.replace("20852163", "020852163"),
            NOTE.replace("20852163", "-1"),
            NOTE.replace("20852163", "+1"),
            NOTE.replace("20852163", "1e3"),
            NOTE.replace("20852163", "٣"),
            NOTE.replace("20852163", "9" * 20),
            NOTE.replace("20852163", ""),
            NOTE.replace("q2I=", "q2J="),
            NOTE.replace("q2I=", "q2I"),
            NOTE.replace("CsUY", "Cs_Y"),
            NOTE.replace("CsUYapGG", "CsUY"),
            NOTE.replace("time 2026", "2026"),
            NOTE.replace("00Z", "00+00:00"),
            NOTE.replace("time 2026-11-23T10:02:00Z\n", ""),
            NOTE.replace("Z\n\n", "Z\nmore\n\n"),
            "\n" + NOTE.removeprefix(NAME),
            NOTE.removeprefix(NAME),
            NOTE.replace("isthmus/mm\n2", "isthmus/\0mm\n2"),
            NOTE.replace("isthmus/mm\n2", "isthmus\tmm\n2"),
            NOTE.replace("— isthmus", "- isthmus"),
            NOTE.replace("— isthmus/mm ", "—  "),
            NOTE.replace("— isthmus/mm", "— isthmus+mm"),
            f"{TEXT}\n— isthmus/mm AAAA\n",
            f"{TEXT}\n— isthmus/mm AAAAAA==\n",
            f"{TEXT}\n— isthmus/mm !!!!\n",
            f"{TEXT}\n— isthmus/mm\n",
            NOTE + LINE * 16,
            NOTE.replace("isthmus/mm\n2", "i" * checkpoint.MAX_NOTE + "\n2"),
        ],
    )
    def test_every_other_text_is_refused(self, note):
        assert code_of(read_checkpoint, note) == "BadInput wire.checkpoint.form"

    @pytest.mark.parametrize(
        ("head", "name"),
        [
            (Checkpoint("", 1, bytes(32), NOW), NAME),
            (Checkpoint("two\nlines", 1, bytes(32), NOW), NAME),
            (Checkpoint("isthmus/mm\n\nx", 1, bytes(32), NOW), NAME),
            (Checkpoint(NAME, -1, bytes(32), NOW), NAME),
            (Checkpoint(NAME, 1, bytes(31), NOW), NAME),
            (Checkpoint(NAME, 1, bytes(32), NOW), "isthmus mm"),
            (Checkpoint(NAME, 1, bytes(32), NOW), "isthmus+mm"),
            (Checkpoint(NAME, 1, bytes(32), NOW), ""),
        ],
    )
    def test_what_no_note_can_hold_is_not_signed(self, head, name):
        assert code_of(sign_checkpoint, head, name=name, key=KEY) == "BadInput wire.checkpoint.form"


class TestSignatures:
    def test_unknown_keys_are_passed_over(self):
        cosigned = NOTE + signed_by(OTHER, "isthmus/cn")
        assert verify(cosigned) == HEAD
        assert verify(cosigned, name="isthmus/cn", key=OTHER) == HEAD
        assert verify(NOTE + LINE * 15) == HEAD  # sixteen lines are read

    @pytest.mark.parametrize(("name", "key"), [("isthmus/cn", KEY), (NAME, OTHER)])
    def test_without_a_known_key_nothing_is_proved(self, name, key):
        assert code_of(verify, NOTE, name, key) == "Refused wire.checkpoint.unsigned"

    def test_a_changed_text(self):
        changed = NOTE.replace("20852163", "20852164")
        assert read_checkpoint(changed).size == 20852164
        assert code_of(verify, changed) == "Refused wire.checkpoint.signature"

    def test_one_wrong_line_of_a_known_key_spoils_the_note(self):
        wrong = signed_by(KEY, NAME, text="another text\n")
        assert code_of(verify, NOTE + wrong) == "Refused wire.checkpoint.signature"

    def test_a_signature_of_another_length(self):
        short = f"{TEXT}\n— isthmus/mm {b64encode(key_id(NAME, KEY.public_key()) + b'x').decode()}\n"
        assert code_of(verify, short) == "Refused wire.checkpoint.signature"

    def test_another_kind_of_key(self):
        assert code_of(verify, NOTE, key=p256(7)) == "Refused wire.checkpoint.key"
