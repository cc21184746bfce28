"""The other side of the invented trade: what the importing country declares of the same shipments.

Values are stated as CIF, with a freight of 3 to 9 %; firms' names are spelled as another clerk would, one
weight in eight is rounded, and goods take the usual days by their mode of transport. Beside that noise a
known number of matters is put in, each of which reconciliation must find and name.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import count

from isthmus.apps.etrade.formats.sample_partners import Trade
from isthmus.apps.etrade.reconciliation.rules.reasons import Reason
from isthmus.apps.etrade.records import (
    DeclaredItemV1,
    ExportDeclarationV1,
    ImportDeclarationV1,
    ImportedItemV1,
    ImportMatchBlockV1,
)
from isthmus.apps.etrade.rules.amounts import add_up
from isthmus.apps.etrade.rules.tariff import edition_in_force

DAYS = {"1": (6, 24), "3": (0, 3), "4": (0, 2)}
"""Days from departure to arrival, by mode of transport."""
LATE_DAYS = 118
DECLARED_SHARE = Decimal("0.41")
"""What the undervalued import states of the value that left."""
POUNDS_IN_A_KILOGRAM = Decimal("2.2046226")
CHEAPER = {
    "030617": "03038919",
    "071331": "07136000",
    "071360": "10059090",
    "080280": "08045020",
    "090421": "09101100",
    "100630": "10064090",
    "120740": "12079990",
    "260900": "26179000",
    "030389": "03055990",
    "070310": "07136000",
    "091011": "07031019",
}
"""Under what else goods of a subheading are declared by somebody who would pay less, or errs."""


@dataclass(frozen=True, slots=True)
class ImportSide:
    """The imports of a corridor by their day, and the exports of the matters that were put in."""

    imports: tuple[ImportDeclarationV1, ...]
    matters: dict[Reason, str] = field(default_factory=dict)


def import_side(
    seed: int, exports: Sequence[ExportDeclarationV1], trade: Trade, matters: Sequence[Reason]
) -> ImportSide:
    """What the importing country declares of these exports, with one of each of the matters."""
    source = random.Random(f"{trade.seed(seed)}-imports")  # noqa: S311  a repeatable invention, not a secret
    chosen = _choose(exports, matters)
    reasons = {number: reason for reason, number in chosen.items()}
    made: list[ImportDeclarationV1] = []
    for export in exports:
        made += _declared(source, export, trade, reasons.get(export.declaration_number))
    made.sort(key=lambda one: (one.arrival_date or "", one.match.transport_document or ""))
    numbers = count(1)
    numbered = tuple(
        one.model_copy(update={"declaration_number": f"SAMPLE-{trade.country}-{seed}-{next(numbers):05d}"})
        for one in made
    )
    return ImportSide(numbered, chosen)


def _choose(exports: Sequence[ExportDeclarationV1], matters: Sequence[Reason]) -> dict[Reason, str]:
    """One export of a single item for each matter: the dearest that fits and is not taken."""
    single = [one for one in exports if len(one.items) == 1]
    single.sort(key=lambda one: (-Decimal(one.match.fob_value or 0), one.declaration_number))
    last = max(one.departure_date or "" for one in exports)
    found: dict[Reason, str] = {}
    for reason in matters:
        fits = next(
            one
            for one in single
            if one.declaration_number not in found.values() and _fits(reason, one, date.fromisoformat(last))
        )
        found[reason] = fits.declaration_number
    return found


def _fits(reason: Reason, export: ExportDeclarationV1, last: date) -> bool:
    match reason:
        case Reason.HS_SHIFT:
            return export.items[0].hs_code in CHEAPER
        case Reason.MISSING_IMPORT:
            # Goods that left lately may still come: that is no matter yet.
            return last - date.fromisoformat(str(export.departure_date)) > timedelta(days=LATE_DAYS)
        case Reason.SPLIT_MERGED:
            return Decimal(export.items[0].net_kg or 0) >= 20_000
    return True


def _declared(
    source: random.Random, export: ExportDeclarationV1, trade: Trade, reason: Reason | None
) -> Iterator[ImportDeclarationV1]:
    days = source.randint(*DAYS[export.transport_mode or "3"])
    freight = Decimal(source.randint(1030, 1090)) / 1000
    plain = _Plain(source, export, trade, days, freight)
    match reason:
        case Reason.MISSING_IMPORT:
            return
        case Reason.LOW_VALUE:
            yield plain.declare(value=DECLARED_SHARE)
        case Reason.HS_SHIFT:
            yield plain.declare(tariff_code=CHEAPER[str(export.items[0].hs_code)])
        case Reason.UNIT:
            yield plain.declare(weight=POUNDS_IN_A_KILOGRAM)
        case Reason.TIMING:
            yield plain.declare(days=LATE_DAYS)
        case Reason.SPLIT_MERGED:
            yield plain.declare(part=Decimal("0.6"))
            yield plain.declare(part=Decimal("0.4"), days=days + 2)
        case Reason.DUPLICATE:
            yield plain.declare()
            yield plain.declare(days=days + 1)
        case Reason.MISSING_EXPORT:
            yield plain.declare()
            yield _unknown_there(plain.declare(weight=Decimal("0.37"), value=Decimal("0.37")))
        case _:
            yield plain.declare()


def _unknown_there(like: ImportDeclarationV1) -> ImportDeclarationV1:
    """A shipment of the same goods under its own papers, of which the exporter has no declaration."""
    papers = {"transport_document": "SAMPLE-NO-EXPORT-1", "containers": None, "plate": None}
    return like.model_copy(
        update={"previous_document": None, "match": like.match.model_copy(update=papers)},
    )


@dataclass(frozen=True, slots=True)
class _Plain:
    """One shipment as it is declared at import where nothing is the matter; ``declare`` departs from it."""

    source: random.Random
    export: ExportDeclarationV1
    trade: Trade
    usual_days: int
    freight: Decimal

    def declare(
        self,
        *,
        value: Decimal = Decimal(1),
        weight: Decimal = Decimal(1),
        part: Decimal = Decimal(1),
        days: int | None = None,
        tariff_code: str | None = None,
    ) -> ImportDeclarationV1:
        """The declaration with its value, weight, share, days on the way and code changed as told."""
        export, there = self.export, self.export.match
        arrival = date.fromisoformat(str(export.departure_date)) + timedelta(
            days=self.usual_days if days is None else days
        )
        edition = edition_in_force(arrival)
        items = tuple(
            self._item(item, value * part * self.freight, weight * part, part, tariff_code, edition)
            for item in export.items
        )
        spelling = self.source.choice(_SPELLINGS)
        return ImportDeclarationV1(
            declaration_number=f"SAMPLE-{self.trade.country}",
            local_reference=None,
            procedure="4000",
            permit_number=None,
            accepted_on=arrival.isoformat(),
            arrival_date=arrival.isoformat(),
            exporter_name=spelling(str(export.exporter_name)),
            consignee_id=f"SAMPLE-{self.trade.country}-{7000 + self._consignee()}",
            consignee_name=spelling(str(export.consignee_name)),
            transport_mode=export.transport_mode,
            port_of_discharge=export.port_of_discharge,
            export_country="MM",
            consigned_from="MM",
            destination_country=self.trade.country,
            previous_document=export.declaration_number if self.source.randrange(3) == 0 else None,
            items=items,
            match=ImportMatchBlockV1(
                net_kg=add_up(item.net_kg for item in items if item.net_kg),
                gross_kg=add_up(item.gross_kg for item in items if item.gross_kg),
                cif_value=add_up(item.cif_value for item in items if item.cif_value),
                currency=there.currency,
                incoterm="CIF",
                transport_document=there.transport_document,
                containers=there.containers,
                plate=there.plate,
                packages=int(Decimal(there.packages or 0) * part),
            ),
        )

    def _consignee(self) -> int:
        names = [name for name, _address in self.trade.consignees]
        return next(at for at, name in enumerate(names) if str(self.export.consignee_name).startswith(name))

    def _item(
        self,
        item: DeclaredItemV1,
        value: Decimal,
        weight: Decimal,
        part: Decimal,
        tariff_code: str | None,
        edition: str | None,
    ) -> ImportedItemV1:
        code = tariff_code or str(item.tariff_code)
        net = Decimal(item.net_kg or 0) * weight
        rounded = net >= 5000 and weight == 1 and self.source.randrange(8) == 0
        return ImportedItemV1(
            number=item.number,
            hs_code=code[:6],
            hs_version=edition,
            tariff_code=code,
            description=item.description,
            quantity=_figure(Decimal(item.quantity or 0) * part, "0.001"),
            unit=item.unit,
            origin="MM",
            procedure="4000",
            net_kg=_figure(net, "1E1" if rounded else "1"),
            gross_kg=_figure(Decimal(item.gross_kg or 0) * part, "0.1"),
            cif_value=_figure(Decimal(item.fob_value or 0) * value, "0.01"),
        )


def _figure(value: Decimal, step: str) -> str:
    return f"{value.quantize(Decimal(step), ROUND_HALF_UP).normalize():f}"


# How another clerk writes the name of a firm.
_SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    str,
    lambda name: name.replace("Co., Ltd.", "Company Limited"),
    lambda name: name.replace(" Co., Ltd.", " Co Ltd"),
    lambda name: name.replace("Trading", "Trdg."),
)
