"""What stands before every page: who needs a second factor and has none sets one up first."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from isthmus.accounts import duty
from isthmus.accounts.policy import actor_of

Respond = Callable[[HttpRequest], HttpResponse]

SETTING_UP = "accounts:second_factor"
_OPEN = frozenset(
    {
        SETTING_UP,
        "account_logout",
        "account_reauthenticate",
        "account_change_password",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "set_language",
        "health",
        "node-card",
    }
)
_BETWEEN_NODES = "exchange-"
"""How the names of all addresses begin that partners call: their requests are signed, no session is read."""


class SecondFactorFirst:
    """Lead an officer whose role needs a second factor to setting it up, whatever was asked for."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; the work is done once the address is resolved."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _kwargs: object
    ) -> HttpResponseBase | None:
        """The page that sets one up, or None to go on."""
        match = request.resolver_match
        if match is None or match.view_name in _OPEN or match.namespace == "api":
            return None
        if match.view_name.startswith(_BETWEEN_NODES):
            return None
        if not request.user.is_authenticated:
            return None
        actor = actor_of(request)
        if not duty.must_have_one(actor) or duty.has_one(request.user.pk):
            return None
        if request.headers.get("HX-Request") == "true":
            answer = HttpResponse()
            answer["HX-Redirect"] = reverse(SETTING_UP)
            return answer
        return redirect(SETTING_UP)
