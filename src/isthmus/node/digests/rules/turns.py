"""Whose turn it is today, and whether there is anything to tell since the last time."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

DAILY, WEEKLY = "daily", "weekly"


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of matter that waits: in which part of the node, where it is done, and how many."""

    part: str
    url: str
    count: int


def is_turn(often: str, looked: date | None, today: date) -> bool:
    """Whether somebody is looked at today; ``looked`` is the day on which that was done last.

    Weekly is once from each Monday on: a node that was down on Monday looks on Tuesday.
    """
    if often == DAILY:
        return looked is None or looked < today
    if often == WEEKLY:
        monday = today - timedelta(days=today.weekday())
        return looked is None or looked < monday
    return False


def fingerprint(lines: Iterable[Line]) -> str:
    """What waits, as one short text that is the same in any order and language; empty where nothing waits."""
    told = sorted((line.part, line.url, line.count) for line in lines if line.count)
    return sha256(json.dumps(told).encode("utf-8")).hexdigest() if told else ""


def is_news(told: str, now: str) -> bool:
    """Whether a letter is written: something waits, and not the same as was told last."""
    return bool(now) and now != told
