"""The two sides of a case beside each other, its evidence, and the strip of comparable shipments."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.etrade.cases.models import Case, Link, ReasonCode, StakeKind, Way
from isthmus.apps.etrade.cases.rules.shipments import SEPARATOR, Shipment, exports_of, imports_of, number_in
from isthmus.apps.etrade.cases.services.gathering import country_of
from isthmus.apps.etrade.cases.wording import hs_text, peers_text
from isthmus.apps.etrade.reconciliation.rules.calibration import Calibration
from isthmus.apps.etrade.reconciliation.rules.names import mark_key, party_key
from isthmus.apps.etrade.rules.units import sign_of
from isthmus.ui.charts import Reference, StripChart
from isthmus.ui.components import Amount, Compared, Evidence
from isthmus.ui.formats import grouped

MOST_DOTS = 200
"""Comparable shipments in one strip: the newest links; more would only cover each other."""
_BY_WEIGHT = frozenset({ReasonCode.QUANTITY_GAP, ReasonCode.UNIT, ReasonCode.SPLIT_MERGED})
_AGREE_KG = Decimal("0.03")
LINKED_BY = {
    1: gettext_lazy("transport document"),
    2: gettext_lazy("net weight and HS heading"),
    3: gettext_lazy("HS code, consignee and weight"),
    4: gettext_lazy("HS code, exporter and weight"),
    5: gettext_lazy("both parties and weight"),
    6: gettext_lazy("both parties and HS code"),
    7: gettext_lazy("weights that sum up"),
}


def shipments_in(case: Case) -> tuple[list[Shipment], list[Shipment]]:
    """The declared items of a case: exports and imports, as they are compared."""
    country = country_of(case.corridor.partner)
    rows = list(case.members.all())

    def of(keys: str, direction: str, make: Callable[..., Iterator[Shipment]]) -> list[Shipment]:
        wanted = set(keys.split())
        items = (
            item
            for row in rows
            if row.direction == direction
            for item in make(row.body, row.number, country=country)
        )
        # Which of two declarations with the same number it is does not follow from its body alone.
        wanted |= {_untwinned(key) for key in wanted}
        return [item for item in items if item.id in wanted]

    exports = of(case.export_key, "export", exports_of)
    return exports, of(case.import_key, "import", imports_of)


def _untwinned(key: str) -> str:
    number, _separator, position = key.rpartition(SEPARATOR)
    return f"{number.partition('~')[0]}{SEPARATOR}{position}"


def compared_in(case: Case) -> tuple[Compared, ...]:
    """The fields of both sides, ours first; what only is written otherwise does not count as different."""
    exports, imports = shipments_in(case)
    here, there = (imports, exports) if case.corridor.way == Way.IN else (exports, imports)
    return tuple(_lines(here, there))


def _lines(here: list[Shipment], there: list[Shipment]) -> Iterator[Compared]:
    def both(read: Callable[[list[Shipment]], object]) -> tuple[object, object]:
        return read(here), read(there)

    yield _line(_("Declaration"), both(_numbers), same=True)
    yield _line(_("Exporter"), both(_text("exporter")), key=party_key)
    yield _line(_("Consignee"), both(_text("consignee")), key=party_key)
    yield _line(_("HS code"), both(_code))
    yield _line(_("HS edition"), both(_text("hs_version")))
    ours, theirs = both(_weight)
    yield _line(_("Net weight"), (ours, theirs), same=_near(ours, theirs))
    yield _line(_("Value"), both(_value), note=_terms(here, there))
    yield _line(_("Packages"), both(_text("packages")))
    yield _line(_("Quantity"), both(_quantity))
    yield _line(_("Origin"), both(_text("origin")))
    yield _line(_("Procedure"), both(_text("regime")), same=True)
    yield _line(_("Left or arrived on"), both(_day), same=True)
    yield _line(_("Transport document"), both(_text("transport_doc")), key=mark_key)
    yield _line(_("Container"), both(_text("container")), key=mark_key)
    yield _line(_("Vehicle plate"), both(_text("plate")), key=mark_key)
    yield _line(_("Consignment reference (UCR)"), both(_text("ucr")), key=mark_key)


def _line(
    label: str,
    sides: tuple[object, object],
    *,
    note: str = "",
    same: bool = False,
    key: Callable[[str], str] | None = None,
) -> Compared:
    ours, theirs = sides
    if ours is None or theirs is None:
        # What one side does not state contradicts nothing.
        return Compared(label, ours, theirs, note, same=True)
    if key is not None and isinstance(ours, str) and isinstance(theirs, str) and ours != theirs:
        alike = key(ours) == key(theirs)
        return Compared(label, ours, theirs, _("written otherwise") if alike else note, same=alike)
    return Compared(label, ours, theirs, note, same=same)


def _text(name: str) -> Callable[[list[Shipment]], object]:
    def read(side: list[Shipment]) -> object:
        stated = list(dict.fromkeys(str(value) for one in side if (value := getattr(one, name)) is not None))
        return ", ".join(stated) or None

    return read


def _numbers(side: list[Shipment]) -> object:
    return ", ".join(number_in(one.id) for one in side) or None


def _code(side: list[Shipment]) -> object:
    return ", ".join(dict.fromkeys(hs_text(one.hs) for one in side)) or None


def _weight(side: list[Shipment]) -> object:
    stated = [Decimal(one.net_kg) for one in side if one.net_kg is not None]
    return Amount(sum(stated, Decimal()), "kg") if stated else None


def _near(ours: object, theirs: object) -> bool:
    if not isinstance(ours, Amount) or not isinstance(theirs, Amount):
        return False
    here, there = Decimal(str(ours.value)), Decimal(str(theirs.value))
    return abs(here - there) <= max(here, there) * _AGREE_KG


def _value(side: list[Shipment]) -> object:
    stated = [Decimal(one.value) for one in side if one.value is not None]
    currencies = {one.currency or "" for one in side if one.value is not None}
    return Amount(sum(stated, Decimal()), currencies.pop()) if len(currencies) == 1 else None


def _terms(here: list[Shipment], there: list[Shipment]) -> str:
    terms = [next((one.incoterm for one in side if one.incoterm), None) for side in (here, there)]
    return f"{terms[0]} / {terms[1]}" if all(terms) else ""


def _quantity(side: list[Shipment]) -> object:
    stated = [
        Amount(Decimal(one.quantity), sign_of(one.unit or "")) for one in side if one.quantity is not None
    ]
    return stated[0] if len(stated) == 1 else None


def _day(side: list[Shipment]) -> object:
    return min((date.fromisoformat(one.date) for one in side), default=None)


def evidence_of(case: Case) -> tuple[Evidence, ...]:
    """Why the two belong together, what comparable shipments show, and what is counted as at stake."""
    return tuple(_evidence(case))


def _evidence(case: Case) -> Iterator[Evidence]:
    link = case.corridor.links.filter(
        export_key__in=case.export_key.split(), import_key__in=case.import_key.split()
    ).first()
    if link is not None:
        yield Evidence(_link_text(link))
    peers = peers_text(case)
    if peers:
        query = f"?hs={case.hs_code[:4]}&partner={case.corridor.partner}&state=every"
        yield Evidence(peers, _("other cases of this heading"), reverse("etrade:cases") + query)
    kind = StakeKind(case.stake_kind).label
    yield Evidence(
        f"{kind}: {grouped(case.stake, 0)} {case.corridor.currency}".strip(),
        _("how this corridor is judged"),
        reverse("etrade:case-corridor", args=[case.corridor_id]),
    )


def _link_text(link: Link) -> str:
    found_by = str(LINKED_BY.get(link.found_by, ""))
    said = _("The two were brought together by %(found_by)s.") % {"found_by": found_by}
    if link.score:
        points = grouped(Decimal(link.score) / 10, 0)
        said += " " + _("What agrees between them counts %(points)s points.") % {"points": points}
    if not link.accepted:
        said += " " + _("That is less than is accepted unseen: look whether they are one shipment.")
    return said


def chart_of(case: Case, calibration: Calibration) -> StripChart | None:
    """Comparable shipments of the same subheading on the corridor, by the ratio that the case is about."""
    by_weight = case.reason in _BY_WEIGHT
    this = case.figures.get("kg_ratio") if by_weight else case.ratio
    if this is None:
        return None
    column = "kg_ratio" if by_weight else "ratio"
    links = case.corridor.links.filter(hs_code=case.hs_code).exclude(**{column: None})
    others = links.exclude(export_key__in=case.export_key.split())
    values = [value / 1000 for value in others.order_by("-pk").values_list(column, flat=True)[:MOST_DOTS]]
    margin = calibration.chapters.get(int(case.hs_code[:2] or 0), calibration.margin)
    hs = hs_text(case.hs_code)
    if by_weight:
        title = _("Weight of import to export, HS %(hs)s") % {"hs": hs}
        reference = Reference(1.0, _("equal"))
    else:
        title = _("Value of import to export, HS %(hs)s") % {"hs": hs}
        reference = Reference(margin.middle / 1000, _("usual"))
    return StripChart(title, values, this / 1000, _("This case"), "", peers_text(case), reference)
