"""Whether somebody is authorised for a product on a day, and if not, why not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Verdict(StrEnum):
    """Authorised, or the reason against it. Of several authorisations the one that comes nearest answers."""

    AUTHORISED = "authorised"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    ENDED = "ended"
    NOT_YET = "not-yet"
    OTHER_PRODUCT = "other-product"
    NONE = "none"


_NEAREST = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class Suspended:
    """Days on which an authorisation does not count, both included; open where ``until`` is None."""

    since: date
    until: date | None = None

    def holds(self, on: date) -> bool:
        """Whether the day is one of them."""
        return self.since <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Standing:
    """An authorisation as the rules see it. ``revoked_on`` is the first day on which it no longer counts."""

    number: str
    kind: str
    product_groups: tuple[str, ...]
    valid_from: date
    valid_until: date | None = None
    revoked_on: date | None = None
    suspensions: tuple[Suspended, ...] = ()

    def covers(self, product_code: str) -> bool:
        """Whether the product is among those authorised; a letter alone covers all codes under it."""
        return product_code in self.product_groups or product_code[:1] in self.product_groups

    def state_on(self, on: date) -> Verdict:
        """How the authorisation stands on a day, whatever the product."""
        if on < self.valid_from:
            return Verdict.NOT_YET
        if self.revoked_on is not None and on >= self.revoked_on:
            return Verdict.REVOKED
        if self.valid_until is not None and on > self.valid_until:
            return Verdict.ENDED
        if any(one.holds(on) for one in self.suspensions):
            return Verdict.SUSPENDED
        return Verdict.AUTHORISED


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict, and the number of the authorisation that it rests on; empty where there is none."""

    verdict: Verdict
    number: str = ""

    @property
    def authorised(self) -> bool:
        """Whether the answer is yes."""
        return self.verdict is Verdict.AUTHORISED


def judge(standings: Iterable[Standing], product_code: str, on: date) -> Judged:
    """Whether one of these authorisations lets its holder deal with a product on a day, and why not."""
    found = [
        Judged(one.state_on(on) if one.covers(product_code) else Verdict.OTHER_PRODUCT, one.number)
        for one in standings
    ]
    return min(found, key=lambda one: _NEAREST.index(one.verdict), default=Judged(Verdict.NONE))
