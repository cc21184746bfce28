"""A corridor is reconciled from the declarations of the node: links, cases, and what later records settle."""

from datetime import timedelta

from isthmus.apps.etrade.cases.models import CaseState, Corridor, Step
from isthmus.apps.etrade.cases.services.reconciling import reconcile_corridor
from isthmus.apps.etrade.models import Case, Declaration, DutyRate
from tests.apps.etrade.cases.corridor import (
    PAIRS,
    export_of,
    import_of,
    lodge_export,
    lodge_import,
    trade,
)
from tests.apps.etrade.conftest import Customs


class TestReconciling:
    def test_what_belongs_together_is_linked(self, inward: Corridor, customs: Customs) -> None:
        trade(customs.organisation)
        assert reconcile_corridor(inward)
        inward.refresh_from_db()
        assert (inward.exports, inward.imports, inward.linked) == (12, 12, 12)
        links = inward.links.select_related("export", "imported")
        assert {(row.export.number[-5:], row.imported.number[-5:]) for row in links if row.imported} == {
            (f"{number:05d}", f"{number:05d}") for number in PAIRS
        }

    def test_what_does_not_tally_is_a_case_with_its_figures(self, inward: Corridor, customs: Customs) -> None:
        trade(customs.organisation)
        reconcile_corridor(inward)
        case = Case.objects.get()
        assert (case.reason, case.state, case.hs_code) == ("low-value", CaseState.OPEN, "071331")
        assert case.export == Declaration.objects.get(number="CN-2026-00005")
        assert case.imported == Declaration.objects.get(number="MM-2026-00005")
        assert case.organisation == customs.organisation
        assert case.ratio == 9000 * 1000 // int(export_of(5)["match"]["fob_value"])
        assert case.stake_kind == "value"
        assert int(case.stake) == int(int(export_of(5)["match"]["fob_value"]) * 1.06 - 9000)
        assert [step.step for step in case.decisions.all()] == [Step.OPENED]

    def test_the_duty_at_stake_is_that_of_the_day_of_import(self, inward: Corridor, customs: Customs) -> None:
        trade(customs.organisation)
        reconcile_corridor(inward)
        doubt = Case.objects.get().stake
        arrived = Declaration.objects.get(number="MM-2026-00005").arrival_date
        assert arrived is not None
        for day, rate in (
            (arrived - timedelta(days=400), "0.5"),
            (arrived, "0.1"),
            (arrived + timedelta(days=1), "0.9"),
        ):
            DutyRate.objects.create(hs_code="071331", day=day, rate=rate)
        assert reconcile_corridor(inward), "new rates are something to do"
        case = Case.objects.get()
        assert case.stake_kind == "duty"
        assert case.stake == round(doubt / 10, 2)

    def test_nothing_new_is_nothing_to_do(self, inward: Corridor, customs: Customs) -> None:
        trade(customs.organisation)
        assert reconcile_corridor(inward)
        assert not reconcile_corridor(inward)

    def test_one_side_alone_says_nothing(self, inward: Corridor, customs: Customs) -> None:
        lodge_export(export_of(1), customs.organisation)
        reconcile_corridor(inward)
        assert Case.objects.count() == 0

    def test_a_late_record_settles_a_case_and_says_so(self, inward: Corridor, customs: Customs) -> None:
        trade(customs.organisation)
        early = lodge_export(export_of(20, departure_date="2026-03-01"), customs.organisation)
        lodge_import(import_of(27, arrival_date="2026-06-20"), customs.organisation)
        lodge_export(export_of(27), customs.organisation)
        reconcile_corridor(inward)
        missing = Case.objects.get(export=early)
        assert missing.reason == "missing-import"
        lodge_import(import_of(20, arrival_date="2026-03-20"), customs.organisation)
        reconcile_corridor(inward)
        missing.refresh_from_db()
        assert (missing.state, missing.found) == (CaseState.SETTLED, False)
        last = missing.decisions.last()
        assert last is not None
        assert (last.step, last.code, last.note) == (Step.SETTLED, "linked", "MM-2026-00020")
