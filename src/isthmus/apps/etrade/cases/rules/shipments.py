"""From declarations to the rows that reconciliation compares: one row an item that has an HS code and a day.

A declaration of one item may state its figures for the item or for the whole: the item's own come first.
Keys are made of what was declared alone, never of when it arrived, because ties are broken by them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from isthmus.apps.etrade.rules.units import convert

_SPACE = re.compile(r"[\s#~]+")
SEPARATOR = "#"


@dataclass(frozen=True, slots=True)
class Shipment:
    """One row, with the column names of ``isthmus etrade reconcile``; all figures are decimal text."""

    id: str
    date: str
    hs: str
    partner: str
    hs_version: str | None = None
    origin: str | None = None
    consigned_from: str | None = None
    regime: str | None = None
    net_kg: str | None = None
    gross_kg: str | None = None
    value: str | None = None
    currency: str | None = None
    incoterm: str | None = None
    exporter: str | None = None
    consignee: str | None = None
    transport_doc: str | None = None
    container: str | None = None
    plate: str | None = None
    ucr: str | None = None
    packages: int | None = None
    quantity: str | None = None
    unit: str | None = None


def key_of(number: str, position: int, twin: int = 0) -> str:
    """The key of an item: its declaration's number without spaces, and its position, counted from 1.

    ``twin`` tells apart declarations of one side that bear the same number.
    """
    named = _SPACE.sub("_", number) + (f"~{twin}" if twin else "")
    return f"{named}{SEPARATOR}{position}"


def number_in(key: str) -> str:
    """The declaration number in a key, with the item's position where it is not the first."""
    number, _, position = key.rpartition(SEPARATOR)
    return number if position == "1" else f"{number}/{position}"


def exports_of(body: Mapping[str, Any], number: str, *, country: str, twin: int = 0) -> Iterator[Shipment]:
    """The comparable items of an export declaration; ``country`` is where it goes if it does not say."""
    day = body.get("departure_date") or body.get("accepted_on") or body.get("lodged_on")
    partner = body.get("destination_country") or country
    for position, item, whole in _items(body):
        if item.get("hs_code") and day:
            value = _first(item.get("fob_value"), whole.get("fob_value"))
            yield Shipment(
                id=key_of(number, position, twin),
                date=day,
                partner=partner,
                value=value,
                incoterm="FOB" if value else None,
                **_shared(body, item, whole),
            )


def imports_of(body: Mapping[str, Any], number: str, *, country: str, twin: int = 0) -> Iterator[Shipment]:
    """The comparable items of an import declaration; ``country`` is the exporting partner's."""
    day = body.get("arrival_date") or body.get("accepted_on") or body.get("lodged_on")
    consigned = body.get("consigned_from") or body.get("export_country") or country
    for position, item, whole in _items(body):
        if item.get("hs_code") and day:
            delivered = _first(item.get("cif_value"), whole.get("cif_value"))
            at_border = _first(item.get("fob_value"), whole.get("fob_value"))
            yield Shipment(
                id=key_of(number, position, twin),
                date=day,
                partner=country,
                consigned_from=consigned,
                value=delivered or at_border,
                incoterm="CIF" if delivered else "FOB" if at_border else None,
                **_shared(body, item, whole),
            )


def answer_of(
    exported: Mapping[str, Any], answer: Mapping[str, Any], number: str, day: str, *, country: str
) -> Shipment | None:
    """An import as far as an import response tells of it, for an export of one item; else None.

    What the response leaves out is taken as the export states it, so that only what it states is compared:
    the partner has said itself which export it answers. None too where it states no figure.
    """
    figures = answer.get("match") or {}
    stated = {name for name in ("net_kg", "fob_value", "cif_value") if figures.get(name)}
    found = list(exports_of(exported, number, country=country)) if len(exported["items"]) == 1 else []
    if not stated or not found:
        return None
    export = found[0]
    delivered, at_border = figures.get("cif_value"), figures.get("fob_value")
    return Shipment(
        id=key_of(answer.get("import_number") or f"answer:{number}", 1),
        date=day,
        hs=export.hs,
        partner=country,
        hs_version=export.hs_version,
        origin=export.origin,
        net_kg=_first(figures.get("net_kg"), export.net_kg),
        gross_kg=_first(figures.get("gross_kg"), export.gross_kg),
        value=delivered or at_border,
        currency=figures.get("currency") or export.currency,
        incoterm="CIF" if delivered else "FOB" if at_border else None,
        exporter=export.exporter,
        consignee=export.consignee,
        transport_doc=export.transport_doc,
        container=export.container,
        plate=export.plate,
        ucr=export.ucr,
        packages=figures.get("packages") or export.packages,
    )


def _items(body: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any], Mapping[str, Any]]]:
    """Each item with its position, and the match block where its figures are this item's own."""
    items = body["items"]
    whole = (body.get("match") or {}) if len(items) == 1 else {}
    for position, item in enumerate(items, start=1):
        yield position, item, whole


def _first(*stated: str | None) -> str | None:
    return next((figure for figure in stated if figure is not None), None)


def _shared(body: Mapping[str, Any], item: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    match = body.get("match") or {}
    quantity, unit = item.get("quantity"), item.get("unit")
    weighed = convert(quantity, unit, "KGM") if quantity and unit else None
    containers = sorted(match.get("containers") or ())
    procedure = item.get("procedure") or body.get("procedure")
    return {
        "hs": item["hs_code"],
        "hs_version": item.get("hs_version"),
        "origin": item.get("origin"),
        "regime": procedure if procedure and procedure[0].isdigit() else None,
        "net_kg": _first(item.get("net_kg"), whole.get("net_kg"), weighed),
        "gross_kg": _first(item.get("gross_kg"), whole.get("gross_kg")),
        "currency": match.get("currency"),
        "exporter": body.get("exporter_name"),
        "consignee": body.get("consignee_name"),
        "transport_doc": match.get("transport_document"),
        "container": " ".join(containers) or None,
        "plate": match.get("plate"),
        "ucr": match.get("ucr"),
        "packages": whole.get("packages"),
        "quantity": quantity,
        "unit": unit,
    }
