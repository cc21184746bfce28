"""Ending sessions when what guards an account has changed; a changed password does it by itself."""

from django.contrib.auth import update_session_auth_hash
from django.db.models import F
from django.http import HttpRequest

from isthmus.accounts.models import Officer


def end_all(officer: Officer) -> None:
    """End every session of this officer: their bond to the second factors no longer holds."""
    Officer.objects.filter(pk=officer.pk).update(factors_changed=F("factors_changed") + 1)
    officer.refresh_from_db(fields=["factors_changed"])


def end_others(request: HttpRequest, officer: Officer) -> None:
    """End every session of this officer but the one that asks, which gets a new key."""
    end_all(officer)
    update_session_auth_hash(request, officer)
