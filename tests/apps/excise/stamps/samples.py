"""A distillery in the registry, its brandy, and a bank that stands for its duty; sample data."""

from datetime import date
from decimal import Decimal

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.guarantees import services
from isthmus.apps.excise.guarantees.formats import consent
from isthmus.apps.excise.models import DutyReturn, Guarantee, Operator, Product
from isthmus.apps.excise.registry.services import entries
from isthmus.apps.excise.returns.services import accounts, declaring
from isthmus.apps.excise.tariff.formats.lines import read_lines
from isthmus.wire.keys import generate_p256

GTIN = "04006381333931"
BOTTLE_MINOR = 2415
"""Duty on half a litre at 40 % in Moldova in 2023, the last rates of its tariff: 0.2 l x 120.77 lei."""


def an_operator(
    authority: Organisation, firm: Organisation | None, number: str = "MD0000000D001"
) -> Operator:
    return entries.register(
        Operator(
            organisation=authority,
            firm=firm,
            excise_number=number,
            name="Sample distillery",
            tax_number=f"T{number}",
            kind="producer",
            country=number[:2],
            address="Orhei",
            registered_on=date(2020, 1, 1),
        ),
        actor="officer",
    )


def brandy(operator: Operator, gtin: str = GTIN) -> Product:
    return entries.enter_product(
        Product(
            operator=operator,
            gtin=gtin,
            name="Sample brandy",
            hs_code="220820",
            excise_code="S200",
            abv_thousandths=40_000,
            volume_ml=500,
            container="bottle",
        ),
        actor="officer",
    )


def a_guarantee(operator: Operator, amount_minor: int = 10**12, **more: object) -> Guarantee:
    bank = generate_p256()
    fields = {
        "organisation": operator.organisation,
        "operator": operator,
        "number": "G-17",
        "kind": "comprehensive",
        "guarantor_name": "Sample bank",
        "guarantor_number": "1002600000099",
        "guarantor_jwk": consent.public_jwk(bank.public_key()),
        "currency": "MDL",
        "amount_minor": amount_minor,
        "valid_from": date(2020, 1, 1),
        "valid_until": date(2090, 12, 31),
    }
    row = services.register(Guarantee(**{**fields, **more}), actor="officer")
    return services.take_consent(row, consent.sign(bytes(row.statement), bank), actor="officer")


def a_return(operator: Operator, bottles: int, *, paid: bool = True, month: int = 5) -> DutyReturn:
    """What the distillery released in a month of 2023, assessed, and paid unless told otherwise."""
    goods = f"product,quantity,date\n{GTIN[1:]},{bottles},2023-{month:02d}-10\n"
    lines = list(read_lines(goods.encode()))
    row = declaring.draft(operator, date(2023, month, 1), "release", lines, actor="officer")
    row = accounts.assess(declaring.declare(row, actor="officer"), actor="approver")
    if paid:
        day = date(2023, month + 1, 20)
        accounts.pay(row, row.total_minor, day, bank=f"B-{month}", key=f"B-{month}", actor="officer")
    return DutyReturn.objects.get(pk=row.pk)


def stake_minor(bottles: int) -> int:
    """The duty on so many bottles, rounded half up a line as Moldova's tariff does."""
    exact = Decimal("0.2") * bottles * Decimal("120.77")
    return int((exact * 100).quantize(Decimal(1), rounding="ROUND_HALF_UP"))
