"""How much of a request is read: said beside the code that reads it, enforced before anything is read."""

from collections.abc import Callable
from typing import Any, TypeVar

V = TypeVar("V", bound=Callable[..., Any])

FORM_BYTES = 100_000
"""What a form may send, and everybody who has not signed in: a long page of text, and no file."""

_MARK = "most_bytes"


def takes(most_bytes: int) -> Callable[[V], V]:
    """Let a view read a body of up to this size; without it, it is ``FORM_BYTES``."""

    def mark(view: V) -> V:
        setattr(view, _MARK, most_bytes)
        return view

    return mark


def most_bytes_of(view: object) -> int:
    """The size that was said of a view; wrappers made with functools carry it outwards."""
    return int(getattr(view, _MARK, FORM_BYTES))
