"""What a tariff says, why a line owes what it owes, and why one owes nothing that is known, in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.excise.tariff.rules.model import (
    EVERYTHING,
    At,
    Band,
    Base,
    Choose,
    Direction,
    Line,
    LineFault,
    Part,
    Rounding,
    Row,
    Tariff,
)
from isthmus.apps.excise.tariff.rules.reference import Assessment, Step
from isthmus.apps.excise.tariff.rules.rounding import written
from isthmus.apps.excise.tariff.rules.stamps import stamp_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_FAULTS: "dict[str, _StrPromise]" = {
    "no-product": gettext_lazy("Neither a product nor an HS code is given."),
    "unknown-product": gettext_lazy(
        "The tariff of %(country)s has no product “%(product)s”; it has %(known)s."
    ),
    "unknown-hs": gettext_lazy("No product of the tariff of %(country)s has the HS code %(hs)s."),
    "hs-contradicts": gettext_lazy("The HS code %(hs)s contradicts the product “%(product)s” (%(allowed)s)."),
    "several-products": gettext_lazy("“%(product)s” may be several products: %(names)s. Name one of them."),
    "no-relief": gettext_lazy("The tariff of %(country)s has no relief “%(relief)s” for %(product)s."),
    "missing": gettext_lazy("%(field)s is missing."),
    "not-positive": gettext_lazy("%(field)s must be more than 0."),
    "negative": gettext_lazy("%(field)s is negative."),
    "abv-over-100": gettext_lazy("abv is over 100 per cent."),
    "plato-over-100": gettext_lazy("plato is over 100 degrees."),
    "overflow": gettext_lazy("Overflow: the number at “%(field)s” is too large to be worked out exactly."),
    "not-a-number": gettext_lazy("%(field)s is not a number: “%(given)s”. Write it in digits with a point."),
    "decimals": gettext_lazy("%(field)s has more than %(most)s decimals: “%(given)s”."),
    "not-a-day": gettext_lazy("date is not a day: “%(given)s”. Write it as 2022-06-01."),
    "too-long": gettext_lazy("%(field)s has more than %(most)s characters."),
    "columns": gettext_lazy("Row %(count)s of the file has more or fewer cells than the head."),
    "no-rows": gettext_lazy("The tariff of %(country)s names %(product)s, but states no rate for it."),
    "before-first": gettext_lazy(
        "The tariff of %(country)s for %(product)s begins on %(first)s; %(day)s is before it."
    ),
    "after-last": gettext_lazy(
        "The tariff of %(country)s for %(product)s ends on %(last)s; %(day)s is after it."
    ),
    "gap": gettext_lazy(
        "No band of %(country)s holds %(product)s with %(what)s %(given)s on %(day)s; there are: %(bands)s."
    ),
    "missing-rate": gettext_lazy("The rate of %(rule)s is not known: %(why)s"),
    "no-discount": gettext_lazy(
        "There is no discount for a producer of %(given)s hl a year: "
        "the table holds from above %(above)s to %(up_to)s hl."
    ),
}

_STEPS: "dict[str, _StrPromise]" = {
    "litres": gettext_lazy("Litres of product"),
    "hectolitres": gettext_lazy("Hectolitres of product"),
    "degrees": gettext_lazy("Strength above the free part"),
    "alcohol": gettext_lazy("Pure alcohol"),
    "plato": gettext_lazy("Hectolitres times degrees Plato"),
    "discount": gettext_lazy("Discount of a small producer"),
    "rate": gettext_lazy("Rate after the discount"),
    "amount": gettext_lazy("Amount"),
    "value": gettext_lazy("Share of the value"),
    "sum": gettext_lazy("Parts together"),
    "greater": gettext_lazy("The greater of"),
    "exempt": gettext_lazy("Exempt"),
    "charge": gettext_lazy("A charge of its own"),
}

_ROUNDINGS: "dict[Direction, _StrPromise]" = {
    Direction.DOWN: gettext_lazy("Rounded down to %(to)s"),
    Direction.UP: gettext_lazy("Rounded up to %(to)s"),
    Direction.HALF_UP: gettext_lazy("Rounded to %(to)s, half up"),
    Direction.HALF_EVEN: gettext_lazy("Rounded to %(to)s, half to even"),
}

_POINTS: "dict[At, _StrPromise]" = {
    At.LITRES: gettext_lazy("litres"),
    At.MEASURE: gettext_lazy("measure"),
    At.DISCOUNT: gettext_lazy("discount"),
    At.PART: gettext_lazy("each part"),
    At.DUTY: gettext_lazy("duty"),
}

_PER: "dict[Base, _StrPromise]" = {
    Base.LITRE: gettext_lazy("%(rate)s %(currency)s a litre"),
    Base.HECTOLITRE: gettext_lazy("%(rate)s %(currency)s a hectolitre"),
    Base.LITRE_OF_ALCOHOL: gettext_lazy("%(rate)s %(currency)s a litre of pure alcohol"),
    Base.CENTILITRE_OF_ALCOHOL: gettext_lazy("%(rate)s %(currency)s a centilitre of pure alcohol"),
    Base.HECTOLITRE_DEGREE_PLATO: gettext_lazy("%(rate)s %(currency)s a hectolitre and degree Plato"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One step as it is told: what kind of step, its sentence, and its figure with the unit."""

    kind: str
    text: str
    value: str = ""
    unit: str = ""


def band_words(band: Band) -> str:
    """A band with its ends, and whether they belong to it."""
    if band.low is not None and band.high is not None and not band.low_open and not band.high_open:
        return _("%(low)s to %(high)s") % {"low": written(band.low), "high": written(band.high)}
    ends = []
    if band.low is not None:
        template = _("above %(figure)s") if band.low_open else _("from %(figure)s")
        ends.append(template % {"figure": written(band.low)})
    if band.high is not None:
        template = _("below %(figure)s") if band.high_open else _("up to %(figure)s")
        ends.append(template % {"figure": written(band.high)})
    return " ".join(ends)


def fault_words(fault: LineFault) -> str:
    """Why a line has no duty, in a sentence."""
    facts = {name: _fact(value) for name, value in fault.facts.items()}
    return str(_FAULTS[fault.code]) % facts


def _fact(value: object) -> str:
    if isinstance(value, Fraction):
        return written(value)
    if isinstance(value, list):
        return ", ".join(band_words(band) for band in value)
    return str(value)


def money(tariff: Tariff, amount_minor: int) -> str:
    """An amount in the currency's units, with its code."""
    whole, rest = divmod(amount_minor, tariff.minor)
    digits = f".{rest:0{tariff.minor_digits}d}" if tariff.minor_digits else ""
    return f"{whole}{digits} {tariff.currency}"


def part_words(part: Part, currency: str) -> str:
    """A rate with its base."""
    if part.base is Base.VALUE:
        assert part.of is not None
        name = _("the CIF value") if part.of.value == "cif" else _("the retail price")
        return _("%(rate)s %% of %(value)s") % {"rate": written(part.rate), "value": name}
    return str(_PER[part.base]) % {"rate": written(part.rate), "currency": currency}


def rate_words(row: Row, currency: str) -> str:
    """The whole rate of a row."""
    if row.missing:
        return _("not known")
    if row.exempt:
        return _("exempt")
    parts = [part_words(part, currency) for part in row.parts]
    joined = _(" plus ").join(parts) if row.choose is Choose.SUM else _(" or, if greater, ").join(parts)
    if row.free_abv:
        joined += _(", on the strength above %(free)s %%") % {"free": written(row.free_abv)}
    if row.discount is not None:
        joined += _(", less the discount of a small producer")
    return joined


def bands_words(row: Row) -> str:
    """The bands of a row; empty where it holds for all."""
    templates: Sequence[tuple[Band, Callable[[], str]]] = (
        (row.abv, lambda: _("%(band)s %% by volume")),
        (row.plato, lambda: _("%(band)s degrees Plato")),
        (row.size_l, lambda: _("containers of %(band)s l")),
        (row.producer_hl, lambda: _("producers of %(band)s hl of alcohol a year")),
    )
    return "; ".join(
        template() % {"band": band_words(band)} for band, template in templates if band != EVERYTHING
    )


def days_words(first: date, last: date | None) -> str:
    """The days on which a row counts."""
    if last is None:
        return _("from %(first)s") % {"first": first}
    return _("from %(first)s to %(last)s") % {"first": first, "last": last}


def rounding_words(rounding: Rounding) -> str:
    """A rounding and where it happens."""
    how = str(_ROUNDINGS[rounding.direction]) % {"to": written(rounding.to)}
    words = f"{_POINTS[rounding.at]}: {how}"
    return words if rounding.confirmed else _("%(what)s (unconfirmed)") % {"what": words}


def _step(step: Step) -> Told:
    value = written(step.value, 12)
    if step.kind == "charge-unknown":
        text = _("The charge beside the duty is not worked out: %(field)s is missing.") % {"field": step.sum}
        return Told(step.kind, text)
    if step.rounding is not None:
        how = str(_ROUNDINGS[step.rounding.direction]) % {"to": written(step.rounding.to)}
        if not step.rounding.confirmed:
            how = _("%(what)s (unconfirmed)") % {"what": how}
        return Told(step.kind, f"{how}: {step.sum} → {value} {step.unit}", value, step.unit)
    return Told(step.kind, f"{_STEPS[step.kind]}: {step.sum} = {value} {step.unit}", value, step.unit)


def explain(tariff: Tariff, line: Line, made: Assessment) -> list[Told]:
    """Why this amount: the row that was used and its act, each step and rounding, and what is not
    confirmed.
    """
    row = made.row
    about = (row.group, row.relief, bands_words(row), days_words(row.first_day, row.last_day))
    used = "; ".join(part for part in about if part)
    told = [
        Told("row", _("Row %(rule)s: %(what)s") % {"rule": row.rule, "what": used}),
        Told("tariff", _("Rate: %(rate)s") % {"rate": rate_words(row, tariff.currency)}),
        *(_step(step) for step in made.steps),
        Told("act", _("Act: %(act)s. Source: %(source)s.") % {"act": row.act, "source": row.source}),
    ]
    if row.note:
        told.append(Told("note", row.note))
    if not row.confirmed:
        told.append(Told("unconfirmed", _("Unconfirmed: this row has not been checked against the act.")))
    if line.day is not None and line.day > tariff.checked_on:
        said = _("Unconfirmed: the tariff was last looked at on %(day)s.") % {"day": tariff.checked_on}
        told.append(Told("unconfirmed", said))
    return told + _stamp(tariff, line, row)


def _stamp(tariff: Tariff, line: Line, row: Row) -> list[Told]:
    answer = stamp_of(tariff, row.group, line)
    if answer is None:
        return []
    if answer.free is not None:
        facts = {"why": answer.free.words, "act": answer.free.act}
        return [Told("stamp", _("No stamp: %(why)s (%(act)s).") % facts)]
    unless = "; ".join(one.words for one in answer.possible)
    if not unless:
        return [Told("stamp", _("Needs an excise stamp (%(act)s).") % {"act": tariff.stamp_act})]
    facts = {"act": tariff.stamp_act, "unless": unless}
    return [Told("stamp", _("Needs an excise stamp (%(act)s), but not for: %(unless)s.") % facts)]
