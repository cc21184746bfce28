"""What a corridor has taught: thresholds, margins and false alarms, as a value with its date."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from types import MappingProxyType

from isthmus.apps.etrade.reconciliation.rules.margins import DEFAULT, Margin
from isthmus.apps.etrade.reconciliation.rules.reasons import Reason

VERSION = 1
ACCEPT: Mapping[int, int] = MappingProxyType({1: 400, 2: 300, 3: 300, 4: 300, 5: 320, 6: 280})
REVIEW: Mapping[int, int] = MappingProxyType({1: 200, 2: 200, 3: 200, 4: 200, 5: 230, 6: 200})
"""Least score of a link by pass, in tenths of a bit: accepted, or to be looked at; below, rejected."""
FALSE_ALARMS: Mapping[str, int] = MappingProxyType(dict.fromkeys(Reason, 50))
"""Cases in a thousand that an officer finds to be none, by reason, before officers have decided any."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What is known of one corridor; lags in days, margins in thousandths, scores in tenths of a bit.

    ``false_links`` are the false ones among the accepted links of a pass, in ten thousand, as decoys measured
    them; what is not there was not measured.
    """

    learned_on: date | None = None
    accept: Mapping[int, int] = field(default_factory=lambda: ACCEPT)
    review: Mapping[int, int] = field(default_factory=lambda: REVIEW)
    margin: Margin = DEFAULT
    chapters: Mapping[int, Margin] = field(default_factory=dict)
    earliest_lag: int = -2
    latest_lag: int = 75
    false_alarms: Mapping[str, int] = field(default_factory=lambda: FALSE_ALARMS)
    false_links: Mapping[int, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """The value as a JSON object; `from_json` reads it back."""
        return {
            "version": VERSION,
            "learned_on": self.learned_on.isoformat() if self.learned_on else None,
            "accept": {str(number): score for number, score in self.accept.items()},
            "review": {str(number): score for number, score in self.review.items()},
            "margin": asdict(self.margin),
            "chapters": {
                f"{chapter:02d}": asdict(margin) for chapter, margin in sorted(self.chapters.items())
            },
            "earliest_lag": self.earliest_lag,
            "latest_lag": self.latest_lag,
            "false_alarms": dict(self.false_alarms),
            "false_links": {str(number): share for number, share in self.false_links.items()},
        }


def from_json(content: object) -> Calibration:
    """The calibration that a JSON object holds; ValueError for anything else."""
    if not isinstance(content, dict) or content.get("version") != VERSION:
        raise ValueError("no calibration of this version")
    try:
        learned = content["learned_on"]
        alarms = {str(Reason(name)): int(share) for name, share in content["false_alarms"].items()}
        return Calibration(
            learned_on=date.fromisoformat(learned) if learned is not None else None,
            accept={**ACCEPT, **_by_pass(content["accept"])},
            review={**REVIEW, **_by_pass(content["review"])},
            margin=Margin(**content["margin"]),
            chapters={int(chapter): Margin(**margin) for chapter, margin in content["chapters"].items()},
            earliest_lag=int(content["earliest_lag"]),
            latest_lag=int(content["latest_lag"]),
            false_alarms={**FALSE_ALARMS, **alarms},
            # Those that were learned before there were decoys have none.
            false_links=_by_pass(content.get("false_links", {})),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("a part of the calibration is missing or of another kind") from error


def _by_pass(scores: Mapping[str, int]) -> dict[int, int]:
    return {int(number): int(score) for number, score in scores.items()}
