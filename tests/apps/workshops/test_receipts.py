"""Receipts as files, a rate that is corrected late, and who pays for a line."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from isthmus.apps.workshops.expenditure import queries, services
from isthmus.apps.workshops.expenditure import rate_services as correcting
from isthmus.apps.workshops.expenditure import receipt_services as receipts
from isthmus.apps.workshops.expenditure.rate_services import NewRate
from isthmus.apps.workshops.expenditure.rules.book import Kind
from isthmus.apps.workshops.expenditure.rules.sums import Spent
from isthmus.apps.workshops.models import Entry, Programme, ReceiptFile
from isthmus.apps.workshops.reporting import queries as reporting
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, Fault
from tests.apps.workshops.conftest import Office, programme_of
from tests.second_factors import browser_of

PDF = b"%PDF-1.7 sample receipt"


@pytest.fixture
def programme(office: Office) -> Programme:
    """Three entries by one rate, one by another, and one without any."""
    made = programme_of(office.secretariat)
    lines = [Spent("Travel", "Buses", 40_000), Spent("Travel", "Tickets", 20_000)]
    services.set_budget(made, lines, actor="officer", source="Fund", sources={("Travel", "Tickets"): "Host"})
    buses, tickets = made.budget.order_by("place_in_budget")
    enter(made, Kind.EXPENSE, buses, 100_000, "0.15")
    enter(made, Kind.ADVANCE, None, 50_000, "0.15", person="A")
    enter(made, Kind.CLAIM, buses, 40_000, "0.15", person="A")
    enter(made, Kind.EXPENSE, tickets, 10_000, "0.16")
    new = services.NewEntry(Kind.EXPENSE, clock.now().date(), "Own", 500, tickets, receipt="R")
    services.enter(made, new, actor="officer")
    return made


def enter(programme: Programme, kind: Kind, line: Any, minor: int, rate: str, person: str = "") -> Entry:
    day = clock.now().date()
    original = services.Original("CNY", minor, Decimal(rate), day - timedelta(days=1), "Sample bank")
    new = services.NewEntry(
        kind, day, "Paid abroad", line=line, person=person, receipt="R", original=original
    )
    return services.enter(programme, new, actor="officer")


def right(rate: str = "0.1537") -> NewRate:
    return NewRate(Decimal(rate), clock.now().date(), "Central bank", "The day was wrong")


class TestRates:
    def test_only_the_entries_of_that_rate_change_and_the_report_says_so(self, programme: Programme):
        wrong, other = queries.rates_of(programme)
        assert (wrong.numbers, other.numbers) == ((1, 2, 3), (4,))
        made = correcting.correct_rate(programme, wrong, right(), actor="approver")
        assert [one.amount_minor for one in made] == [15_370, 7_685, 6_148]
        assert [one.corrects.number for one in made if one.corrects] == [1, 2, 3]
        assert all(one.approved_by == "approver" for one in made)
        buses, tickets = queries.standings_of(programme)
        assert (buses.spent_minor, tickets.spent_minor) == (15_370 + 6_148, 1_600 + 500)
        assert sorted(one.numbers for one in queries.rates_of(programme)) == [(4,), (7, 9, 11)]
        notes = reporting.paper_of(programme).sections[-1].text
        said = [line for line in notes if "was corrected" in line]
        assert len(said) == 3
        assert "Entry 1, Travel: Buses: the rate of CNY was corrected from 0.15 to 0.1537" in said[0]
        assert any(line.startswith("4 entries were paid in another currency") for line in notes)

    def test_what_would_overdraw_a_line_changes_nothing(self, programme: Programme):
        before = Entry.objects.count()
        with pytest.raises(BadInput, match="short by"):
            correcting.correct_rate(programme, queries.rates_of(programme)[0], right("0.9"), actor="approver")
        assert Entry.objects.count() == before

    @pytest.mark.parametrize(
        ("new", "part"), [(right("0.15"), "already"), (right("0"), "above zero"), (right("-1"), "above zero")]
    )
    def test_a_rate_that_corrects_nothing_is_refused(self, programme: Programme, new: NewRate, part: str):
        with pytest.raises(BadInput, match=part):
            correcting.correct_rate(programme, queries.rates_of(programme)[0], new, actor="approver")

    def test_a_second_person_corrects_and_only_what_stands(self, programme: Programme):
        used = queries.rates_of(programme)[0]
        with pytest.raises(Conflict, match="does not approve"):
            correcting.correct_rate(programme, used, right(), actor="officer")
        late = NewRate(Decimal(1), clock.now().date() + timedelta(days=2), "x", "x")
        with pytest.raises(BadInput, match="still to come"):
            correcting.correct_rate(programme, used, late, actor="approver")
        correcting.correct_rate(programme, used, right(), actor="approver")
        with pytest.raises(Conflict, match="changed meanwhile"):
            correcting.correct_rate(programme, used, right(), actor="approver")


class TestReceipts:
    def test_a_file_comes_back_as_it_was_and_is_sealed_here(self, programme: Programme):
        entry = programme.entries.get(number=1)
        made = receipts.attach(entry, "bus.pdf", PDF, actor="officer")
        assert b"sample receipt" not in bytes(made.sealed)
        assert (receipts.read(made), made.media_type) == (PDF, "application/pdf")
        entry.refresh_from_db()
        assert entry.receipt_sha256 == made.sha256
        with pytest.raises(Conflict, match="already"):
            receipts.attach(entry, "again.pdf", PDF, actor="officer")
        made.sha256 = "0" * 64
        with pytest.raises(Fault):
            receipts.read(made)

    @pytest.mark.parametrize(
        ("content", "part"),
        [(b"", "at most"), (b"MZ\x90", "PDF, or a picture"), (b"%PDF-" * 2**21, "at most")],
    )
    def test_another_kind_of_file_is_refused(self, programme: Programme, content: bytes, part: str):
        with pytest.raises(BadInput, match=part):
            receipts.attach(programme.entries.get(number=1), "a", content, actor="officer")

    def test_one_file_for_two_entries_is_told_and_a_correction_keeps_it(self, programme: Programme):
        first, fourth = programme.entries.get(number=1), programme.entries.get(number=4)
        made = receipts.attach(first, "bus.pdf", PDF, actor="officer")
        assert receipts.also_used(receipts.attach(fourth, "bus.pdf", PDF, actor="officer")) == [1]
        correcting.correct_rate(programme, queries.rates_of(programme)[0], right(), actor="approver")
        made.refresh_from_db()
        assert made.entry.corrects == first


def test_the_pages_keep_a_receipt_correct_a_rate_and_name_who_pays(programme: Programme, office: Office):
    officer, approver = browser_of(office.officer), browser_of(office.approver)
    entry = programme.entries.get(number=1)
    file = SimpleUploadedFile("رسید.pdf", PDF, content_type="text/html")
    answer = officer.post(reverse("workshops:receipt-new", args=[entry.pk]), {"file": file})
    assert answer.status_code == 302, answer.content
    page = officer.get(reverse("workshops:entry", args=[entry.pk])).content.decode()
    where = reverse("workshops:receipt", args=[ReceiptFile.objects.get().pk])
    assert where in page
    answer = officer.get(where)
    assert (answer.content, answer["Content-Type"]) == (PDF, "application/pdf")
    told = {
        "used": queries.rates_of(programme)[0].key,
        "rate": "0.1537",
        "rate_on": clock.now().date().isoformat(),
        "rate_source": "Central bank",
        "reason": "The day was wrong",
    }
    rate = reverse("workshops:rate", args=[programme.code])
    assert officer.post(rate, told).status_code == 403
    page = approver.post(rate, told, follow=True).content.decode()
    assert "3 entries stand at the right rate now" in page
    assert "Host" in page


def test_the_budget_page_takes_who_pays(office: Office):
    programme_of(office.secretariat)
    told = {"lines": "Travel; Buses; 100\nTravel; Tickets; 50; Host", "source": "Sample fund"}
    browser_of(office.officer).post(reverse("workshops:budget", args=["SAMPLE-1"]), told)
    found = Programme.objects.get().budget.order_by("pk").values_list("source", flat=True)
    assert list(found) == ["Sample fund", "Host"]
