"""Live counters as values: a number, its unit, and the record that it was taken from."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One counter. ``name`` is ``house.counter``; ``source`` names the newest record behind the number."""

    name: str
    value: int
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The counters of one node as they stood together."""

    all: tuple[Figure, ...] = ()

    def of(self, name: str) -> Figure | None:
        """The counter of this name; None where the node does not keep it."""
        return next((figure for figure in self.all if figure.name == name), None)

    def value(self, name: str) -> int | None:
        """Its number."""
        figure = self.of(name)
        return None if figure is None else figure.value


def collected(parts: Iterable[Iterable[Figure]]) -> Figures:
    """The counters of several houses together. ValueError where two have one name."""
    found = tuple(figure for part in parts for figure in part)
    if len({figure.name for figure in found}) < len(found):
        raise ValueError("two counters have one name")
    return Figures(found)
