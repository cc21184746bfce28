"""The money of a programme: noted, approved by a second person, compared, closed; sheets at the shell."""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from isthmus.apps.workshops.expenditure import queries, services
from isthmus.apps.workshops.expenditure.cli import check
from isthmus.apps.workshops.expenditure.formats.sheets import read_expenditure, read_totals
from isthmus.apps.workshops.expenditure.rules.book import Kind
from isthmus.apps.workshops.expenditure.rules.sums import Spent
from isthmus.apps.workshops.expenditure.services import NewEntry, Original
from isthmus.apps.workshops.models import BudgetLine, Entry, Programme
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict
from tests.apps.workshops.annex import EXPENDITURE, TOTALS
from tests.apps.workshops.conftest import Office, programme_of

ON = date(2026, 11, 1)
BUDGET = [
    Spent("Travel", "Tickets", 100_000),
    Spent("Travel", "Buses", 20_000),
    Spent("Overhead", "Overhead", 5_000, is_overhead=True),
]


@pytest.fixture
def programme(office: Office) -> Programme:
    made = programme_of(office.secretariat)
    services.set_budget(made, BUDGET, actor="officer")
    return made


def line(name: str) -> BudgetLine:
    return BudgetLine.objects.get(name=name)


def spend(programme: Programme, name: str, amount: int, **changes: Any) -> Entry:
    new = NewEntry(Kind.EXPENSE, ON, "Sample", amount, line(name), **{"receipt": "R-1", **changes})
    return services.enter(programme, new, actor="officer")


class TestBook:
    def test_a_line_is_not_spent_beyond_its_budget_before_a_virement(self, programme: Programme):
        spend(programme, "Buses", 20_000)
        with pytest.raises(BadInput, match=r"Travel: Buses.*short by 0\.01") as caught:
            spend(programme, "Buses", 1)
        assert caught.value.faults[0].where == "amount"
        move = NewEntry(Kind.VIREMENT, ON, "More buses", 1, line("Buses"), line("Tickets"))
        assert services.enter(programme, move, actor="approver").approved_by == "approver"
        spend(programme, "Buses", 1)
        assert [(one.revised_minor, one.free_minor) for one in queries.standings_of(programme)] == [
            (99_999, 99_999),
            (20_001, 0),
            (5_000, 5_000),
        ]

    def test_the_budget_is_set_once(self, programme: Programme):
        with pytest.raises(Conflict, match="budget is set"):
            services.set_budget(programme, BUDGET, actor="x")

    def test_another_currency_counts_at_its_rate_with_day_and_source(self, programme: Programme):
        told = Original("CNY", 100_000, Decimal("0.1537"), ON, "Sample bank")
        entry = spend(programme, "Tickets", None, original=told)  # type: ignore[arg-type]  # the rate gives it
        assert (entry.amount_minor, entry.rate_source) == (15_370, "Sample bank")
        wrong: list[dict[str, Any]] = [
            {"currency": "USD"},
            {"rate": Decimal(0)},
            {"rate_on": clock.now().date() + timedelta(days=1)},
        ]
        for change in wrong:
            members = {name: getattr(told, name) for name in Original.__slots__} | change
            with pytest.raises(BadInput):
                spend(programme, "Tickets", None, original=Original(**members))  # type: ignore[arg-type]  # as above
        with pytest.raises(BadInput, match="needs an amount"):
            spend(programme, "Tickets", None)  # type: ignore[arg-type]  # what is tested

    def test_a_second_person_approves(self, programme: Programme):
        entry = spend(programme, "Tickets", 1)
        with pytest.raises(Conflict, match="does not approve it as well"):
            services.approve(entry, actor="officer")
        assert services.approve(entry, actor="approver").approved_by == "approver"
        with pytest.raises(Conflict, match="approved already"):
            services.approve(entry, actor="other")

    def test_an_entry_is_taken_back_by_another_and_both_stay(self, programme: Programme):
        entry = spend(programme, "Tickets", 700)
        back = services.take_back(entry, "Keyed twice", actor="officer")
        assert (back.amount_minor, back.reverses, Entry.objects.count()) == (-700, entry, 2)
        assert queries.sums_of(programme).total_minor == 0
        with pytest.raises(BadInput, match="taken back already"):
            services.take_back(entry, "Again", actor="officer")

    def test_nothing_is_noted_ahead_of_its_day(self, programme: Programme):
        new = NewEntry(Kind.EXPENSE, clock.now().date() + timedelta(days=2), "x", 1, line("Buses"))
        with pytest.raises(BadInput, match="still to come"):
            services.enter(programme, new, actor="x")


class TestClosing:
    def test_all_that_keeps_a_book_open_is_named(self, programme: Programme):
        services.declare(programme, {"Travel": 30_100, "Total": 30_000}, actor="officer")
        spend(programme, "Tickets", 10_000, receipt="")
        spend(programme, "Buses", 20_000)
        paid = NewEntry(Kind.ADVANCE, ON, "For buses", 500, person="A. Lecturer")
        services.enter(programme, paid, actor="officer")
        with pytest.raises(Conflict) as caught:
            services.close(programme, actor="approver")
        told = " ".join(str(caught.value).replace("\N{NO-BREAK SPACE}", " ").split())
        for part in (
            "Travel: 300.00 USD spent, 301.00 USD declared or approved; difference \u22121.00 USD.",
            "Entries wait for a second person: 1, 2, 3.",
            "Entries name no receipt: 1.",
            "A. Lecturer still holds an advance of 5.00 USD.",
        ):
            assert part in told
        assert Programme.objects.get().closed_at is None

    def test_a_book_that_agrees_closes_and_does_not_change(self, programme: Programme):
        services.declare(programme, {"Travel": 100, "Total": 100}, actor="officer")
        services.approve(spend(programme, "Tickets", 100), actor="approver")
        assert services.close(programme, actor="approver").closed_at is not None
        with pytest.raises(Conflict, match="closed"):
            spend(programme, "Tickets", 1)


class TestSheets:
    def test_the_annex_of_2011_adds_up_exactly(self, tmp_path: Path):
        sheet, totals = tmp_path / "expenditure.csv", tmp_path / "headings.csv"
        sheet.write_text(EXPENDITURE)
        totals.write_text(TOTALS)
        answer = CliRunner().invoke(check, [str(sheet), "--totals", str(totals), "--json"])
        told = json.loads(answer.stdout)
        assert answer.exit_code == 0
        assert [one["total"] for one in told["headings"]] == [
            "13945.00",
            "11754.00",
            "18030.00",
            "11560.00",
        ]
        assert (told["subtotal"], told["overhead"], told["total"]) == ("55289.00", "4491.00", "59780.00")
        assert told["agrees"] is True

    def test_a_mis_keyed_line_is_named_by_heading_and_difference_or_by_itself(self, tmp_path: Path):
        sheet, totals, budget = (tmp_path / f"{name}.csv" for name in ("sheet", "totals", "budget"))
        sheet.write_text(EXPENDITURE.replace("Myanmar,1352", "Myanmar,1532"))
        totals.write_text(TOTALS)
        budget.write_text(EXPENDITURE)
        answer = CliRunner().invoke(check, [str(sheet), "--totals", str(totals), "--json"])
        assert answer.exit_code == 2
        wrong = {one["about"]: one["difference"] for one in json.loads(answer.stdout)["differences"]}
        assert wrong == {"International Travel": "180.00", "Subtotal": "180.00", "Total": "180.00"}
        answer = CliRunner().invoke(check, [str(sheet), "--budget", str(budget)])
        assert answer.exit_code == 2
        assert "International Travel: Flight tickets to/from Myanmar" in answer.stderr

    @pytest.mark.parametrize(
        ("content", "part"),
        [
            (b"a,b,c\n", "line 1: The first line has to be: heading, line, amount."),
            (b"", "line 1"),
            (b"heading,line,amount_usd\n", "holds no line"),
            (b"heading,line,amount_usd\nTravel,Tickets\n", "line 2: This line has 2 cells."),
            (b"heading,line,amount_usd\nTravel,Tickets,1,344\n", "line 2: This line has 4 cells."),
            (b"heading,line,amount_usd\nTravel,Tickets,=1+1\n", "line 2: “=1+1” is no amount"),
            (b"heading,line,amount_usd\nTravel,,1\n", "line 2: Heading and line need a name."),
            (b"heading,line,amount_usd\nT,A,1\nT,A,2\n", "line 3: “A” stands twice"),
            (b"heading,line,amount_usd\nT,\xff,1\n", "not UTF-8"),
        ],
    )  # fmt: skip
    def test_a_sheet_that_cannot_be_read_is_told_by_file_and_line(self, content: bytes, part: str):
        with pytest.raises(BadInput) as caught:
            read_expenditure(content, "sheet.csv")
        assert part in str(caught.value)
        assert "sheet.csv, line" in str(caught.value)

    def test_totals_stand_once(self):
        with pytest.raises(BadInput, match="stands twice"):
            read_totals(b"heading,total\nT,1\nT,1\n", "t.csv")
        with pytest.raises(BadInput, match="holds no line"):
            read_totals(b"heading,total\n\n", "t.csv")
