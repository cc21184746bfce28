"""Dispatches that race for one guarantee: as many are accepted as it covers, and no number is skipped."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections

from isthmus.apps.excise.guarantees import queries as guarantees
from isthmus.apps.excise.ledger import queries as ledger
from isthmus.apps.excise.models import Guarantee, Movement
from isthmus.apps.excise.movements.rules import arc as references
from isthmus.apps.excise.movements.services import sending
from isthmus.kit import clock
from isthmus.kit.errors import Conflict
from tests.apps.excise.movements.conftest import Corridor, draft_xml


def at_once(work: list[Callable[[], object]]) -> list[object]:
    """Run each in a thread of its own, started together, on its own connection; answers or errors."""
    answers: list[object] = []
    start = threading.Barrier(len(work))

    def run(one: Callable[[], object]) -> None:
        try:
            start.wait(timeout=30)
            answers.append(one())
        except Exception as error:  # noqa: BLE001  the answer of a thread
            answers.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return answers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("dispatches", "covered"), [(2, 1), (6, 4)])
def test_as_many_are_accepted_as_the_guarantee_covers(
    corridor: Corridor, guarantee: Guarantee, dispatches: int, covered: int
):
    # SQLite has one writer at a time, and waits for it: two connections say as much there as six.
    writers = min(dispatches, 2) if connection.vendor == "sqlite" else dispatches
    drafts = [
        sending.draft(corridor.customs, draft_xml(f"LRN-{place}", consignee="MM00000000033"), actor="officer")
        for place in range(dispatches)
    ]
    duty = guarantee.amount_minor // covered
    refused: list[Conflict] = []

    def dispatch(mine: list[Movement]) -> None:
        for row in mine:
            try:
                sending.accept(row, actor="officer", duty_minor=duty)
            except Conflict as error:
                refused.append(error)

    shares = [drafts[place::writers] for place in range(writers)]
    answers = at_once([lambda mine=mine: dispatch(mine) for mine in shares])
    assert [one for one in answers if one is not None] == []
    assert [error.code for error in refused] == ["excise.movement-guarantee-short"] * (dispatches - covered)
    year = clock.now().year
    moving = Movement.objects.exclude(arc="").order_by("arc")
    given = sorted(references.compose(year, "MM", str(number + 1)) for number in range(covered))
    assert sorted(row.arc for row in moving) == given
    assert Movement.objects.filter(state="draft", arc="").count() == dispatches - covered
    held = guarantees.held_of(guarantee)
    assert (held.free, held.reserved) == (guarantee.amount_minor - covered * duty, covered * duty)
    assert ledger.verify("guarantees").whole
