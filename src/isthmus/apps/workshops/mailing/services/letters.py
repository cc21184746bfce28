"""Letters to nominees and delegates. Each is written once for its occasion, beside the rows that it tells of.

A country writes to its own people in the node's language; a secretariat in an official language of the
person's country where the node speaks one, in its own otherwise.
"""

from babel.languages import get_official_languages
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from isthmus.accounts.letters import greeting, paragraphs, post
from isthmus.apps.workshops.nominations.models import Nomination, Says, Selection
from isthmus.ui.formats import day_text


def language_of(country: str) -> str:
    """A language of this node that is official in a country; the node's own where there is none."""
    official = get_official_languages(country, de_facto=True) if country else ()
    spoken = [code for code, _name in settings.LANGUAGES if code.partition("-")[0] in official]
    return spoken[0] if len(spoken) == 1 else settings.LANGUAGE_CODE


def _decided(row: Nomination) -> str:
    told = {"workshop": row.call.title, "place": row.call.place, "starts": day_text(row.call.starts)}
    if row.state == Nomination.State.ACCEPTED:
        return _("You are accepted for “%(workshop)s”, which begins on %(starts)s.") % told
    if row.state == Nomination.State.WAITING:
        return _("You are on the waiting list for “%(workshop)s”.") % told
    return _("You are not accepted for “%(workshop)s” this time.") % told


def tell_decision(row: Nomination) -> None:
    """At the country: write to a person what the secretariat decided."""
    if row.answered_at is None or row.state == Nomination.State.WITHDRAWN:
        return
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("The reason: %(reason)s") % {"reason": row.reason} if row.reason else ""
        hint = (
            _("The focal point of your country tells you what comes next.")
            if row.state == Nomination.State.ACCEPTED
            else ""
        )
        post(
            f"workshops.decision:{row.reference}:{row.answered_at.isoformat()}",
            row.email,
            row.name,
            _("Decision about “%(workshop)s”") % {"workshop": row.call.title},
            paragraphs(greeting(row.name), _decided(row), reason, hint),
        )


def invite(selection: Selection) -> None:
    """At the secretariat: write an invitation to whoever was accepted."""
    nominee = selection.nominee
    invitation = nominee.invitation
    workshop = invitation.workshop
    if selection.says != Says.ACCEPTED:
        return
    with translation.override(language_of(invitation.country)):
        told = {
            "host": workshop.host,
            "workshop": workshop.title,
            "place": workshop.place,
            "starts": day_text(workshop.starts),
            "ends": day_text(workshop.ends),
        }
        post(
            f"workshops.invitation:{nominee.reference}:{selection.pk}",
            nominee.email,
            nominee.name,
            _("Invitation to “%(workshop)s”") % told,
            paragraphs(
                greeting(nominee.name),
                _("%(host)s invites you to “%(workshop)s” in %(place)s, from %(starts)s to %(ends)s.") % told,
                _("Ask the focal point of your country about the journey, the visa and the signed letter."),
            ),
        )
