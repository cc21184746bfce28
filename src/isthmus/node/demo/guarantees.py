"""The guarantees of the demonstration: two banks stand for the duty of two producers in Moldova.

The banks' keys are made here, sign once and are forgotten, as if they had never left the banks.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from isthmus.apps.excise.guarantees import queries as guarantees
from isthmus.apps.excise.guarantees import services
from isthmus.apps.excise.guarantees.formats import consent
from isthmus.apps.excise.models import Guarantee, Operator
from isthmus.kit import clock
from isthmus.node.demo.countries import MARK
from isthmus.wire.keys import generate_p256


@dataclass(frozen=True, slots=True)
class SampleGuarantee:
    """Number, excise number of the operator, guarantor, amount in bani, and what is reserved from the start.

    ``reserved``: the deed's key, the amount in bani and the reason.
    """

    number: str
    operator: str
    guarantor: str
    guarantor_number: str
    amount_minor: int
    reserved: tuple[str, int, str] | None = None


OF_THE_MOVEMENT = SampleGuarantee(
    "G-2026-17", "MD0000000C001", f"Banca Dealul {MARK}", "1002600000011", 25_000_000
)
"""Covers the duty of the sample movement (96 l of pure alcohol) and of the sample stamps together."""

PARTLY_RESERVED = SampleGuarantee(
    "G-2026-18",
    "MD0000000B001",
    f"Asigurări Prut {MARK}",
    "1002600000029",
    8_000_000,
    ("Deferral 2026-04", 3_050_000, "Payment of duty put off by the authority (sample)"),
)
GUARANTEES = (OF_THE_MOVEMENT, PARTLY_RESERVED)


def _open(sample: SampleGuarantee, officer: str) -> None:
    operator = Operator.objects.get(excise_number=sample.operator)
    today, bank = clock.now().date(), generate_p256()
    row = services.register(
        Guarantee(
            organisation=operator.organisation,
            operator=operator,
            number=sample.number,
            kind="comprehensive",
            guarantor_name=sample.guarantor,
            guarantor_number=sample.guarantor_number,
            guarantor_jwk=consent.public_jwk(bank.public_key()),
            currency="MDL",
            amount_minor=sample.amount_minor,
            valid_from=today - timedelta(days=90),
            valid_until=date(today.year + 2, 12, 31),
        ),
        actor=officer,
    )
    row = services.take_consent(row, consent.sign(bytes(row.statement), bank), actor=officer)
    if sample.reserved is not None:
        key, amount, reason = sample.reserved
        services.reserve(row, amount, key=key, on=today, reason=reason, actor=officer)


def open_guarantees(officer: str) -> list[dict[str, Any]]:
    """Register the sample guarantees with their guarantors' consent, once; how each of them stands."""
    known = set(Guarantee.objects.values_list("number", flat=True))
    for sample in GUARANTEES:
        if sample.number not in known:
            _open(sample, officer)
    rows = Guarantee.objects.order_by("number")
    held = guarantees.held(rows)
    return [
        {
            "number": row.number,
            "currency": row.currency,
            "amount_minor": row.amount_minor,
            "free_minor": held[row.number].free,
        }
        for row in rows
    ]
