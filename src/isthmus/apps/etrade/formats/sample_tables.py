"""The import side as the tables of three customs systems, each in its own language, and how each is read.

China's is comma-separated in GB 18030, Thailand's in TIS-620 with days of the Buddhist era, Bangladesh's
semicolon-separated with English heads. The mapping of each carries its own first rows as proof.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from isthmus.apps.etrade.formats.mapping.definition import ColumnRule, ColumnTable, MappingFile
from isthmus.apps.etrade.formats.mapping.goldens import make_golden
from isthmus.apps.etrade.formats.mapping.running import read_mapped
from isthmus.apps.etrade.formats.sample_partners import Trade
from isthmus.apps.etrade.records import ImportDeclarationV1, ImportedItemV1
from isthmus.apps.etrade.rules.written_days import BUDDHIST_OFFSET, DayOrder, Era

PROOF = 2
"""Declarations that prove a mapping."""
_FIELDS = (
    "declaration_number",
    "accepted_on",
    "arrival_date",
    "match.transport_document",
    "previous_document",
    "exporter_name",
    "consignee_id",
    "consignee_name",
    "transport_mode",
    "port_of_discharge",
    "match.containers",
    "match.plate",
    "match.packages",
    "items.tariff_code",
    "items.description",
    "items.quantity",
    "items.unit",
    "items.net_kg",
    "items.gross_kg",
    "items.cif_value",
    "match.cif_value",
    "match.currency",
    "match.incoterm",
    "items.origin",
    "consigned_from",
    "items.procedure",
)
_DAYS = {"accepted_on", "arrival_date"}


@dataclass(frozen=True, slots=True)
class Style:
    """How one customs system writes its table."""

    name: str
    encoding: str
    delimiter: Literal[",", ";"]
    day: str
    buddhist: bool
    heads: tuple[str, ...]

    def mapping(self, trade: Trade) -> ColumnTable:
        """The mapping of its tables to import declarations."""
        order: DayOrder = "dmy" if self.day.startswith("%d") else "ymd"
        era: Era = "buddhist" if self.buddhist else "common"
        columns = [
            ColumnRule(field=name, column=head, order=order, era=era)
            if name in _DAYS
            else ColumnRule(field=name, column=head)
            for name, head in zip(_FIELDS, self.heads, strict=True)
        ]
        columns.append(ColumnRule(field="export_country", constant="MM"))
        columns.append(ColumnRule(field="destination_country", constant=trade.country))
        columns.append(ColumnRule(field="procedure", constant="4000"))
        return ColumnTable(
            record="etrade.import-declaration/1",
            encoding=self.encoding,
            delimiter=self.delimiter,
            columns=tuple(columns),
        )


STYLES = {
    "CN": Style(
        "imports-of-china",
        "gb18030",
        ",",
        "%Y-%m-%d",
        buddhist=False,
        heads=(
            *("报关单号", "申报日期", "进口日期", "提运单号", "出口报关单号", "境外发货人", "收货人代码"),
            *("境内收货人", "运输方式", "进境口岸", "集装箱号", "车牌号", "件数", "商品编号", "商品名称"),
            *("数量", "计量单位", "净重(千克)", "毛重(千克)", "CIF价", "CIF总价", "币制", "成交方式"),
            *("原产国", "启运国", "监管方式"),
        ),
    ),
    "TH": Style(
        "imports-of-thailand",
        "tis-620",
        ",",
        "%d/%m/%Y",
        buddhist=True,
        heads=(
            *("เลขที่ใบขนสินค้า", "วันที่ตรวจรับ", "วันที่นำเข้า", "เลขที่ใบตราส่ง", "เลขที่ใบขนขาออก"),
            *("ผู้ส่งออก", "รหัสผู้นำเข้า", "ผู้นำเข้า", "ประเภทการขนส่ง", "ท่านำเข้า", "หมายเลขตู้สินค้า"),
            *("ทะเบียนรถ", "จำนวนหีบห่อ", "พิกัดศุลกากร", "รายละเอียดสินค้า", "ปริมาณ", "หน่วย"),
            *("น้ำหนักสุทธิ (กก.)", "น้ำหนักรวม (กก.)", "ราคา CIF", "ราคา CIF รวม", "สกุลเงิน"),
            *("เงื่อนไขการส่งมอบ", "ประเทศกำเนิด", "ประเทศต้นทาง", "พิธีการ"),
        ),
    ),
    "BD": Style(
        "imports-of-bangladesh",
        "utf-8",
        ";",
        "%d.%m.%Y",
        buddhist=False,
        heads=(
            *("B/E number", "Date of registration", "Date of arrival", "B/L number", "Export declaration"),
            *("Exporter", "Importer BIN", "Importer", "Mode", "Port", "Containers", "Vehicle", "Packages"),
            *("HS code", "Goods", "Quantity", "Unit", "Net kg", "Gross kg", "CIF", "CIF total", "Currency"),
            *("Terms", "Origin", "Consigned from", "CPC"),
        ),
    ),
}
"""By the country that imports."""


def import_table(imports: Sequence[ImportDeclarationV1], trade: Trade) -> bytes:
    """The table in which the importing country's own system hands these declarations over."""
    style = STYLES[trade.country]
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=style.delimiter)
    writer.writerow(style.heads)
    for declaration in imports:
        for item in declaration.items:
            writer.writerow(_cells(declaration, item, style))
    return written.getvalue().encode(style.encoding)


def import_mapping(imports: Sequence[ImportDeclarationV1], trade: Trade) -> MappingFile:
    """The mapping of that table, proved by its first declarations."""
    style = STYLES[trade.country]
    definition = style.mapping(trade)
    proof = import_table(imports[:PROOF], trade)
    golden = make_golden("first-rows.csv", proof, read_mapped(proof, definition))
    return MappingFile(name=style.name, author="Sample data", definition=definition, goldens=[golden])


def _cells(declaration: ImportDeclarationV1, item: ImportedItemV1, style: Style) -> Iterator[str]:
    for name in _FIELDS:
        room, _, inner = name.rpartition(".")
        holder: object = {"": declaration, "match": declaration.match, "items": item}[room]
        value = getattr(holder, inner)
        if value is None:
            yield ""
        elif name in _DAYS:
            yield _day(value, style)
        else:
            yield " / ".join(value) if isinstance(value, tuple) else str(value)


def _day(text: str, style: Style) -> str:
    day = date.fromisoformat(text)
    written = style.day.replace("%Y", str(day.year + BUDDHIST_OFFSET)) if style.buddhist else style.day
    return day.strftime(written)
