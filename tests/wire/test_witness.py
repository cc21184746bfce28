"""The message of a witness: one form, bound to its two nodes and to what it answers."""

from datetime import UTC, datetime
from typing import Any

import pytest

from isthmus.kit.errors import BadInput, Refused
from isthmus.kit.ids import uuid7
from isthmus.wire import jws, keys
from isthmus.wire.proof import ConsistencyProof
from isthmus.wire.witness import (
    MAX_QUESTIONS,
    WitnessMessage,
    check_addressed,
    digest,
    read_message,
    sign_message,
)

PROOF = ConsistencyProof(old_size=3, old_root="a" * 64, size=7, path=("b" * 64, "c" * 64))


def message(**changes: Any) -> WitnessMessage:
    members: dict[str, Any] = {
        "id": uuid7(),
        "sender": "cn",
        "receiver": "mm",
        "reply_to": "",
        "checkpoint": "a note",
        "cosigned": "",
        "proofs": (PROOF,),
        "heads": (),
        "questions": ("another note",),
        "gossip": (),
        "known": ("la", "mv"),
        "issued": datetime(2026, 11, 23, 10, 2, tzinfo=UTC),
    }
    return WitnessMessage(**{**members, **changes})


@pytest.mark.parametrize("known", [None, (), ("la",)])
def test_it_reads_as_it_was_signed(known: tuple[str, ...] | None) -> None:
    key = keys.generate_p256()
    said = message(known=known)
    unverified, found = read_message(sign_message(said, key, "k" * 43))
    jws.verify(unverified, key.public_key())
    assert found == said
    assert found.proofs == (PROOF,)


def test_no_more_is_asked_than_can_be_answered() -> None:
    value = message(questions=("n",) * MAX_QUESTIONS).to_json()
    value["questions"] = [*value["questions"], "n"]  # type: ignore[misc]  # a list of notes
    with pytest.raises(BadInput) as error:
        WitnessMessage.from_json(value)
    assert error.value.code == "wire.witness.invalid"


def test_another_token_is_no_message() -> None:
    with pytest.raises(Refused):
        read_message(jws.sign(message().to_bytes(), key=keys.generate_p256(), kid="k" * 43, typ=jws.RECORD))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sender": "la"}, "wire.witness.address"),
        ({"receiver": "la"}, "wire.witness.address"),
        ({"reply_to": "a" * 64}, "wire.witness.reply"),
    ],
)
def test_a_message_of_another_conversation(changes: dict[str, str], code: str) -> None:
    check_addressed(message(), sender="cn", receiver="mm", reply_to="")
    with pytest.raises(Refused) as error:
        check_addressed(message(**changes), sender="cn", receiver="mm", reply_to="")
    assert error.value.code == code


def test_an_answer_names_what_it_answers() -> None:
    said = "token"
    check_addressed(message(reply_to=digest(said)), sender="cn", receiver="mm", reply_to=digest(said))
    assert digest(said) != digest("other")
