"""Finding a place by its name: accents, case and a slip of the keys do not matter."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_LIKE = 0.75
"""How much of two names must be the same for one to be a slip of the other."""
_SHORTEST_GUESSED = 4
"""Shorter names are not guessed at: too many are one letter apart."""


@dataclass(frozen=True, slots=True)
class Place:
    """A town: ISO 3166 country code, degrees, people, and its other names."""

    name: str
    country: str
    lat: float
    lon: float
    population: int
    also: tuple[str, ...] = ()


def plain(name: str) -> str:
    """A name as it is compared: without case, accents, spaces and marks."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum())


class Gazetteer:
    """Places by the names they go by."""

    def __init__(self, known: Iterable[Place]) -> None:
        self._known = tuple(known)
        self._by_name: dict[str, list[int]] = {}
        for at, place in enumerate(self._known):
            for name in {plain(name) for name in (place.name, *place.also)}:
                self._by_name.setdefault(name, []).append(at)

    def find(self, asked: str, most: int = 10) -> tuple[Place, ...]:
        """The places that ``asked`` may mean, likeliest first: its own name, its beginning, a slip of it.

        What stands behind the last comma narrows it to a country's code: ``Kano, NG``. Of places that fit
        alike, the one with most people comes first.
        """
        name, *behind = (plain(part) for part in asked.split(","))
        if not name:
            return ()
        for fits in (self._called, self._beginning, self._like):
            found = [place for place in self._places(fits(name)) if _is_within(place, behind)]
            if found:
                return tuple(sorted(found, key=lambda place: -place.population)[:most])
        return ()

    def _places(self, found: Iterable[int]) -> Iterator[Place]:
        return (self._known[at] for at in sorted(set(found)))

    def _called(self, name: str) -> Sequence[int]:
        return self._by_name.get(name, ())

    def _beginning(self, name: str) -> list[int]:
        return [at for known, here in self._by_name.items() if known.startswith(name) for at in here]

    def _like(self, name: str) -> list[int]:
        if len(name) < _SHORTEST_GUESSED:
            return []
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(name)
        best, found = _LIKE, []
        for known, here in self._by_name.items():
            if abs(len(known) - len(name)) > len(name) // 3:
                continue
            matcher.set_seq1(known)
            if matcher.real_quick_ratio() < best or matcher.quick_ratio() < best:
                continue
            ratio = matcher.ratio()
            if ratio > best:
                best, found = ratio, list(here)
            elif ratio == best:
                found += here
        return found


def _is_within(place: Place, behind: Sequence[str]) -> bool:
    told = [part for part in behind if part]
    return not told or told[-1] == plain(place.country)
