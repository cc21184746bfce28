"""Which standard a system falls under, and whether its documents hold.

IEC TS 62257-9-5 (the base of VeraSol's quality standards) is about kits of at most 350 Wp and 35 V of direct
current. What is larger, or not sold as one kit, is a system of components, each under its own standard.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from isthmus.apps.solar.catalogue.rules.products import Document

KIT_WP: Final = 350
KIT_VOLTS: Final = Decimal(35)
KIT_STANDARD: Final = "IEC TS 62257-9-5"
PANEL_STANDARDS: Final = ("IEC 61215", "IEC 61730")
BATTERY_STANDARDS: Final = {"lfp": ("IEC 62619",), "lead-acid": ("IEC 61427-1",)}
CONTROLLER_STANDARDS: Final = ("IEC 62509",)


class Class(StrEnum):
    """How a system is proved."""

    KIT = "kit"
    COMPONENTS = "component-system"


def classify(*, one_kit: bool, wp: int, volts: Decimal) -> Class:
    """A kit where it is sold as one and within the limits; ``volts`` is its highest direct voltage."""
    return Class.KIT if one_kit and wp <= KIT_WP and volts <= KIT_VOLTS else Class.COMPONENTS


class Proof(StrEnum):
    """Whether a document holds."""

    VALID = "valid"
    EXPIRED = "expired"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Proven:
    """A standard that a product needs, the document that proves it, and whether it holds."""

    product: str
    standard: str
    proof: Proof
    number: str = ""
    valid_until: date | None = None


def check(
    product: str, standards: Iterable[str], documents: Iterable[Document], day: date
) -> tuple[Proven, ...]:
    """Each needed standard of a product with its document that lasts longest, as it holds on a day."""
    found = []
    for standard in standards:
        own = [one for one in documents if one.standard == standard]
        if not own:
            found.append(Proven(product, standard, Proof.MISSING))
            continue
        last = max(own, key=lambda one: (one.valid_until, one.number))
        proof = Proof.VALID if last.valid_until >= day else Proof.EXPIRED
        found.append(Proven(product, standard, proof, last.number, last.valid_until))
    return tuple(found)
