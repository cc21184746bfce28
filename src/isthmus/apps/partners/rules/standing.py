"""How far an introduction is, from what both sides said; what is said twice or too late changes nothing."""

from enum import StrEnum


class Standing(StrEnum):
    """How far it is."""

    ASKED = "asked"
    AGREED = "agreed"
    OPEN = "open"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Says(StrEnum):
    """What a side says: the asker asks, opens its details and withdraws; the other one answers."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    EXPIRED = "expired"
    OPENED = "opened"
    WITHDRAWN = "withdrawn"


ANSWERS = frozenset({Says.AGREED, Says.REFUSED, Says.EXPIRED})
"""What only the side can say that was asked."""
WITH_DETAILS = frozenset({Says.AGREED, Says.OPENED})
"""With these alone a side tells its name and contact: the other one has agreed before."""
ACCEPTED = frozenset({Standing.AGREED, Standing.OPEN})
ANSWERED = ACCEPTED | {Standing.REFUSED, Standing.EXPIRED}

_STEPS = {
    (Standing.ASKED, Says.AGREED): Standing.AGREED,
    (Standing.ASKED, Says.REFUSED): Standing.REFUSED,
    (Standing.ASKED, Says.EXPIRED): Standing.EXPIRED,
    (Standing.ASKED, Says.WITHDRAWN): Standing.WITHDRAWN,
    (Standing.AGREED, Says.OPENED): Standing.OPEN,
    # The asker withdrew before it heard of the answer: its details never left.
    (Standing.AGREED, Says.WITHDRAWN): Standing.WITHDRAWN,
}


def after(standing: Standing, says: Says) -> Standing:
    """Where an introduction is after something was said; where it was, if that cannot move it any more."""
    return _STEPS.get((standing, says), standing)


def stage(standing: Standing) -> int:
    """What each knows of the other: 1 country, goods and class of volume; 2 both agreed; 3 all is open."""
    return {Standing.AGREED: 2, Standing.OPEN: 3}.get(standing, 1)
