"""A collection in a file, whichever of the formats it is in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Written:
    """A document or a question as a file states it; ``language`` is a tag."""

    key: str
    title: str
    text: str
    language: str
