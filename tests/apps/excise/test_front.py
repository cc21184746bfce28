"""The front page says how many movements are open, and what waits for whose decision."""

import pytest

from isthmus.accounts.models import Officer
from isthmus.accounts.policy import actor_for
from isthmus.apps.excise.front_queries import card
from isthmus.apps.excise.models import Movement
from isthmus.kit import clock
from tests.apps.excise.permits import conftest as permits
from tests.apps.excise.returns import conftest as returns
from tests.apps.excise.stamps import conftest as stamps

pytestmark = pytest.mark.django_db
atoll = permits.atoll
brewing = returns.people
distilling = stamps.people


def waits(officer: Officer) -> list[tuple[str, int]]:
    return [(line.title, line.count) for line in card(actor_for(officer)).waiting]


def test_a_declared_return_waits_for_who_assesses(brewing: returns.People) -> None:
    returns.declared(brewing.brewery)
    assert waits(brewing.officer) == [("A return of duty waits to be assessed", 1)]
    assert waits(brewing.brewer) == []


def test_a_request_for_stamps_waits_for_who_decides(distilling: stamps.People) -> None:
    stamps.asked(distilling)
    assert waits(distilling.approver) == [("A request for tax stamps waits", 1)]
    assert waits(distilling.distiller) == []


def test_an_application_to_import_waits_for_who_decides(atoll: permits.Atoll) -> None:
    permits.quota(atoll.near, 850)
    permits.applied(atoll.near, 100)
    assert waits(atoll.approver) == [("An application to import waits", 1)]
    assert waits(atoll.barkeeper) == []


def test_an_open_movement_counts_and_waits_once_it_is_overdue(brewing: returns.People) -> None:
    now = clock.now()
    Movement.objects.create(
        dispatch_node="mm",
        destination_node="cn",
        arc="26MD00000000000000018",
        organisation=brewing.service,
        state="accepted",
        opened_at=now,
        due_at=now.replace(year=now.year - 1),
    )
    shown = card(actor_for(brewing.officer))
    assert (shown.figure, [(line.count, line.urgent) for line in shown.waiting]) == ("1", [(1, True)])
