"""Embassies as a secretariat keeps them; sample data."""

from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.workshops.embassies import services
from isthmus.apps.workshops.embassies.models import Embassy
from isthmus.apps.workshops.embassies.rules.texts import Wording
from isthmus.kit import clock


def wording_of(**changes: Any) -> Wording:
    """A wording in English, with what is told otherwise."""
    given = {
        "language": "en",
        "addressee": "To the visa section (sample)",
        "invitation": ("We invite {introduced}.",),
        "visa": ("Please give a visa to {name}.",),
    }
    return Wording(**given | changes)


def embassy_of(
    organisation: Organisation, country: str = "CN", city: str = "Sample city", **changes: Any
) -> Embassy:
    """An embassy whose letters are in force from today."""
    place = services.Place(country, "Sample embassy", city)
    today = clock.now().date()
    return services.add_embassy(organisation, place, wording_of(**changes), today, actor="officer@node.test")
