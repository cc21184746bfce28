"""A record's body as the parts of a page: facts on top, then one table or group for each nested part."""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from pydantic import BaseModel

from isthmus.exchange.rules import layout
from isthmus.ui.components import Fact
from isthmus.ui.table import Column, Table, tabulate


@dataclass(frozen=True, slots=True)
class Shown:
    """One part of the form, ready for the template."""

    title: str
    facts: tuple[Fact, ...]
    table: Table | None


def sheets_of(body: Mapping[str, Any], model: type[BaseModel] | None) -> tuple[Shown, ...]:
    """The body laid out as the form that officials know; without a model, under the names of its fields."""
    shown = []
    for sheet in layout.lay_out(body, model):
        columns: list[Column[tuple[object, ...]]] = [
            Column(str(place), title, itemgetter(place), kind="number" if numeric else "text")
            for place, (title, numeric) in enumerate(zip(sheet.columns, sheet.numeric, strict=True))
        ]
        facts = tuple(Fact(line.title, line.value) for line in sheet.lines)
        shown.append(
            Shown(sheet.title, facts, tabulate(columns, sheet.rows, sheet.title) if columns else None)
        )
    return tuple(shown)
