"""Experts of this node and of a partner, one of them erased, and an engagement; sample data."""

from datetime import date
from typing import Any

from isthmus.accounts.models import Officer, Organisation
from isthmus.apps.experts.models import Expert
from isthmus.apps.experts.services import consenting, engaging, indexing, profiles
from isthmus.kit import clock

ACTOR = "officer@node.test"


def _given(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "headline": "Specialist of excise stamps and the marking of tobacco products",
        "summary": "Ran the printing, storing and counting of excise stamps.",
        "country": "MM",
        "skills": [
            {"name": "Excise stamps", "scheme": "isco-08", "code": "3354"},
            {"name": "Verwaltung von Steuerzeichen", "scheme": "", "code": ""},
        ],
        "sectors": ["excise", "customs"],
        "countries": ["MD", "LA", "CN"],
        "languages": [{"code": "ro", "level": "C2"}, {"code": "en", "level": "B2"}],
        "weeks": 4,
        "contact": {"email": "sample@sample.example"},
        "conflicts": [{"declared": "A share in a sample printer", "on": "2026-11-01"}],
        **changes,
    }


def from_abroad(leaf: str) -> Expert:
    """An expert of a partner, as the profile arrived."""
    received = Expert(
        node="cn",
        reference="7" * 32,
        key=f"cn-{'7' * 32}",
        listed=True,
        leaf=leaf,
        stated_at=clock.now(),
        changed_at=clock.now(),
        level="node",
        verified_on=date(2026, 10, 1),
        **{**_given("Wang Sample (sample)", country="CN"), "contact": {}},
    )
    received.save()
    indexing.index(received)
    return received


def tell(organisation: Organisation, officer: Officer, leaf: str) -> dict[str, Any]:
    """Everything that the pages of Experts show."""
    own = profiles.open_profile(organisation, _given("ဒေါ်ခင်မျိုးဆွေ (sample)"), person=officer, actor=ACTOR)
    own = consenting.set_consent(own, "mm", ["listed", "references"], actor=ACTOR)
    profiles.state(own, actor=ACTOR)
    gone = profiles.open_profile(organisation, _given("Gone Sample (sample)"), actor=ACTOR)
    consenting.erase_expert(gone, actor=ACTOR)
    received = from_abroad(leaf)
    made = engaging.engage(
        own,
        organisation,
        title="Advice on the stamps of 2026",
        starts=date(2026, 3, 1),
        ends=date(2026, 3, 21),
        words="It went well.",
        actor=ACTOR,
    )
    return {
        "ex_own": own.key,
        "ex_gone": gone.key,
        "ex_received": received.key,
        "ex_engaged": made.reference,
    }
