"""Needs, offers and introductions, in words."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.partners.models import Introduction, Letter, Level, Listing, Unit
from isthmus.apps.partners.rules.discretion import Gives
from isthmus.apps.partners.rules.goods import class_bounds
from isthmus.apps.partners.rules.matching import Bar, Item
from isthmus.apps.partners.rules.standing import Standing, stage
from isthmus.kit import clock
from isthmus.ui.components import State, StateKind
from isthmus.ui.formats import country_name, day_text, grouped

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

GIVES = {
    Gives.NAME: gettext_lazy("a name"),
    Gives.EMAIL: gettext_lazy("an e-mail address"),
    Gives.ADDRESS: gettext_lazy("a web address"),
    Gives.PHONE: gettext_lazy("a telephone number"),
}
BARS: "dict[Bar, _StrOrPromise]" = {
    Bar.EXPIRED: gettext_lazy("expired"),
    Bar.GOODS: gettext_lazy("goods of another HS chapter"),
    Bar.LEVEL: gettext_lazy("another level of assembly"),
    Bar.UNIT: gettext_lazy("counted in another unit"),
    Bar.CAPACITY: gettext_lazy("too small a capacity"),
}
_NEAR = {
    "subheading": gettext_lazy("the same six digits"),
    "heading": gettext_lazy("the same HS heading"),
    "chapter": gettext_lazy("the same HS chapter"),
}
_STATES: dict[str, StateKind] = {
    Introduction.State.ASKED: "wait",
    Introduction.State.AGREED: "ok",
    Introduction.State.OPEN: "ok",
    Introduction.State.REFUSED: "off",
    Introduction.State.EXPIRED: "warn",
    Introduction.State.WITHDRAWN: "off",
}
_LETTERS: dict[str, StateKind] = {
    Letter.State.DRAFT: "warn",
    Letter.State.SENT: "wait",
    Letter.State.SIGNED: "ok",
    Letter.State.DECLINED: "off",
    Letter.State.WITHDRAWN: "off",
}
_STAGES = {
    1: gettext_lazy("1 of 3: country, goods and class of volume are known"),
    2: gettext_lazy("2 of 3: both agreed; the asker's details are on the way"),
    3: gettext_lazy("3 of 3: names, contacts and figures are open"),
}


def address(row: Listing) -> str:
    """The page of a need or an offer."""
    return reverse(f"partners:{row.kind}", args=[row.pk])


def volume_words(row: Listing) -> str:
    """The class of a yearly volume, as partners are told: 1,000 to 9,999 pieces."""
    low, high = class_bounds(row.volume_class)
    unit = str(Unit(row.unit).label)
    if high is None:
        return _("%(low)s %(unit)s or more") % {"low": grouped(low), "unit": unit}
    return _("%(low)s to %(high)s %(unit)s") % {"low": grouped(low), "high": grouped(high), "unit": unit}


def level_words(row: Listing) -> str:
    """The levels of assembly."""
    return ", ".join(str(Level(one).label) for one in row.levels if one in Level.values)


def countries_words(codes: list[str]) -> str:
    """The names of countries; any where none is named."""
    return ", ".join(country_name(code) for code in codes) or _("Any country")


def expired_words(row: Listing) -> str:
    """Why a need or an offer cannot be introduced now."""
    if row.withdrawn_at is not None:
        return _("“%(title)s” was withdrawn.") % {"title": row.title}
    return _("“%(title)s” expired on %(day)s, for nobody confirmed it.") % {
        "title": row.title,
        "day": day_text(row.expires_at.date()),
    }


def listing_state(row: Listing) -> State:
    """Whether a need or an offer stands."""
    if row.withdrawn_at is not None:
        return State("off", _("Withdrawn"))
    if clock.now() >= row.expires_at:
        return State("warn", _("Expired"))
    return State("ok", _("Open"))


def introduction_state(row: Introduction) -> State:
    """How far an introduction is."""
    return State(_STATES[row.state], row.get_state_display())


def stage_words(row: Introduction) -> str:
    """What each side knows of the other."""
    return str(_STAGES[stage(Standing(row.state))])


def letter_state(row: Letter) -> State:
    """Who has signed a letter."""
    return State(_LETTERS[row.state], row.get_state_display())


def points_text(points: int) -> str:
    """Millionths as points, with all their decimals: what is shown sums as exactly as what is stored."""
    return grouped(Decimal(points).scaleb(-6), 6)


def item_words(item: Item) -> str:
    """Why an item gives its points."""
    match item.name:
        case "title":
            return _("“%(word)s” in the title") % {"word": item.detail}
        case "text":
            return _("“%(word)s” in the text") % {"word": item.detail}
        case "goods":
            return _("Goods: %(near)s") % {"near": _NEAR[item.detail]}
        case "country":
            return _("Country of the offer: %(country)s") % {
                "country": country_name(item.detail) or _("not told")
            }
        case "serves":
            return _("Country of the need: %(country)s") % {
                "country": country_name(item.detail) or _("not told")
            }
        case _:
            return _("Confirmed on %(day)s") % {"day": item.detail}
