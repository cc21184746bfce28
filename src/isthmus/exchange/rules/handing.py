"""Words that a person carries from a record into a draft elsewhere, and the name of where they came from."""

import re
from dataclasses import dataclass, replace
from typing import Final

TITLE, PROBLEM, STEPS, PARTNER, FIGURES = "title", "problem", "steps", "partner", "figures"
FIELDS: Final = frozenset({TITLE, PROBLEM, STEPS, PARTNER, FIGURES})
"""What a taker may ask for."""
LONGEST_ORIGIN: Final = 160
_ORIGIN = re.compile(r"([a-z][a-z.-]{0,59}):([^:/\s]{1,31})/([^:/\s]{1,64})")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where words came from: the giver, the node whose record it is, and that node's name of it."""

    giver: str
    node: str
    record: str

    @property
    def text(self) -> str:
        """As it stands in addresses and rows: ``workshops.country-plan:mm/0123``."""
        return f"{self.giver}:{self.node}/{self.record}"


def read_origin(text: str) -> Origin | None:
    """The origin that a text names; None where it names none."""
    found = _ORIGIN.fullmatch(text)
    return None if found is None else Origin(*found.groups())


@dataclass(frozen=True, slots=True)
class Words:
    """What a record says, as far as a reader may carry it on.

    ``source`` says in words what and whose it is, ``url`` is its page, ``leaf`` the hash of its record, empty
    where it has none. ``steps`` and ``figures`` are a line each. ``programme`` is the code of the programme
    that it came of, empty where that is not known.
    """

    origin: Origin
    source: str
    url: str
    language: str
    leaf: str = ""
    programme: str = ""
    title: str = ""
    problem: str = ""
    steps: tuple[str, ...] = ()
    partner: str = ""
    figures: tuple[str, ...] = ()


def limited(words: Words, fields: frozenset[str]) -> Words:
    """The words with nothing but what is asked for; where they came from stays."""
    nothing: dict[str, str | tuple[str, ...]] = {
        name: () if name in {STEPS, FIGURES} else "" for name in FIELDS - fields
    }
    return replace(words, **nothing)  # type: ignore[arg-type]  # each name with an empty value of its kind


def fitting_language(words: Words, known: frozenset[str], otherwise: str) -> str:
    """The language of the words as a form knows it: as it is, or without region and script."""
    for code in (words.language, words.language.partition("-")[0]):
        if code in known:
            return code
    return otherwise
