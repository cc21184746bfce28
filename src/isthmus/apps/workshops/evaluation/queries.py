"""Results of an evaluation, as far as they may be shown."""

from dataclasses import dataclass

from isthmus.apps.workshops.evaluation.models import Evaluation
from isthmus.apps.workshops.evaluation.rules.groups import LEAST, Told, by_group


@dataclass(frozen=True, slots=True)
class Result:
    """One question: the whole on the scale with the groups that may be shown, or texts by alphabet."""

    question: str
    whole: Told | None = None
    groups: tuple[tuple[str, Told], ...] = ()
    texts: tuple[str, ...] = ()


def results_of(evaluation: Evaluation) -> list[Result]:
    """The results of a closed evaluation; nothing while it is open, or of fewer than five answers."""
    if evaluation.closed_at is None:
        return []
    sheets = list(evaluation.sheets.order_by("pk"))
    found = []
    for place, question in enumerate(evaluation.questions):
        given = [(one.group, one.answers[place]) for one in sheets if one.answers[place] is not None]
        if question["kind"] == "scale":
            whole, groups = by_group((group, int(step)) for group, step in given)
            found.append(Result(question["text"], whole, tuple(sorted(groups.items()))))
        else:
            texts = sorted(str(text) for _group, text in given)
            found.append(Result(question["text"], texts=tuple(texts) if len(texts) >= LEAST else ()))
    return found
