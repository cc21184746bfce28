"""An export declaration whose record has 10 kB, as both benchmarks and limits use it."""

from typing import Any

RECORD_BYTES = 10_000
ENVELOPE_BYTES = 480
"""About what a record adds to its body."""

_GOODS = (
    "Dried green mung beans, machine cleaned, crop of the year, in new polypropylene bags of 50 kg",
    "Frozen shrimps, headless, shell on, block frozen, glazed, in master cartons of ten blocks",
    "Sawn teak, planed, kiln dried, bundled and strapped, cut from plantation timber",
    "Men's woven shirts of cotton, long sleeves, packed singly, twenty pieces to a carton",
)


def _item(number: int) -> dict[str, Any]:
    return {
        "number": number,
        "hs_code": f"0713{number % 90 + 10}",
        "hs_version": "2022",
        "tariff_code": f"0713{number % 90 + 10}0010",
        "description": _GOODS[number % len(_GOODS)],
        "quantity": f"{number * 250}.5",
        "unit": "KGM",
        "origin": "MM",
        "procedure": "1000",
        "net_kg": f"{number * 250}.5",
        "gross_kg": f"{number * 256}.75",
        "fob_value": f"{number * 1310}.25",
    }


def body(number: int) -> dict[str, Any]:
    """The body of declaration ``number``: about thirty items, so that the whole record has 10 kB."""
    from isthmus.wire import codec

    head: dict[str, Any] = {
        "declaration_number": f"YGN-2026-{number:09d}",
        "local_reference": f"LR-{number:09d}",
        "declaration_type": "EXA",
        "procedure": "1000",
        "permit_number": "MOC-EX-2026-004711",
        "lodged_on": "2026-11-02",
        "accepted_on": "2026-11-03",
        "exporter_id": "MM-100200300",
        "exporter_name": "Golden Delta Trading Company Limited",
        "consignee_id": "CN-91530100",
        "consignee_name": "Kunming Borderland Import and Export Company",
        "consignee_address": "18 Renmin East Road, Kunming, Yunnan",
        "agent_id": "MM-AG-0042",
        "agent_name": "Irrawaddy Clearing and Forwarding",
        "departure_date": "2026-11-05",
        "transport_mode": "3",
        "port_of_discharge": "CNRUI",
        "export_country": "MM",
        "destination_country": "CN",
    }
    match = {
        "net_kg": "86250.5",
        "gross_kg": "88575.75",
        "fob_value": "451950.25",
        "currency": "USD",
        "incoterm": "FOB",
        "transport_document": "MM-CN-2026-0815",
        "containers": ["MSKU1234565", "TCLU7654321"],
        "plate": "YGN-8B-1234",
        "ucr": "26MM100200300000815",
        "packages": 1725,
    }
    items: list[dict[str, Any]] = []
    while True:
        item = _item(len(items) + 1)
        made = {**head, "items": [*items, item], "match": match}
        missing = RECORD_BYTES - ENVELOPE_BYTES - len(codec.encode(made))
        if missing < 0:
            break
        items.append(item)
    found = {**head, "items": items, "match": match}
    missing = RECORD_BYTES - ENVELOPE_BYTES - len(codec.encode(found))
    match["invoice_hash"] = "5" * 64
    items[-1]["description"] += " " + "x" * max(0, missing - 90)
    return found


FIELDS = tuple(sorted(body(1)))
"""The fields that an agreement over these declarations names."""
