"""The questionnaire as values, and the score that live counters give a clause."""

from dataclasses import dataclass
from enum import StrEnum

from isthmus.apps.excise.assessment.rules.figures import Figures

MOST = 4
"""The best score; 0 is the worst."""


class MeasureKind(StrEnum):
    """How a counter becomes a score."""

    PRESENCE = "presence"
    SHARE = "share"
    LOW_SHARE = "low-share"
    LOW = "low"
    CHAIN = "chain"


@dataclass(frozen=True, slots=True)
class Measure:
    """Which counter scores a clause, against which other one, and from which four steps on.

    Steps of shares are in thousandths. They rise for ``presence`` and ``share``, and fall for ``low-share``
    and ``low``, where less is better.
    """

    kind: MeasureKind
    counter: str
    steps: tuple[int, int, int, int]
    of: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """One question, what each score from 0 to 4 means, and how counters score it, where they can."""

    id: str
    chapter: str
    question: str
    levels: tuple[str, ...]
    measure: Measure | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the questionnaire."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A version of the questionnaire; ``digest`` is the SHA-256 (hex) of its measures and words."""

    version: int
    title: str
    chapters: tuple[Chapter, ...]
    clauses: tuple[Clause, ...]
    digest: str

    def of(self, chapter: str) -> tuple[Clause, ...]:
        """The clauses of a chapter, in their order."""
        return tuple(clause for clause in self.clauses if clause.chapter == chapter)

    def clause(self, name: str) -> Clause | None:
        """The clause of this id."""
        return next((clause for clause in self.clauses if clause.id == name), None)


def machine_score(measure: Measure, figures: Figures) -> int | None:
    """The score from 0 to 4 that the counters give; None where they say nothing.

    They say nothing where a counter is not kept, or where nothing has happened yet that could be measured.
    """
    value = figures.value(measure.counter)
    if value is None:
        return None
    if measure.kind is MeasureKind.PRESENCE:
        return sum(value >= step for step in measure.steps)
    base = figures.value(measure.of)
    if not base:
        return None
    match measure.kind:
        case MeasureKind.SHARE:
            return sum(value * 1000 // base >= step for step in measure.steps)
        case MeasureKind.LOW_SHARE:
            # Rounded up, so that a share just above a limit does not pass for one at it.
            return sum(-(-value * 1000 // base) <= step for step in measure.steps)
        case MeasureKind.LOW:
            return sum(value <= step for step in measure.steps)
        case _:
            return 0 if value else MOST
