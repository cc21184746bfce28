"""Travel details and letters: for the accepted alone, sealed, purged on schedule, true to what is known."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from isthmus.apps.workshops.letters import queries, services
from isthmus.apps.workshops.models import Nominee, TravelDetails, Workshop
from isthmus.apps.workshops.nominations.services import inviting
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict
from tests.apps.workshops.conftest import Office
from tests.second_factors import browser_of

TOLD = {
    "passport": "SAMPLE-77",
    "born": "1980-02-29",
    "expires": "2039-01-01",
    "arrives": "",
    "leaves": "",
    "diet": "No pork",
    "room": "",
}


class _Nothing:
    def step(self, done: int, total: int | None = None, note: str = "") -> None:
        """No queue is there to be told."""


def accepted(office: Office) -> Nominee:
    office.nominated(office.called())
    row = Nominee.objects.get()
    inviting.select(row, "accepted", "", actor="officer")
    return row


def test_travel_details_are_sealed_and_purged_after_the_workshop(office: Office):
    row = accepted(office)
    services.note_travel(row, TOLD, actor="officer")
    kept = TravelDetails.objects.get()
    assert b"SAMPLE-77" not in bytes(kept.sealed)
    assert queries.travel_of(row) == TOLD
    nothing: Any = _Nothing()
    assert services.purge(nothing) == {"purged": 0}
    Workshop.objects.update(
        starts=clock.now().date() - timedelta(days=99), ends=clock.now().date() - timedelta(days=31)
    )
    assert services.purge(nothing) == {"purged": 1}
    assert (queries.travel_of(row), bytes(TravelDetails.objects.get().sealed)) == ({}, b"")


def test_only_the_accepted_are_asked_and_days_must_agree(office: Office):
    office.nominated(office.called())
    row = Nominee.objects.get()
    with pytest.raises(Conflict, match="is accepted"):
        services.note_travel(row, TOLD, actor="officer")
    assert browser_of(office.officer).get(reverse("workshops:travel", args=[row.pk])).status_code == 409
    inviting.select(row, "accepted", "", actor="officer")
    with pytest.raises(BadInput, match="ends before"):
        services.note_travel(row, TOLD | {"expires": "2020-01-01"}, actor="officer")
    told = TOLD | {"arrives": "2030-01-02", "leaves": "2030-01-01"}
    with pytest.raises(BadInput, match="before the first"):
        services.note_travel(row, told, actor="officer")


def test_a_letter_says_what_is_known_and_is_refused_without_it(office: Office):
    row = accepted(office)
    said = " ".join(queries.letter(row, "invitation").sections[0].text)
    assert "We invite Sample Delegate A, Head of systems at Sample ministry" in said
    with pytest.raises(BadInput, match="arrives, born, expires, leaves, passport"):
        queries.letter(row, "visa")
    services.note_travel(row, TOLD | {"arrives": "2030-01-01", "leaves": "2030-01-02"}, actor="officer")
    said = " ".join(queries.letter(row, "visa").sections[0].text)
    assert "born on 29 Feb 1980, holder of passport SAMPLE-77 of China" in said
    assert queries.template_of("MM")["addressee"].endswith("Yangon")


def test_the_pages_note_and_write(office: Office):
    row = accepted(office)
    officer = browser_of(office.officer)
    where = reverse("workshops:travel", args=[row.pk])
    assert "wiped 30 days after the workshop" in officer.get(where).content.decode()
    assert officer.post(where, TOLD | {"arrives": "2030-01-01", "leaves": "2030-01-02"}).status_code == 302
    assert "Letter for a visa" in officer.get(reverse("workshops:nominee", args=[row.pk])).content.decode()
    answer = officer.get(reverse("workshops:letter", args=[row.pk, "visa"]))
    assert answer.content.startswith(b"%PDF")
    assert officer.get(reverse("workshops:letter", args=[row.pk, "love"])).status_code == 404
