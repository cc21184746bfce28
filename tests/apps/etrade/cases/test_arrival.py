"""Whatever the order in which declarations arrive, a corridor ends with the same links and cases."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.cases.models import CaseState, Corridor
from isthmus.apps.etrade.cases.services.deciding import decide
from isthmus.apps.etrade.cases.services.reconciling import reconcile_corridor
from isthmus.apps.etrade.models import Case, ExchangeRate
from isthmus.apps.etrade.reconciliation.analytics import incremental
from isthmus.jobs.models import Job
from isthmus.kit import clock
from tests.apps.etrade.cases.corridor import (
    PAIRS,
    amend,
    export_of,
    import_of,
    lodge_export,
    lodge_import,
    trade,
    withdraw,
)
from tests.apps.etrade.conftest import Customs

CHANGES: dict[int, dict[str, Any]] = {
    2: {"hs_code": "071339"},
    4: {"net_kg": "12000"},
    5: {"cif_value": "9000"},
    7: {"transport_document": "another"},
}
Lodging = Callable[[Organisation], object]
ARRIVALS: list[Lodging] = [
    *(lambda there, n=n: lodge_export(export_of(n), there) for n in PAIRS),
    *(lambda there, n=n: lodge_import(import_of(n, **CHANGES.get(n, {})), there) for n in PAIRS if n != 9),
    # The same goods twice, and two declarations that bear one number.
    lambda there: lodge_import(import_of(3, declaration_number="MM-TWICE"), there),
    lambda there: lodge_import(import_of(3, declaration_number="MM-TWICE", net_kg="501.5"), there),
    # Long after the others, so that an import that is missing is overdue.
    lambda there: lodge_import(import_of(40, arrival_date="2026-08-20"), there),
    # Amended to what tallies, to what does not, and taken back; whichever comes first.
    lambda there: amend("import", import_of(5), there),
    lambda there: amend("import", import_of(6, cif_value="8000"), there),
    lambda there: withdraw("import", import_of(8), there),
]


def outcome(corridor: Corridor) -> tuple[set[tuple[object, ...]], set[tuple[object, ...]]]:
    """What a corridor has come to: its links and the cases that stand."""
    links = corridor.links.values_list("export__number", "imported__number", "found_by", "score", "accepted")
    cases = corridor.cases.filter(found=True)
    return set(links), {
        (case.number, case.reason, case.stake, case.state, json.dumps(case.figures, sort_keys=True))
        for case in cases
    }


class _UndoneError(Exception):
    """Takes back what an arrival has written."""


@pytest.fixture(autouse=True)
def however_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that blocks are opened one by one, where a corridor is so small that all is less work."""
    monkeypatch.setattr(incremental, "MOST_OPENED", 1.0)


def arrive(corridor: Corridor, organisation: Organisation, order: list[int], stops: set[int]) -> Any:
    """The outcome after arrivals in this order, reconciled after the ``stops`` and at the end."""
    found = None
    try:
        with transaction.atomic():
            for place, index in enumerate(order):
                ARRIVALS[index](organisation)
                if place in stops:
                    reconcile_corridor(corridor)
            reconcile_corridor(corridor)
            found = outcome(corridor)
            raise _UndoneError
    except _UndoneError:
        return found


def test_the_outcome_is_that_of_one_run_over_all(inward: Corridor, customs: Customs) -> None:
    everything = list(range(len(ARRIVALS)))
    links, cases = arrive(inward, customs.organisation, everything, set())
    assert {reason for _number, reason, *_rest in cases} >= {
        "low-value",
        "hs-shift",
        "quantity-gap",
        "missing-import",
        "duplicate",
    }

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.permutations(everything), st.sets(st.sampled_from(everything), max_size=3))
    def in_any_order(order: list[int], stops: set[int]) -> None:
        assert arrive(inward, customs.organisation, order, stops) == (links, cases)

    in_any_order()


class TestLate:
    """What comes late opens what it touches, and nothing else."""

    @pytest.fixture
    def compared(self, inward: Corridor, customs: Customs) -> Corridor:
        """Twelve pairs, one of which does not tally, compared once."""
        trade(customs.organisation)
        reconcile_corridor(inward)
        inward.refresh_from_db()
        assert inward.opened == 24
        return inward

    def test_a_late_pair_opens_only_itself(self, compared: Corridor, customs: Customs) -> None:
        lodge_export(export_of(20, hs_code="850440"), customs.organisation)
        lodge_import(import_of(20, hs_code="850440"), customs.organisation)
        reconcile_corridor(compared)
        compared.refresh_from_db()
        assert (compared.opened, compared.linked) == (2, 13)

    def test_an_amendment_opens_what_it_touched_before(self, compared: Corridor, customs: Customs) -> None:
        amend("import", import_of(5), customs.organisation)
        reconcile_corridor(compared)
        compared.refresh_from_db()
        assert compared.opened < 24
        case = Case.objects.get()
        assert (case.state, case.found) == (CaseState.SETTLED, False)

    def test_what_officers_decided_stays(self, compared: Corridor, customs: Customs) -> None:
        decide(Case.objects.get(), "accept", actor="officer")
        lodge_export(export_of(20), customs.organisation)
        lodge_import(import_of(20, cif_value="7000"), customs.organisation)
        reconcile_corridor(compared)
        assert set(Case.objects.values_list("imported__number", "state")) == {
            ("MM-2026-00005", CaseState.ACCEPTED),
            ("MM-2026-00020", CaseState.OPEN),
        }

    def test_other_rates_or_an_erased_item_open_everything(
        self, compared: Corridor, customs: Customs
    ) -> None:
        compared.compared.order_by("pk")[:1].get().delete()
        lodge_export(export_of(20), customs.organisation)
        reconcile_corridor(compared)
        compared.refresh_from_db()
        assert compared.opened == 25
        ExchangeRate.objects.create(currency="EUR", day="2026-03-01", rate="1.1")
        reconcile_corridor(compared)
        compared.refresh_from_db()
        assert compared.opened == 25


def test_what_arrives_asks_for_one_comparison(
    inward: Corridor, customs: Customs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def at(second: int) -> None:
        moment = datetime(2026, 11, 23, 10, 0, second, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: moment)

    at(3)
    lodge_export(export_of(1), customs.organisation)
    lodge_import(import_of(1), customs.organisation)
    amend("import", import_of(1, cif_value="9000"), customs.organisation)
    at(23)
    lodge_export(export_of(2), customs.organisation)
    asked = Job.objects.filter(kind="etrade.reconcile").order_by("run_at")
    assert [f"{job.run_at:%H:%M:%S}" for job in asked] == ["10:00:21", "10:00:41"]
