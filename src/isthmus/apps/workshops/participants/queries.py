"""Whom a workshop knows already, as the rules of lists ask for it."""

from isthmus.apps.workshops.nominations import queries as nominations
from isthmus.apps.workshops.nominations.queries import NomineeSeen
from isthmus.apps.workshops.participants.rules.knowing import Known, Stands
from isthmus.apps.workshops.programme.models import Workshop


def participants_of(workshop: Workshop) -> list[NomineeSeen]:
    """Those who may come, by country: accepted by nomination, or entered from a list."""
    return [one for one in nominations.nominees_of(workshop) if nominations.is_accepted(one)]


def _stands(seen: NomineeSeen) -> Stands:
    if seen.nominee.withdrawn_at is not None:
        return Stands.WITHDRAWN
    if not nominations.is_accepted(seen):
        return Stands.UNDECIDED
    return Stands.ACCEPTED if seen.nominee.invitation.partner else Stands.LISTED


def known_of(workshop: Workshop) -> list[Known]:
    """Everybody who was nominated for a workshop or stands on a list of it."""
    return [
        Known(one.nominee.pk, one.nominee.name, one.country.upper(), one.nominee.email, _stands(one))
        for one in nominations.nominees_of(workshop)
    ]
