"""What a corridor's run reads: declarations and responses out of the database, as files for the engine."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, fields
from datetime import date, timedelta
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from isthmus.apps.etrade.cases.models import Corridor, Side, Way
from isthmus.apps.etrade.cases.rules.shipments import Shipment, answer_of, exports_of, imports_of
from isthmus.apps.etrade.models import (
    Declaration,
    DeclarationEvent,
    Direction,
    DutyRate,
    ExchangeRate,
    Origin,
    Sending,
    State,
)
from isthmus.apps.etrade.reconciliation.analytics.intake import STALE_RATE_DAYS
from isthmus.apps.etrade.rules.states import event_of
from isthmus.trust.models import Partner

COLUMNS = tuple(field.name for field in fields(Shipment))
_PORTION = 1000
_RATE_PLACES = 9
_ANSWERED = tuple(event_of(outcome).value for outcome in ("matched", "arrived", "held", "released"))

Place = tuple[int | None, int | None]
"""The declaration that an item belongs to and its organisation; nothing for one known by a response alone."""


def country_of(partner: str) -> str:
    """The country of a partner, as declarations name it."""
    known = Partner.objects.filter(node_id=partner).values_list("country", flat=True).first()
    return known or partner[:2].upper()


def exports_in(corridor: Corridor) -> QuerySet[Declaration]:
    """The export declarations of a corridor that stand."""
    rows = Declaration.objects.filter(direction=Direction.EXPORT).exclude(state=State.CANCELLED)
    if corridor.way == Way.IN:
        return rows.filter(origin=Origin.PARTNER, partner=corridor.partner)
    sent = Sending.objects.filter(declaration=OuterRef("pk"), partner=corridor.partner)
    there = Q(destination_country=country_of(corridor.partner))
    return rows.filter(Exists(sent) | there, origin=Origin.OWN)


def imports_in(corridor: Corridor) -> QuerySet[Declaration]:
    """The import declarations of a corridor that stand.

    Own ones belong to it by the country that they were exported or consigned from, or by the origin of their
    first item: what comes through a third country is compared with what left for here all the same.
    """
    rows = Declaration.objects.filter(direction=Direction.IMPORT).exclude(state=State.CANCELLED)
    if corridor.way == Way.OUT:
        return rows.filter(origin=Origin.PARTNER, partner=corridor.partner)
    country = country_of(corridor.partner)
    named = Q(export_country=country) | Q(body__consigned_from=country) | Q(body__items__0__origin=country)
    return rows.filter(named, origin=Origin.OWN)


def _responses(corridor: Corridor) -> QuerySet[DeclarationEvent]:
    """What the partner answered to own exports."""
    if corridor.way == Way.IN:
        return DeclarationEvent.objects.none()
    return DeclarationEvent.objects.filter(
        direction=Direction.EXPORT, origin=Origin.OWN, said_by=corridor.partner, event__in=_ANSWERED
    )


def fingerprint(corridor: Corridor) -> str:
    """Changes whenever something that a run of the corridor reads has changed."""
    told = DeclarationEvent.objects.filter(
        Q(partner=corridor.partner) | Q(said_by=corridor.partner) | Q(partner="")
    )
    counted: list[QuerySet[Any]] = [
        exports_in(corridor),
        imports_in(corridor),
        told,
        corridor.calibrations.all(),
        ExchangeRate.objects.all(),
        DutyRate.objects.all(),
    ]
    found = [list(rows.order_by().aggregate(count=Count("pk"), last=Max("pk")).values()) for rows in counted]
    rates = DutyRate.objects.order_by("hs_code", "day").values_list("hs_code", "day", "rate")
    return sha256(json.dumps([found, list(rates)], default=str).encode()).hexdigest()


class Gathered:
    """The files of one corridor in a folder, and where each key leads.

    ``rates`` and ``duties`` are None where the node has none. ``currency`` is the one in which stakes are
    counted, empty where nobody knows it. ``digests`` tells by key whether an item is what it was,
    ``days`` are the first and the last one.
    """

    def __init__(self, folder: Path) -> None:
        self.exports, self.imports = folder / "exports.csv", folder / "imports.csv"
        self.rates: Path | None = None
        self.duties: Path | None = None
        self.places: dict[Side, dict[str, Place]] = {side: {} for side in Side}
        self.digests: dict[Side, dict[str, bytes]] = {side: {} for side in Side}
        self.left_out = 0
        self.currency = ""
        self.currencies: Counter[str] = Counter()
        self.days: list[str] = []

    @property
    def comparable(self) -> bool:
        """Whether both sides hold anything: a side of which nothing is known says nothing of the other."""
        return all(self.places.values())


def gather(corridor: Corridor, folder: Path) -> Gathered:
    """Write the comparable items of a corridor, the rates and the duties.

    Items without an HS code, and declarations without a day, cannot be compared: they are counted.
    """
    found = Gathered(folder)
    country = country_of(corridor.partner)
    answered, rows = _answers(corridor, country)
    imported = {number for number, _row in rows}
    known = set(imports_in(corridor).filter(number__in=imported).values_list("number", flat=True))
    exports = exports_in(corridor).exclude(pk__in=answered)
    _write(found.exports, found, Side.EXPORTS, _shipments(found, Side.EXPORTS, exports, country))
    answers = [row for number, row in rows if number not in known]
    imports = _shipments(found, Side.IMPORTS, imports_in(corridor), country, answers)
    _write(found.imports, found, Side.IMPORTS, imports)
    _write_rates(found, folder / "rates.csv")
    _write_duties(found, folder / "duties.csv")
    return found


def _answers(corridor: Corridor, country: str) -> tuple[set[int], list[tuple[str, Shipment]]]:
    """Exports that the partner has answered without a figure, and imports that its answers tell of."""
    silent: set[int] = set()
    told: dict[int, tuple[str, Shipment]] = {}
    events = _responses(corridor).exclude(declaration=None).select_related("declaration").order_by("id")
    for event in events.iterator(_PORTION):
        declaration = event.declaration
        assert declaration is not None
        silent.add(declaration.pk)
        day = (event.occurred_at or event.received_at).date().isoformat()
        shipment = answer_of(declaration.body, event.body, declaration.number, day, country=country)
        if shipment is not None:
            told[declaration.pk] = (event.body.get("import_number") or "", shipment)
    return silent - set(told), list(told.values())


def _shipments(
    found: Gathered,
    side: Side,
    rows: QuerySet[Declaration],
    country: str,
    answers: Iterable[Shipment] = (),
) -> Iterator[Shipment]:
    make = exports_of if side == Side.EXPORTS else imports_of
    twins = _twins(rows)
    places = found.places[side]
    plain = rows.order_by("pk").values_list("pk", "number", "organisation_id", "body")
    for pk, number, organisation, body in plain.iterator(_PORTION):
        comparable = list(make(body, number, country=country, twin=twins.get(pk, 0)))
        found.left_out += len(body["items"]) - len(comparable)
        for shipment in comparable:
            places[shipment.id] = (pk, organisation)
            yield shipment
    for shipment in answers:
        if shipment.id not in places:
            places[shipment.id] = (None, None)
            yield shipment


def _twins(rows: QuerySet[Declaration]) -> dict[int, int]:
    """Declarations of one side that bear the same number, told apart by their content."""
    repeated = rows.order_by().values("number").annotate(times=Count("pk")).filter(times__gt=1)
    same: dict[str, list[tuple[str, int]]] = {}
    for pk, number, body in rows.filter(number__in=repeated.values("number")).values_list(
        "pk", "number", "body"
    ):
        content = sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        same.setdefault(number, []).append((content, pk))
    return {
        pk: place for group in same.values() for place, (_content, pk) in enumerate(sorted(group)) if place
    }


def digest(content: Sequence[str]) -> bytes:
    """What tells one content of an item from another."""
    return blake2b("\x1f".join(content).encode(), digest_size=16).digest()


def _write(path: Path, found: Gathered, side: Side, rows: Iterator[Shipment]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for row in rows:
            content = ["" if value is None else str(value) for value in astuple(row)]
            writer.writerow(content)
            found.digests[side][row.id] = digest(content)
            if row.value is not None and row.currency:
                found.currencies[row.currency] += 1
            found.days = (
                [min(row.date, *found.days), max(row.date, *found.days)] if found.days else [row.date] * 2
            )


def _write_rates(found: Gathered, path: Path) -> None:
    """The engine counts units of a currency for one of the account's; the node stores the opposite.

    The currency of account is the one whose newest rate is one, else the one that most declarations are in
    and that needs no rate; it is worth itself on every day. Where no loaded rate speaks of these days, every
    currency but the first is compared with itself alone.
    """
    if not found.days:
        return
    first, last = (date.fromisoformat(day) for day in found.days)
    rates = ExchangeRate.objects.order_by("currency", "day")
    loaded = rates.filter(day__gt=first - timedelta(days=STALE_RATE_DAYS), day__lte=last)
    lines = [(row.currency, row.day.isoformat(), f"{1 / row.rate:.{_RATE_PLACES}f}") for row in loaded]
    newest = {row.currency: row.rate for row in rates} if lines else {}
    ones = [code for code, rate in newest.items() if rate == 1]
    unrated = [code for code in found.currencies if code not in newest]
    unrated.sort(key=lambda code: (-found.currencies[code], code))
    found.currency = next(iter([*sorted(ones), *unrated]), "")
    lines = [line for line in lines if line[0] != found.currency]
    if found.currency:
        steps = range(first.toordinal(), last.toordinal() + 1, STALE_RATE_DAYS)
        lines += [(found.currency, date.fromordinal(day).isoformat(), "1") for day in steps]
    if lines:
        found.rates = _table(path, ("currency", "date", "rate"), lines)


def _write_duties(found: Gathered, path: Path) -> None:
    lines = list(DutyRate.objects.values_list("hs_code", "day", "rate"))
    if lines:
        found.duties = _table(path, ("hs", "date", "rate"), lines)


def _table(path: Path, heads: tuple[str, ...], lines: Iterable[tuple[object, ...]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(heads)
        writer.writerows(lines)
    return path
