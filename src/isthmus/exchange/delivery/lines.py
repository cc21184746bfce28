"""What this node knows of the lines to its partners, to send each what its line carries.

What is learnt lasts as long as the process.
"""

from isthmus.exchange.rules.portions import Portion

_GOOD = Portion()
_portions: dict[str, Portion] = {}
"""By partner; threads share it."""


def portion_for(node_id: str) -> Portion:
    """What is known of the line to this partner."""
    return _portions.get(node_id, _GOOD)


def learn(node_id: str, portion: Portion) -> None:
    """Note what a call showed."""
    _portions[node_id] = portion


def forget() -> None:
    """Know nothing of any line, as a process that has just begun."""
    _portions.clear()
