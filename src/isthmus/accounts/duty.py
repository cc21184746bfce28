"""Who needs a second factor, who has one, and how lately somebody proved to be there.

An approver signs for the country, an operator holds its keys, an auditor reads everything: for these the
password alone is not enough. A node may ask it of everybody (``ISTHMUS_SECOND_FACTOR``).
"""

import time
from collections.abc import Iterable

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from isthmus.accounts.models import Officer
from isthmus.accounts.policy import Actor
from isthmus.accounts.roles import Role

ROLES = frozenset({Role.APPROVER, Role.OPERATOR, Role.AUDITOR})
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
FRESH_SECONDS = 300


def needs_second_factor(roles: Iterable[str], asked_of: str) -> bool:
    """Whether a holder of these roles needs one; ``asked_of`` is by-role, everybody or nobody."""
    if asked_of == "nobody":
        return False
    return asked_of == "everybody" or not ROLES.isdisjoint(roles)


def must_have_one(actor: Actor) -> bool:
    """Whether this officer needs a second factor on this node; a program's token never does."""
    if actor.officer_id is None:
        return False
    return needs_second_factor((role for _id, role in actor.memberships), settings.ISTHMUS.second_factor)


def has_one(officer_id: int) -> bool:
    """Whether an app, a passkey or a security key stands before the account; recovery codes alone do not."""
    found: bool = Authenticator.objects.filter(user_id=officer_id, type__in=FACTORS).exists()
    return found


def proved_lately(request: HttpRequest, officer: Officer) -> bool:
    """Whether the officer proved within five minutes to be the one who sits there.

    By the second factor where there is one, because the password may be known to somebody else; a sign-in
    counts as well as a question in between.
    """
    since = time.time() - FRESH_SECONDS
    guarded = has_one(officer.pk)
    records = get_authentication_records(request, officer)
    return any(
        record.get("at", 0) >= since and (record.get("method") == "mfa" or not guarded) for record in records
    )
