"""When a case still says the same, and what decided cases teach about false alarms and thresholds."""

from collections.abc import Iterable, Mapping
from typing import Any

# What other shipments say changes with each of them; the case itself does not.
_OF_OTHERS = frozenset({"by_code", "peer_count", "peer_low", "peer_high", "same_code", "linked"})
PRIOR_CASES = 20
"""How many decided cases the share of false alarms before any decision counts as."""
ENOUGH_DECISIONS = 10
"""Decided links to look at, of one pass, from which its threshold is learned."""
LEAST_RIGHT = 900
"""Of a thousand links to look at, so many shall belong together."""


def says_the_same(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether two sets of figures state the same matter, whatever comparable shipments came since."""

    def own(figures: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in figures.items() if name not in _OF_OTHERS}

    return own(before) == own(now)


def false_alarm_share(prior: int, confirmed: int, dismissed: int) -> int:
    """Cases in a thousand that are none: the prior share, weighed as 20 decided cases, and what was decided.

    The mean of a beta distribution with that prior (Gelman et al., *Bayesian Data Analysis*, 2.4).
    """
    decided = confirmed + dismissed
    return round((prior * PRIOR_CASES + 1000 * dismissed) / (PRIOR_CASES + decided))


def review_threshold(given: int, accept: int, decided: Iterable[tuple[int, bool]]) -> int:
    """The least score, in tenths of a bit, from which links of a pass are worth an officer's look.

    ``decided`` are the links to look at that officers decided: score, and whether the two belong together.
    The threshold is the lowest score above which at least nine in ten did; it stays within what was given
    and what is accepted unseen, and moves only with enough decisions.
    """
    known = sorted(decided)
    if len(known) < ENOUGH_DECISIONS:
        return given
    for place, (score, _belongs) in enumerate(known):
        above = [belongs for _score, belongs in known[place:]]
        if sum(above) * 1000 >= LEAST_RIGHT * len(above):
            return min(max(given, score), accept)
    return accept
