"""Counters and flows of permits, movements and guarantees, from what those houses keep."""

from datetime import date
from decimal import Decimal

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from django.urls import reverse

from isthmus.apps.excise.assessment import queries
from isthmus.apps.excise.assessment.formats import params
from isthmus.apps.excise.assessment.queries import flows
from isthmus.apps.excise.assessment.rules.figures import Figure, Figures
from isthmus.apps.excise.assessment.rules.questionnaire import machine_score
from isthmus.apps.excise.assessment.rules.shares import share, shares
from isthmus.apps.excise.assessment.wording import counters as words
from isthmus.apps.excise.guarantees import services as guarantees
from isthmus.apps.excise.models import Operator
from isthmus.kit import clock
from tests.apps.excise.guarantees.conftest import bank, consented, operator
from tests.apps.excise.movements.conftest import Corridor, body_of, corridor, guarantee, receipt_of, winery
from tests.apps.excise.permits.conftest import Atoll, applied, approved, atoll, drawn, quota
from tests.second_factors import browser_of

__all__ = ["atoll", "bank", "corridor", "guarantee", "operator", "winery"]


def counted() -> Figures:
    return queries.counters(clock.now())


def score(clause: str, figures: Figures) -> int | None:
    found = params.questionnaire().clause(clause)
    assert found is not None
    assert found.measure is not None
    return machine_score(found.measure, figures)


class TestPermits:
    def test_permits_and_quotas_are_counted_in_litres(self, atoll: Atoll) -> None:
        quota(atoll.near, 500)
        drawn(approved(atoll.near, 100), 40)
        applied(atoll.near, 10)
        found = counted()
        names = ("permits.approved", "permits.waiting", "permits.drawn", "quotas.quotas", "quotas.overdrawn")
        assert [found.value(name) for name in names] == [1, 1, 1, 1, 0]
        used = found.of("quotas.used")
        assert used is not None
        assert words.quantity(used) == words.Quantity(Decimal(40), 1, "litres of pure alcohol")
        assert used.source.startswith("quota book: entry ")
        assert (score("licensing.permits", found), score("licensing.quotas", found)) == (4, 4)

    def test_a_permit_that_nothing_came_under_is_in_a_register_and_no_more(self, atoll: Atoll) -> None:
        quota(atoll.near, 500)
        approved(atoll.near, 100)
        assert score("licensing.permits", counted()) == 3

    def test_draws_are_a_flow_by_month(self, atoll: Atoll) -> None:
        quota(atoll.near, 500)
        drawn(approved(atoll.near, 100), 40)
        flow = flows.draws(date(2026, 11, 20))
        assert flow is not None
        assert (flow.steps, flow.unit, flow.lines[0].values) == (
            (date(2023, 5, 1),),
            "litres of pure alcohol",
            (Decimal(40),),
        )
        decided = flows.permits(clock.now().date())
        assert decided is not None
        assert [sum(line.values) for line in decided.lines] == [1, 0]

    def test_the_page_draws_them_with_their_numbers(self, atoll: Atoll) -> None:
        quota(atoll.near, 500)
        drawn(approved(atoll.near, 100), 40)
        page = browser_of(atoll.approver).get(reverse("excise:figures")).content.decode()
        assert "Pure alcohol drawn from quotas, by month" in page
        assert "Duty declared and paid, by month" in page
        assert "Alcohol drawn from the quotas" in page
        assert "40.0 of 500.0" in page
        assert "8.0\N{NO-BREAK SPACE}%" in page


class TestMovements:
    def test_what_both_countries_told_is_told_apart(self, corridor: Corridor) -> None:
        first, _second = corridor.accepted("LRN-1"), corridor.accepted("LRN-2")
        document = corridor.document(first)
        corridor.receive("movement-message", body_of(receipt_of(document), first.arc))
        found = counted()
        names = ("accepted", "open", "ended", "received", "across", "matched", "unmatched", "late")
        assert [found.value(f"movements.{name}") for name in names] == [2, 1, 1, 1, 2, 1, 1, 0]
        assert [score(f"movement.{name}", found) for name in ("receipt", "border", "limit")] == [4, 2, 4]
        (flow,) = flows.movement_flows(clock.now().date())
        assert {line.key: sum(line.values) for line in flow.lines} == {
            "sent": 2,
            "received": 0,
            "closed": 1,
            "unmatched": 1,
        }
        assert flow.about != ""


class TestGuarantees:
    def test_what_is_reserved_is_counted_and_its_money_is_money(
        self, operator: Operator, bank: EllipticCurvePrivateKey
    ) -> None:
        row = consented(operator, bank)
        guarantees.reserve(row, 25_000, key="m-1", on=date(2026, 11, 27), reason="Movement", actor="o")
        found = queries.counters(clock.now().replace(year=2026, month=11, day=27))
        assert [found.value(f"guarantees.{name}") for name in ("in-force", "reservations", "called")] == [
            1,
            1,
            0,
        ]
        held = found.of("ledger.guarantees.reserved.MDL")
        assert held is not None
        assert words.quantity(held) == words.Quantity(Decimal("250.00"), 2, "MDL", is_money=True)
        assert words.name_of(held.name) == "Reserved of guarantees"
        assert score("movement.guarantee", found) == 3


class TestWords:
    @pytest.mark.django_db
    def test_every_counter_has_a_name_and_a_unit(self) -> None:
        for figure in counted().all:
            assert figure.name in words.NAMES
            assert words.unit_word(figure.unit) or figure.unit
            assert figure.unit in {*words.UNITS, words.ML}

    def test_every_measure_names_counters_that_are_kept(self) -> None:
        measures = [clause.measure for clause in params.questionnaire().clauses if clause.measure]
        assert {one.counter for one in measures} | {one.of for one in measures if one.of} <= set(words.NAMES)

    def test_counterparts_are_told_from_what_is_held(self) -> None:
        owed, earned, entries = (
            Figure(name, 1, "MDL", "")
            for name in ("ledger.duty.owed.MDL", "ledger.duty.revenue.MDL", "ledger.entries")
        )
        assert [words.is_counterpart(one) for one in (owed, earned, entries)] == [False, True, False]
        assert words.name_of(earned.name) == "Book “duty”: counterpart “revenue”"
        assert words.name_of("new.counter") == "new.counter"


class TestShares:
    def test_a_share_is_of_something(self) -> None:
        lost, issued = Figure("stamps.lost", 1, "stamps", ""), Figure("stamps.issued", 8, "stamps", "")
        found = Figures((lost, issued, Figure("returns.overdue", 0, "returns", "")))
        assert [one.thousandths for one in shares(found)] == [125]
        assert share(found, "returns.overdue", "returns.due") is None
        none = Figure("stamps.issued", 0, "stamps", "")
        assert share(Figures((lost, none)), "stamps.lost", "stamps.issued") is None

    def test_halves_are_rounded_up(self) -> None:
        part, whole = Figure("a.a", 1, "u", ""), Figure("a.b", 16, "u", "")
        found = share(Figures((part, whole)), "a.a", "a.b")
        assert found is not None
        assert found.thousandths == 63
