"""A list of participants at the secretariat: whole or not at all, twice as once, out and in again."""

import io
import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from isthmus.apps.workshops.cli import workshops
from isthmus.apps.workshops.funding.queries import proposal_of
from isthmus.apps.workshops.models import Attendance, Invitation, Nominee, Workshop
from isthmus.apps.workshops.nominations.queries import nominees_of
from isthmus.apps.workshops.nominations.services import inviting
from isthmus.apps.workshops.participants import services
from isthmus.apps.workshops.programme.queries import participants_of
from isthmus.apps.workshops.selection.queries import proposal_of as ranked
from isthmus.kit.errors import BadInput, Conflict
from tests.apps.workshops.conftest import Office, programme_of, workshop_of
from tests.apps.workshops.people import ACTOR
from tests.second_factors import browser_of

LIST = (
    "Full name,Country,Gender,Organisation,Position,E-mail,Days present,Room\n"
    "=Sample Kofi,Ghana,male,Ministry,Head,kofi@gh.example,yes,1\n"
    "ဒေါ်ခင်မျိုးဆွေ,Myanmar,female,,,,,2\n"
    "فاطمة الزهراني,MDV,f,,,,,\n"
    "王小明,中国,,,,,,\n"
)


@pytest.fixture
def workshop(office: Office) -> Workshop:
    return workshop_of(programme_of(office.secretariat))


def taken(workshop: Workshop, text: str) -> services.Taken:
    return services.take(workshop, services.read_list(text.encode(), workshop), actor=ACTOR)


@pytest.mark.django_db
class TestTaking:
    def test_a_list_comes_in_and_twice_doubles_nobody(self, workshop: Workshop):
        first = taken(workshop, LIST)
        assert (first.lines, first.new, first.known, first.days) == (4, 4, 0, 3)
        assert first.passed_over == ("Room",)
        again = taken(workshop, LIST)
        assert (again.new, again.changed, again.known, again.days) == (0, 0, 4, 0)
        assert list(Invitation.objects.order_by("country").values_list("country", "partner", "quota")) == [
            ("CN", "", 1), ("GH", "", 1), ("MM", "", 1), ("MV", "", 1),
        ]  # fmt: skip
        assert participants_of(workshop).number == 1
        assert {one.selection.says for one in nominees_of(workshop) if one.selection} == {"accepted"}
        assert not any(one.standing.late or one.standing.over_quota for one in nominees_of(workshop))
        assert proposal_of(workshop.programme).countries == {"CN", "GH", "MM", "MV"}
        assert ranked(workshop, 5) == []

    def test_a_later_list_adds_and_corrects_and_wipes_nothing(self, workshop: Workshop):
        taken(workshop, LIST)
        later = taken(workshop, "Name,Country,Position\n=Sample Kofi,GH,Director\nSample Ama,GH,\n")
        assert (later.new, later.changed, later.known) == (1, 1, 0)
        row = Nominee.objects.get(name="=Sample Kofi")
        assert (row.position, row.email) == ("Director", "kofi@gh.example")
        assert Invitation.objects.get(country="GH").quota == 2

    def test_one_bad_cell_refuses_the_whole_list(self, workshop: Workshop):
        with pytest.raises(services.RefusedList) as caught:
            taken(workshop, LIST + "Sample X,Atlantis,Mrs,,,,,\n")
        assert [(one.line, one.column, one.value) for one in caught.value.cells] == [
            (6, "Country", "Atlantis"),
            (6, "Gender", "Mrs"),
        ]
        assert "2 cells" in str(caught.value)
        assert caught.value.faults[0].where == "line 6"
        assert "No country is called so" in caught.value.faults[0].message
        assert not Nominee.objects.exists()

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            (b"Name,Town\nA,B\n", "no column country"),
            (b"Room,Town\nA,B\n", "no column name, country"),
            (b"Name,Country\n", "names nobody"),
            (b"", "empty"),
            (b"x" * (services.MOST_BYTES + 1), "larger"),
            (b"Name,Country\n" + b"A,GH\n" * (services.MOST_PEOPLE + 1), "5,000 lines"),
        ],
    )
    def test_what_is_no_list_says_so(self, workshop: Workshop, content: bytes, problem: str):
        with pytest.raises(BadInput, match=problem):
            services.read_list(content, workshop)

    def test_who_was_nominated_is_not_doubled_nor_changed(self, office: Office):
        workshop = office.called()
        office.nominated(workshop)
        text = "Name,Country,Position,E-mail\nSample Delegate A,China,Other,delegate@sample.example\n"
        with pytest.raises(services.RefusedList, match="1 cell"):
            taken(workshop, text)
        inviting.select(Nominee.objects.get(), "accepted", "", actor=ACTOR)
        done = taken(workshop, text)
        assert (done.new, done.changed, done.known) == (0, 0, 1)
        assert Nominee.objects.get().position == "Head of systems"

    def test_a_later_decision_about_somebody_of_a_list_crosses_no_border(self, office: Office):
        workshop = office.called()
        taken(workshop, "Name,Country\nSample Kofi,GH\n")
        made = inviting.select(Nominee.objects.get(), "declined", "Fell ill", actor=ACTOR)
        assert made.leaf == ""
        assert office.told("workshops.selection/1") == []

    def test_a_closed_programme_takes_no_list(self, workshop: Workshop):
        workshop.programme.closed_at = workshop.programme.starts
        type(workshop.programme).objects.update(closed_at="2026-01-01T00:00:00Z")
        with pytest.raises(Conflict):
            taken(workshop, LIST)


@pytest.mark.django_db
class TestEdges:
    def test_the_command_checks_takes_and_refuses(self, workshop: Workshop, tmp_path: Path):
        book, file = openpyxl.Workbook(), tmp_path / "list.xlsx"
        for row in (["Name", "Country", "Days present"], ["Sample Kofi", "Ghana", workshop.starts]):
            book.active.append(row)
        book.save(file)
        told = ["import-participants", str(file), "--workshop", workshop.number, "--json"]
        dry = json.loads(CliRunner().invoke(workshops, [*told, "--dry-run"]).stdout)
        assert (dry["written"], dry["new"], dry["days"], Nominee.objects.count()) == (False, 1, 1, 0)
        done = json.loads(CliRunner().invoke(workshops, told).stdout)
        assert (done["written"], done["new"], Attendance.objects.count()) == (True, 1, 1)
        missing = ["import-participants", str(file), "--workshop", "NONE", "--json"]
        assert CliRunner().invoke(workshops, missing).exception.code == "workshops.no-workshop"  # type: ignore[union-attr]  # NotFound

    def test_the_page_names_the_cells_and_takes_the_list(self, office: Office, workshop: Workshop):
        browser = browser_of(office.officer)
        at = reverse("workshops:participants", args=[workshop.number])
        back = reverse("workshops:workshop", args=[workshop.number])
        file = lambda text: {"file": SimpleUploadedFile("list.csv", text.encode())}  # noqa: E731  each post reads its own
        page = browser.post(at, file("Name,Country\nA,Atlantis\n")).content.decode()
        assert "No country is called so" in page
        assert "no column" in browser.post(at, file("Name,Town\nA,B\n")).content.decode()
        page = browser.post(at, {**file(LIST), "only_check": "on"}).content.decode()
        assert "The list can be taken in" in page
        assert not Nominee.objects.exists()
        assert browser.post(at, file(LIST))["Location"] == back
        row = Nominee.objects.get(name="=Sample Kofi")
        assert (
            "Entered from a list" in browser.get(reverse("workshops:nominee", args=[row.pk])).content.decode()
        )
        assert browser.get(back).status_code == 200

    def test_the_list_goes_out_harmless_and_comes_in_again(self, office: Office, workshop: Workshop):
        taken(workshop, LIST)
        browser = browser_of(office.officer)
        answer = browser.get(reverse("workshops:participants-file", args=[workshop.number]))
        text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # a streamed answer
        assert "'=Sample Kofi,GH,male" in text
        again = taken(workshop, text.removeprefix("\ufeff"))
        assert (again.new, again.changed, again.known, again.days) == (0, 0, 4, 0)

    def test_an_empty_sheet_is_no_list(self, workshop: Workshop):
        book, out = openpyxl.Workbook(), io.BytesIO()
        book.save(out)
        with pytest.raises(BadInput, match="no head"):
            services.read_list(out.getvalue(), workshop)
