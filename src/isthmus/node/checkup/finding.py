"""What a look gives: one thing that was looked at, what was found, and what to do where it is not well."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "fault"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what was found, and what to do where it is not ok."""

    level: Level
    what: str
    found: str
    to_do: str = ""
