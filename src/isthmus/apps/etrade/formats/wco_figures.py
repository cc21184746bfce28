"""The figures of a WCO ``Declaration``: weights, values and packages, by item and in all.

- Weights are kilograms where no unit is given (DE 6/1, 6/5); other units of mass are converted exactly,
  and a unit that cannot be is *not comparable*: a note, and no weight.
- The FOB value is the statistical value (DE 8/6), which for exports is the value at the border of the
  exporting country, else the invoice amount (DE 4/11) where the terms of delivery are FOB.
- For imports the statistical value is the value at the border of the importing country, so CIF; else the
  item prices (DE 4/14) are CIF or FOB values where the terms of delivery are CIF or CIP, or FOB.
- Totals are sums over the items; where an item lacks the figure there is no total, rather than a wrong one.
"""

from collections.abc import Iterable

from lxml import etree

from isthmus.apps.etrade.formats.draft import Draft, Found, Place, text, texts
from isthmus.apps.etrade.formats.xml import line_of
from isthmus.apps.etrade.rules.amounts import add_up
from isthmus.apps.etrade.rules.procedures import Direction
from isthmus.apps.etrade.rules.units import convert


def add_figures(
    draft: Draft,
    declaration: etree._Element,
    shipment: etree._Element | None,
    items: list[etree._Element],
    direction: Direction,
) -> None:
    """Put the weights, values and packages of the items and of the whole declaration."""
    for name, path in (("net_kg", "NetNetWeightMeasure"), ("gross_kg", "GrossMassMeasure")):
        weights = []
        for at, item in enumerate(items):
            found = text(item, f"Commodity/GoodsMeasure/{path}")
            weight = _kilograms(draft, ("items", at, name), found)
            if weight is not None and found:
                draft.put(("items", at, name), weight, found.line)
            weights.append(weight)
        _total(draft, ("match", name), weights, items)
        header = text(declaration, "TotalGrossMassMeasure")
        if name == "gross_kg" and None in weights and header:
            total = _kilograms(draft, ("match", name), header)
            if total is not None:
                draft.put(("match", name), total, header.line)
    if direction == "import":
        _import_values(draft, declaration, shipment, items)
    else:
        _values(draft, declaration, shipment, items)
    _packages(draft, declaration, items)


def _kilograms(draft: Draft, place: Place, found: Found | None) -> str | None:
    figure = draft.read_figure(place, found)
    if figure is None or found is None:
        return None
    unit = (found.unit("unitCode") or "KGM").partition("#")[0]
    converted = convert(figure, unit, "KGM")
    if converted is None:
        draft.note(place, f"{figure} {unit} cannot be stated in kilograms, so not comparable", found.line)
    return converted


def _total(draft: Draft, place: Place, figures: list[str | None], items: list[etree._Element]) -> None:
    given = [figure for figure in figures if figure is not None]
    if not given:
        return
    line = line_of(items[0])
    if len(given) < len(figures):
        draft.note(place, "not every item states it, so there is no total", line)
        return
    try:
        draft.put(place, add_up(given), line)
    except ValueError as error:
        draft.fault(place, str(error), line)


def _values(
    draft: Draft, declaration: etree._Element, shipment: etree._Element | None, items: list[etree._Element]
) -> None:
    place: Place = ("match", "fob_value")
    if _valued(draft, "fob_value", [text(item, "StatisticalValueAmount") for item in items], items):
        return
    invoice, terms = text(declaration, "InvoiceAmount"), text(shipment, "TradeTerms/ConditionCode")
    if invoice and terms and terms.text.upper() == "FOB":
        draft.figure(place, invoice)
        _currency(draft, {invoice.unit("currencyID")}, invoice.line)
    elif invoice:
        draft.note(place, "the invoice amount is not stated to be FOB, so not carried", invoice.line)


def _valued(draft: Draft, name: str, found: list[Found | None], items: list[etree._Element]) -> bool:
    """Put the values of the items and their total; whether any item states one."""
    stated = [one for one in found if one]
    if not stated:
        return False
    figures = [draft.read_figure(("items", at, name), one) for at, one in enumerate(found)]
    currencies = {one.unit("currencyID") for one in stated}
    if len(currencies) > 1:
        draft.note(("match", name), "the items are valued in different currencies", stated[0].line)
        return True
    _currency(draft, currencies, stated[0].line)
    for at, (figure, one) in enumerate(zip(figures, found, strict=True)):
        if figure is not None and one:
            draft.put(("items", at, name), figure, one.line)
    _total(draft, ("match", name), figures, items)
    return True


_PRICED = {"CIF": "cif_value", "CIP": "cif_value", "FOB": "fob_value"}


def _import_values(
    draft: Draft, declaration: etree._Element, shipment: etree._Element | None, items: list[etree._Element]
) -> None:
    if _valued(draft, "cif_value", [text(item, "StatisticalValueAmount") for item in items], items):
        return
    terms, invoice = text(shipment, "TradeTerms/ConditionCode"), text(declaration, "InvoiceAmount")
    prices = [text(item, "Commodity/InvoiceLine/ItemChargeAmount") for item in items]
    name = _PRICED.get(terms.text.upper()) if terms else None
    stated = next((one for one in (*prices, invoice) if one), None)
    if stated and name is None:
        draft.note(
            ("match", "cif_value"), "the prices are not stated to be CIF or FOB, so not carried", stated.line
        )
    elif name and not _valued(draft, name, prices, items) and invoice:
        draft.figure(("match", name), invoice)
        _currency(draft, {invoice.unit("currencyID")}, invoice.line)


def _currency(draft: Draft, currencies: Iterable[str | None], line: int) -> None:
    for currency in currencies:
        if currency is None:
            draft.note(("match", "currency"), "the value has no currency", line)
        else:
            draft.put(("match", "currency"), currency, line)


def _packages(draft: Draft, declaration: etree._Element, items: list[etree._Element]) -> None:
    place: Place = ("match", "packages")
    found = [one for item in items for one in texts(item, "Packaging/QuantityQuantity")]
    counts = [draft.read_count(place, one) for one in found]
    header = text(declaration, "TotalPackageQuantity")
    stated = draft.read_count(place, header)
    total = sum(count for count in counts if count is not None)
    if found:
        draft.put(place, total, found[0].line)
        if stated is not None and header and stated != total:
            draft.note(place, f"the items add up to {total}, the declaration states {stated}", header.line)
    elif stated is not None and header:
        draft.put(place, stated, header.line)
