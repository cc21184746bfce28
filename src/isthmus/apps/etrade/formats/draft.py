"""A record in the making: values with the lines they stand on, faults and notes in plain words."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from lxml import etree
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from isthmus.apps.etrade.formats.readings import CellFault, Declaration, Malformed, Mapped
from isthmus.apps.etrade.formats.xml import line_of
from isthmus.apps.etrade.records import ExportDeclarationV1, title_of
from isthmus.apps.etrade.rules.amounts import read_count, read_figure
from isthmus.kit.errors import FieldFault
from isthmus.kit.text import nfc

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A text in the document, cleaned, and the line of its element."""

    text: str
    line: int
    element: etree._Element | None = None

    def unit(self, attribute: str) -> str | None:
        """A code in an attribute, such as ``unitCode``, in capitals; None where it is absent or empty."""
        given = self.element.get(attribute) if self.element is not None else None
        return (given or "").strip().upper() or None


def clean(text: str | None) -> str:
    """Text in normal form C on one line, without control characters."""
    plain = " ".join((text or "").split())
    return nfc("".join(sign for sign in plain if unicodedata.category(sign) != "Cc"))


def children(parent: etree._Element | None, path: str) -> Iterator[etree._Element]:
    """The elements at ``path`` (names with ``/``) in the parent's own namespace."""
    if parent is None:
        return iter(())
    namespace = etree.QName(parent).namespace
    prefix = f"{{{namespace}}}" if namespace else ""
    return parent.iterfind("/".join(prefix + name for name in path.split("/")))


def child(parent: etree._Element | None, path: str) -> etree._Element | None:
    """The first element at ``path``, or None."""
    return next(children(parent, path), None)


def texts(parent: etree._Element | None, path: str) -> list[Found]:
    """Every non-empty text at ``path``, in document order."""
    found = ((clean(element.text), element) for element in children(parent, path))
    return [Found(text, line_of(element), element) for text, element in found if text]


def text(parent: etree._Element | None, path: str) -> Found | None:
    """The first non-empty text at ``path``, or None."""
    return next(iter(texts(parent, path)), None)


class Draft:
    """Collects what a document says about one declaration; ``finish`` makes the record or refuses.

    ``unit`` is what the document is counted in, such as a line or a row; ``code`` names the refusal.
    """

    def __init__(
        self,
        line: int,
        model: type[Declaration] = ExportDeclarationV1,
        *,
        unit: str = "line",
        code: str = "etrade.wco.fields",
    ) -> None:
        self._line = line
        self._model = model
        self._unit = unit
        self._code = code
        self.edition: str | None = None
        """HS edition of the codes, where the document tells its day."""
        self._body: dict[str, object] = {}
        self._items: list[dict[str, object]] = []
        self._match: dict[str, object] = {}
        self._lines: dict[Place, int] = {}
        self._cells: dict[Place, tuple[str, str, str]] = {}
        self._faults: list[FieldFault] = []
        self._faulted: set[Place] = set()
        self._notes: list[FieldFault] = []

    def add_item(self, line: int) -> int:
        """Open another item; returns its position."""
        self._items.append({})
        self._lines["items", len(self._items) - 1] = line
        return len(self._items) - 1

    def cell(self, place: Place, column: str, value: str, next_step: str, line: int) -> None:
        """Remember from which cell of a table a field is read, and what to do where it does not fit."""
        self._cells[place] = (column, value, next_step)
        self._lines[place] = line

    def put(self, place: Place, value: object, line: int) -> None:
        """Set the field at ``place``, such as ``("items", 0, "origin")`` or ``("match", "plate")``."""
        target = self._body
        if place[0] == "items":
            target = self._items[int(place[1])]
        elif place[0] == "match":
            target = self._match
        target[str(place[-1])] = value
        self._lines[place] = line

    def text(self, place: Place, found: Found | None) -> None:
        """Set a text field, where there is a text."""
        if found:
            self.put(place, found.text, found.line)

    def code(self, place: Place, found: Found | None) -> None:
        """Set a code field, in capitals."""
        if found:
            self.put(place, found.text.upper(), found.line)

    def figure(self, place: Place, found: Found | None) -> str | None:
        """Set a decimal field; returns the figure, or None where there is none or it is a fault."""
        figure = self.read_figure(place, found)
        if figure is not None and found:
            self.put(place, figure, found.line)
        return figure

    def read_figure(self, place: Place, found: Found | None) -> str | None:
        """The decimal at ``found`` without setting it; what is no number becomes a fault of ``place``."""
        if found is None:
            return None
        try:
            return read_figure(found.text)
        except ValueError as error:
            self.fault(place, str(error), found.line)
            return None

    def read_count(self, place: Place, found: Found | None) -> int | None:
        """The whole number at ``found`` without setting it; anything else becomes a fault of ``place``."""
        if found is None:
            return None
        try:
            return read_count(found.text)
        except ValueError as error:
            self.fault(place, str(error), found.line)
            return None

    def fault(self, place: Place, reason: str, line: int, next_step: str = "") -> None:
        """The document cannot be used, because of this field; ``next_step`` replaces its cell's advice."""
        self._faulted.add(place)
        where, message = f"{self._unit} {line}", f"{label(self._model, place)}: {reason}."
        cell = self._cells.get(place)
        if cell is None:
            self._faults.append(FieldFault(where, message))
        else:
            self._faults.append(CellFault(where, message, cell[0], cell[1], next_step or cell[2]))

    def reject(self, sentence: str, line: int) -> None:
        """The document cannot be used, for a reason that is about no field of the record."""
        self._faults.append(FieldFault(f"{self._unit} {line}", sentence))

    def note(self, place: Place, reason: str, line: int) -> None:
        """The document can be used, but something in it was not carried over."""
        self._notes.append(FieldFault(f"{self._unit} {line}", f"{label(self._model, place)}: {reason}."))

    def stated(self) -> tuple[dict[str, object], list[dict[str, object]], dict[str, object]]:
        """The fields so far: of the declaration, of each item, of the match block."""
        return self._body, self._items, self._match

    def line_of(self, place: Place) -> int:
        """Where a field or an item stands, or the declaration itself."""
        return self._lines.get(place, self._line)

    def finish(self) -> Mapped | Malformed:
        """The record with its notes, or every fault with its line."""
        body = {**self._body, "items": self._items, "match": self._match}
        try:
            record = self._model.model_validate(body)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                self._add_detail(detail)
        if self._faults:
            return Malformed(self._code, tuple(self._faults))
        return Mapped(record, tuple(self._notes))

    def _add_detail(self, detail: ErrorDetails) -> None:
        place: Place = detail["loc"]
        if place in self._faulted:
            return  # already said why this value cannot be read
        line = next(
            (
                self._lines[place[:length]]
                for length in range(len(place), 0, -1)
                if place[:length] in self._lines
            ),
            self._line,
        )
        self.fault(place, _in_words(detail), line)


def _in_words(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return "it is missing"
    if kind == "string_pattern_mismatch":
        return f"“{str(detail['input'])[:40]}” does not have the form of this field"
    if kind == "string_too_long":
        return f"the text has more than {context['max_length']} characters"
    if kind == "too_long":
        return f"there are more than {context['max_length']}"
    return detail["msg"].removeprefix("Value error, ")


def label(model: type[BaseModel], place: Place) -> str:
    """A field's title in officials' words, with its item: ``Item 2: HS code`` (counted from 1)."""
    name = str(place[0])
    part = part_of(model, name)
    if part is None or len(place) == 1:
        return title_of(model, name)
    if isinstance(place[1], int):
        item = f"Item {place[1] + 1}"
        return f"{item}: {title_of(part, str(place[2]))}" if len(place) > 2 else item
    return title_of(part, str(place[1]))


def part_of(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    """The model of a field that holds a part of its own, or several; None for a plain field."""
    waiting: list[object] = [model.model_fields[name].annotation]
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
        waiting += get_args(kind)
    return None
