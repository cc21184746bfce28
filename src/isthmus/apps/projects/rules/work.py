"""Contributions of the countries: evidence by grade, the fit table, tasks with due days, the discussion."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from isthmus.apps.projects.rules.said import Said, in_order

GRADES = ("claim", "document", "demonstration", "result")
"""From the weakest to the strongest."""
ASPECTS = ("law", "infrastructure", "language", "power", "demand")


def missing_in(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields that a contribution of its kind lacks, by name."""
    needed = {
        "evidence": ("title", "text", "grade"),
        "fit": ("country", "aspect", "fit", "source"),
        "comment": ("text",),
        "task": ("title", "due"),
        "milestone": ("title", "due"),
        "done": ("about",),
    }[body["kind"]]
    found = [name for name in needed if not body.get(name)]
    # More than a claim is something that others can look at.
    if body["kind"] == "evidence" and body.get("grade") not in {None, "claim"}:
        found += [] if body.get("source") or body.get("files") else ["source"]
    return tuple(found)


def of_kind(statements: Iterable[Said], *kinds: str) -> list[Said]:
    """The contributions of these kinds, in order."""
    ordered = in_order(statements)
    return [one for one in ordered if one.sort == "contribution" and one.body["kind"] in kinds]


def best_grade(statements: Iterable[Said]) -> str:
    """The strongest evidence that there is; empty without any."""
    grades = {one.body["grade"] for one in of_kind(statements, "evidence")}
    return next((grade for grade in reversed(GRADES) if grade in grades), "")


def fit_table(statements: Iterable[Said], countries: Iterable[str]) -> dict[str, dict[str, Said | None]]:
    """For each country and aspect the latest cell; None where nobody said anything: unknown, not good.

    Countries that only a cell names stand behind the others.
    """
    cells = of_kind(statements, "fit")
    rows = [*dict.fromkeys(countries), *sorted({one.body["country"] for one in cells})]
    table: dict[str, dict[str, Said | None]] = {
        country: dict.fromkeys(ASPECTS) for country in dict.fromkeys(rows)
    }
    for one in cells:
        table[one.body["country"]][one.body["aspect"]] = one
    return table


class TaskState(Enum):
    """How a task stands on a day."""

    DONE = "done"
    OVERDUE = "overdue"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Task:
    """A task or milestone, with when it was said to be done."""

    said: Said
    due: date
    done_at: datetime | None

    def state_on(self, today: date) -> TaskState:
        """Done, overdue from the day after it is due, else open."""
        if self.done_at is not None:
            return TaskState.DONE
        return TaskState.OVERDUE if self.due < today else TaskState.OPEN


def tasks(statements: Iterable[Said]) -> list[Task]:
    """Tasks and milestones by their due day. Done is done: the first word about it counts."""
    every = list(statements)
    done: dict[str, datetime] = {}
    for one in of_kind(every, "done"):
        done.setdefault(one.body["about"], one.at)
    found = [
        Task(one, date.fromisoformat(one.body["due"]), done.get(one.body["contribution"]))
        for one in of_kind(every, "task", "milestone")
    ]
    return sorted(found, key=lambda task: task.due)
