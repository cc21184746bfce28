"""Who calls the HTTP API: a program with a bearer token of one organisation."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from isthmus.accounts import audit
from isthmus.accounts.addresses import caller_of
from isthmus.accounts.attempts import Counted, TooManyRequests, begin
from isthmus.accounts.models import ApiToken, Organisation
from isthmus.accounts.patience import TOKENS
from isthmus.accounts.policy import Actor
from isthmus.accounts.throttle import Throttle
from isthmus.accounts.tokens import actor_by_secret, digest
from isthmus.kit.errors import Refused

REQUESTS = Throttle(burst=600, per_minute=600)
"""What each token may ask."""


class Unauthenticated(Refused):
    """The request carries no token that this node accepts."""

    status = 401


class TokenRequest(HttpRequest):
    """A request behind ``OrganisationToken``; ``actor`` says who asks. For type checking."""

    auth: Actor
    actor: Actor


class OrganisationToken(HttpBearer):
    """`Authorization: Bearer ist_...`; sets ``request.actor``.

    Raises Unauthenticated for a token that is unknown, expired or revoked, which is noted in the list of
    events, and TooManyRequests.
    """

    openapi_description = (
        "A token of an organisation, issued by an approver of the node under People, Tokens. It begins with "
        "`ist_`, acts in one role, and is shown once when it is issued."
    )

    def __call__(self, request: HttpRequest) -> Actor:
        """The actor behind the request; see the class."""
        actor = super().__call__(request)
        if not isinstance(actor, Actor):
            raise Unauthenticated(
                "accounts.token.missing",
                _("The request carries no token."),
                next_step=_("Send the header “Authorization: Bearer ist_…”."),
            )
        return actor

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """The actor behind a bearer secret."""
        actor = actor_by_secret(token)
        if actor is None:
            _note_failure(request, token)
            raise Unauthenticated(
                "accounts.token.unusable",
                _("The token is unknown, expired or revoked."),
                next_step=_("Ask an approver of this node for a new one."),
            )
        _take(REQUESTS, actor.token_id)
        cast("TokenRequest", request).actor = actor
        return actor


def organisation_of(actor: Actor) -> Organisation:
    """The organisation that a token acts for; Refused where it was closed."""
    found = Organisation.objects.filter(pk__in=actor.organisation_ids).first()
    if found is None:
        raise Refused("accounts.organisation.closed", _("The organisation of this token is closed."))
    return found


def _take(throttle: Throttle, key: object) -> None:
    seconds = throttle.take(str(key))
    if seconds:
        raise TooManyRequests(seconds)


def _note_failure(request: HttpRequest, secret: str) -> None:
    """One event for a failed try; too many from one address are answered without one.

    Guessing 256 bits is hopeless; filling the log must be, too.
    """
    address = caller_of(request)
    begin(Counted("token", (address,), TOKENS))
    known = ApiToken.objects.filter(digest=digest(secret)).first() if secret.isascii() else None
    # The route, not the path: a stranger's path can hold what a database cannot store.
    route = request.resolver_match.route if request.resolver_match else ""
    audit.note_refusal(
        "accounts.token.refused",
        actor=f"token {known.label}" if known is not None else "unknown token",
        subject=f"{request.method} {route}",
        detail={"address": address, "why": known.state if known is not None else "unknown"},
    )
