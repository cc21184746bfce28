"""Whether those who may do most are guarded, and whether one of them can help another."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from isthmus.accounts.queries import approvers
from isthmus.node.checkup.finding import Finding


def people() -> Iterator[Finding]:
    """The rule of the second factor, and how many approvers there are."""
    what = _("Sign-in")
    if settings.ISTHMUS.second_factor == "nobody":
        found = _("Nobody needs a second factor: a stolen password opens an approver's account.")
        advice = _("Take ISTHMUS_SECOND_FACTOR=nobody out of isthmus.env; it is for a demonstration.")
        yield Finding("warning", what, found, advice)
    elif approvers().count() == 1:
        found = _("There is one approver: nobody can help when the phone and the recovery codes are lost.")
        yield Finding("warning", what, found, _("Let the approver invite a second one, under People."))
    else:
        yield Finding("ok", what, _("Those who sign, operate and audit need a second factor."))
