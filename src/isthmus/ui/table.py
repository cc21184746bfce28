"""Tables: columns declared once serve the page, the phone's cards and the exports."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar

from django.utils.html import format_html
from django.utils.safestring import SafeString

from isthmus.kit import clock
from isthmus.ui.components import Amount, State
from isthmus.ui.shown import shown
from isthmus.ui.text import Text

R = TypeVar("R")
Kind = Literal["text", "number", "date", "state", "link"]
_CLOSE = 6
_LONG_WORD = 40
Plain = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column.

    ``name`` stands in addresses and exports. ``value`` is a dotted path of attributes (``partner.name``) or a
    function of the row. ``sort`` is the field of the query, or several, by which the head sorts; without it
    the head is plain. ``url`` gives the address that the value leads to. ``unit`` stands after each number.
    """

    name: str
    label: Text
    value: str | Callable[[R], object]
    kind: Kind = "text"
    sort: str | tuple[str, ...] = ()
    url: Callable[[R], str] | None = None
    unit: str = ""
    places: int | None = None

    def of(self, row: R) -> object:
        """The row's value in this column; a missing object on the path gives ``None``."""
        if callable(self.value):
            return self.value(row)
        found: Any = row
        for name in self.value.split("."):
            found = (
                getattr(found, name, None)
                if found is None or not isinstance(found, dict)
                else found.get(name)
            )
            if callable(found):
                found = found()
        return found

    @property
    def order(self) -> tuple[str, ...]:
        """The fields by which this column sorts."""
        return (self.sort,) if isinstance(self.sort, str) and self.sort else tuple(self.sort)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell ready for the template; ``long`` where a word, as a hash, may break anywhere."""

    html: SafeString | str
    label: Text
    number: bool
    head: bool
    long: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: ``direction`` is ``ascending``, ``descending`` or empty; ``query`` sorts by it."""

    label: Text
    number: bool
    query: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Heads and rows of cells; ``caption`` names the table."""

    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: Text = ""

    @property
    def wide(self) -> bool:
        """Whether there are so many columns that they have to stand close together."""
        return len(self.heads) > _CLOSE

    @property
    def has_links(self) -> bool:
        """Whether the keyboard finds a stop in it; a table that scrolls sideways needs one."""
        links = any(head.query for head in self.heads)
        return links or any("<a " in found.html for row in self.rows for found in row)


def cell(column: Column[R], row: R, *, head: bool) -> Cell:
    """The row's cell in this column."""
    value = column.of(row)
    number = column.kind == "number"
    if value is None or value == "":
        html: SafeString | str = ""
    elif number and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        html = shown(Amount(value, column.unit, column.places))
    else:
        html = shown(value)
    if html and column.url is not None and (address := column.url(row)):
        html = format_html('<a href="{}">{}</a>', address, html)
    long = isinstance(value, str) and any(len(word) >= _LONG_WORD for word in value.split())
    return Cell(html, column.label, number, head, long)


def tabulate(columns: Iterable[Column[R]], rows: Iterable[R], caption: Text = "") -> Table:
    """A table without sorting, for detail pages and charts. The first column heads its row."""
    columns = tuple(columns)
    heads = tuple(Head(column.label, column.kind == "number") for column in columns)
    body = tuple(tuple(cell(c, row, head=i == 0) for i, c in enumerate(columns)) for row in rows)
    return Table(heads, body, caption)


def plain(value: object) -> Plain:
    """The value for an export: numbers stay numbers, decimals and times become their one written form."""
    match value:
        case None | bool() | int() | float():
            return value
        case Amount():
            return plain(value.value)
        case Decimal():
            return format(value, "f")
        case datetime():
            return clock.to_text(value)
        case date():
            return value.isoformat()
        case State():
            return str(value.word)
        case _:
            return str(value)
