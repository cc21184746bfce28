"""The declarations of a corridor, line of goods by line, as the mirror reads tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from isthmus.accounts.policy import Actor, visible
from isthmus.apps.etrade.mirror.rules.lines import Sought, belongs
from isthmus.apps.etrade.models import Declaration, Direction, Origin, State
from isthmus.trust.models import Partner

VIEW = "etrade.declaration.view"
COLUMNS = ("date", "hs", "hs_version", "partner", "net_kg", "value", "currency")
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Corridor:
    """Both sides of one way of the goods: who declared them as exports, and who as imports."""

    exports: "QuerySet[Declaration]"
    imports: "QuerySet[Declaration]"


def corridor(actor: Actor, partner: Partner, way: str) -> Corridor:
    """The declarations that the actor may see of goods that go ``out`` to the partner, or come ``in``.

    What was cancelled never crossed and is left out.
    """
    rows = visible(actor, VIEW, Declaration.objects.exclude(state=State.CANCELLED))
    own, theirs = rows.filter(origin=Origin.OWN), rows.filter(origin=Origin.PARTNER, partner=partner.node_id)
    if way == "out":
        exports = own.filter(direction=Direction.EXPORT, destination_country=partner.country)
        return Corridor(exports, theirs.filter(direction=Direction.IMPORT))
    imports = own.filter(direction=Direction.IMPORT, export_country=partner.country)
    return Corridor(theirs.filter(direction=Direction.EXPORT), imports)


def lines_of(rows: "QuerySet[Declaration]", partner: str) -> Iterator[tuple[object, ...]]:
    """One row of ``COLUMNS`` a line of goods; a declaration of one line lends it its totals.

    The day is that of crossing, else of acceptance, else of lodging.
    """
    for body in rows.order_by("pk").values_list("body", flat=True).iterator(chunk_size=_CHUNK):
        for line in _lines(body):
            yield line.day, line.hs, line.hs_version, partner, line.net_kg, line.value, line.currency


@dataclass(frozen=True, slots=True)
class Line:
    """One line of goods as its declaration states it, in the texts of the record."""

    day: str | None
    hs: str | None
    hs_version: str | None
    net_kg: str | None
    value: str | None
    currency: str | None


def _lines(body: dict[str, Any]) -> Iterator[Line]:
    match = body.get("match") or {}
    names = ("arrival_date", "departure_date", "accepted_on", "lodged_on")
    day = next((body[name] for name in names if body.get(name)), None)
    alone = len(body["items"]) == 1
    for item in body["items"]:
        yield Line(
            day,
            item.get("hs_code"),
            item.get("hs_version"),
            item.get("net_kg") or (match.get("net_kg") if alone else None),
            _value(item) or (_value(match) if alone else None),
            match.get("currency"),
        )


def lines_behind(
    rows: "QuerySet[Declaration]", sought: Sought, state: str = ""
) -> Iterator[tuple[Declaration, Line]]:
    """The lines of goods in a cell, each with its declaration, by the same reading as the mirror's."""
    chosen = rows.filter(state=state) if state else rows
    for row in chosen.order_by("pk").iterator(chunk_size=_CHUNK):
        for line in _lines(row.body):
            day = date.fromisoformat(line.day) if line.day else None
            if belongs(sought, line.hs, day, line.currency):
                yield row, line


def _value(part: dict[str, Any]) -> str | None:
    return part.get("cif_value") or part.get("fob_value")


def tally(rows: "QuerySet[Declaration]") -> dict[State, int]:
    """How many declarations stand in each state, in the order of the states."""
    counted = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    return {state: counted[state] for state in State if state in counted}


def partners_with_declarations(actor: Actor) -> list[tuple[Partner, int]]:
    """The partners, each with how many declarations it has sent that the actor may see."""
    rows = visible(actor, VIEW, Declaration.objects.filter(origin=Origin.PARTNER))
    counted = dict(rows.order_by().values_list("partner").annotate(Count("pk")))
    known = Partner.objects.filter(Q(node_id__in=counted) | ~Q(country="")).order_by("name")
    return [(partner, counted.get(partner.node_id, 0)) for partner in known]
