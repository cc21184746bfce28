"""Steps and figures as a person types them: one a line, its parts apart by semicolons."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

AMOUNT: Final = r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$"
"""Digits, and a point before decimals, without signs between thousands."""
_MARK = ";"
_LIKE_A_DAY = re.compile(r"[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}")


class BadLine(ValueError):
    """A line that cannot be read: ``number`` counts lines from 1, ``text`` is what stands there."""

    def __init__(self, number: int, text: str) -> None:
        super().__init__(f"line {number}: {text}")
        self.number, self.text = number, text


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done, and by which day in ISO form; empty where none is set."""

    what: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that the plan is measured by: its name, the amount as digits, the unit."""

    name: str
    amount: str
    unit: str = ""


def _lines(text: str) -> list[tuple[int, str]]:
    lines = ((number, " ".join(line.split())) for number, line in enumerate(text.splitlines(), start=1))
    return [(number, line) for number, line in lines if line]


def _day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def read_steps(text: str) -> tuple[Step, ...]:
    """The steps in their order. BadLine for a day that is not in the calendar, or a day without a step."""
    found = []
    for number, line in _lines(text):
        what, _mark, last = (part.strip() for part in line.rpartition(_MARK))
        if _day(last) and what:
            found.append(Step(what, last))
        elif _LIKE_A_DAY.fullmatch(last):
            raise BadLine(number, line)
        else:
            found.append(Step(line))
    return tuple(found)


def read_figures(text: str) -> tuple[Figure, ...]:
    """The figures in their order. BadLine where a line is not a name, an amount and perhaps a unit."""
    found = []
    for number, line in _lines(text):
        parts = [part.strip() for part in line.split(_MARK)]
        if len(parts) not in {2, 3} or not parts[0] or not re.fullmatch(AMOUNT, parts[1]):
            raise BadLine(number, line)
        found.append(Figure(*parts))
    return tuple(found)


def written_step(step: Step) -> str:
    """A step as it is typed."""
    return f"{step.what}{_MARK} {step.by}" if step.by else step.what


def written_figure(figure: Figure) -> str:
    """A figure as it is typed."""
    return f"{_MARK} ".join(part for part in (figure.name, figure.amount, figure.unit) if part)
