"""How needs and offers look among the hits of the node's one search."""

from collections.abc import Collection

from isthmus.accounts.policy import Actor
from isthmus.apps.partners.models import Listing
from isthmus.apps.partners.queries.listings import listings_for, open_now
from isthmus.apps.partners.wording import address, level_words, volume_words
from isthmus.exchange.application import Sighting
from isthmus.ui.formats import country_name


def _sightings(actor: Actor, kind: str, keys: Collection[str]) -> dict[str, Sighting]:
    references = {key.rpartition(":")[2] for key in keys}
    rows = open_now(listings_for(actor, kind)).filter(reference__in=references)
    return {row.key: _sighting(row) for row in rows if row.key in keys}


def _sighting(row: Listing) -> Sighting:
    facts = (
        country_name(row.country) if row.country else "",
        row.product,
        volume_words(row),
        level_words(row),
    )
    return Sighting(row.title, address(row), tuple(fact for fact in facts if fact))


def needs(actor: Actor, keys: Collection[str]) -> dict[str, Sighting]:
    """Needs by their keys in the index; what ended is not among them."""
    return _sightings(actor, "need", keys)


def offers(actor: Actor, keys: Collection[str]) -> dict[str, Sighting]:
    """Offers by their keys in the index; what ended is not among them."""
    return _sightings(actor, "offer", keys)
