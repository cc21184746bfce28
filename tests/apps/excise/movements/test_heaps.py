"""All that a partner says of a movement, in any order and again: the book ends alike."""

import random

import pytest

from isthmus.accounts.models import AuditEvent
from isthmus.apps.excise.models import Movement
from isthmus.apps.excise.movements.formats.message import Message
from isthmus.apps.excise.movements.formats.reading import read_message
from isthmus.apps.excise.movements.formats.writing import write_message
from isthmus.apps.excise.movements.services import book
from isthmus.exchange.models import Effect
from tests.apps.excise.movements import made
from tests.apps.excise.movements.conftest import Corridor, body_of, receipt_of

CODES = ("IE807", "IE819", "IE837", "IE840", "IE871")


def about(arc: str, code: str) -> Message:
    """The sample message of a code, about another movement."""
    text = write_message(made.messages("3.23")[code]).decode()
    return read_message(text.replace(made.ARC, arc).encode())


def ended(movement: Movement) -> tuple[object, ...]:
    """What must not depend on the order: where it stands, by what, and what was set aside and why."""
    movement.refresh_from_db()
    found = book.standing_of(movement, movement.messages.all())
    return (
        movement.state,
        movement.sequence,
        movement.told_by_destination,
        sorted(one.kind for one in found.effective),
        sorted((one.kind, why) for one, why in found.set_aside),
        movement.messages.count(),
        movement.lines.count(),
    )


@pytest.mark.parametrize("codes", [CODES, (*CODES[1:], "IE818"), ("IE818",)], ids=["stopped", "all", "one"])
def test_every_order_and_repetition_of_what_a_partner_says_ends_alike(
    corridor: Corridor, codes: tuple[str, ...]
):
    outcomes = set()
    for seed in range(5):
        chance = random.Random(seed)
        moving = corridor.accepted(f"LRN-{seed}")
        receipt = receipt_of(corridor.document(moving), f"receipt-{seed}")
        said = [receipt if code == "IE818" else about(moving.arc, code) for code in codes]
        heap = [*said, *chance.choices(said, k=3)] if seed else said
        if seed:
            chance.shuffle(heap)
        for message in heap:
            row = corridor.receive("movement-message", body_of(message, moving.arc))
            assert row.effect == Effect.APPLIED
        state, sequence, told, *rest = ended(moving)
        outcomes.add((state, sequence, told is None, repr(rest)))
    assert len(outcomes) == 1, outcomes


def test_a_receipt_told_again_closes_the_movement_once(corridor: Corridor):
    moving = corridor.accepted()
    body = body_of(receipt_of(corridor.document(moving)), moving.arc)
    for _ in range(3):
        corridor.receive("movement-message", body)
    moving.refresh_from_db()
    assert (moving.state, moving.messages.filter(code="IE818").count()) == ("delivered", 1)
    assert AuditEvent.objects.filter(kind="excise.movement-closed", subject=moving.arc).count() == 1
