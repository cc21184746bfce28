"""What of one country's excise fits the other, needs a change there, or is missing."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from isthmus.apps.excise.assessment.rules.comparing import GOOD
from isthmus.apps.excise.tariff.rules.model import Group, Row, Tariff


class Verdict(StrEnum):
    """What comes of comparing one matter; ``unknown`` where a side has not said."""

    FITS = "fits"
    CHANGE = "change"
    GAP = "gap"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fit:
    """One line of the matrix: the matter, what each side has, and the verdict."""

    matter: str
    giver: str
    taker: str
    verdict: Verdict


def _newest(tariff: Tariff, group: Group) -> list[Row]:
    rows = [row for row in tariff.rows if row.group == group.name]
    last = max((row.first_day for row in rows), default=None)
    return [row for row in rows if row.first_day == last]


def _bases(rows: list[Row]) -> tuple[str, ...]:
    named = {
        f"{part.base.value} ({part.of.value.upper()})" if part.of else part.base.value
        for row in rows
        for part in row.parts
    }
    return tuple(sorted(named))


def group_fits(giver: Tariff, taker: Tariff) -> list[Fit]:
    """A line for each product group of the giver: on what its duty is charged here and there."""
    found = []
    for group in giver.groups:
        if not group.alcohol:
            continue
        here = _bases(_newest(giver, group))
        others = [one for one in taker.groups if any(one.covers(code) for code in group.hs)]
        if not others:
            found.append(Fit(group.title, " + ".join(here), "", Verdict.GAP))
            continue
        there = _bases([row for one in others for row in _newest(taker, one)])
        verdict = Verdict.FITS if here == there else Verdict.CHANGE
        found.append(Fit(group.title, " + ".join(here), " + ".join(there), verdict))
    return found


def in_force(tariff: Tariff, day: date) -> int:
    """How many rows count on a day."""
    return sum(row.in_force(day) for row in tariff.rows)


def unconfirmed(tariff: Tariff) -> int:
    """How many rows say something that nobody has checked against the act."""
    return sum(not row.settled for row in tariff.rows)


def day_fit(giver: Tariff, taker: Tariff, day: date, matter: str) -> Fit:
    """Whether both tariffs have rows for the day of the paper."""
    here, there = in_force(giver, day), in_force(taker, day)
    verdict = Verdict.FITS if here and there else (Verdict.CHANGE if here or there else Verdict.GAP)
    return Fit(matter, str(here), str(there), verdict)


def confirmed_fit(giver: Tariff, taker: Tariff, matter: str) -> Fit:
    """Whether what the tariffs say was checked against the acts."""
    here, there = unconfirmed(giver), unconfirmed(taker)
    return Fit(matter, str(here), str(there), Verdict.CHANGE if here or there else Verdict.FITS)


def stamp_fit(giver: Tariff, taker: Tariff, matter: str) -> Fit:
    """Whether the taker's tariff says which goods bear a stamp, as the giver's does."""
    if not giver.stamp_act:
        return Fit(matter, "", taker.stamp_act, Verdict.FITS)
    return Fit(matter, giver.stamp_act, taker.stamp_act, Verdict.FITS if taker.stamp_act else Verdict.GAP)


def currency_fit(giver: Tariff, taker: Tariff, matter: str) -> Fit:
    """Whether amounts have as many decimals, so that roundings can stay."""
    same = giver.minor_digits == taker.minor_digits
    return Fit(
        matter,
        f"{giver.currency}, {giver.minor_digits}",
        f"{taker.currency}, {taker.minor_digits}",
        Verdict.FITS if same else Verdict.CHANGE,
    )


def clause_verdict(giver: int | None, taker: int | None) -> Verdict:
    """What the scores of one clause say.

    The taker who has a good score needs nothing. Where the giver itself is below one there is nothing ready
    to take over, and both have to change; from nothing at the taker's to a good score is a gap.
    """
    if giver is None or taker is None:
        return Verdict.UNKNOWN
    if taker >= GOOD:
        return Verdict.FITS
    return Verdict.CHANGE if taker or giver < GOOD else Verdict.GAP
