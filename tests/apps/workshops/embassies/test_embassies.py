"""Embassies and their letters: kept in versions that never change, looked at before they are saved."""

from datetime import timedelta

import pytest
from django.urls import reverse

from isthmus.accounts.models import Kind, Organisation
from isthmus.accounts.roles import Role
from isthmus.apps.workshops.embassies import queries, services
from isthmus.apps.workshops.embassies.models import Embassy, EmbassyTemplate
from isthmus.apps.workshops.embassies.rules.texts import PLACEHOLDERS, flaws
from isthmus.apps.workshops.embassies.wording import NAMES, languages, shipped, words_of
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict
from tests.apps.workshops.conftest import Office, person
from tests.apps.workshops.embassies.kept import embassy_of, wording_of
from tests.second_factors import browser_of

ACTOR = "officer@node.test"


def typed(**changes: str) -> dict[str, str]:
    """What an officer types."""
    return {
        "country": "CN",
        "name": "Embassy (sample)",
        "city": "Beijing",
        "language": "en",
        "addressee": "To the visa section",
        "invitation": "We invite {name}.\n\nWe are glad.",
        "visa": "Please give a visa\nto {name}.",
        "starts": clock.now().date().isoformat(),
        **changes,
    }


def test_every_placeholder_has_words_and_every_language_the_whole_letter():
    assert set(NAMES) == set(PLACEHOLDERS)
    assert [code for code, _name in languages()] == ["en", "fr", "zh-hans", "ro", "ar"]
    english = set(words_of("en"))
    for code, _name in languages():
        assert set(words_of(code)) == english
        assert set(words_of(code)["invented"]) == set(words_of("en")["invented"])
        wording = services.checked(shipped(code))
        texts = (wording.addressee, *wording.invitation, *wording.visa)
        assert [flaw for text in texts for flaw in flaws(text)] == []
        assert len(wording.invitation) == 2
        assert len(wording.visa) == 3


@pytest.mark.django_db
class TestVersions:
    def test_a_change_makes_a_version_and_the_earlier_one_stays(self, office: Office):
        row = embassy_of(office.secretariat)
        today = clock.now().date()
        services.change(row, wording_of(visa=("New {name}",)), today + timedelta(days=5), actor=ACTOR)
        row = Embassy.objects.get()
        now, later = queries.used(row, today), queries.used(row, today + timedelta(days=5))
        assert now is not None
        assert later is not None
        assert (now.version, later.version, now.visa) == (1, 2, ["Please give a visa to {name}."])

    def test_no_version_is_in_force_before_the_day_on_which_it_is_written(self, office: Office):
        row = embassy_of(office.secretariat)
        yesterday = clock.now().date() - timedelta(days=1)
        with pytest.raises(BadInput, match="This day is over"):
            services.change(row, wording_of(), yesterday, actor=ACTOR)
        assert EmbassyTemplate.objects.count() == 1

    def test_an_embassy_may_be_put_out_of_use_and_into_use_again(self, office: Office):
        row = embassy_of(office.secretariat)
        today = clock.now().date()
        services.stop(row, actor=ACTOR)
        assert queries.offered(office.secretariat.pk, "CN", today) == []
        with pytest.raises(Conflict):
            services.stop(row, actor=ACTOR)
        services.change(row, wording_of(), today, actor=ACTOR)
        ((_embassy, version),) = queries.offered(office.secretariat.pk, "CN", today)
        assert version.version == 3

    def test_an_embassy_stands_once_for_a_country(self, office: Office):
        embassy_of(office.secretariat)
        with pytest.raises(BadInput, match="there already"):
            embassy_of(office.secretariat)
        embassy_of(office.secretariat, "MM")
        with pytest.raises(BadInput, match="no such country"):
            embassy_of(office.secretariat, "QQ")

    def test_its_versions_are_not_without_end(self, office: Office, monkeypatch: pytest.MonkeyPatch):
        row = embassy_of(office.secretariat)
        monkeypatch.setattr(services, "_MOST_VERSIONS", 1)
        with pytest.raises(Conflict, match="too many versions"):
            services.stop(row, actor=ACTOR)

    @pytest.mark.parametrize(
        ("changes", "field", "said"),
        [
            ({"visa": ("{name.__class__}",)}, "visa", "one word of the list"),
            ({"visa": ("{0}",)}, "visa", "one word of the list"),
            ({"invitation": ("fine", "{nobody}")}, "invitation", "{nobody} is no placeholder"),
            ({"invitation": ("{name",)}, "invitation", "without its other half"),
            ({"addressee": "a\u202eb"}, "addressee", "hidden sign, U+202E"),
            ({"addressee": ""}, "addressee", "Nothing is written"),
            ({"addressee": "a" * 201}, "addressee", "at most 200 signs"),
            ({"visa": ()}, "visa", "Nothing is written"),
            ({"visa": ("a",) * 13}, "visa", "at most 12 paragraphs"),
            ({"visa": ("a" * 2001,)}, "visa", "at most 2000 signs"),
            ({"language": "de"}, "language", "not written in this language"),
        ],
    )
    def test_what_cannot_be_used_is_named_by_its_field(
        self, changes: dict[str, object], field: str, said: str
    ):
        with pytest.raises(BadInput) as refused:
            services.checked(wording_of(**changes))
        ((where, message),) = [(one.where, one.message) for one in refused.value.faults]
        assert where == field
        assert said in message


@pytest.mark.parametrize("language", ["en", "fr", "zh-hans", "ro", "ar"])
def test_a_sample_is_of_an_invented_person_and_says_so(language: str):
    words = words_of(language)
    for kind in queries.KINDS:
        paper = queries.sample(shipped(language), kind, country="MM", sender="Sample secretariat")
        assert paper.title.startswith(words["sample"])
        assert paper.facts[0] == (words["sample"], words["sample_note"])
        assert words["invented"]["name"] in " ".join(paper.sections[0].text)
        assert "{" not in str(paper)


@pytest.mark.django_db
class TestPages:
    def test_an_officer_adds_looks_changes_and_stops(self, office: Office):
        browser = browser_of(office.officer)
        new = reverse("workshops:embassy-new")
        assert "We invite {introduced}" in browser.get(new).content.decode()
        assert "Nous invitons" in browser.get(new, {"language": "fr"}).content.decode()
        told = typed(organisation=str(office.secretariat.pk))
        seen = browser.post(new, told | {"preview": "1"}).content.decode()
        assert "We invite Sample Person." in seen
        assert not Embassy.objects.exists()
        answer = browser.post(new, told)
        row = Embassy.objects.get()
        page = reverse("workshops:embassy", args=[row.pk])
        assert answer["Location"] == page
        first = row.versions.get()
        assert first.invitation == ["We invite {name}.", "We are glad."]
        assert first.visa == ["Please give a visa to {name}."]
        change = reverse("workshops:embassy-change", args=[row.pk])
        assert "We are glad." in browser.get(change).content.decode()
        assert "Ask Sample Person." in (
            browser.post(change, typed(visa="Ask {name}.", preview="1")).content.decode()
        )
        assert browser.post(change, typed(visa="Ask {name}."))["Location"] == page
        assert "Ask Sample Person." in browser.get(page).content.decode()
        assert "Please give a visa" in browser.get(page, {"version": "1"}).content.decode()
        assert browser.get(page, {"version": "9"}).status_code == 404
        assert "In use" in browser.get(reverse("workshops:embassies")).content.decode()
        assert browser.post(reverse("workshops:embassy-stop", args=[row.pk]))["Location"] == page
        assert "Not in use" in browser.get(page).content.decode()

    def test_faults_stand_beside_their_fields(self, office: Office):
        browser = browser_of(office.officer)
        row = embassy_of(office.secretariat)
        change = reverse("workshops:embassy-change", args=[row.pk])
        seen = browser.post(change, typed(visa="{x.y}", invitation="{z}")).content.decode()
        assert "{x.y} cannot be used" in seen
        assert "{z} is no placeholder" in seen
        new = reverse("workshops:embassy-new")
        told = typed(organisation=str(office.secretariat.pk), starts="2001-01-01")
        assert "This day is over" in browser.post(new, told).content.decode()

    def test_a_sample_can_be_printed_and_a_version_for_later_is_told(self, office: Office):
        browser = browser_of(office.officer)
        place = services.Place("CN", "Later embassy", "Beijing")
        later = clock.now().date() + timedelta(days=3)
        row = services.add_embassy(office.secretariat, place, wording_of(), later, actor=ACTOR)
        assert "From a later day on" in (
            browser.get(reverse("workshops:embassy", args=[row.pk])).content.decode()
        )
        made = browser.get(reverse("workshops:embassy-sample", args=[row.pk, 1, "visa"]))
        assert made.content.startswith(b"%PDF")
        for version, kind in ((2, "visa"), (1, "love")):
            where = reverse("workshops:embassy-sample", args=[row.pk, version, kind])
            assert browser.get(where).status_code == 404

    def test_only_those_who_keep_the_programme_of_the_organisation_change_it(self, office: Office):
        row = embassy_of(office.secretariat)
        page = reverse("workshops:embassy", args=[row.pk])
        change = reverse("workshops:embassy-change", args=[row.pk])
        approver = browser_of(office.approver)
        assert change not in approver.get(page).content.decode()
        assert approver.get(change).status_code == 403
        assert approver.post(reverse("workshops:embassy-stop", args=[row.pk])).status_code == 403
        other = Organisation.objects.create(code="other", name="Other (sample)", kind=Kind.SECRETARIAT)
        stranger = browser_of(person("stranger", other, Role.OFFICER))
        assert stranger.get(page).status_code == 404
        assert "No embassy is kept here" in stranger.get(reverse("workshops:embassies")).content.decode()
        assert EmbassyTemplate.objects.count() == 1
