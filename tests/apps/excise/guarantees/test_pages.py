"""Pages of guarantees."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from isthmus.accounts.models import Membership, Officer, Organisation
from isthmus.accounts.roles import Role
from isthmus.apps.excise.guarantees import queries, services
from isthmus.apps.excise.guarantees.formats import consent
from isthmus.apps.excise.guarantees.wording import state_of
from isthmus.apps.excise.models import Guarantee, Operator
from tests.apps.excise.guarantees.conftest import DAY, consented, registered
from tests.second_factors import browser_of


@pytest.fixture
def browser(customs):
    officer = Officer.objects.create_user("officer@node.test", "Officer", "seven calm rivers")
    Membership.objects.create(officer=officer, organisation=customs, role=Role.OFFICER)
    return browser_of(officer)


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.content[:500]
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_guarantee_is_registered_signed_and_shown(browser, customs, operator, bank):
    assert "No guarantees yet" in text_of(browser.get(reverse("excise:guarantees")))
    given = {
        "number": "G-17",
        "kind": "comprehensive",
        "operator": operator.pk,
        "guarantor_name": "Sample bank",
        "guarantor_number": "1002600000099",
        "guarantor_jwk": json.dumps(consent.public_jwk(bank.public_key())),
        "amount": "1200.50",
        "currency": "MDL",
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
        "organisation": customs.pk,
    }
    address = reverse("excise:guarantee-register")
    assert "This currency has fewer decimals" in text_of(browser.post(address, given | {"currency": "JPY"}))
    private = json.dumps({**consent.public_jwk(bank.public_key()), "d": "x"})
    assert "must not leave" in text_of(browser.post(address, given | {"guarantor_jwk": private}))
    answer = browser.post(address, given)
    row = Guarantee.objects.get()
    assert answer["Location"] == reverse("excise:guarantee", args=[row.pk])
    assert "here already" in text_of(browser.post(address, given))
    assert row.amount_minor == 120_050
    assert "Take in the guarantor" in text_of(browser.get(answer["Location"]))
    signing = reverse("excise:guarantee-consent", args=[row.pk])
    assert "not a token" in text_of(browser.post(signing, {"consent": "anything"}))
    content = browser.get(reverse("excise:guarantee-statement", args=[row.pk])).content
    assert browser.post(signing, {"consent": consent.sign(content, bank)})["Location"] == answer["Location"]
    services.reserve(row, 100_000, key="ARC 1", on=DAY, reason="Dispatch", actor="officer")
    page = text_of(browser.get(answer["Location"]))
    assert "200.50 MDL of 1,200.50 MDL are free" in page
    assert "ARC 1" in page
    assert "200.50" in text_of(browser.get(reverse("excise:guarantees")))


def deed(row: Guarantee, name: str) -> str:
    return reverse("excise:guarantee-deed", args=[row.pk, name])


def test_what_is_done_is_released_by_somebody_else_with_a_reason(browser, guarantee):
    services.reserve(guarantee, 70_000, key="ARC 1", on=DAY, reason="Dispatch", actor="officer@node.test")
    services.reserve(guarantee, 5_000, key="ARC 2", on=DAY, reason="Dispatch", actor="token of a system")
    here = reverse("excise:guarantee", args=[guarantee.pk])
    shown = text_of(browser.get(here))
    assert f"{deed(guarantee, 'release')}?deed=ARC+1" in shown
    assert "Free 25.0 %, Reserved 75.0 %, Claimed 0.0 %" in shown
    form = text_of(browser.get(deed(guarantee, "release"), {"deed": "ARC 2"}))
    assert f"{deed(guarantee, 'claim')}?deed=ARC+2" in form
    assert '<option value="ARC 2" selected>ARC 2 (50.00 MDL)</option>' in form
    given = {"key": "ARC 1", "on": DAY.isoformat(), "why": "Arrived on paper"}
    assert "somebody else releases it" in text_of(browser.post(deed(guarantee, "release"), given))
    missing = text_of(browser.post(deed(guarantee, "release"), given | {"key": "ARC 2", "why": " "}))
    assert "required" in missing
    ahead = given | {"key": "ARC 2", "on": "2999-01-01"}
    assert "lies ahead" in text_of(browser.post(deed(guarantee, "release"), ahead))
    assert browser.post(deed(guarantee, "release"), given | {"key": "ARC 2"})["Location"] == here
    assert queries.held_of(guarantee) == queries.Held(30_000, 70_000, 0)
    assert "Arrived on paper" in text_of(browser.get(here))


def test_a_claim_is_posted_and_one_beyond_the_guarantee_says_what_is_free(browser, guarantee):
    given = {"key": "RET-2026-000001", "amount": "250.5", "on": DAY.isoformat(), "why": "Unpaid duty"}
    page = text_of(browser.post(deed(guarantee, "claim"), given | {"amount": "1000.01"}))
    assert "1,000.00 MDL of it are free" in page
    assert "fewer decimals" in text_of(browser.post(deed(guarantee, "claim"), given | {"amount": "1.001"}))
    for _twice in range(2):
        assert browser.post(deed(guarantee, "claim"), given).status_code == 302
    assert queries.held_of(guarantee) == queries.Held(74_950, 0, 25_050)
    assert "749.50 MDL" in text_of(browser.get(deed(guarantee, "claim")))


def test_a_guarantee_is_ended_from_a_day_of_its_validity(browser, guarantee):
    given = {"on": "2027-01-01", "why": "The bank withdrew"}
    assert "Choose a day from 2026-01-01 to 2026-12-31" in text_of(
        browser.post(deed(guarantee, "end"), given)
    )
    here = browser.post(deed(guarantee, "end"), given | {"on": DAY.isoformat()})["Location"]
    shown = text_of(browser.get(here))
    assert "The bank withdrew" in shown
    assert deed(guarantee, "end") not in shown
    assert browser.get(deed(guarantee, "burn")).status_code == 404


def test_the_page_of_an_operator_counts_what_is_in_force(browser, operator, bank, guarantee):
    services.reserve(guarantee, 70_000, key="ARC 1", on=DAY, reason="Dispatch", actor="o")
    ended = consented(operator, bank, number="G-18", amount_minor=5_000)
    services.end(ended, on=DAY, why="Withdrawn", actor="o")
    registered(operator, bank, number="G-19")
    page = text_of(browser.get(reverse("excise:operator-guarantees", args=[operator.excise_number])))
    assert "300.00 MDL, of 1,050.00 MDL guaranteed; 700.00 MDL reserved, 0.00 MDL claimed" in page
    for shown in ("G-17", "G-18", "G-19", "Ended", "Waits for the guarantor"):
        assert shown in page
    assert browser.get(reverse("excise:operator-guarantees", args=["MD99999999999"])).status_code == 404
    assert "G-18" not in text_of(
        browser.get(reverse("excise:guarantees"), {"q": "g-17", "state": "consented"})
    )


@pytest.mark.parametrize(
    ("first", "last", "word"),
    [
        (DAY + timedelta(days=1), DAY + timedelta(days=9), "Not valid yet"),
        (DAY - timedelta(days=9), DAY - timedelta(days=1), "Has run out"),
    ],
)
def test_a_state_says_whether_it_counts_today(operator, bank, first, last, word):
    row = consented(operator, bank, valid_from=first, valid_until=last)
    assert str(state_of(row, DAY)) == word
    assert str(state_of(row, first)) == "Consented"


def test_an_end_that_is_still_to_come_is_told(guarantee):
    row = services.end(guarantee, on=DAY + timedelta(days=5), why="Notice of the bank", actor="o")
    assert [str(state_of(row, DAY + timedelta(days=days))) for days in (0, 4, 5)] == ["Ends", "Ends", "Ended"]


def test_a_firm_reads_its_own_and_moves_nothing(operator, bank):
    firm = Organisation.objects.create(code="winery", name="Winery", kind="firm")
    Operator.objects.update(firm=firm)
    row = consented(operator, bank)
    officer = Officer.objects.create_user("winery@node.test", "Winery", "seven calm rivers")
    Membership.objects.create(officer=officer, organisation=firm, role=Role.OFFICER)
    browser = browser_of(officer)
    shown = text_of(browser.get(reverse("excise:guarantee", args=[row.pk])))
    assert deed(row, "claim") not in shown
    for name in ("claim", "release", "end"):
        assert browser.post(deed(row, name), {"why": "x"}).status_code == 403
    assert "Register a guarantee" not in text_of(browser.get(reverse("excise:guarantees")))


def test_others_see_none_of_it(operator, bank):
    row = registered(operator, bank)
    other = Organisation.objects.create(code="other", name="Other", kind="agency")
    officer = Officer.objects.create_user("other@node.test", "Other", "seven calm rivers")
    Membership.objects.create(officer=officer, organisation=other, role=Role.OFFICER)
    browser = browser_of(officer)
    assert browser.get(reverse("excise:guarantee", args=[row.pk])).status_code == 404
    assert browser.get(reverse("excise:guarantee-statement", args=[row.pk])).status_code == 404
    assert operator.name not in text_of(browser.get(reverse("excise:guarantee-register")))
