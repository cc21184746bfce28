"""The paper that travels with the goods: a print of the document, or the fallback while there is none."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from isthmus.apps.excise.guarantees.wording import amount_text
from isthmus.apps.excise.movements.formats import paper
from isthmus.apps.excise.movements.formats.message import Message
from isthmus.apps.excise.movements.models import DRAFT, Movement, MovementSecurity
from isthmus.apps.excise.movements.services import answering, sending
from isthmus.apps.excise.movements.wording import code_words, rates_words
from isthmus.ui.formats import day_text, grouped

_IN_LITRES = ("B", "I", "S", "W")


def paper_of(movement: Movement) -> tuple[str, bytes]:
    """The paper that travels with the goods: its name and its PDF.

    Of a draft it is the fallback document under the trader's own reference. NotFound where the document's
    text was withheld.
    """
    drafted = movement.state == DRAFT
    message = sending.draft_of(movement) if drafted else answering.document_of(movement)
    reference = movement.local_reference if drafted else movement.arc
    values = values_of(message.body, reference, secured_by(movement, message), fallback=drafted)
    return f"{'fallback' if drafted else 'document'}-{reference}.pdf", paper.pdf(values)


def secured_by(movement: Movement, message: Message) -> list[str]:
    """What the paper says of the guarantee and of the duty at stake."""
    row = MovementSecurity.objects.select_related("guarantee").filter(movement=movement).first()
    if row is None:
        code = message.body.movement_guarantee.guarantor_type_code
        return [_("Guarantor: %(who)s") % {"who": code_words(code)}]
    amount = amount_text(row.amount_minor, row.currency)
    if row.rates_on is not None and not row.stated:
        amount = f"{amount}, {rates_words(row.rates_on)}"
    lines = [
        _("Guarantor: %(who)s") % {"who": code_words(row.guarantor_code)},
        _("Duty at stake: %(amount)s") % {"amount": amount},
    ]
    if row.guarantee is not None:
        lines.insert(1, f"{row.guarantee.number}, {row.guarantee.guarantor_name}")
    return lines


def values_of(body: Any, reference: str, guarantee: Sequence[str], *, fallback: bool) -> dict[str, Any]:  # noqa: ANN401  a draft or a document
    """What the paper of a draft (IE815) or a document (IE801) shows, in words of the active language.

    ``reference`` is the ARC, or the trader's own number where ``fallback`` says that there is no ARC yet;
    ``guarantee`` are the lines about what secures the duty.
    """
    written = getattr(body, "ead_esad_draft", None) or body.ead_esad
    return {
        "title": _("Fallback document") if fallback else _("Electronic administrative document"),
        "subtitle": _("Movement of excise goods under suspension of duty"),
        "mark": _("FALLBACK: enter it as soon as the node is back") if fallback else "",
        "reference_label": _("Local reference") if fallback else _("Administrative reference code (ARC)"),
        "reference": reference,
        "language": (get_language() or "en")[:2],
        "footer": _("This paper travels with the goods and is shown at every control."),
        "boxes": _boxes(body, written, guarantee),
        "heads": [
            _("Line"),
            _("Product, CN code"),
            _("Goods"),
            _("Packages"),
            _("Quantity"),
            _("Strength, % vol"),
            _("Gross, kg"),
            _("Net, kg"),
        ],
        "widths": [2, 5, 12, 5, 5, 4, 5, 5],
        "numbers": [4, 5, 6, 7],
        "rows": [_row(line) for line in body.body_ead_esad],
        "signatures": [_("Consignor: name, day, signature"), _("Office or control: day, stamp, signature")],
    }


def _boxes(body: Any, written: Any, guarantee: Sequence[str]) -> list[tuple[str, list[str]]]:  # noqa: ANN401  as above
    head, place, office = (
        body.header_ead_esad,
        body.place_of_dispatch_trader,
        body.delivery_place_customs_office,
    )
    left = day_text(written.date_of_dispatch)
    if written.time_of_dispatch is not None:
        left = f"{left}, {written.time_of_dispatch:%H:%M} UTC"
    units = []
    for unit in body.transport_details:
        seal = unit.commercial_seal_identification
        told = [unit.identity_of_transport_units, _("seal %(seal)s") % {"seal": seal} if seal else None]
        units.append(", ".join(one for one in told if one) or "–")
    dispatched_from = _trader(place) if place is not None else []
    if place is not None and place.reference_of_tax_warehouse:
        dispatched_from.insert(0, place.reference_of_tax_warehouse)
    delivered_to = _trader(body.delivery_place_trader) if body.delivery_place_trader is not None else []
    if office is not None:
        delivered_to.append(office.reference_number)
    return [
        (_("Consignor"), [body.consignor_trader.trader_excise_number, *_trader(body.consignor_trader)]),
        (_("Consignee"), _trader(body.consignee_trader) if body.consignee_trader is not None else ["–"]),
        (_("Place of dispatch"), dispatched_from or ["–"]),
        (_("Place of delivery"), delivered_to or ["–"]),
        (
            _("Journey"),
            [
                _("Left on %(moment)s") % {"moment": left},
                _("Time of the journey: %(time)s") % {"time": _journey(head.journey_time)},
                _("Mode of transport (code): %(mode)s") % {"mode": body.transport_mode.transport_mode_code},
                _("Office of dispatch: %(office)s")
                % {"office": body.competent_authority_dispatch_office.reference_number},
            ],
        ),
        (_("Vehicles and seals"), units),
        (_("Guarantee"), list(guarantee)),
        (
            _("Papers"),
            [
                _("Local reference: %(reference)s") % {"reference": written.local_reference_number},
                _("Invoice: %(number)s") % {"number": written.invoice_number},
            ],
        ),
    ]


def _journey(code: str) -> str:
    number = int(code[1:])
    if code[0] == "D":
        return ngettext("%(days)d day", "%(days)d days", number) % {"days": number}
    return ngettext("%(hours)d hour", "%(hours)d hours", number) % {"hours": number}


def _trader(trader: Any) -> list[str]:  # noqa: ANN401  any trader of a message
    number = getattr(trader, "traderid", None)
    street = " ".join(part for part in (trader.street_name, trader.street_number) if part)
    city = " ".join(part for part in (trader.postcode, trader.city) if part)
    return [line for line in (number, trader.trader_name, street, city) if line]


def _row(line: Any) -> list[str]:  # noqa: ANN401  a line of goods
    unit = " l" if line.excise_product_code.startswith(_IN_LITRES) else ""
    words = [line.commercial_description, line.brand_name_of_products]
    packages = [
        " ".join(str(part) for part in (one.number_of_packages, one.kind_of_packages) if part is not None)
        for one in line.package
    ]
    abv = line.alcoholic_strength_by_volume_in_percentage
    return [
        str(line.body_record_unique_reference),
        f"{line.excise_product_code} {line.cn_code}",
        ", ".join(one.text for one in words if one is not None),
        ", ".join(packages),
        f"{grouped(line.quantity.normalize())}{unit}",
        "" if abv is None else grouped(abv.normalize()),
        grouped(line.gross_mass.normalize()),
        grouped(line.net_mass.normalize()),
    ]
