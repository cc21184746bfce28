"""What one house of a large application declares; the application's ``apps.py`` only adds them up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from isthmus.accounts.policy import Rule
from isthmus.exchange.application import Giver, RecordType, Taker
from isthmus.jobs.declare import JobKind

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Page:
    """A page in the frame's navigation: what one must be allowed, its label, the name of its address.

    ``beside`` names pages that are reached from it and lie elsewhere; on them it is the one that is marked.
    """

    action: str
    label: "_StrOrPromise"
    name: str
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class House:
    """A part of an application with rooms of its own, and what the node must know about it.

    ``event_words`` names what it writes into the audit trail; ``organisation_paths`` leads from each of its
    models to the organisation whose row it is. ``gives`` and ``takes`` are its part in handing words over.
    """

    access_rules: tuple[Rule, ...] = ()
    event_words: "Mapping[str, _StrOrPromise]" = field(default_factory=dict)
    organisation_paths: Mapping[str, str] = field(default_factory=dict)
    record_types: tuple[RecordType, ...] = ()
    jobs: tuple[JobKind, ...] = ()
    pages: tuple[Page, ...] = ()
    gives: tuple[Giver, ...] = ()
    takes: tuple[Taker, ...] = ()


@dataclass(frozen=True, slots=True)
class Houses:
    """All houses of an application, in the order of its navigation."""

    houses: tuple[House, ...]

    @property
    def access_rules(self) -> tuple[Rule, ...]:
        """The access rules of all."""
        return tuple(rule for house in self.houses for rule in house.access_rules)

    @property
    def event_words(self) -> "dict[str, _StrOrPromise]":
        """The words of all for the audit trail; ValueError where two houses word the same event."""
        return _together(house.event_words for house in self.houses)

    @property
    def organisation_paths(self) -> dict[str, str]:
        """The way from each model to its organisation; ValueError where two houses claim one."""
        return _together(house.organisation_paths for house in self.houses)

    @property
    def record_types(self) -> tuple[RecordType, ...]:
        """The record types of all."""
        return tuple(kind for house in self.houses for kind in house.record_types)

    @property
    def jobs(self) -> tuple[JobKind, ...]:
        """The jobs of all."""
        return tuple(job for house in self.houses for job in house.jobs)

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages of all for the navigation."""
        return tuple(page for house in self.houses for page in house.pages)

    @property
    def gives(self) -> tuple[Giver, ...]:
        """Whose words the houses hand over."""
        return tuple(one for house in self.houses for one in house.gives)

    @property
    def takes(self) -> tuple[Taker, ...]:
        """The drafts of all that can begin with words of another application."""
        return tuple(one for house in self.houses for one in house.takes)


def _together(parts: Iterable[Mapping[str, Value]]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for part in parts:
        if twice := sorted(found.keys() & part.keys()):
            raise ValueError(f"Declared by two houses: {', '.join(twice)}.")
        found.update(part)
    return found


def kept_record(here: str, name: str, title: "_StrOrPromise", model: str, step: str) -> RecordType:
    """Version 1 of a record type of the house in the package ``here``, laid out as houses are.

    ``records`` has its ``model``; ``services.receiving`` checks and receives a ``step``, and
    ``services.keeping`` erases, restores and numbers; ``sample_queries`` has ``step`` in the plural.
    """
    receiving, keeping = f"{here}.services.receiving", f"{here}.services.keeping"
    return RecordType(
        name,
        1,
        title,
        f"{here}.records:{model}",
        f"{receiving}:receive_{step}",
        check=f"{receiving}:check_{step}",
        samples=f"{here}.sample_queries:{step}s",
        erase=f"{keeping}:erase",
        restored=f"{keeping}:restore",
        numbered=f"{keeping}:take_number",
    )
