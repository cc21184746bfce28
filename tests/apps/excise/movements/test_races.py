"""What this side says while a partner's batch about the same movement or guarantee is taken in."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection

from isthmus.apps.excise.movements.services import book, sending
from isthmus.exchange.models import Effect, Record
from isthmus.exchange.services.inbox import receive
from isthmus.wire.record import leaf_hash
from tests.apps.excise.movements.conftest import DUTY, Corridor, body_of, draft_xml, receipt_of
from tests.apps.excise.movements.test_services import alert, cancellation

pytestmark = pytest.mark.django_db(transaction=True)


def meanwhile(
    corridor: Corridor, monkeypatch: pytest.MonkeyPatch, say: Callable[[], object], token: str
) -> Record:
    """Do ``say``, and let a batch arrive when it holds its rows and is about to publish."""
    held, faults, tell = threading.Event(), [], book.tell

    def slowly(movement: book.Movement) -> int:
        held.set()
        time.sleep(0.5)
        return tell(movement)

    def arrive() -> None:
        try:
            held.wait(timeout=30)
            receive(corridor.partner, [token])
        except Exception as fault:  # noqa: BLE001  the test names it
            faults.append(fault)
        finally:
            connection.close()

    monkeypatch.setattr(book, "tell", slowly)
    thread = threading.Thread(target=arrive)
    thread.start()
    say()
    thread.join(timeout=60)
    assert not faults
    return Record.objects.get(leaf=leaf_hash(token).hex())


def test_a_word_of_ours_and_one_of_the_partner_about_one_movement(
    corridor: Corridor, monkeypatch: pytest.MonkeyPatch
):
    moving = corridor.accepted()
    token = corridor.token("movement-message", body_of(alert(moving.arc, rejected=False), moving.arc))
    xml = cancellation(moving)
    row = meanwhile(corridor, monkeypatch, lambda: sending.say(moving, xml, actor="officer"), token)
    assert (row.effect, row.effect_error) == (Effect.APPLIED, "")
    moving.refresh_from_db()
    assert moving.messages.count() == 4
    # The alert had been said before the cancellation was heard: it stands before it, and the goods go on.
    assert moving.state == "alerted"


def test_a_movement_is_accepted_while_another_of_the_same_guarantee_closes(
    corridor: Corridor, monkeypatch: pytest.MonkeyPatch
):
    closing = corridor.accepted()
    token = corridor.token("movement-message", body_of(receipt_of(corridor.document(closing)), closing.arc))
    draft = sending.draft(corridor.customs, draft_xml("LRN-2"), actor="officer")
    row = meanwhile(
        corridor, monkeypatch, lambda: sending.accept(draft, actor="officer", duty_minor=DUTY), token
    )
    assert (row.effect, row.effect_error) == (Effect.APPLIED, "")
    closing.refresh_from_db()
    draft.refresh_from_db()
    assert (closing.state, draft.state) == ("delivered", "accepted")
