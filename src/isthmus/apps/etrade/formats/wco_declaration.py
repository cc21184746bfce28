"""From a WCO ``Declaration`` to ``etrade.export-declaration/1`` or ``etrade.import-declaration/1``.

Paths are those of the WCO Data Model 3.6 in its DMS profile (``WCO_DEC_2_DMS``); data element numbers are
those of Annex B to Delegated Regulation (EU) 2015/2446. Choices, each one a rule of this reader:

- number: ``ID`` (the MRN), else what the envelope says, else ``FunctionalReferenceID`` (DE 2/5);
- HS code: the first six digits of the classification of type TSP (DE 6/14), its edition the one that the
  operator states, else the one in force when the declaration was accepted or lodged, else none;
- permit: the first document of the kinds X and E of the TARIC, or N811 (UN/EDIFACT 1001: export licence),
  unless it is declared as not needed (exemption XX);
- for imports: the consignee is the importer (DE 3/15, 3/16), permits are of the kind L or N911 (import
  licence), the export declaration is a previous document of type 830, the country of consignment is that of
  dispatch (DE 5/14), and a declarant who is not the importer is the agent;
- departure: ``ExitDateTime``; port of discharge: ``UnloadingLocation``, of WCO 3.6 though not of DMS.

A document that says two things where the record holds one keeps the first, with a note about the others.
"""

import re
from datetime import date

from lxml import etree

from isthmus.apps.etrade.formats.draft import Draft, Found, Place, child, children, clean, text, texts
from isthmus.apps.etrade.formats.readings import Malformed, Mapped
from isthmus.apps.etrade.formats.wco_figures import add_figures
from isthmus.apps.etrade.formats.xml import line_of
from isthmus.apps.etrade.records import ExportDeclarationV1, ImportDeclarationV1
from isthmus.apps.etrade.rules.invoices import invoice_hash
from isthmus.apps.etrade.rules.procedures import Direction
from isthmus.apps.etrade.rules.tariff import edition_in_force
from isthmus.apps.etrade.rules.units import find_unit

# UN/EDIFACT 1001 document types; TARIC writes them after the letter N.
_TRANSPORT_DOCUMENTS = frozenset(
    {"703", "704", "705", "710", "714", "720", "722", "730", "740", "741", "750", "760"}
)
_INVOICES = frozenset({"380", "935"})
_EXPORT_KINDS, _EXPORT_LICENCE = frozenset({"X", "E"}), "811"
_IMPORT_KINDS, _IMPORT_LICENCE = frozenset({"L"}), "911"
_EXPORT_DECLARATION = "830"
_NOT_NEEDED = "XX"
_ROAD_VEHICLE = "30"
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})", re.ASCII)


def map_declaration(
    declaration: etree._Element, number: Found | None, hs_edition: str | None, direction: Direction
) -> Mapped | Malformed:
    """The record that a ``Declaration`` element amounts to, or all its faults.

    ``number`` is the customs number of the envelope, if it carries one; ``hs_edition`` the year of the HS
    edition the declaring country uses, if the operator states it.
    """
    is_import = direction == "import"
    draft = Draft(line_of(declaration), ImportDeclarationV1 if is_import else ExportDeclarationV1)
    shipment = child(declaration, "GoodsShipment")
    items = list(children(shipment, "GovernmentAgencyGoodsItem"))
    reference = text(declaration, "FunctionalReferenceID")
    draft.text(("declaration_number",), text(declaration, "ID") or number or reference)
    draft.text(("local_reference",), reference)
    draft.code(("declaration_type",), text(declaration, "TypeCode"))
    if is_import:
        _importer(draft, declaration, shipment)
    else:
        _parties(draft, declaration, shipment, items)
    accepted = _day(draft, "accepted_on", child(declaration, "AcceptanceDateTime"))
    lodged = _day(draft, "lodged_on", child(declaration, "IssueDateTime"))
    _day(draft, "departure_date", child(shipment, "ExitDateTime"))
    tariff_day = accepted or lodged
    if hs_edition is None and tariff_day is not None:
        hs_edition = edition_in_force(tariff_day)
    _countries(draft, shipment, items, is_import=is_import)
    _transport(draft, declaration, shipment, items)
    _documents(draft, declaration, shipment, items, is_import=is_import)
    seen: set[int] = set()
    for item in items:
        _item(draft, item, hs_edition, seen)
    add_figures(draft, declaration, shipment, items, direction)
    return draft.finish()


def _day(draft: Draft, name: str, holder: etree._Element | None) -> date | None:
    """Dates are written CCYYMMDD, with or without a time and zone (UN/EDIFACT 2379: 102, 203, 204, 304)."""
    if holder is None:
        return None
    line = line_of(holder)
    written = clean("".join(str(part) for part in holder.itertext()))
    if not written:
        return None
    found = _DAY.match(written)
    try:
        day = date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        day = None
    if day is None:
        draft.fault((name,), f"“{written[:40]}” is not a date", line)
        return None
    draft.put((name,), day.isoformat(), line)
    return day


def _parties(
    draft: Draft, declaration: etree._Element, shipment: etree._Element | None, items: list[etree._Element]
) -> None:
    exporter = child(declaration, "Exporter")
    draft.text(("exporter_id",), text(exporter, "ID"))
    draft.text(("exporter_name",), text(exporter, "Name"))
    agent = child(declaration, "Agent")
    draft.text(("agent_id",), text(agent, "ID"))
    draft.text(("agent_name",), text(agent, "Name"))
    consignee = child(shipment, "Consignee")
    if consignee is None:
        named = [party for item in items if (party := child(item, "Consignee")) is not None]
        if len({_party_key(party) for party in named}) > 1:
            line = line_of(named[0])
            draft.note(("consignee_name",), "the items go to different consignees, so none is stated", line)
        elif len(named) == len(items) and named:
            consignee = named[0]
    if consignee is None:
        return
    _consignee(draft, consignee)


def _importer(draft: Draft, declaration: etree._Element, shipment: etree._Element | None) -> None:
    exporter, importer = child(declaration, "Exporter"), child(shipment, "Importer")
    draft.text(("exporter_id",), text(exporter, "ID"))
    draft.text(("exporter_name",), text(exporter, "Name"))
    agent = child(declaration, "Agent")
    declarant, importer_id = text(declaration, "Declarant/ID"), text(importer, "ID")
    if declarant and importer_id and declarant.text == importer_id.text:
        declarant = None
    draft.text(("agent_id",), text(agent, "ID") or declarant)
    draft.text(("agent_name",), text(agent, "Name"))
    if importer is not None:
        _consignee(draft, importer)


def _consignee(draft: Draft, consignee: etree._Element) -> None:
    draft.text(("consignee_id",), text(consignee, "ID"))
    draft.text(("consignee_name",), text(consignee, "Name"))
    lines = [
        found
        for part in ("Line", "CityName", "CountrySubDivisionName", "PostcodeID", "CountryCode")
        if (found := text(consignee, f"Address/{part}"))
    ]
    if lines:
        draft.put(("consignee_address",), ", ".join(found.text for found in lines), lines[0].line)


def _party_key(party: etree._Element) -> tuple[str, str]:
    key, name = text(party, "ID"), text(party, "Name")
    return key.text if key else "", name.text if name else ""


def _countries(
    draft: Draft, shipment: etree._Element | None, items: list[etree._Element], *, is_import: bool
) -> None:
    places = [("export_country", "ExportCountry/ID"), ("destination_country", "Destination/CountryCode")]
    if is_import:
        places.append(("consigned_from", "ExportCountry/ID"))
    for name, path in places:
        draft.code((name,), text(shipment, path) or _shared([text(item, path) for item in items]))
    draft.code(("procedure",), _shared([_procedure(item) for item in items]))


def _shared(found: list[Found | None]) -> Found | None:
    """What all items say alike; None where one is silent or says something else."""
    said = {one.text if one else "" for one in found}
    return found[0] if len(said) == 1 else None


def _procedure(item: etree._Element) -> Found | None:
    """DE 1/10, four digits; the procedures that follow are additional ones (DE 1/11)."""
    first = child(item, "GovernmentProcedure")
    current, previous = text(first, "CurrentCode"), text(first, "PreviousCode")
    if current is None or previous is None:
        return current
    return Found(current.text + previous.text, current.line, current.element)


def _transport(
    draft: Draft, declaration: etree._Element, shipment: etree._Element | None, items: list[etree._Element]
) -> None:
    draft.code(("transport_mode",), text(declaration, "BorderTransportMeans/ModeCode"))
    draft.code(("port_of_discharge",), text(shipment, "Consignment/UnloadingLocation/ID"))
    draft.code(("match", "incoterm"), text(shipment, "TradeTerms/ConditionCode"))
    for means in (
        child(declaration, "BorderTransportMeans"),
        child(shipment, "Consignment/DepartureTransportMeans"),
        child(shipment, "Consignment/ArrivalTransportMeans"),
    ):
        kind = text(means, "IdentificationTypeCode")
        if kind and kind.text == _ROAD_VEHICLE:
            draft.text(("match", "plate"), text(means, "ID"))
            break
    containers = texts(shipment, "Consignment/TransportEquipment/ID")
    for item in items:
        containers += texts(item, "Commodity/TransportEquipment/ID")
    if containers:
        distinct = list(dict.fromkeys(found.text for found in containers))
        draft.put(("match", "containers"), distinct, containers[0].line)


def _documents(
    draft: Draft,
    declaration: etree._Element,
    shipment: etree._Element | None,
    items: list[etree._Element],
    *,
    is_import: bool,
) -> None:
    kinds, licence = (_IMPORT_KINDS, _IMPORT_LICENCE) if is_import else (_EXPORT_KINDS, _EXPORT_LICENCE)
    permits, exports = [], []
    carriage = texts(shipment, "Consignment/TransportContractDocument/ID")
    invoices, ucrs = texts(shipment, "Invoice/ID"), texts(shipment, "UCR/ID")
    for level in (declaration, shipment, *items):
        for document in children(level, "AdditionalDocument"):
            number = text(document, "ID")
            category, kind, exemption = (
                said.text.upper() if (said := text(document, name)) else ""
                for name in ("CategoryCode", "TypeCode", "LPCOExemptionCode")
            )
            if number is None or exemption == _NOT_NEEDED:
                continue
            if category in kinds or (category, kind) == ("N", licence):
                permits.append(number)
            elif category == "N" and kind in _TRANSPORT_DOCUMENTS:
                carriage.append(number)
            elif category == "N" and kind in _INVOICES:
                invoices.append(number)
        for previous in children(level, "PreviousDocument"):
            number, named = text(previous, "ID"), text(previous, "TypeCode")
            if number and named and named.text in _TRANSPORT_DOCUMENTS:
                carriage.append(number)
            elif number and named and named.text == "DCR":
                ucrs.append(number)
            elif number and named and named.text == _EXPORT_DECLARATION:
                exports.append(number)
    ucrs += texts(shipment, "UCR/TraderAssignedReferenceID")
    _first(draft, ("permit_number",), permits)
    if is_import:
        _first(draft, ("previous_document",), exports)
    _first(draft, ("match", "transport_document"), carriage)
    _first(draft, ("match", "ucr"), ucrs)
    hashed = invoice_hash(found.text for found in invoices)
    if hashed:
        draft.put(("match", "invoice_hash"), hashed, invoices[0].line)


def _first(draft: Draft, place: Place, found: list[Found]) -> None:
    if not found:
        return
    draft.text(place, found[0])
    others = list(dict.fromkeys(one.text for one in found if one.text != found[0].text))
    if others:
        listed = ", ".join(others)[:200]
        draft.note(place, f"{len(others)} more on the document, not carried: {listed}", found[0].line)


def _item(draft: Draft, item: etree._Element, hs_edition: str | None, seen: set[int]) -> None:
    at = draft.add_item(line_of(item))
    sequence = text(item, "SequenceNumeric")
    number = draft.read_count(("items", at, "number"), sequence)
    if number is not None and sequence:
        draft.put(("items", at, "number"), number, sequence.line)
        if number in seen:
            draft.fault(("items", at, "number"), f"{number} is given to two items", sequence.line)
        seen.add(number)
    commodity = child(item, "Commodity")
    _tariff(draft, at, commodity, hs_edition)
    draft.text(("items", at, "description"), text(commodity, "Description"))
    draft.code(("items", at, "procedure"), _procedure(item))
    origins = list(children(item, "Origin"))
    # Type 1 is the non-preferential origin (DE 5/15), the one that statistics and matching speak of.
    plain = [one for one in origins if (kind := text(one, "TypeCode")) is None or kind.text == "1"]
    draft.code(("items", at, "origin"), text(next(iter(plain or origins), None), "CountryCode"))
    measure = child(commodity, "GoodsMeasure")
    quantity = text(measure, "TariffQuantity")
    if draft.figure(("items", at, "quantity"), quantity) is not None and quantity:
        # A qualifier may follow the unit, as in KGM#G.
        unit = (quantity.unit("unitCode") or "").partition("#")[0]
        if unit:
            draft.put(("items", at, "unit"), unit, quantity.line)
            if find_unit(unit) is None:
                reason = f"{unit} is not a known unit, so not comparable"
                draft.note(("items", at, "unit"), reason, quantity.line)


def _tariff(draft: Draft, at: int, commodity: etree._Element | None, hs_edition: str | None) -> None:
    for classification in children(commodity, "Classification"):
        kind, code = text(classification, "IdentificationTypeCode"), text(classification, "ID")
        if kind is None or kind.text.upper() != "TSP" or code is None:
            continue
        digits = re.sub(r"[ .]", "", code.text)
        draft.put(("items", at, "tariff_code"), digits, code.line)
        if re.fullmatch(r"[0-9]{6,14}", digits):
            draft.put(("items", at, "hs_code"), digits[:6], code.line)
            if hs_edition is not None:
                draft.put(("items", at, "hs_version"), hs_edition, code.line)
        return
