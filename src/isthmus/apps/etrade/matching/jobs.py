"""The jobs of the node's worker: answer partners, send what was asked to go at once."""

from isthmus.apps.etrade.matching.services.answering import answer_all
from isthmus.apps.etrade.matching.services.asking import send_surely_matched
from isthmus.jobs.progress import Progress


def answer(progress: Progress) -> dict[str, int]:
    """Answer every partner that waits; returns how many."""
    return answer_all(progress)


def send(progress: Progress, round: int) -> dict[str, int]:  # noqa: A002  the job's argument is named so
    """Send the declarations of one comparison that surely hit; returns how many."""
    progress.step(0, None)
    return {"sent": send_surely_matched(round)}
