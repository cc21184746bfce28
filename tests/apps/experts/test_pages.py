"""The pages: writing a profile, consent, the passport of a received one, engagements, erasure."""

from typing import Any

import pytest
from django.test import Client

from isthmus.apps.experts import profile_forms
from isthmus.apps.experts.models import Crossing, Engagement, Expert
from isthmus.apps.experts.records import EngagementV1
from isthmus.apps.experts.sample_queries import engagements, profiles
from tests.apps.experts.conftest import Office, profile
from tests.exchange.pages import text_of, visitor

DETAILS = {
    "email": "me@sample.example",
    "orcid": "0000-0002-1825-0097",
    "conflicts": "A share in a firm\n\nA relative",
}


def post(browser: Client, url: str, **data: Any) -> str:
    """Send a form; where it leads, or the page that says what is wrong."""
    response = browser.post(url, data)
    return response["Location"] if response.status_code == 302 else text_of(response)


class TestWriting:
    def test_a_person_writes_a_page_at_a_time_and_consents(self, office: Office) -> None:
        browser = visitor(office.people.officer)
        who = {"name": "Officer Sample (sample)", "headline": "Customs adviser", "language": "en"}
        there = post(browser, "/experts/mine/", **who, country="mm", summary="Did\nthings")
        row = Expert.objects.get()
        assert there == f"/experts/{row.key}/change/can/"
        there = post(browser, there, skills="Audit; 2411", sectors=["customs"], countries="md, LA md")
        there = post(browser, there, language_1="ro", level_1="B2", language_2="en", level_2="C2")
        there = post(browser, there, available_from="2027-01-01", weeks="3")
        there = post(browser, there, **DETAILS)
        assert there == f"/experts/{row.key}/check/"
        page = text_of(browser.get(there))
        for said in ("Audit", "Romanian B2", "3 weeks", "A relative", "Next you choose who may see it"):
            assert said in page
        assert post(browser, there) == f"/experts/{row.key}/consent/"
        page = text_of(browser.get(f"/experts/{row.key}/consent/"))
        assert "Knows nothing of this person." in page
        assert "USB stick" in page
        there = post(browser, f"/experts/{row.key}/consent/cn/", purposes=["listed", "contacted"])
        assert there == f"/experts/{row.key}/consent/"
        assert Crossing.objects.get().with_contact
        row.refresh_from_db()
        assert (row.country, row.countries, row.level) == ("MM", ["MD", "LA"], "self")
        assert [one["declared"] for one in row.conflicts] == ["A share in a firm", "A relative"]
        assert browser.get("/experts/mine/")["Location"] == f"/experts/{row.key}/"
        for step in ("who", "can", "speaks", "when", "reach"):
            assert browser.get(f"/experts/{row.key}/change/{step}/").status_code == 200
        back = post(browser, f"/experts/{row.key}/change/when/?check", weeks="4")
        assert back == f"/experts/{row.key}/check/"
        assert "Not stated as it stands" in text_of(browser.get(f"/experts/{row.key}/"))
        assert "It goes to cn once you state it." in text_of(browser.get(back))
        assert post(browser, back) == f"/experts/{row.key}/"

    @pytest.mark.parametrize(
        ("step", "data", "said"),
        [
            (
                "who",
                {"name": "A", "headline": "B", "language": "en", "country": "QQ"},
                "no code of a country",
            ),
            ("can", {"skills": "; 12"}, "line 1: name the skill"),
            ("can", {"countries": "MD, QQ"}, "no code of a country"),
            ("when", {"available_from": "2027-02-01", "available_until": "2027-01-01"}, "before the first"),
            ("reach", {"orcid": "0000-0002-1825-0098"}, "look for a mistyped digit"),
            ("reach", {"orcid": "0000-0002"}, "An ORCID has sixteen digits, such as 0000-0002-1825-0097."),
        ],
    )
    def test_what_cannot_be_is_said_beside_its_field(
        self, office: Office, step: str, data: dict[str, str], said: str
    ) -> None:
        row = office.expert(own=True)
        assert said in post(visitor(office.people.officer), f"/experts/{row.key}/change/{step}/", **data)

    @pytest.mark.parametrize("wrong", ["0000-0002", "0000-0002-1825-0098"])
    def test_what_is_wrong_with_an_orcid_is_said_in_the_readers_language(
        self, wrong: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(profile_forms, "_", lambda text: f"translated: {text}")
        form = profile_forms.Reach({"orcid": wrong})
        assert form.errors["orcid"][0].startswith("translated: ")

    def test_an_officer_enters_somebody_of_the_organisation(self, office: Office) -> None:
        browser = visitor(office.people.officer)
        assert browser.get("/experts/new/").status_code == 200
        data = {"organisation": office.people.customs.pk, "name": "A", "headline": "B", "language": "en"}
        post(browser, "/experts/new/", **data)
        row = Expert.objects.get()
        assert (row.organisation, row.person) == (office.people.customs, None)
        assert browser.get(f"/experts/{row.key}/change/else/").status_code == 404
        assert visitor(office.people.elsewhere).get(f"/experts/{row.key}/check/").status_code == 404

    def test_consent_pages_refuse_what_the_service_refuses(self, office: Office) -> None:
        row = office.expert()
        browser = visitor(office.people.officer)
        assert browser.get(f"/experts/{row.key}/consent/la/").status_code == 404
        said = post(browser, f"/experts/{row.key}/consent/cn/", purposes=["contacted"])
        assert "must be listed" in said

    def test_verifying_needs_another_person_and_the_right(self, office: Office) -> None:
        row = office.consent(office.expert(own=True), "mm", "listed")
        url, told = f"/experts/{row.key}/verify/", {"note": "Diploma seen"}
        assert "Nobody verifies the own profile." in post(
            visitor(office.people.officer), url, level="email", **told
        )
        assert post(visitor(office.people.approver), url, level="node", **told) == f"/experts/{row.key}/"
        row.refresh_from_db()
        assert row.level == "node"
        assert visitor(office.people.auditor).get(url).status_code == 403
        office.hear("experts.profile/1", profile())
        there = Expert.objects.get(node="cn")
        assert visitor(office.people.approver).get(f"/experts/{there.key}/verify/").status_code == 404


class TestSeeing:
    def test_the_list_has_a_map_and_filters(self, office: Office) -> None:
        browser = visitor(office.people.elsewhere)
        assert "Nobody is listed here yet" in text_of(browser.get("/experts/"))
        office.consent(office.expert(), "mm", "listed")
        office.expert(name="Hidden (sample)")
        office.hear("experts.profile/1", profile())
        page = text_of(browser.get("/experts/"))
        assert "Hidden" not in page
        assert "plot-tiles" in page
        filtered = text_of(browser.get("/experts/?country=cn&level=node"))
        assert "Bo Sample" in filtered
        assert "Ana Sample" not in filtered
        assert "Hidden" in text_of(visitor(office.people.officer).get("/experts/"))

    def test_contact_details_only_with_consent(self, office: Office) -> None:
        row = office.consent(office.expert(), "mm", "listed")
        other = visitor(office.people.elsewhere)
        assert "sample.example" not in text_of(other.get(f"/experts/{row.key}/"))
        assert b"EMAIL" not in other.get(f"/experts/{row.key}/card.vcf").content
        office.consent(row, "mm", "listed", "contacted")
        assert "sample.example" in text_of(other.get(f"/experts/{row.key}/"))
        card = other.get(f"/experts/{row.key}/card.vcf")
        assert (card["Content-Type"], b"EMAIL:ana@sample.example" in card.content) == (
            "text/vcard; charset=utf-8",
            True,
        )

    def test_a_received_one_has_its_passport(self, office: Office) -> None:
        office.hear("experts.profile/1", profile(references=[]))
        row = Expert.objects.get()
        page = text_of(visitor(office.people.approver).get(f"/experts/{row.key}/"))
        assert "Signed by" in page
        assert "China test node" in page
        assert b"FN:Bo Sample" in visitor(office.people.officer).get(f"/experts/{row.key}/card.vcf").content

    def test_contact_details_that_have_not_come_are_said_to_be_missing(self, office: Office) -> None:
        contact = {"sha256": "a" * 64, "size": 10, "media_type": "text/vcard", "name": "contact.vcf"}
        assert (
            office.hear("experts.profile/1", profile(purposes=["listed", "contacted"], contact=contact)) == ""
        )
        row = Expert.objects.get()
        browser = visitor(office.people.approver)
        assert "Contact details came encrypted" in text_of(browser.get(f"/experts/{row.key}/"))
        assert browser.get(f"/experts/{row.key}/card.vcf").status_code == 409

    def test_nobody_is_not_found(self, office: Office) -> None:
        browser = visitor(office.people.officer)
        assert browser.get("/experts/nobody/").status_code == 404
        assert browser.get("/experts/nobody/receipts/").status_code == 404
        assert visitor(office.people.nobody).get("/experts/").status_code == 403


class TestEngagements:
    def test_stated_answered_and_shown_as_a_reference(self, office: Office) -> None:
        row = office.consent(office.expert(own=True), "mm", "listed")
        engager, own = visitor(office.people.elsewhere), visitor(office.people.officer)
        days = {"starts": "2026-03-01", "ends": "2026-03-21"}
        asked = {"organisation": office.people.revenue.pk, "title": "Stamps", "words": "Good"}
        assert "State an engagement" in text_of(engager.get(f"/experts/{row.key}/engage/"))
        there = post(engager, f"/experts/{row.key}/engage/", **asked, **days)
        assert "One side has spoken" in text_of(own.get(there))
        assert "Was it so?" in text_of(own.get(f"{there}expert/"))
        assert post(own, f"{there}expert/", says="confirmed", words="Yes") == there
        assert "Both sides agree" in text_of(engager.get(there))
        assert "Stamps" in text_of(engager.get(f"/experts/{row.key}/"))
        assert engager.get(f"{there}expert/").status_code == 404
        assert visitor(office.people.auditor).get(there).status_code == 404
        assert "Stamps" in text_of(own.get("/experts/engagements/"))

    def test_an_expert_states_one(self, office: Office) -> None:
        row = office.consent(office.expert(own=True), "cn", "listed")
        browser = visitor(office.people.officer)
        assert browser.get(f"/experts/{row.key}/claim/").status_code == 200
        told = {"node": "cn", "engager": "Sample bureau", "title": "Audit", "starts": "2026-03-02"}
        assert "before the first" in post(browser, f"/experts/{row.key}/claim/", **told, ends="2026-03-01")
        there = post(browser, f"/experts/{row.key}/claim/", **told, ends="2026-03-09")
        assert "Sample bureau" in text_of(browser.get(there))
        assert "No engagement yet" in text_of(visitor(office.people.auditor).get("/experts/engagements/"))

    def test_wrong_days_are_said(self, office: Office) -> None:
        row = office.consent(office.expert(), "mm", "listed")
        asked = {"organisation": office.people.customs.pk, "title": "X", "starts": "2026-03-02"}
        url = f"/experts/{row.key}/engage/"
        assert "before the first" in post(visitor(office.people.officer), url, **asked, ends="2026-03-01")


class TestErasing:
    def test_says_what_goes_and_who_confirmed(self, office: Office) -> None:
        row = office.consent(office.expert(own=True), "cn", "listed")
        office.deliver()
        browser = visitor(office.people.officer)
        page = text_of(browser.get(f"/experts/{row.key}/erase/"))
        assert "<li>cn</li>" in page
        there = post(browser, f"/experts/{row.key}/erase/")
        assert there == f"/experts/{row.key}/receipts/"
        assert "On its way" in text_of(browser.get(there))
        office.deliver()
        page = text_of(browser.get(there))
        assert "Confirmed by receipt" in page
        assert "USB stick" in page
        assert visitor(office.people.elsewhere).get(there).status_code == 404
        assert browser.get(f"/experts/{row.key}/").status_code == 404

    def test_while_a_stream_recovers_the_page_says_so(self, office: Office) -> None:
        row = office.consent(office.expert(own=True), "cn", "listed")
        stream = office.stream
        stream.state = "recovering"
        stream.save()
        page = post(visitor(office.people.officer), f"/experts/{row.key}/erase/")
        assert "recovers from an older state" in page


def test_samples_for_the_dry_run_hold_no_contact_details(office: Office) -> None:
    from isthmus.accounts.policy import actor_for

    row = office.consent(office.expert(own=True), "mm", "listed")
    actor = actor_for(office.people.officer)
    assert profiles(actor)[0].body["contact"] is None
    days = {"starts": "2026-03-01", "ends": "2026-03-21", "organisation": office.people.customs.pk}
    post(visitor(office.people.officer), f"/experts/{row.key}/engage/", title="Stamps", **days)
    assert EngagementV1.model_validate(engagements(actor)[0].body).title == "Stamps"
    assert Engagement.objects.count() == 1
