"""Assessments on pages, from opening to the signature of both."""

import pytest
from django.urls import reverse

from isthmus.accounts.models import Organisation
from isthmus.accounts.roles import Role
from isthmus.apps.excise.assessment.models import Assessment
from tests.apps.excise.assessment.test_between_nodes import (
    Corridor,
    about_excise,
    both_sides,
    corridor,
    opened,
    partners_result,
)
from tests.apps.excise.stamps.conftest import person
from tests.second_factors import browser_of

__all__ = ["about_excise", "corridor", "opened"]


@pytest.fixture
def client(customs: Organisation):  # type: ignore[no-untyped-def]  # given as tests need it
    return browser_of(person("approver", customs, Role.APPROVER))


def test_an_empty_list_says_how_one_begins(client) -> None:  # type: ignore[no-untyped-def]  # given as tests need it
    assert "No assessments yet" in client.get(reverse("excise:assessments")).content.decode()


def test_from_opening_to_sending(client, corridor: Corridor, customs: Organisation) -> None:  # type: ignore[no-untyped-def]  # given as tests need it
    given = {"partner": "cn", "organisation": customs.pk}
    page = client.post(reverse("excise:assessment-open"), given, follow=True).content.decode()
    row = Assessment.objects.get()
    assert row.number in page
    where = reverse("excise:assessment-clause", args=[row.pk, "answer", "marking.need"])
    assert "4: Yes, and the system derives it for each product." in client.get(where).content.decode()
    page = client.post(where, {"score": 4, "text": "By law"}, follow=True).content.decode()
    assert row.drafts.get().text == "By law"
    page = client.post(
        reverse("excise:assessment-send", args=[row.pk]), {"kind": "answers"}, follow=True
    ).content.decode()
    assert "No evidence" in page
    assert row.statements.count() == 1
    for address in (
        reverse("excise:assessment-clause", args=[row.pk, "answer", "no.clause"]),
        reverse("excise:assessment", args=[row.pk + 1]),
    ):
        assert client.get(address).status_code == 404
    assert client.post(reverse("excise:assessment-send", args=[row.pk]), {"kind": "x"}).status_code == 404


def test_disagreements_come_first_and_the_result_is_signed(  # type: ignore[no-untyped-def]  # given as tests need it
    client, corridor: Corridor, opened: Assessment
) -> None:
    both_sides(corridor, opened)
    page = client.get(reverse("excise:assessment", args=[opened.pk]), {"side": "partner"}).content.decode()
    assert page.index("Counters contradict it") < page.index("<h2>Registration</h2>")
    where = reverse("excise:assessment-clause", args=[opened.pk, "score", "marking.lost"])
    form = client.get(where).content.decode()
    assert "Audit says otherwise" in form
    assert "own score is 4: nothing in words" in form
    assert "Few · Report 7" in client.get(reverse("excise:assessment", args=[opened.pk])).content.decode()
    partners_result(corridor, opened)
    agree = reverse("excise:assessment-agree", args=[opened.pk])
    assert agree in client.get(reverse("excise:assessment", args=[opened.pk])).content.decode()
    assert "What you agree to" in client.get(agree).content.decode()
    page = client.post(agree, {"words": "We agree"}, follow=True).content.decode()
    assert "Signed by both" in page
