"""What one country says of itself in an assessment, what the other says of it, and what its counters say."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from isthmus.apps.excise.assessment.rules.comparing import Views, settled_score
from isthmus.apps.excise.assessment.rules.figures import Figures


@dataclass(frozen=True, slots=True)
class Said:
    """One clause: its three scores, the answer in words with its evidence, and what the other remarked."""

    views: Views = field(default_factory=Views)
    text: str = ""
    evidence: str = ""
    remark: str = ""

    @property
    def settled(self) -> int | None:
        """The score that is used further."""
        return settled_score(self.views)


@dataclass(frozen=True, slots=True)
class Side:
    """One country's clauses by id; ``figures`` are the counters that scored them.

    ``answers``, ``scores`` and ``counted`` name the records of its answers, of the other's scores, and of its
    counters; they are empty where there is none (counters of this node need no record).
    """

    said: Mapping[str, Said]
    figures: Figures = field(default_factory=Figures)
    answers: str = ""
    scores: str = ""
    counted: str = ""

    def of(self, clause: str) -> Said:
        """What is known of a clause."""
        return self.said.get(clause, Said())
