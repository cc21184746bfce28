"""Noting which countries have signed an endorsement of a programme."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.workshops.funding.models import Endorsement
from isthmus.apps.workshops.programme.models import Programme
from isthmus.apps.workshops.programme.services.planning import bad, open_programme
from isthmus.kit import clock


@transaction.atomic
def endorse(
    programme: Programme, country: str, signed_on: date, signatory: str, *, actor: str
) -> Endorsement:
    """Note a signed endorsement; BadInput for a day to come, or a country that has one."""
    row = open_programme(programme)
    if signed_on > clock.now().date():
        raise bad("signed_on", _("This day is still to come."))
    if row.endorsements.filter(country=country).exists():
        raise bad("country", _("An endorsement of this country is noted already."))
    made = Endorsement.objects.create(
        programme=row, country=country, signed_on=signed_on, signatory=signatory, by=actor, at=clock.now()
    )
    audit.note("workshops.endorsed", actor=actor, subject=row.code, detail={"country": country})
    return made


@transaction.atomic
def take_back(endorsement: Endorsement, *, actor: str) -> None:
    """Remove a note that was wrong; the audit trail keeps that it was there."""
    programme = open_programme(endorsement.programme)
    detail = {"country": endorsement.country}
    endorsement.delete()
    audit.note("workshops.endorsement-removed", actor=actor, subject=programme.code, detail=detail)
