"""Lines of goods to lines of a return: products looked up, duty by the tariff engine, every fault named."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from isthmus.apps.excise.registry.models import Operator, Product, RegistryChange
from isthmus.apps.excise.registry.queries import amendments, product_on
from isthmus.apps.excise.registry.rules.identifiers import is_gtin
from isthmus.apps.excise.returns.models import DutyReturnLine
from isthmus.apps.excise.tariff.formats.lines import Written
from isthmus.apps.excise.tariff.rules.model import Line, Tariff
from isthmus.apps.excise.tariff.services import Answer, answers
from isthmus.apps.excise.tariff.wording import fault_words
from isthmus.kit.errors import BadInput, FieldFault

MOST_LINES = 5000
MILLILITRE = 1000
"""Microlitres, the unit of a line's volume."""


def _code_of(tariff: Tariff, rule: str) -> str:
    row = next(row for row in tariff.rows if row.rule == rule)
    group = tariff.group(row.group)
    return row.code or (group.codes[0] if group.codes else group.name)


def _with_product(
    line: Line, products: dict[str, Product], changes: list[RegistryChange]
) -> tuple[Line, str, str]:
    """The line with what the registry says of its GTIN, the GTIN, and a fault where it is not there."""
    text = line.product
    if not (text.isascii() and text.isdigit() and len(text) >= 8 and is_gtin(text)):
        return line, "", ""
    known = products.get(text.zfill(14))
    if known is None:
        return (
            line,
            "",
            _("The registry has no product of this operator with the GTIN %(gtin)s.") % {"gtin": text},
        )
    if line.day is not None:
        known = product_on(known, line.day, changes)
        if known.withdrawn_on is not None and line.day > known.withdrawn_on:
            return (
                line,
                "",
                _("%(name)s is withdrawn: it was sold until %(day)s.")
                % {"name": known.name, "day": known.withdrawn_on.isoformat()},
            )
    filled = replace(
        line,
        product=known.excise_code,
        hs=line.hs or known.hs_code,
        abv=known.abv_thousandths if line.abv is None else line.abv,
        volume=known.volume_ml * MILLILITRE if line.volume is None else line.volume,
    )
    return filled, known.gtin, ""


def _fault_of(line: Line, answer: Answer, month: date) -> str:
    if answer.duty_minor is None:
        return answer.error
    assert line.day is not None, "a line with a duty has a day"
    if (line.day.year, line.day.month) != (month.year, month.month):
        return _("The day %(day)s is not in %(month)s.") % {"day": line.day, "month": f"{month:%Y-%m}"}
    unknown = [charge.name for charge in answer.charges if charge.amount_minor is None]
    if unknown:
        return _("The CIF value is missing; the %(charge)s is worked out from it.") % {"charge": unknown[0]}
    return ""


def reckon(
    operator: Operator, tariff: Tariff, month: date, written: Sequence[Written]
) -> list[DutyReturnLine]:
    """The lines of a return for a month, unsaved, each with its duty in minor units and its explanation.

    BadInput ``excise.return-lines`` names every line at fault (``where`` is the line's name); then none is
    usable, for a return says all that is owed.
    """
    if len(written) > MOST_LINES:
        raise BadInput(
            "excise.return-too-long",
            _("A return has at most %(most)s lines.") % {"most": f"{MOST_LINES:,}"},
            next_step=_("Put equal goods of a day into one line."),
        )
    products: dict[str, Product] = {}
    changes: list[RegistryChange] = []
    if any(one.line is not None and one.line.product.isdigit() for one in written):
        rows = Product.objects.filter(operator=operator)
        products = {product.gtin.zfill(14): product for product in rows}
        changes = amendments(operator)
    faults: list[FieldFault] = []
    found: list[DutyReturnLine] = []
    for position, one in enumerate(written, start=1):
        if one.line is None:
            assert one.fault is not None
            faults.append(FieldFault(one.name, fault_words(one.fault)))
            continue
        line, gtin, fault = _with_product(one.line, products, changes)
        if fault:
            faults.append(FieldFault(one.name, fault))
            continue
        (answer,) = answers(tariff, [Written(one.name, line)], explained=True)
        fault = _fault_of(line, answer, month)
        if fault:
            faults.append(FieldFault(one.name, fault))
        else:
            found.append(_row(tariff, position, one, line, gtin, answer))
    if faults:
        raise BadInput(
            "excise.return-lines",
            _("%(faults)d of %(lines)d lines cannot be worked out; nothing was kept.")
            % {"faults": len(faults), "lines": len(written)},
            next_step=_("Correct the lines that are named and send the whole list again."),
            faults=tuple(faults),
        )
    return found


def _row(
    tariff: Tariff, position: int, written: Written, line: Line, gtin: str, answer: Answer
) -> DutyReturnLine:
    assert answer.duty_minor is not None
    assert line.day is not None
    return DutyReturnLine(
        position=position,
        name=written.name[:100],
        gtin=gtin,
        product=line.product,
        hs=line.hs,
        relief=line.relief,
        day=line.day,
        abv=line.abv,
        volume=line.volume,
        quantity=line.quantity,
        cif=line.cif,
        producer=line.producer,
        plato=line.plato,
        retail=line.retail,
        code=_code_of(tariff, answer.rule),
        rule=answer.rule,
        duty_minor=answer.duty_minor,
        charges={charge.name: charge.amount_minor for charge in answer.charges},
        steps=[{"kind": told.kind, "text": told.text} for told in answer.steps],
    )
