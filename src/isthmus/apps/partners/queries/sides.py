"""The two sides of an introduction, as far as each may know the other."""

from isthmus.apps.partners.models import Introduction, Listing
from isthmus.apps.partners.queries import bodies
from isthmus.apps.partners.records import DetailsV1, IntroductionV1
from isthmus.apps.partners.rules.standing import ACCEPTED, Standing


def details(row: Introduction, side: Listing) -> DetailsV1 | None:
    """What may be shown of a side that is not one's own: nothing before both have agreed."""
    if Standing(row.state) not in ACCEPTED:
        return None
    if side.is_own:
        return bodies.details_of(side)
    return DetailsV1.model_validate(row.details) if row.details else None


def name_of(row: Introduction, side: Listing) -> str:
    """The name of a side's organisation; empty as long as it is not known here."""
    found = details(row, side)
    return found.organisation if found is not None else ""


def both_sides(
    body: IntroductionV1, partner: str, *, asked_here: bool
) -> tuple[Listing | None, Listing | None]:
    """Need and offer that a record is about, as far as they are known: the asker's and the other node's."""

    def known(kind: str, reference: str) -> Listing | None:
        whose = "" if (kind == body.asked_by) == asked_here else partner
        return Listing.objects.filter(kind=kind, partner=whose, reference=reference).first()

    return known("need", body.need), known("offer", body.offer)
