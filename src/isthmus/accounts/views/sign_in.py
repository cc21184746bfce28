"""Around sign-in: the page that asks for a second factor to be set up, and links that do not work."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.views import logout, password_reset_from_key
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from isthmus.accounts import attempts, duty
from isthmus.accounts.addresses import caller_of
from isthmus.accounts.attempts import Counted, TooManyRequests
from isthmus.accounts.guard import ActorRequest, signed_in
from isthmus.accounts.patience import LINKS


@require_GET
@signed_in
def second_factor(request: ActorRequest) -> HttpResponse:
    """Why a second factor is needed and how to set one up; who has one goes on."""
    if duty.has_one(request.user.pk):
        return redirect("mfa_index")
    context = {"title": _("Set up a second factor"), "needed": duty.must_have_one(request.actor)}
    return render(request, "accounts/second_factor.html", context)


def proved_again(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """allauth's page that asks again who is there; the session gets a new key where that was proved."""

    @wraps(view)
    def asked(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        officer = request.user
        before = len(get_authentication_records(request, officer)) if request.method == "POST" else 0
        answer = view(request, **kwargs)
        if before and len(get_authentication_records(request, officer)) > before:
            request.session.cycle_key()
        return answer

    return asked


def sign_out(request: HttpRequest) -> HttpResponseBase:
    """allauth's sign-out; the browser also forgets what it kept of this node's pages."""
    answer: HttpResponseBase = logout(request)
    if request.method == "POST":
        answer["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def password_link(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
    """allauth's page behind a link to choose a password; links that do not work count against an address."""
    counted = Counted("link", (caller_of(request),), LINKS)
    wait = attempts.waiting(counted)
    if wait:
        raise TooManyRequests(wait)
    answer: HttpResponseBase = password_reset_from_key(request, **kwargs)
    if (getattr(answer, "context_data", None) or {}).get("token_fail"):
        attempts.begin(counted)
    return answer
