"""Designs as programs and the shell read them: plain figures with their units in the names."""

from dataclasses import asdict

from isthmus.apps.solar.engine.rules.battery import CHEMISTRIES
from isthmus.apps.solar.engine.rules.peaks import Peak
from isthmus.apps.solar.sizing import queries
from isthmus.apps.solar.sizing.analytics import Design
from isthmus.apps.solar.sizing.living_analytics import Life, live
from isthmus.apps.solar.sizing.question_analytics import Prepared
from isthmus.apps.solar.sizing.rules.living import months_short

Facts = dict[str, object]
_SHARES = ("by_energy", "by_hours", "low", "high")


def lives_of(asked: Prepared, designs: dict[str, Design]) -> dict[str, Life]:
    """What each design is like to live with."""
    return {
        name: live(asked.hours, one.wp, one.battery_wh, CHEMISTRIES[one.battery], asked.peak_w)
        for name, one in designs.items()
    }


def design(name: str, one: Design, life: Life) -> Facts:
    """One design with what it is like to live with; months from 1 to 12, shares from 0 to 1."""
    told = {key: round(value, 6) if key in _SHARES else value for key, value in asdict(one).items()}
    return {
        "design": name,
        **told,
        "tier": life.achieved.tier,
        "tier_holds_back": life.achieved.holds_back(),
        "gives": {key: round(value, 2) for key, value in asdict(life.achieved).items()},
        "months_short": [month + 1 for month in months_short(life.by_month)],
        "short_by_month": [round(share, 5) for share in life.by_month.tolist()],
        "peak": None if life.peak is None else _peak(life.peak),
    }


def _peak(peak: Peak) -> Facts:
    return {
        "asks_w": round(peak.asks_w, 1),
        "gives_w": round(peak.gives_w, 1),
        "is_carried": peak.is_carried,
        "least_battery_wh": round(peak.least_wh, 1),
    }


def beside(asked: Prepared) -> Facts:
    """What belongs beside figures: the years they are over, the day of the prices, and sentences."""
    prices = queries.prices()
    return {
        "over": {"years": asked.years, "seeds": asked.seeds},
        "prices": {"checked_on": prices.checked_on, "confirmed": prices.confirmed},
        "says": list(asked.says),
    }


def designs(asked: Prepared, found: dict[str, Design], lives: dict[str, Life]) -> Facts:
    """All designs, and what belongs beside them."""
    return {"designs": [design(name, one, lives[name]) for name, one in found.items()], **beside(asked)}
