"""One page of a node: who opens it, and where it is in the story."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

Found = dict[str, Any]


@dataclass(frozen=True)
class PageOf:
    """One page: the name of its address, who looks at it, and its arguments, found in the story."""

    name: str
    who: str = "approver"
    args: Callable[[Found], list[Any]] = lambda found: []
    query: str = ""
    status: int = 200

    def path(self, found: Found) -> str:
        """Its address in this story."""
        return reverse(self.name, args=self.args(found)) + self.query

    def __str__(self) -> str:
        return f"{self.name}{self.query} as {self.who}"


def of(key: str) -> Callable[[Found], list[Any]]:
    """One thing of the story."""
    return lambda found: [found[key]]


def document(kind: str, key: str) -> Callable[[Found], list[Any]]:
    """A trade document of a kind."""
    return lambda found: [kind, found[key]]


def parts(key: str) -> Callable[[Found], list[Any]]:
    """GTIN and serial of a code."""
    return lambda found: [found[key].partition("/01/")[2][:14], found[key].partition("/21/")[2][:16]]


def with_(*values: Any) -> Callable[[Found], list[Any]]:
    """Values that are not of the story."""
    return lambda found: list(values)
