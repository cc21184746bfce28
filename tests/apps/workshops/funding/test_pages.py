"""The rules of the fund on a page: what holds, what does not, and what to do next."""

from datetime import timedelta

import pytest
from django.urls import reverse

from isthmus.apps.workshops.expenditure import services as money
from isthmus.apps.workshops.expenditure.rules.sums import Spent
from isthmus.apps.workshops.funding import queries
from isthmus.apps.workshops.models import Endorsement, Programme
from isthmus.apps.workshops.participants import services as lists
from isthmus.kit import clock
from tests.apps.workshops.conftest import Office
from tests.apps.workshops.people import ACTOR
from tests.second_factors import browser_of


@pytest.fixture
def programme(office: Office) -> Programme:
    """A programme to which three countries come; half is paid by the host."""
    workshop = office.called()
    people = b"Name,Country\nSample A,GH\nSample B,MV\n"
    lists.take(workshop, lists.read_list(people, workshop), actor=ACTOR)
    row = workshop.programme
    lines = [Spent("Travel", "Buses", 3_000_000), Spent("Travel", "Tickets", 3_000_000)]
    money.set_budget(row, lines, actor=ACTOR, source=row.fund, sources={("Travel", "Tickets"): "Host"})
    return row


@pytest.mark.django_db
class TestFundRules:
    def test_every_rule_is_answered_with_what_to_do_next(self, office: Office, programme: Programme):
        browser = browser_of(office.officer)
        at = reverse("workshops:fund-rules", args=[programme.code])
        page = browser.get(at, {"year": "2021"}).content.decode()
        assert "No rule is broken; something is not known" in page
        assert "Ask the focal point of each country for a signed endorsement" in page
        assert "3 countries take part" in page
        assert "the ceiling of the year is 35,000" in page
        assert (
            "The ceiling of this year is not known here" in browser.get(at, {"year": "2011"}).content.decode()
        )
        programme.currency = "EUR"
        programme.save()
        assert "The fund counts in USD" in browser.get(at).content.decode()

    def test_endorsements_are_noted_until_every_rule_holds(self, office: Office, programme: Programme):
        browser = browser_of(office.officer)
        at = reverse("workshops:fund-rules", args=[programme.code])
        note = reverse("workshops:endorsement-new", args=[programme.code])
        today = clock.now().date()
        told = {"signed_on": (today + timedelta(days=2)).isoformat(), "signatory": "Sample ministry"}
        assert "still to come" in browser.post(note, {**told, "country": "GH"}).content.decode()
        told["signed_on"] = today.isoformat()
        assert browser.post(note, {**told, "country": "GH"})["Location"] == at
        assert "lacking of: CN, MV" in browser.get(at).content.decode()
        assert browser.post(note, {**told, "country": "GH"}).status_code == 200
        for country in sorted(queries.to_endorse(programme)):
            browser.post(note, {**told, "country": country})
        page = browser.get(at, {"year": "2021"}).content.decode()
        assert "Every rule holds" in page
        row = Endorsement.objects.get(country="MV")
        assert browser.post(reverse("workshops:endorsement-back", args=[row.pk]))["Location"] == at
        assert "Not to be sent yet" in browser.get(at).content.decode()
        assert browser.post(reverse("workshops:endorsement-back", args=[row.pk])).status_code == 404
