"""Reading single administrative documents (SAD) as ASYCUDA World writes them to XML.

The format has no namespace, no published schema that its own files keep to, and was never versioned: the
names of its elements are what countries' files have in common. They are therefore looked for where they
are and nothing is demanded of the rest: ``<null/>`` and empty elements are nothing, names and addresses
share one element on several lines, dates come in the order of the server's locale. Box numbers are those
of the SAD (UNCTAD, ASYCUDA World "SAD: Single Administrative Document").

- Direction: ``Type_of_declaration`` (box 1) EX or IM, else ``Sad_flow`` E or I.
- Number: office, year, registration serial and number where it is registered, else the declarant's reference.
- Values: the invoice in foreign currency (box 22) and its items where the delivery terms (box 20) are FOB,
  CIF or CIP. Totals in national currency are not carried: the file does not name that currency.
- Dates whose order is not certain are noted and not carried, rather than read a month wrong.
"""

import re
from collections.abc import Iterable
from datetime import date

from lxml import etree

from isthmus.apps.etrade.formats.draft import Draft, Found, Place, children, clean, text, texts
from isthmus.apps.etrade.formats.readings import Malformed, Reading, Unsupported
from isthmus.apps.etrade.formats.xml import line_of, parse_xml
from isthmus.apps.etrade.records import ExportDeclarationV1, ImportDeclarationV1
from isthmus.apps.etrade.rules.amounts import add_up
from isthmus.apps.etrade.rules.procedures import Direction
from isthmus.apps.etrade.rules.tariff import edition_in_force
from isthmus.apps.etrade.rules.written_days import read_written_day
from isthmus.kit.errors import BadInput, FieldFault

ROOT = "ASYCUDA"
_WAYS: dict[str, Direction] = {"EX": "export", "E": "export", "IM": "import", "I": "import"}
_VALUES = {"FOB": "fob_value", "CIF": "cif_value", "CIP": "cif_value"}
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2}|\d{4})", re.ASCII)


def read_sad(data: bytes) -> Reading:
    """The one reading of a SAD's bytes; never raises for anything in them."""
    try:
        root = parse_xml(data)
    except BadInput as error:
        return Malformed(error.code, error.faults)
    if etree.QName(root).localname != ROOT:
        name = etree.QName(root).localname
        return Unsupported("unknown-document", f"Documents that begin with <{name[:40]}> are not known here.")
    kind, flow = text(root, "Identification/Type/Type_of_declaration"), text(root, "Property/Sad_flow")
    way = next((_WAYS[one.text.upper()] for one in (kind, flow) if one and one.text.upper() in _WAYS), None)
    if way is None:
        said = next((one for one in (kind, flow) if one), None)
        if said:
            reason = f"This declaration is of type {said.text[:10]}, neither of export nor of import."
            return Unsupported("other-declaration", reason)
        fault = FieldFault(
            f"line {line_of(root)}", "The declaration does not tell whether goods leave or come."
        )
        return Malformed("etrade.asycuda.type", (fault,))
    return _read(root, way)


def _read(root: etree._Element, way: Direction) -> Reading:
    is_import = way == "import"
    draft = Draft(
        line_of(root),
        ImportDeclarationV1 if is_import else ExportDeclarationV1,
        code="etrade.asycuda.fields",
    )
    _identification(draft, root, is_import=is_import)
    _parties(draft, root)
    _transport(draft, root)
    items = list(children(root, "Item"))
    terms = text(root, "Transport/Delivery_terms/Code") or text(root, "Item/IncoTerms/Code")
    draft.code(("match", "incoterm"), terms)
    name = _VALUES.get(terms.text.upper()) if terms else None
    if name == "cif_value" and not is_import:
        name = None  # an export declaration states the value at its own border only
    for at, item in enumerate(items):
        _item(draft, item, at, name)
    _totals(draft, root, items, name)
    return draft.finish()


def _identification(draft: Draft, root: etree._Element, *, is_import: bool) -> None:
    registration = "Identification/Registration"
    number, serial = text(root, f"{registration}/Number"), text(root, f"{registration}/Serial_number")
    office = text(root, "Identification/Office_segment/Customs_clearance_office_code")
    registered = text(root, f"{registration}/Date")
    accepted = _day(draft, ("accepted_on",), registered)
    lodged = _day(draft, ("lodged_on",), text(root, "Property/Date_of_declaration"))
    reference = text(root, "Declarant/Reference/Number")
    draft.text(("local_reference",), reference)
    if number:
        year = str(accepted.year) if accepted else ""
        parts = [one.text for one in (office,) if one] + [year, (serial.text if serial else "") + number.text]
        draft.put(("declaration_number",), "/".join(part for part in parts if part), number.line)
    else:
        draft.text(("declaration_number",), reference)
    kind = text(root, "Identification/Type/Type_of_declaration")
    draft.code(("declaration_type",), kind)
    _day(draft, ("departure_date",), None if is_import else text(root, "Export_release/Date_of_exit"))
    draft.code(("export_country",), text(root, "General_information/Country/Export/Export_country_code"))
    draft.code(
        ("destination_country",),
        text(root, "General_information/Country/Destination/Destination_country_code"),
    )
    if is_import:
        draft.code(("consigned_from",), text(root, "General_information/Country/Export/Export_country_code"))
    day = accepted or lodged
    draft.edition = edition_in_force(day) if day else None


def _day(draft: Draft, place: Place, found: Found | None) -> date | None:
    if found is None:
        return None
    slashed = _SLASHED.fullmatch(found.text)
    day: date | None = None
    try:
        if slashed is None:
            day = read_written_day(found.text)
        else:
            first, second = int(slashed[1]), int(slashed[2])
            year = int(slashed[3]) + (2000 if len(slashed[3]) == 2 else 0)
            if first == second or second > 12:
                day = date(year, first, second)
            elif first > 12:
                day = date(year, second, first)
    except ValueError:
        draft.fault(place, f"“{found.text[:40]}” is not a date", found.line)
        return None
    if day is None:
        draft.note(place, f"“{found.text}” may be day or month first, so it is not carried", found.line)
        return None
    draft.put(place, day.isoformat(), found.line)
    return day


def _parties(draft: Draft, root: etree._Element) -> None:
    for role, path in (
        ("exporter", "Traders/Exporter/Exporter"),
        ("consignee", "Traders/Consignee/Consignee"),
    ):
        draft.text((f"{role}_id",), text(root, f"{path}_code"))
        lines = _lines(root, f"{path}_name")
        if lines:
            draft.put((f"{role}_name",), lines[0].text, lines[0].line)
        if role == "consignee" and len(lines) > 1:
            address = ", ".join(found.text for found in lines[1:])
            draft.put(("consignee_address",), address, lines[0].line)
    draft.text(("agent_id",), text(root, "Declarant/Declarant_code"))
    agent = _lines(root, "Declarant/Declarant_name")
    if agent:
        draft.put(("agent_name",), agent[0].text, agent[0].line)


def _lines(root: etree._Element, path: str) -> list[Found]:
    """The lines of a name element: the name, then the address."""
    element = next(children(root, path), None)
    if element is None:
        return []
    written = (clean(line) for line in (element.text or "").splitlines())
    return [Found(line, line_of(element)) for line in written if line]


def _transport(draft: Draft, root: etree._Element) -> None:
    means = "Transport/Means_of_transport"
    mode = text(root, f"{means}/Border_information/Mode")
    draft.text(("transport_mode",), mode)
    identity = text(root, f"{means}/Border_information/Identity") or text(
        root, f"{means}/Departure_arrival_information/Identity"
    )
    if mode and mode.text == "3":
        draft.text(("match", "plate"), identity)
    draft.text(("match", "ucr"), text(root, "Identification/UCR"))
    containers = texts(root, "Container/Container_identity") + texts(root, "Item/Packages/Container_identity")
    if containers:
        distinct = list(dict.fromkeys(found.text for found in containers))
        draft.put(("match", "containers"), distinct, containers[0].line)
    carriage = texts(root, "Item/Previous_doc/Summary_declaration")
    distinct = list(dict.fromkeys(found.text for found in carriage))
    if carriage:
        draft.text(("match", "transport_document"), carriage[0])
    if len(distinct) > 1:
        others = ", ".join(distinct[1:])[:200]
        draft.note(
            ("match", "transport_document"),
            f"{len(distinct) - 1} more on the document, not carried: {others}",
            carriage[0].line,
        )
    draft.text(("permit_number",), text(root, "Item/Licence_number"))


def _item(draft: Draft, item: etree._Element, at: int, value_name: str | None) -> None:
    line = line_of(item)
    place = draft.add_item(line)
    draft.put(("items", place, "number"), at + 1, line)
    code, more = (
        text(item, "Tarification/HScode/Commodity_code"),
        text(item, "Tarification/HScode/Precision_1"),
    )
    if code:
        digits = re.sub(r"[ .]", "", code.text)
        extra = re.sub(r"[ .]", "", more.text) if more else ""
        whole = digits + extra if re.fullmatch(r"[0-9]*", extra) and len(digits + extra) <= 14 else digits
        draft.put(("items", place, "tariff_code"), whole, code.line)
        if re.fullmatch(r"[0-9]{6,14}", whole):
            draft.put(("items", place, "hs_code"), whole[:6], code.line)
            if draft.edition:
                draft.put(("items", place, "hs_version"), draft.edition, code.line)
    words = text(item, "Goods_description/Commercial_Description") or text(
        item, "Goods_description/Description_of_goods"
    )
    draft.text(("items", place, "description"), words)
    draft.code(("items", place, "origin"), text(item, "Goods_description/Country_of_origin_code"))
    draft.code(("items", place, "procedure"), text(item, "Tarification/Extended_customs_procedure"))
    # The format spells it with three p's; some countries write it as it is spelt elsewhere.
    for unit in ("Suppplementary_unit", "Supplementary_unit"):
        quantity = text(item, f"Tarification/{unit}/{unit}_quantity")
        if quantity and draft.figure(("items", place, "quantity"), quantity):
            draft.code(("items", place, "unit"), text(item, f"Tarification/{unit}/{unit}_code"))
            break
    weights = "Valuation_item/Weight_itm"
    draft.figure(("items", place, "net_kg"), text(item, f"{weights}/Net_weight_itm"))
    draft.figure(("items", place, "gross_kg"), text(item, f"{weights}/Gross_weight_itm"))
    if value_name:
        price = text(item, "Valuation_item/Item_Invoice/Amount_foreign_currency") or text(
            item, "Tarification/Item_price"
        )
        draft.figure(("items", place, value_name), price)


def _totals(draft: Draft, root: etree._Element, items: list[etree._Element], value_name: str | None) -> None:
    _body, stated, _match = draft.stated()
    for name, path in (("net_kg", ""), ("gross_kg", "Valuation/Weight/Gross_weight")):
        figures = [item.get(name) for item in stated]
        header = text(root, path) if path else text(root, "Valuation/Total/Total_weight")
        if figures and all(isinstance(figure, str) for figure in figures):
            _add(draft, ("match", name), [str(figure) for figure in figures], line_of(items[0]))
        else:
            draft.figure(("match", name), header)
    invoice = text(root, "Valuation/Gs_Invoice/Amount_foreign_currency") or text(
        root, "Valuation/Total/Total_invoice"
    )
    currency = text(root, "Valuation/Gs_Invoice/Currency_code") or text(
        root, "Item/Valuation_item/Item_Invoice/Currency_code"
    )
    if value_name:
        draft.figure(("match", value_name), invoice)
        # Some countries write the numeric code of ISO 4217, which names no currency in the record.
        if currency and re.fullmatch(r"[A-Za-z]{3}", currency.text):
            draft.code(("match", "currency"), currency)
        elif currency:
            draft.note(("match", "currency"), f"{currency.text} is no alphabetic code", currency.line)
    elif invoice:
        draft.note(
            ("match", "fob_value"),
            "the invoice amount is not stated to be at the border, so not carried",
            invoice.line,
        )
    packages = texts(root, "Item/Packages/Number_of_packages")
    counts = [draft.read_count(("match", "packages"), found) for found in packages]
    if packages:
        draft.put(("match", "packages"), sum(count or 0 for count in counts), packages[0].line)
    else:
        total = text(root, "Property/Nbers/Total_number_of_packages")
        count = draft.read_count(("match", "packages"), total)
        if count is not None and total:
            draft.put(("match", "packages"), count, total.line)


def _add(draft: Draft, place: Place, figures: Iterable[str], line: int) -> None:
    try:
        draft.put(place, add_up(figures), line)
    except ValueError as error:
        draft.fault(place, str(error), line)
