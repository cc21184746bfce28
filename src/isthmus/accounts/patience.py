"""How failed tries slow down the next one: pure arithmetic, so that it can be read and tested alone.

A level counts recent failures and sinks as time passes. Up to ``free`` failures nothing happens; each one
more doubles the wait, up to ``longest``. A try that has to wait is not made and does not count, so that
waiting out a block costs the owner of an account no more than the time that was named.
"""

from dataclasses import dataclass

_MOST_DOUBLINGS = 32


@dataclass(frozen=True, slots=True)
class Patience:
    """``free`` failures; then ``first`` seconds of waiting, doubled up to ``longest``.

    One failure is forgotten every ``forget`` seconds, which bounds what patient guessing may try in a day.
    """

    free: int
    first: int
    longest: int
    forget: int

    def level_after(self, level: float, seconds: float) -> float:
        """What is left of ``level`` after ``seconds`` without a try; a clock set back forgets none."""
        return max(0.0, level - max(0.0, seconds) / self.forget)

    def pause(self, level: float) -> int:
        """Seconds that must lie between the last failure and the next try, at this level."""
        above = round(level) - self.free
        if above < 0:
            return 0
        doubled: int = self.first << min(above, _MOST_DOUBLINGS)
        return min(self.longest, doubled)

    def wait(self, level: float, seconds: float) -> float:
        """Seconds still to wait when the last failure is ``seconds`` ago; ``level`` as it stood then."""
        return max(0.0, self.pause(level) - max(0.0, seconds))


FROM_ONE_ADDRESS = Patience(free=5, first=15, longest=3600, forget=900)
"""One account, tried from one address: a person mistypes a password five times, a program goes on."""

BY_ONE_ADDRESS = Patience(free=40, first=5, longest=3600, forget=60)
"""All accounts, tried from one address: a ministry behind one address mistypes more than a person does."""

ON_ONE_ACCOUNT = Patience(free=50, first=5, longest=900, forget=300)
"""One account, tried from anywhere by browsers that are new to it: many machines guessing together."""

BY_KNOWN_BROWSER = Patience(free=10, first=15, longest=900, forget=600)
"""One account, tried by a browser that its owner signed in with before."""

SECOND_FACTOR = Patience(free=5, first=15, longest=3600, forget=900)
"""Codes of one account. Whoever types them has the password already: three codes in a million are right."""

LINKS = Patience(free=10, first=30, longest=3600, forget=300)
"""Links to choose a password that do not work, from one address."""

TOKENS = Patience(free=30, first=5, longest=900, forget=6)
"""API tokens and signed requests that are not accepted, from one address. Good ones are never held up."""
