"""Who was there: lists that merge in any order, sessions attended, the desk, badges and sheets."""

from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.workshops.attendance import queries, services
from isthmus.apps.workshops.attendance.formats.lists import read_list
from isthmus.apps.workshops.attendance.rules.marks import Held, Seen, attended, merged
from isthmus.apps.workshops.cli import workshops
from isthmus.apps.workshops.models import Attendance, Badge, Mark, Session, Workshop
from isthmus.apps.workshops.programme.services import planning
from isthmus.kit.errors import BadInput
from tests.apps.workshops.conftest import Office, programme_of, workshop_of
from tests.apps.workshops.people import ACTOR, accepted
from tests.second_factors import browser_of

DAY = date(2026, 11, 26)
SEEN = st.builds(
    Seen,
    st.sampled_from(["A", "B"]),
    st.sampled_from([DAY, DAY + timedelta(days=1)]),
    st.integers(0, 2),
)
LISTS = st.lists(SEEN, max_size=5)


class TestMerging:
    @given(LISTS, LISTS, LISTS)
    def test_neither_order_nor_repetition_matters(self, one: list[Seen], two: list[Seen], three: list[Seen]):
        whole = merged(one, two, three)
        assert whole == merged(three, one, two) == merged(merged(one, two), merged(two, three), whole)
        assert set(whole) == {*one, *two, *three}
        assert len(whole) == len(set(whole))


class TestAttended:
    def test_where_people_were_noted_at_a_session_only_those_were_there(self):
        sessions = [Held(1, DAY), Held(2, DAY), Held(3, DAY + timedelta(days=1)), Held(4, None)]
        assert attended(sessions, {DAY}, {1}, {1}) == (1, 2, 4)
        assert attended(sessions, {DAY}, set(), {1}) == (2, 4)
        assert attended(sessions, set(), set(), {1}) == ()


class TestList:
    def test_a_list_is_read(self):
        told = read_list("﻿code, day,session\nab 12,2026-11-26,\nCD34,2026-11-26,2\n".encode())
        assert told == (Seen("ab 12", DAY), Seen("CD34", DAY, 2))

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            (b"\xff", "UTF-8"),
            (b"name\nA\n", "heads code and day"),
            (b"code,day\nA,26.11.2026\n", "Line 2: a day"),
            (b"code,day\n,2026-11-26\n", "Line 2: the code"),
            (b"code,day,session\nA,2026-11-26,-1\n", "Line 2: the code"),
        ],
    )
    def test_what_cannot_be_read_is_named(self, content: bytes, problem: str):
        with pytest.raises(BadInput, match=problem):
            read_list(content)


@pytest.fixture
def workshop(office: Office) -> Workshop:
    return workshop_of(programme_of(office.secretariat))


def codes(workshop: Workshop) -> list[str]:
    services.make_badges(workshop, actor=ACTOR)
    return [one.code for one in queries.badges_of(workshop)]


@pytest.mark.django_db
class TestDesk:
    def test_a_list_twice_gives_the_same(self, workshop: Workshop, tmp_path: Any):
        accepted(workshop, "Sample A", "Sample B")
        planning.add_session(workshop, "case", "A case", actor=ACTOR)
        one, two = codes(workshop)
        assert services.make_badges(workshop, actor=ACTOR) == 0
        file = tmp_path / "marks.csv"
        day = workshop.starts.isoformat()
        file.write_text(f"code,day,session\n{one.lower()},{day},1\n{two},{day},\n{one},{day},1\n")
        told = ["attendance", str(file), "--workshop", workshop.number, "--json"]
        for new in (3, 0):
            done = CliRunner().invoke(workshops, told)
            assert f'"new": {new}' in done.output, done.output
        assert (Attendance.objects.count(), Mark.objects.count()) == (2, 1)
        first, second = queries.presence_of(workshop)
        assert [one.title for one in first.sessions] == ["A case"]
        assert second.sessions == ()

    def test_a_list_with_a_fault_changes_nothing(self, workshop: Workshop):
        accepted(workshop, "Sample A")
        (code,) = codes(workshop)
        good = Seen(code, workshop.starts)
        for bad in (
            Seen("0000000000", workshop.starts),
            Seen(code, workshop.starts, 9),
            Seen(code, DAY - timedelta(900)),
        ):
            with pytest.raises(BadInput):
                services.merge(workshop, [good, bad], actor=ACTOR)
        assert not Attendance.objects.exists()

    def test_the_telephone_finds_the_desk_with_the_code_filled_in(self, office: Office, workshop: Workshop):
        accepted(workshop, "Sample A")
        (code,) = codes(workshop)
        row = planning.add_session(workshop, "case", "A case", actor=ACTOR)
        browser, badge = browser_of(office.officer), Badge.objects.get()
        desk = reverse("workshops:desk", args=[workshop.number])
        assert queries.address_of(badge).endswith(f"/B/{code}")
        assert browser.get(f"/B/{code}")["Location"] == f"{desk}?code={code}"
        assert browser.get("/B/0000000000").status_code == 404
        assert code in browser.get(f"{desk}?code={code}").content.decode()
        told = {"code": f"HTTPS://NODE/B/{code}", "on": workshop.starts.isoformat(), "session": row.pk}
        assert "Sample A is noted as present" in browser.post(desk, told).content.decode()
        assert "was noted already" in browser.post(desk, told).content.decode()
        assert "No badge of this workshop" in browser.post(desk, {**told, "code": "NONE"}).content.decode()
        assert Session.objects.get().marks.count() == 1

    def test_badges_sheet_and_a_list_by_page(self, office: Office, workshop: Workshop):
        browser, at = (
            browser_of(office.officer),
            lambda name: reverse(f"workshops:{name}", args=[workshop.number]),
        )
        assert browser.post(at("badges")).status_code == 404
        accepted(workshop, "Sample A", "ဒေါ်ခင်မျိုးဆွေ (sample)")
        assert browser.post(at("badges")).content.startswith(b"%PDF-")
        assert browser.get(at("sheet")).content.startswith(b"%PDF-")
        text = f"code,day\n{Badge.objects.first().code},{workshop.starts.isoformat()}\n"  # type: ignore[union-attr]  # made above
        file = SimpleUploadedFile("list.csv", text.encode(), "text/csv")
        assert browser.post(at("desk-list"), {"file": file})["Location"] == at("desk")
        page = browser.post(at("desk-list"), {"file": SimpleUploadedFile("l.csv", b"name\n")})
        assert "heads code and day" in page.content.decode()
        assert Attendance.objects.count() == 1
