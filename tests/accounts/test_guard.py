"""The guard before a page."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from isthmus.accounts.guard import authorised, signed_in
from isthmus.accounts.models import AuditEvent, Officer
from isthmus.accounts.policy import require
from isthmus.kit.errors import Refused

from .conftest import People


@authorised("accounts.person.manage")
def manage(request: HttpRequest, number: int) -> HttpResponse:
    return HttpResponse(f"{number} for {request.actor.label}")


@authorised("accounts.person.view")
def fails_midway(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        require(request.actor, "accounts.person.manage")
    raise AssertionError("the line above refuses")


@signed_in
def own_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.actor.label)


def ask(user: Officer | AnonymousUser, path: str = "/people/7/?role=officer", **headers: str) -> HttpRequest:
    request = RequestFactory().get(path, headers=headers)
    request.user = user
    return request


def test_who_may_comes_in_and_is_known(people: People) -> None:
    assert manage(ask(people.approver), 7).content == b"7 for approver@node.test"


def test_who_may_not_is_refused_and_it_is_noted(people: People) -> None:
    with pytest.raises(Refused):
        manage(ask(people.officer), 7)
    assert AuditEvent.objects.get().detail == {"action": "accounts.person.manage"}


def test_who_has_not_signed_in_is_asked_to_and_led_back(people: People) -> None:
    answer = manage(ask(AnonymousUser()), 7)
    assert answer.status_code == 302
    assert answer["Location"].endswith("/login/?next=/people/7/%3Frole%3Dofficer")
    assert not AuditEvent.objects.exists()


def test_a_deactivated_officer_is_asked_to_sign_in(people: People) -> None:
    people.approver.is_active = False
    assert manage(ask(people.approver), 7).status_code == 302


def test_a_fragment_sends_the_whole_page_to_sign_in(people: People) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost:8000/people/?page=2"}
    answer = manage(ask(AnonymousUser(), **headers), 7)
    assert answer["HX-Redirect"].endswith("/login/?next=/people/%3Fpage%3D2")
    assert manage(ask(AnonymousUser(), **{"HX-Request": "true"}), 7)["HX-Redirect"].endswith("?next=/")


def test_a_refusal_midway_is_noted_although_its_transaction_rolls_back(people: People) -> None:
    with pytest.raises(Refused):
        fails_midway(ask(people.officer))
    assert AuditEvent.objects.get().kind == "access.refused"


def test_the_own_page_needs_no_role(people: People) -> None:
    assert own_page(ask(people.nobody)).content == b"nobody@node.test"
    assert own_page(ask(AnonymousUser())).status_code == 302
