"""Travel details and letters: for the accepted alone, sealed, purged on schedule, true to what is known."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from isthmus.accounts.models import AuditEvent, Kind, Organisation
from isthmus.apps.workshops.embassies.services import change
from isthmus.apps.workshops.embassies.wording import languages
from isthmus.apps.workshops.letters import queries, services
from isthmus.apps.workshops.models import Nominee, TravelDetails, Workshop
from isthmus.apps.workshops.nominations.services import inviting
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict
from isthmus.ui.papers import files as papers
from isthmus.ui.papers.paper import Section
from tests.apps.workshops.conftest import Office
from tests.apps.workshops.embassies.kept import embassy_of, wording_of
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
DAYS = {"arrives": "2030-01-01", "leaves": "2030-01-02"}
FRAMES = [
    ("en", "From", "China", "29 February 1980"),
    ("fr", "Expéditeur", "Chine", "29 février 1980"),
    ("zh-hans", "发函单位", "中国", "1980年2月29日"),
    ("ro", "Expeditor", "China", "29 februarie 1980"),
    ("ar", "المرسل", "الصين", "29 فبراير 1980"),
]


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
    english = queries.chosen(row, "shipped-en")
    said = " ".join(queries.letter(row, "invitation", english).sections[0].text)
    assert "We invite Sample Delegate A (Head of systems, Sample ministry) to the workshop" in said
    with pytest.raises(
        BadInput, match="Passport number, Day of birth, Passport valid until, Arrives on, Lea"
    ):
        queries.letter(row, "visa", english)
    services.note_travel(row, TOLD | DAYS, actor="officer")
    said = " ".join(queries.letter(row, "visa", english).sections[0].text)
    assert "born on 29 February 1980, holder of passport SAMPLE-77 of China" in said


def test_after_the_purge_a_letter_says_what_it_needs_and_when_that_was_wiped(office: Office):
    row = accepted(office)
    english = queries.chosen(row, "shipped-en")
    services.note_travel(row, TOLD | DAYS, actor="officer")
    over = clock.now().date() - timedelta(days=31)
    Workshop.objects.update(starts=over, ends=over)
    nothing: Any = _Nothing()
    services.purge(nothing)
    row = Nominee.objects.get()
    with pytest.raises(BadInput, match=r"Passport number.*were wiped on") as refused:
        queries.letter(row, "visa", english)
    assert "Note the travel details" in refused.value.next_step
    assert queries.letter(row, "invitation", english).sections


def test_a_person_of_whom_only_the_name_is_known_gets_the_usual_letters(office: Office):
    row = accepted(office)
    Nominee.objects.update(position="", employer="")
    row = Nominee.objects.get()
    for code, _name in languages():
        said = queries.letter(row, "invitation", queries.chosen(row, f"shipped-{code}")).sections[0].text[0]
        assert "Sample Delegate A" in said
        assert "(" not in said.partition("Sample Delegate A")[2][:3]
    asks = replace(queries.chosen(row, "shipped-en"), wording=wording_of(invitation=("{employer}",)))
    with pytest.raises(BadInput, match="Employer") as refused:
        queries.letter(row, "invitation", asks)
    assert "list of participants" in refused.value.next_step


@pytest.mark.parametrize(("language", "frame", "country", "day"), FRAMES)
def test_a_letter_is_in_one_language_as_a_whole(
    office: Office, language: str, frame: str, country: str, day: str
):
    row = accepted(office)
    services.note_travel(row, TOLD | DAYS, actor="officer")
    with translation.override("fr" if language == "en" else "en"):
        made = queries.letter(row, "visa", queries.chosen(row, f"shipped-{language}"))
    said = " ".join(made.sections[0].text)
    assert (made.language, made.is_rtl) == (language, language == "ar")
    assert [name for name, _value in made.facts][1] == frame
    assert country in said
    assert day in said
    assert made.sections[1].heading != "For the organiser" or language == "en"


def test_the_template_of_the_only_embassy_is_used_and_among_two_the_person_chooses(office: Office):
    row = accepted(office)
    usual = queries.chosen(row, "")
    assert (usual.key, usual.trail) == ("shipped-en", {"edition": 2, "language": "en"})
    first = embassy_of(office.secretariat, "CN", invitation=("To {name} from Beijing",))
    embassy_of(office.secretariat, "MM")
    one = queries.chosen(row, "")
    assert one.trail == {"embassy": first.pk, "version": 1, "language": "en"}
    assert queries.letter(row, "invitation", one).sections[0].text == ("To Sample Delegate A from Beijing",)
    second = embassy_of(office.secretariat, "CN", city="Shanghai", invitation=("From Shanghai",))
    with pytest.raises(BadInput, match="more than one embassy"):
        queries.chosen(row, "")
    two = queries.chosen(row, f"embassy-{second.pk}")
    assert queries.letter(row, "invitation", two).sections[0].text == ("From Shanghai",)
    with pytest.raises(BadInput):
        queries.chosen(row, "embassy-0")


def test_an_embassy_of_another_organisation_is_not_offered(office: Office):
    row = accepted(office)
    other = Organisation.objects.create(code="other", name="Other (sample)", kind=Kind.SECRETARIAT)
    embassy_of(other, "CN")
    assert [one for one in queries.choices(row) if one.is_embassy] == []


def test_a_name_cannot_turn_the_direction_of_a_letter(office: Office):
    row = accepted(office)
    Nominee.objects.update(name="Sample \u202eetageleD")
    made = queries.letter(Nominee.objects.get(), "invitation", queries.chosen(row, ""))
    assert "Sample etageleD" in made.sections[0].text[0]
    assert made.facts[2][1] == "Sample etageleD"


def test_what_is_typed_does_nothing_in_the_document(office: Office):
    row = accepted(office)
    evil = (
        '#panic("x") #read("/etc/passwd") $x^2$ \\ `raw` *b* _i_ @ref <label> // no /* no */ = + - "q" \'s\''
    )
    Nominee.objects.update(name='#panic("name") $ \\ `', position="{passport}")
    row = Nominee.objects.get()
    embassy_of(office.secretariat, "CN", addressee=f"#emph[a] {evil}", invitation=(evil, "= {introduced}"))
    made = queries.letter(row, "invitation", queries.chosen(row, ""))
    assert made.sections[0].text == (evil, '= #panic("name") $ \\ ` ({passport}, Sample ministry)')
    assert papers.pdf(made).startswith(b"%PDF")
    plain = replace(made, sections=(Section("A", ('#lower("ABC")',)),))
    run = replace(made, sections=(Section("A", ("abc",)),))
    assert papers.pictures(plain) != papers.pictures(run)


@pytest.mark.parametrize("language", ["en", "fr", "zh-hans", "ro", "ar"])
def test_the_same_data_give_the_same_bytes(office: Office, language: str):
    row = accepted(office)
    Nominee.objects.update(name="فاطمة 王芳 ဒေါ်ခင်")
    row = Nominee.objects.get()
    services.note_travel(row, TOLD | DAYS, actor="officer")
    choice = queries.chosen(row, f"shipped-{language}")
    first = papers.pdf(queries.letter(row, "visa", choice))
    with translation.override("ro"):
        assert papers.pdf(queries.letter(row, "visa", choice)) == first


def test_the_pages_note_and_write_and_the_trail_names_the_wording(office: Office):
    row = accepted(office)
    officer = browser_of(office.officer)
    where = reverse("workshops:travel", args=[row.pk])
    assert "wiped 30 days after the workshop" in officer.get(where).content.decode()
    assert officer.post(where, TOLD | DAYS).status_code == 302
    page = reverse("workshops:nominee", args=[row.pk])
    assert "Letter for a visa" in officer.get(page).content.decode()
    letter = reverse("workshops:letter", args=[row.pk, "visa"])
    assert officer.get(letter).content.startswith(b"%PDF")
    assert officer.get(reverse("workshops:letter", args=[row.pk, "love"])).status_code == 404
    made = embassy_of(office.secretariat, "CN")
    change(made, wording_of(visa=("Passport {passport}",)), clock.now().date(), actor="officer")
    embassy_of(office.secretariat, "CN", city="Shanghai")
    shown = officer.get(page).content.decode()
    assert "ask the person where they apply" in shown
    assert "Sample embassy, Shanghai (English)" in shown
    assert officer.get(letter).status_code == 422
    assert officer.get(letter, {"wording": f"embassy-{made.pk}"}).content.startswith(b"%PDF")
    events = AuditEvent.objects.filter(kind="workshops.letter").order_by("pk")
    assert [one.detail for one in events] == [
        {"kind": "visa", "edition": 2, "language": "en"},
        {"kind": "visa", "embassy": made.pk, "version": 2, "language": "en"},
    ]
    assert "SAMPLE-77" not in str([one.detail for one in events])
