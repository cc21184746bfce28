"""Guarantees in use, waiting and empty, for the pages of a node; sample data."""

from datetime import date
from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.guarantees import services
from isthmus.apps.excise.guarantees.formats import consent
from isthmus.apps.excise.models import Guarantee, Operator
from isthmus.apps.excise.registry.services import entries
from isthmus.wire.keys import generate_p256

ACTOR = "officer@node.test"


def tell(organisation: Organisation) -> dict[str, Any]:
    """Write it; returns what the pages need."""
    operator = entries.register(
        Operator(
            organisation=organisation,
            excise_number="MM00000000917",
            name="Codru Hills Winery (Sample data)",
            tax_number="1003600000917",
            kind="producer",
            country="MM",
            address="Sample road 1",
            registered_on=date(2026, 1, 1),
        ),
        actor=ACTOR,
    )
    bank = generate_p256()

    def registered(number: str, amount_minor: int) -> Guarantee:
        row = Guarantee(
            organisation=organisation,
            operator=operator,
            number=number,
            kind="comprehensive",
            guarantor_name="Sample bank of commerce and agriculture",
            guarantor_number="1002600000099",
            guarantor_jwk=consent.public_jwk(bank.public_key()),
            currency="MMK",
            amount_minor=amount_minor,
            valid_from=date(2026, 1, 1),
            valid_until=date(2030, 12, 31),
        )
        return services.register(row, actor=ACTOR)

    waiting, used = registered("G-2026-000018", 900_000), registered("G-2026-000017", 250_000_000)
    used = services.take_consent(used, consent.sign(bytes(used.statement), bank), actor=ACTOR)
    deed = {"on": date(2026, 11, 27), "actor": ACTOR}
    for key, amount in (("26MM000000000SAMPLE18", 40_000_000), ("26MM000000000SAMPLE26", 9_150_025)):
        services.reserve(used, amount, key=key, reason="Dispatch under suspension of duty", **deed)
    services.call(used, 1_200_000, key="26MM000000000SAMPLE26", reason="Shortage on arrival", **deed)
    return {
        "guarantee": used.pk,
        "guarantee_waiting": waiting.pk,
        "guarantee_operator": operator.excise_number,
    }
