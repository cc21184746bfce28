"""Needs that begin with the words of another application's record."""

from django.utils.translation import gettext as _

from isthmus.accounts.policy import Actor
from isthmus.apps.partners.forms import LANGUAGES
from isthmus.apps.partners.house import DRAFT
from isthmus.apps.partners.queries.listings import listings_for
from isthmus.apps.partners.wording import address, listing_state
from isthmus.exchange.application import Sighting
from isthmus.exchange.rules.handing import Words, fitting_language

_KNOWN = frozenset(code for code, _name in LANGUAGES)


def initial_of(words: Words) -> dict[str, str]:
    """The first question page of a need as it begins with these words: who is sought, for what."""
    parts = [words.partner, words.problem]
    if words.figures:
        parts.append(_("Figures: %(figures)s") % {"figures": "; ".join(words.figures)})
    return {
        "title": words.title,
        "text": "\n".join(part for part in parts if part),
        "language": fitting_language(words, _KNOWN, "en"),
    }


def made(actor: Actor, origin: str) -> list[Sighting]:
    """The needs that began with the words of a record, the oldest first."""
    rows = listings_for(actor, DRAFT).filter(partner="", origin=origin).order_by("pk")
    return [Sighting(row.title, address(row), (str(listing_state(row)),)) for row in rows]
