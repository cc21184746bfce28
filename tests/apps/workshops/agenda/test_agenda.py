"""Agendas: versions and their differences, the calendar through change and cancellation, the programme."""

import io
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.workshops.agenda import queries, services
from isthmus.apps.workshops.agenda.formats.pictures import smaller
from isthmus.apps.workshops.agenda.rules.versions import Change, Entry, What, differences, entry_of, published
from isthmus.apps.workshops.agenda.wording import programme_paper
from isthmus.apps.workshops.cli import workshops
from isthmus.apps.workshops.models import Session, Workshop
from isthmus.apps.workshops.programme.services import planning
from isthmus.kit.errors import BadInput, Conflict
from isthmus.ui.papers import files as papers
from tests.apps.workshops.agenda.calendar_reader import read
from tests.apps.workshops.conftest import Office, programme_of, workshop_of
from tests.second_factors import browser_of

ACTOR = "officer@node.test"
SPEAKER = {"name": "Sample Lecturer", "position": "Head", "organisation": "Sample agency", "country": "MD"}


def entry(uid: str = "a", **changes: Any) -> Entry:
    told = {
        "kind": "case",
        "title": "A",
        "room": "",
        "starts": "",
        "ends": "",
        "speakers": (),
        "cancelled": False,
    }
    return Entry(uid, **{**told, **changes})


class TestVersions:
    def test_a_new_entry_begins_at_zero_and_stays_while_nothing_changes(self):
        first = published([], [entry()], "t1")
        assert first == (entry(sequence=0, changed="t1"),)
        assert published(first, [entry()], "t2") == first

    def test_a_change_raises_the_number(self):
        first = published([], [entry()], "t1")
        second = published(first, [entry(room="Hall 2")], "t2")
        assert second == (entry(room="Hall 2", sequence=1, changed="t2"),)
        assert differences(first, second) == (Change("A", What.CHANGED, (("room", "", "Hall 2"),)),)

    def test_what_is_called_off_stays_and_what_never_was_published_does_not_appear(self):
        assert published([], [entry(cancelled=True)], "t1") == ()
        first = published([], [entry(), entry("b")], "t1")
        off = published(first, [entry(cancelled=True), entry("b")], "t2")
        assert (off[0].cancelled, off[0].sequence, off[1].sequence) == (True, 1, 0)
        assert differences(first, off) == (Change("A", What.CANCELLED),)
        assert published(off, [entry("b")], "t3") == (off[1], off[0])
        on = published(off, [entry(), entry("b")], "t3")
        assert (on[0].cancelled, on[0].sequence) == (False, 2)
        assert differences(off, on) == (Change("A", What.RESTORED),)

    def test_what_is_gone_is_called_off(self):
        first = published([], [entry()], "t1")
        assert published(first, [], "t2") == (entry(cancelled=True, sequence=1, changed="t2"),)

    def test_what_is_new_is_told_unless_called_off(self):
        assert differences([], [entry(), entry("b", cancelled=True)]) == (Change("A", What.NEW),)
        told = differences([entry(speakers=("X",))], [entry(speakers=("X", "Y"))])
        assert told[0].fields == (("speakers", "X", "X; Y"),)

    @given(
        st.lists(
            st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("XY"), st.booleans()), max_size=3)
        )
    )
    def test_numbers_never_fall_and_nothing_published_is_lost(
        self, versions: list[list[tuple[str, str, bool]]]
    ):
        last: tuple[Entry, ...] = ()
        for place, told in enumerate(versions):
            now = [
                entry(uid, title=title, cancelled=off)
                for uid, title, off in {one[0]: one for one in told}.values()
            ]
            made = published(last, now, str(place))
            before, after = ({one.uid: one for one in found} for found in (last, made))
            assert before.keys() <= after.keys()
            for uid, old in before.items():
                same = replace(after[uid], sequence=0, changed="") == replace(old, sequence=0, changed="")
                assert after[uid].sequence == old.sequence + (not same)
            assert [entry_of(one.as_json()) for one in made] == list(made)
            last = made


@pytest.fixture
def workshop(office: Office) -> Workshop:
    made = workshop_of(programme_of(office.secretariat))
    return services.set_zone(made, "Asia/Shanghai", actor=ACTOR)


def at(workshop: Workshop, hour: int, minute: int = 0) -> datetime:
    zone = queries.zone_of(workshop)
    return datetime.combine(workshop.starts, datetime.min.time(), zone).replace(hour=hour, minute=minute)


def placed(workshop: Workshop, title: str, hour: int, **changes: Any) -> Session:
    row = planning.add_session(workshop, "speech", title, actor=ACTOR)
    return move(row, workshop, hour, **changes)


def move(row: Session, workshop: Workshop, hour: int, **changes: Any) -> Session:
    told = {"room": "Hall 1", "speakers": [SPEAKER], **changes}
    start = at(workshop, hour)
    what = services.Placed(
        "speech", row.title, starts_at=start, ends_at=start + timedelta(minutes=90), **told
    )
    return services.place(row, what, actor=ACTOR)


def feed(client: Any, workshop: Workshop) -> tuple[set[str], dict[str, dict[str, object]]]:
    workshop.refresh_from_db()
    answer = client.get(reverse("agenda-feed", args=[workshop.feed_key]))
    assert answer["Content-Type"].startswith("text/calendar")
    return read(answer.content)


@pytest.mark.django_db
class TestCalendar:
    def test_through_a_change_and_a_cancellation(self, workshop: Workshop, client: Any):
        one, two = placed(workshop, "Opening; part 1, with \\ signs", 9), placed(workshop, "Visit", 14)
        services.publish_agenda(workshop, actor=ACTOR)
        zones, events = feed(client, workshop)
        uids = [queries.uid_of(row) for row in (one, two)]
        assert zones == {"Asia/Shanghai"}
        assert set(events) == set(uids)
        first = events[uids[0]]
        assert first["SUMMARY"] == "Opening; part 1, with \\ signs"
        assert (first["SEQUENCE"], first["STATUS"], first["DTSTART"]) == ("0", "CONFIRMED", at(workshop, 9))
        assert first["DTEND"] == at(workshop, 10, 30)
        assert first["LOCATION"] == "Hall 1, Sample town"
        assert first["DESCRIPTION"] == "Sample Lecturer, Head, Sample agency, MD"

        move(one, workshop, 11)
        assert feed(client, workshop)[1][uids[0]]["SEQUENCE"] == "0"  # people see what is published
        services.publish_agenda(workshop, actor=ACTOR)
        events = feed(client, workshop)[1]
        assert (events[uids[0]]["SEQUENCE"], events[uids[0]]["DTSTART"]) == ("1", at(workshop, 11))
        assert events[uids[1]]["SEQUENCE"] == "0"

        services.call_off(two, actor=ACTOR)
        services.publish_agenda(workshop, actor=ACTOR)
        events = feed(client, workshop)[1]
        assert (events[uids[1]]["SEQUENCE"], events[uids[1]]["STATUS"]) == ("1", "CANCELLED")
        assert [one.number for one in workshop.agenda_versions.order_by("number")] == [1, 2, 3]

    def test_the_address_is_not_to_be_guessed(self, workshop: Workshop, client: Any):
        assert client.get("/A/.ics").status_code == 404
        placed(workshop, "Opening", 9)
        services.publish_agenda(workshop, actor=ACTOR)
        workshop.refresh_from_db()
        assert len(workshop.feed_key) == 32
        assert client.get(reverse("agenda-feed", args=["0" * 32])).status_code == 404

    def test_nothing_new_is_no_version(self, workshop: Workshop):
        with pytest.raises(Conflict):
            services.publish_agenda(workshop, actor=ACTOR)
        placed(workshop, "Opening", 9)
        services.publish_agenda(workshop, actor=ACTOR)
        with pytest.raises(Conflict):
            services.publish_agenda(workshop, actor=ACTOR)

    def test_times_and_zones_are_checked(self, workshop: Workshop):
        row = placed(workshop, "Opening", 9)
        start = at(workshop, 9)
        with pytest.raises(BadInput, match="ends before"):
            services.place(row, services.Placed("case", "A", "", start, start, []), actor=ACTOR)
        late = start + timedelta(days=30)
        with pytest.raises(BadInput, match="not on this day"):
            services.place(
                row, services.Placed("case", "A", "", late, late + timedelta(hours=1), []), actor=ACTOR
            )
        with pytest.raises(BadInput, match="time zone"):
            services.set_zone(workshop, "Shanghai", actor=ACTOR)
        services.call_off(row, actor=ACTOR)
        with pytest.raises(Conflict):
            services.place(row, services.Placed("case", "A", "", None, None, []), actor=ACTOR)

    def test_from_the_shell_and_on_paper(self, workshop: Workshop, tmp_path: Any):
        placed(workshop, "Opening", 9)
        out = tmp_path / "agenda.ics"
        told = ["agenda", "--workshop", workshop.number, "--ics", str(out), "--json"]
        assert CliRunner().invoke(workshops, told).exit_code
        version = services.publish_agenda(workshop, actor=ACTOR)
        done = CliRunner().invoke(workshops, told)
        assert done.exit_code == 0, done.output
        assert len(read(out.read_bytes())[1]) == 1
        made = programme_paper(workshop, queries.entries_in(version), 1, "en")
        assert made.sections[0].tables[0].rows[0][0] == "09:00–10:30"
        assert papers.pdf(made) == papers.pdf(made)


@pytest.mark.django_db
class TestPages:
    def test_the_secretariat_plans_changes_and_publishes(self, office: Office, workshop: Workshop):
        browser, here = browser_of(office.officer), reverse("workshops:agenda", args=[workshop.number])
        row = planning.add_session(workshop, "case", "A case", speaker="S", actor=ACTOR)
        session = reverse("workshops:session", args=[row.pk])
        day = workshop.starts.isoformat()
        told = {
            "kind": "case",
            "title": "A case",
            "day": day,
            "starts": "09:00",
            "ends": "10:00",
            "room": "R",
        }
        page = browser.post(session, {**told, "ends": "", "speakers": ""}).content.decode()
        assert "Give day, beginning and end" in page
        page = browser.post(session, {**told, "speakers": "A; B; C; XX"}).content.decode()
        assert "code of two letters" in page
        answer = browser.post(session, {**told, "speakers": "Sample A; Head; Agency; md\nSample B"})
        assert answer["Location"] == here
        row.refresh_from_db()
        assert [one["name"] for one in row.speakers] == ["Sample A", "Sample B"]
        assert (row.speakers[0]["country"], row.starts_at) == ("MD", at(workshop, 9))
        assert "Not published yet" in browser.get(here).content.decode()
        browser.post(reverse("workshops:agenda-publish", args=[workshop.number]))
        page = browser.get(here).content.decode()
        assert "Not published yet" not in page
        assert "/A/" in page
        browser.post(session, {"off": "1"})
        browser.post(reverse("workshops:agenda-publish", args=[workshop.number]))
        page = browser.get(reverse("workshops:agenda-version", args=[workshop.number, 2])).content.decode()
        assert "Called off" in page
        assert "Put it on again" in browser.get(session).content.decode()
        pdf = browser.get(reverse("workshops:agenda-programme", args=[workshop.number]))
        assert pdf.content.startswith(b"%PDF-")

    def test_material_has_a_hash_a_licence_and_a_small_copy(self, office: Office, workshop: Workshop):
        from PIL import Image

        drawn = io.BytesIO()
        Image.new("RGB", (1600, 900), "teal").save(drawn, "PNG")
        browser = browser_of(office.officer)
        address = reverse("workshops:material-new", args=[workshop.number])
        file = SimpleUploadedFile("Überblick.png", drawn.getvalue(), "image/png")
        told = {"title": "Slide (sample)", "licence": "CC-BY-4.0", "session": ""}
        assert browser.post(address, {**told, "file": file}).status_code == 302
        row = workshop.materials.get()
        with Image.open(io.BytesIO(bytes(row.small))) as small:
            assert (small.format, small.size) == ("JPEG", (640, 360))
        answer = browser.get(reverse("workshops:material", args=[row.pk, "file"]))
        assert answer.content == drawn.getvalue()
        assert "filename*=utf-8''%C3%9Cberblick.png" in answer["Content-Disposition"]
        assert (
            browser.get(reverse("workshops:material", args=[row.pk, "small"]))["Content-Type"] == "image/jpeg"
        )
        file.seek(0)
        assert "here already" in browser.post(address, {**told, "file": file}).content.decode()

    def test_what_is_no_picture_has_no_small_copy(self):
        assert smaller(b"%PDF-1.7") == b""
