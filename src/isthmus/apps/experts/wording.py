"""Experts in words: levels, sectors, languages, reasons of a score."""

from collections.abc import Iterable
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy, ngettext, to_locale
from django.utils.translation import gettext as _

from isthmus.apps.experts.finding_queries import Match
from isthmus.apps.experts.models import Expert, Level
from isthmus.apps.experts.rules.matching import Point
from isthmus.apps.experts.rules.standing import Standing
from isthmus.kit import clock
from isthmus.search.rules.worth import MILLION
from isthmus.ui.components import State, StateKind
from isthmus.ui.formats import country_name, day_text, grouped

SECTORS = {
    "customs": gettext_lazy("Customs"),
    "excise": gettext_lazy("Excise"),
    "trade": gettext_lazy("Trade and electronic documents"),
    "solar": gettext_lazy("Solar energy"),
    "security": gettext_lazy("Information security"),
    "telecom": gettext_lazy("Telecommunications"),
    "training": gettext_lazy("Training"),
    "law": gettext_lazy("Law and regulation"),
    "statistics": gettext_lazy("Statistics"),
    "agriculture": gettext_lazy("Agriculture"),
    "health": gettext_lazy("Health"),
}
_STANDINGS: dict[Standing, StateKind] = {
    Standing.AGREED: "ok",
    Standing.DISPUTED: "bad",
    Standing.ONE_SIDED: "wait",
}


def _territory() -> Locale:
    try:
        return Locale.parse(to_locale(get_language() or settings.LANGUAGE_CODE))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


def language_name(code: str) -> str:
    """The name of a language in the active language; the code where none is known."""
    return str(_territory().languages.get(code, code))


def language_choices() -> list[tuple[str, str]]:
    """Languages by name, those with a code of two letters."""
    known = ((code, str(name)) for code, name in _territory().languages.items() if len(code) == 2)
    return sorted(known, key=lambda pair: pair[1].casefold())


def name_of(row: Expert) -> str:
    """The name, or what stands for it where it is withheld."""
    return row.name or _("Name withheld (%(reference)s)") % {"reference": row.reference[:8]}


def spoken(row: Expert) -> tuple[str, ...]:
    """Languages with their levels."""
    return tuple(f"{language_name(one['code'])} {one['level']}" for one in row.languages)


def sectors_of(row: Expert) -> str:
    """Sectors by name."""
    return ", ".join(str(SECTORS.get(one, one)) for one in row.sectors)


def available(row: Expert) -> str:
    """From when until when, and how many weeks."""
    said = []
    if row.available_from is not None:
        said.append(_("from %(day)s") % {"day": day_text(row.available_from)})
    if row.available_until is not None:
        said.append(_("until %(day)s") % {"day": day_text(row.available_until)})
    if row.weeks:
        said.append(ngettext("%(n)d week", "%(n)d weeks", row.weeks) % {"n": row.weeks})
    return ", ".join(said)


def verification(row: Expert) -> State:
    """The highest level of verification and its day."""
    if not row.level:
        return State("off", _("Not verified"))
    day = f", {day_text(row.verified_on)}" if row.verified_on is not None else ""
    kind: StateKind = "wait" if row.level == Level.SELF else "ok"
    return State(kind, f"{Level(row.level).label}{day}")


def is_overdue(row: Expert) -> bool:
    """Whether the profile should have been reviewed by now."""
    return row.review_by is not None and row.review_by < clock.now().date()


def state(row: Expert) -> State:
    """Whether people of this node can find the person."""
    if is_overdue(row):
        return State("warn", _("To be reviewed"))
    return State("ok", _("Listed")) if row.listed else State("off", _("Not listed here"))


def standing(found: Standing) -> State:
    """How an engagement stands."""
    words = {
        Standing.AGREED: _("Both sides agree"),
        Standing.DISPUTED: _("Disputed"),
        Standing.ONE_SIDED: _("One side has spoken"),
    }
    return State(_STANDINGS[found], words[found])


def facts_in_short(row: Expert) -> tuple[str, ...]:
    """What to know before opening a profile."""
    found = (
        country_name(row.country) if row.country else "",
        ", ".join(spoken(row)),
        available(row),
        str(Level(row.level).label) if row.level else "",
    )
    return tuple(one for one in found if one)


def _point(one: Point) -> str:
    if one.what == "isco":
        shared = int(one.value)
        return ngettext("%(n)d digit of ISCO-08 shared", "%(n)d digits of ISCO-08 shared", shared) % {
            "n": shared
        }
    if one.what == "verified":
        return str(Level(one.value).label)
    days = int(one.value)
    return ngettext("stated %(n)d day ago", "stated %(n)d days ago", days) % {"n": days}


def points_text(millionths: int) -> str:
    """Millionths of a point with all their digits."""
    return grouped(Decimal(millionths) / MILLION, 6)


def worded(match: Match) -> tuple[tuple[str, int], ...]:
    """Every item of a score in words, with its points in millionths; they add up to the score."""
    title, text = _("“%(word)s” in name or headline"), _("“%(word)s” in the profile")
    words = tuple(
        ((title if item.part == "title" else text) % {"word": item.word}, item.points) for item in match.items
    )
    return (*words, *((_point(one), one.points) for one in match.points))


def reasons(match: Match) -> tuple[tuple[str, str], ...]:
    """The same as a page writes it."""
    return tuple((said, points_text(points)) for said, points in worded(match))


def joined(parts: Iterable[str]) -> str | None:
    """Parts with commas; None where there is none, which pages show as not given."""
    return ", ".join(part for part in parts if part) or None
