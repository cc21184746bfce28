"""Sample declarations of our own making, for machines without real ones.

The same seed gives the same bytes. Every firm's name ends in ``(Sample data)`` and every number begins
with ``SAMPLE``, so that nobody takes them for trade that happened.
"""

import random
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from isthmus.apps.etrade.formats.sample_partners import TO_CHINA, Trade
from isthmus.apps.etrade.formats.sample_trade import AGENTS, MOST_KG, Good
from isthmus.apps.etrade.formats.wco_write import write_declaration
from isthmus.apps.etrade.records import DeclaredItemV1, ExportDeclarationV1, MatchBlockV1
from isthmus.apps.etrade.rules.amounts import add_up
from isthmus.apps.etrade.rules.invoices import invoice_hash
from isthmus.apps.etrade.rules.tariff import edition_in_force

MARK = "(Sample data)"
_FIRST_DAY = date(2026, 3, 2)


def sample_exports(seed: int, count: int, trade: Trade = TO_CHINA) -> list[tuple[ExportDeclarationV1, str]]:
    """``count`` invented exports of one corridor, each with the number of its invoice."""
    source = random.Random(trade.seed(seed))  # noqa: S311  a repeatable invention, not a secret
    return [
        compose_declaration(source, seed, serial, trade)
        for serial in range(trade.first_serial, trade.first_serial + count)
    ]


def sample_declarations(
    seed: int, count: int, *, malformed: int = 0, trade: Trade = TO_CHINA
) -> list[tuple[str, bytes]]:
    """``count`` good WCO documents, then ``malformed`` damaged ones, each as (file name, bytes)."""
    files = []
    for place, (record, invoice) in enumerate(sample_exports(seed, count + malformed, trade)):
        if place < count:
            name = f"{record.declaration_number}.xml"
            files.append((name, write_declaration(record, invoice_number=invoice)))
            continue
        name, damage = DAMAGES[(place - count) % len(DAMAGES)]
        sound = write_declaration(record, invoice_number=invoice)
        files.append((f"{record.declaration_number}-{name}.xml", damage(sound)))
    return files


def compose_declaration(
    source: random.Random, seed: int, serial: int, trade: Trade = TO_CHINA
) -> tuple[ExportDeclarationV1, str]:
    """An invented declaration and the number of its invoice, drawn from ``source``."""
    firm = source.randrange(len(trade.exporters))
    trader, chapters = trade.exporters[firm]
    dealt_in = [good for good in trade.goods if good.tariff_code[:2] in chapters]
    route = source.choice([one for one in trade.routes if any(one.mode in good.modes for good in dealt_in)])
    carried = [good for good in dealt_in if route.mode in good.modes]
    lines = source.sample(carried, k=min(len(carried), source.choice((1, 1, 1, 2, 2, 3))))
    most_kg = MOST_KG[route.mode] // len(lines)
    accepted = _FIRST_DAY + timedelta(days=source.randrange(200))
    edition = edition_in_force(accepted)
    items = tuple(_item(source, number, good, most_kg, edition) for number, good in enumerate(lines, start=1))
    packages = sum(
        -(-int(Decimal(item.net_kg or 0)) // good.kg_per_package)
        for item, good in zip(items, lines, strict=True)
    )
    net_kg = add_up(item.net_kg for item in items if item.net_kg)
    invoice = f"INV-{seed}-{serial:05d}"
    consignee, address = source.choice(trade.consignees)
    agent = source.randrange(len(AGENTS))
    number = f"SAMPLE-MM-{seed}-{serial:05d}"
    record = ExportDeclarationV1(
        declaration_number=number,
        local_reference=f"SAMPLE-LRN-{seed}-{serial:05d}",
        declaration_type="EXA",
        procedure="1040",
        permit_number=f"SAMPLE-EL-{source.randrange(10**6):06d}",
        lodged_on=(accepted - timedelta(days=source.randrange(2))).isoformat(),
        accepted_on=accepted.isoformat(),
        exporter_id=f"SAMPLE-MM-{trade.first_firm + firm}",
        exporter_name=f"{trader} {MARK}",
        consignee_name=f"{consignee} {MARK}",
        consignee_address=address,
        agent_id=f"SAMPLE-MM-{9000 + agent}",
        agent_name=f"{AGENTS[agent]} {MARK}",
        departure_date=(accepted + timedelta(days=source.randrange(1, 6))).isoformat(),
        transport_mode=route.mode,
        port_of_discharge=route.discharge,
        export_country="MM",
        destination_country=trade.country,
        items=items,
        match=MatchBlockV1(
            net_kg=net_kg,
            gross_kg=add_up(item.gross_kg for item in items if item.gross_kg),
            fob_value=add_up(item.fob_value for item in items if item.fob_value),
            currency="USD",
            incoterm=source.choice(("FOB", "CFR", "CIF")) if route.mode == "1" else "DAP",
            transport_document=f"SAMPLE{source.randrange(10**8):08d}",
            containers=_containers(source, net_kg) if route.mode == "1" else None,
            plate=f"{source.randrange(1, 10)}{source.choice('ABCDEF')}/{source.randrange(1000, 10000)}"
            if route.mode == "3"
            else None,
            ucr=f"SAMPLE-UCR-{seed}-{serial:05d}",
            packages=packages,
            invoice_hash=invoice_hash([invoice]),
        ),
    )
    return record, invoice


def _item(
    source: random.Random, number: int, good: Good, most_kg: int, edition: str | None
) -> DeclaredItemV1:
    least, most = good.net_kg
    net = Decimal(source.randint(min(least, most_kg // 2), min(most, most_kg)))
    value = net * good.usd_per_kg * source.randint(930, 1070) / 1000
    return DeclaredItemV1(
        number=number,
        hs_code=good.tariff_code[:6],
        hs_version=edition,
        tariff_code=good.tariff_code,
        description=good.description,
        quantity=_figure(net / good.kg_per_unit, "0.001" if good.unit == "TNE" else "1"),
        unit=good.unit,
        origin="MM",
        procedure="1040",
        net_kg=_figure(net, "1"),
        gross_kg=_figure(net * (1 + good.tare), "0.1"),
        fob_value=_figure(value, "0.01"),
    )


def _figure(value: Decimal, step: str) -> str:
    return f"{value.quantize(Decimal(step), ROUND_HALF_UP):f}"


def _containers(source: random.Random, net_kg: str) -> tuple[str, ...]:
    # A twenty-foot box takes some 24 tonnes; the owner code SMPU belongs to nobody.
    needed = min(40, 1 + int(Decimal(net_kg)) // 24_000)
    return tuple(f"SMPU{serial:07d}" for serial in source.sample(range(10**7), k=needed))


def _cut_short(sound: bytes) -> bytes:
    return sound[: len(sound) * 2 // 3]


def _without_number(sound: bytes) -> bytes:
    lines = sound.splitlines(keepends=True)
    return b"".join(
        line for line in lines if b"<FunctionalReferenceID>" not in line and b"<ID>SAMPLE-MM-" not in line
    )


def _weight_in_words(sound: bytes) -> bytes:
    head, tag, tail = sound.partition(b'<NetNetWeightMeasure unitCode="KGM">')
    return head + tag + b"about twelve tonnes" + tail[tail.index(b"<") :]


def _with_document_type(sound: bytes) -> bytes:
    first, _, rest = sound.partition(b"\n")
    return first + b'\n<!DOCTYPE MetaData [<!ENTITY goods SYSTEM "goods.txt">]>\n' + rest


def _without_namespaces(sound: bytes) -> bytes:
    return re.sub(rb'"urn:[^"]*"', lambda found: found[0].replace(b":", b""), sound)


# What happens to documents on their way, with the name the file gets.
DAMAGES: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
    ("cut-short", _cut_short),
    ("without-number", _without_number),
    ("weight-in-words", _weight_in_words),
    ("with-document-type", _with_document_type),
    ("without-namespaces", _without_namespaces),
)
