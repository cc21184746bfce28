"""Shares: which counter is a part of which other one, and how much of it."""

from dataclasses import dataclass
from typing import Final

from isthmus.apps.excise.assessment.rules.figures import Figure, Figures


@dataclass(frozen=True, slots=True)
class Share:
    """A part and its whole, both counters of one node."""

    part: Figure
    whole: Figure

    @property
    def thousandths(self) -> int:
        """The part in thousandths of the whole, to the nearest, halves up."""
        return (self.part.value * 2000 + self.whole.value) // (2 * self.whole.value)


PARTS: Final = (
    ("registry.in-force", "registry.authorisations"),
    ("permits.drawn", "permits.approved"),
    ("quotas.used", "quotas.all"),
    ("stamps.secured-requests", "stamps.approved-requests"),
    ("stamps.accounted", "stamps.issued"),
    ("stamps.lost", "stamps.issued"),
    ("movements.received", "movements.ended"),
    ("movements.matched", "movements.across"),
    ("movements.late", "movements.accepted"),
    ("returns.overdue", "returns.due"),
    ("returns.corrections-reasoned", "returns.corrections"),
    ("tariff.confirmed-rows", "tariff.rows"),
    ("node.decided-by-another", "node.decisions"),
)
"""Names of a part and of its whole, in the order in which they are shown."""


def share(figures: Figures, part: str, whole: str) -> Share | None:
    """A part of a whole; None where either is not counted, or the whole is nothing."""
    found, base = figures.of(part), figures.of(whole)
    return None if found is None or base is None or base.value <= 0 else Share(found, base)


def shares(figures: Figures) -> list[Share]:
    """Every share that can be worked out."""
    return [found for part, whole in PARTS if (found := share(figures, part, whole)) is not None]
