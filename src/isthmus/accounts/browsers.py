"""Browsers that an officer signed in with before, by a signed cookie.

Their failed sign-ins are counted apart from everybody else's, so that strangers who guess at an account
slow down each other and not its owner. The cookie opens nothing: it only says whose counter a try goes to.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from isthmus.accounts.models import Officer

_SALT = "isthmus.accounts.browsers"
_DAYS = 365
_MOST = 5
"""Officers that one browser is known for; a shared laptop has more, and forgets the oldest."""


def _read(request: HttpRequest) -> dict[str, str]:
    try:
        found = signing.loads(
            request.COOKIES.get(settings.BROWSER_COOKIE_NAME, ""), salt=_SALT, max_age=_DAYS * 86400
        )
    except signing.BadSignature:
        return {}
    return found if isinstance(found, dict) else {}


def known_as(request: HttpRequest, email: str) -> str:
    """The name of this browser where the officer of this address signed in with it; empty elsewhere."""
    named = _read(request)
    if not named:
        return ""
    officer_id = Officer.objects.filter(email=email).values_list("pk", flat=True).first()
    return named.get(str(officer_id), "")


def remember(request: HttpRequest, response: HttpResponse, officer: Officer) -> HttpResponse:
    """Let the browser know that this officer signed in with it."""
    named = _read(request)
    name = named.pop(str(officer.pk), "") or secrets.token_urlsafe(12)
    named[str(officer.pk)] = name
    kept = dict(list(named.items())[-_MOST:])
    response.set_cookie(
        settings.BROWSER_COOKIE_NAME,
        signing.dumps(kept, salt=_SALT),
        max_age=_DAYS * 86400,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
