"""Officers with a second factor, browsers in which one has just proved to be there, and codes."""

import time

from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from isthmus.accounts.models import Officer

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_app(officer: Officer) -> Authenticator:
    """An authenticator app with a secret that tests know."""
    return Authenticator.objects.create(user=officer, type=Authenticator.Type.TOTP, data={"secret": SECRET})


def code_now(step: int = 0) -> str:
    """What the app shows now, or ``step`` half minutes later."""
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(SECRET, counters[len(counters) // 2] + step))


def prove(client: Client, officer: Officer, *, ago: float = 0.0) -> Client:
    """Let the signed-in browser look as if the officer had typed a code ``ago`` seconds ago."""
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": "totp", "reauthenticated": True, "at": time.time() - ago}
    ]
    session["account_authentication_methods_user"] = user_id_to_str(officer)
    session.save()
    return client


def browser_of(officer: Officer) -> Client:
    """A browser in which the officer has signed in and proved it just now."""
    client = Client()
    client.force_login(officer)
    return prove(client, officer)
