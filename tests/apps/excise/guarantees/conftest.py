"""A bank that stands for a winery; sample data."""

from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.guarantees import services
from isthmus.apps.excise.guarantees.formats import consent
from isthmus.apps.excise.models import Guarantee, Operator
from isthmus.apps.excise.registry.services import entries
from isthmus.wire.keys import generate_p256

DAY = date(2026, 11, 27)


@pytest.fixture
def operator(customs: Organisation) -> Operator:
    return entries.register(
        Operator(
            organisation=customs,
            excise_number="MD00000000017",
            name="Codru Hills Winery (Sample data)",
            tax_number="1003600000001",
            kind="producer",
            country="MD",
            address="Orhei",
            registered_on=date(2026, 1, 1),
        ),
        actor="officer",
    )


@pytest.fixture(scope="session")
def bank() -> EllipticCurvePrivateKey:
    return generate_p256()


def registered(operator: Operator, bank: EllipticCurvePrivateKey, **more: object) -> Guarantee:
    fields = {
        "organisation": operator.organisation,
        "operator": operator,
        "number": "G-17",
        "kind": "comprehensive",
        "guarantor_name": "Sample bank",
        "guarantor_number": "1002600000099",
        "guarantor_jwk": consent.public_jwk(bank.public_key()),
        "currency": "MDL",
        "amount_minor": 100_000,
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2026, 12, 31),
    }
    return services.register(Guarantee(**{**fields, **more}), actor="officer")


def consented(operator: Operator, bank: EllipticCurvePrivateKey, **more: object) -> Guarantee:
    row = registered(operator, bank, **more)
    return services.take_consent(row, consent.sign(bytes(row.statement), bank), actor="officer")


@pytest.fixture
def guarantee(operator: Operator, bank: EllipticCurvePrivateKey) -> Guarantee:
    return consented(operator, bank)
