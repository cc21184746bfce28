"""What audit events mean, in words for a page; each layer states those of its own in its ``apps.py``."""

from functools import cache

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from isthmus.ui.text import Text

_WORDS: dict[str, Text] = {
    "access.refused": _("Was refused: the role was missing"),
    "accounts.sign-in": _("Signed in"),
    "accounts.sign-in.failed": _("Tried to sign in with a wrong password or code"),
    "accounts.sign-in.inactive": _("Tried to sign in to a deactivated account"),
    "accounts.sign-out": _("Signed out"),
    "accounts.password.chosen": _("Chose a password"),
    "accounts.password.changed": _("Changed the password"),
    "accounts.second-factor.added": _("Added a second factor"),
    "accounts.second-factor.removed": _("Removed a second factor"),
    "accounts.invitation.made": _("Made a link to choose a password"),
    "accounts.officer.created": _("Made an account"),
    "accounts.officer.changed": _("Changed name, language or letters"),
    "accounts.officer.deactivated": _("Deactivated an account"),
    "accounts.officer.activated": _("Activated an account"),
    "accounts.role.granted": _("Gave a role"),
    "accounts.role.revoked": _("Took a role away"),
    "accounts.organisation.created": _("Added an organisation"),
    "accounts.organisation.changed": _("Changed an organisation"),
    "accounts.token.issued": _("Issued an API token"),
    "accounts.token.revoked": _("Revoked an API token"),
    "accounts.letter.sent": _("Sent a letter by mail"),
    "accounts.letter.doubtful": _("A letter by mail was cut off, and may have left"),
    "accounts.letter.again": _("Sent a letter by mail again that may have left"),
    "accounts.letter.left": _("Left a letter by mail as it is"),
    "accounts.token.refused": _("Called with an API token that is not valid"),
}


def words_for(kind: str) -> Text:
    """What an event of this kind means; one that no layer has words for is shown by its kind."""
    return _all_words().get(kind, kind)


@cache
def _all_words() -> dict[str, Text]:
    found = dict(_WORDS)
    for config in apps.get_app_configs():
        found |= getattr(config, "event_words", {})
    return found
