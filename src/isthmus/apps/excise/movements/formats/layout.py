"""How the typed messages lie in XML: which element a field is, of what kind, how often.

It is read off the annotations of the message classes, so that a class is the one statement of its group.
"""

import dataclasses
import types
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from isthmus.apps.excise.movements.formats.kinds import Demanded, Kind, Times, Words

Version = Literal["3.13", "3.23"]
Group = Any
"""A message class; its own dataclass fields are all that is asked of it."""
VERSIONS: tuple[Version, ...] = ("3.13", "3.23")

# Version 3.23 gave these elements other names; the fields of the messages have the new ones.
_OLD_NAMES = {
    "ImportCustomsDeclaration": "ImportSad",
    "ImportCustomsDeclarationNumber": "ImportSadNumber",
}


@dataclass(frozen=True, slots=True)
class Slot:
    """One element of a group: exactly one of ``kind`` (simple) and ``group`` (a message class) is given.

    ``worded``: simple text that carries the attribute ``language``. ``listed``: the value is a tuple.
    """

    name: str
    element: str
    kind: Kind | None
    group: Group | None
    least: int
    most: int
    listed: bool
    worded: bool
    demanded_before: bool

    def element_in(self, version: Version) -> str:
        """The name of the element in a version of the schemas."""
        return _OLD_NAMES.get(self.element, self.element) if version == "3.13" else self.element

    def least_in(self, version: Version) -> int:
        """How often the element must stand at least."""
        return 1 if self.demanded_before and version == "3.13" else self.least


@dataclass(frozen=True, slots=True)
class Layout:
    """A group: its elements in their order, and whether it carries ``language`` (None: it does not)."""

    slots: tuple[Slot, ...]
    language_demanded: bool | None


def element_name(field: str) -> str:
    """The element of a field: ``trader_name`` is ``TraderName``."""
    return "".join(part[:1].upper() + part[1:] for part in field.split("_"))


@cache
def layout_of(group: Group) -> Layout:
    """The layout of a message class."""
    slots = []
    language: bool | None = None
    for field in dataclasses.fields(group):
        optional = field.default is not dataclasses.MISSING
        if field.name == "language":
            language = not optional
        else:
            slots.append(_slot(field.name, field.type, 0 if optional else 1))
    return Layout(tuple(slots), language)


def _slot(name: str, annotation: Any, least: int) -> Slot:  # noqa: ANN401  an annotation can be anything
    most, listed, demanded = 1, False, False
    base, marks = _taken_apart(annotation)
    for mark in marks:
        if isinstance(mark, Times):
            least, most, listed = mark.least, mark.most, True
            base, marks = _taken_apart(get_args(base)[0])
        elif isinstance(mark, Demanded):
            demanded = True
    kind = next((mark for mark in marks if isinstance(mark, Kind)), None)
    return Slot(
        name,
        element_name(name),
        kind,
        base if kind is None else None,
        least,
        most,
        listed,
        base is Words,
        demanded,
    )


def _taken_apart(annotation: Any) -> tuple[Any, tuple[object, ...]]:  # noqa: ANN401  as above
    """The type and the marks of an annotation, through ``| None`` and ``Annotated`` in either order."""
    marks: tuple[object, ...] = ()
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *more = get_args(annotation)
            marks += tuple(more)
        elif origin in {Union, types.UnionType}:
            annotation = next(part for part in get_args(annotation) if part is not type(None))
        else:
            return annotation, marks
