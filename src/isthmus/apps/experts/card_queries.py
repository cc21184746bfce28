"""An expert's row as a card for address books."""

from isthmus.apps.experts.formats.vcard import Card
from isthmus.apps.experts.models import Expert


def card_of(expert: Expert, *, with_contact: bool) -> Card:
    """The card of an expert; contact details only where they may be shown."""
    return Card(
        uid=expert.key,
        name=expert.name or expert.reference[:8],
        title=expert.headline,
        organisation=expert.organisation.name if expert.organisation is not None else "",
        note=expert.summary,
        skills=tuple(one["name"] for one in expert.skills),
        languages=tuple(one["code"] for one in expert.languages),
        orcid=expert.orcid,
        contact={name: str(value) for name, value in expert.contact.items()} if with_contact else {},
        revised=expert.stated_at or expert.changed_at,
    )
