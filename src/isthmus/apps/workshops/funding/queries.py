"""A programme as a proposal to the fund, as far as its rows say."""

from datetime import date

from django.conf import settings

from isthmus.apps.workshops.funding.rules.pgtf import Proposal
from isthmus.apps.workshops.nominations.models import Invitation
from isthmus.apps.workshops.programme.models import Programme
from isthmus.apps.workshops.programme.wording import digits_of


def proposal_of(programme: Programme, *, year: int | None = None) -> Proposal:
    """Countries are those that are called or entered; what the fund pays is asked for, the rest is matching.

    Who has endorsed it is not known before the first endorsement is noted. ``year`` is
    that of the call, else of the programme's first day.
    """
    found = Invitation.objects.filter(workshop__programme=programme).exclude(country="")
    whole = 10 ** digits_of(programme.currency)
    asked = matching = 0
    for source, minor in programme.budget.values_list("source", "budget_minor"):
        if source in {"", programme.fund[:100]}:
            asked += minor
        else:
            matching += minor
    first: date = programme.starts
    others = Programme.objects.filter(
        organisation=programme.organisation, fund=programme.fund, starts__year=first.year
    )
    return Proposal(
        programme.organisation.name,
        year or first.year,
        frozenset(found.values_list("country", flat=True)),
        settings.ISTHMUS.country,
        frozenset(programme.endorsements.values_list("country", flat=True)) or None,
        -(-asked // whole),
        matching // whole,
        others.exclude(pk=programme.pk).count(),
    )


def to_endorse(programme: Programme) -> frozenset[str]:
    """The other countries that take part and have no endorsement noted."""
    proposal = proposal_of(programme)
    return proposal.countries - {proposal.at_home} - (proposal.endorsed or frozenset())
