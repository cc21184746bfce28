"""The kinetic battery model: of what a battery holds, only a part can be had at once.

Manwell and McGowan, "Lead acid battery storage model for hybrid energy systems", Solar Energy 50 (1993), in
the form for a constant power over an hour: charge lies in two wells, of which one can be reached and the
other runs into it.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kibam:
    """``share`` of the capacity lies in the well that can be reached; the other fills it at ``per_hour``."""

    share: float
    per_hour: float

    def __post_init__(self) -> None:
        if not (0.0 < self.share < 1.0 and self.per_hour > 0.0):
            raise ValueError("a well holds between nothing and all, and the other runs into it")

    def most_out(self, within_reach: float, stored: float) -> float:
        """The most that an hour can draw, Wh, of a battery that holds ``stored``."""
        kept = math.exp(-self.per_hour)
        flows = self.per_hour * (within_reach * kept + stored * self.share * (1.0 - kept))
        return max(0.0, flows / self._per_power(kept))

    def most_in(self, within_reach: float, stored: float, capacity: float) -> float:
        """The most that an hour can store, Wh, in a battery that holds ``capacity`` when full."""
        return self.most_out(capacity * self.share - within_reach, capacity - stored)

    def after(self, within_reach: float, stored: float, drawn: float) -> float:
        """What is within reach after an hour that drew ``drawn`` Wh (below zero: stored)."""
        kept = math.exp(-self.per_hour)
        flows = self.per_hour * (within_reach * kept + stored * self.share * (1.0 - kept))
        return (flows - drawn * self._per_power(kept)) / self.per_hour

    def _per_power(self, kept: float) -> float:
        return 1.0 - kept + self.share * (self.per_hour - 1.0 + kept)


LEAD_ACID_WELLS = Kibam(share=0.49, per_hour=0.42)
"""Fitted to Peukert's law with its usual exponent of 1.2: of what 20 hours give, 10 give 0.90, 5 give 0.78
and one gives 0.61. A maker's table of capacities by rate takes its place where there is one."""
