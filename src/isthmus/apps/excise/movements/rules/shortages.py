"""What is missing on arrival, what of it the law lets pass, and on what the duty is still due.

Losses by the nature of the goods are not charged up to a threshold by product and transport (Council
Directive (EU) 2020/262, on partial losses). The thresholds are each country's data; without one, everything
that is missing is charged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Allowance:
    """Up to ``percent`` of the quantity may be lost; empty ``product`` or ``mode`` stands for any.

    ``product`` is the beginning of an excise product code (``W`` is all wine).
    """

    product: str
    mode: str
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Shortage:
    """One line, in the unit of its quantity: what is missing, what is allowed, what is charged."""

    missing: Decimal
    allowed: Decimal
    charged: Decimal

    @property
    def to_explain(self) -> bool:
        """Whether somebody must say why."""
        return self.charged > 0


def allowance_for(product: str, mode: str, allowances: Sequence[Allowance]) -> Allowance | None:
    """The closest allowance: the longest product code first, then one for this mode before one for any."""
    fitting = [one for one in allowances if product.startswith(one.product) and one.mode in {"", mode}]
    return max(fitting, key=lambda one: (len(one.product), one.mode != ""), default=None)


def judge(
    sent: Decimal, missing: Decimal, product: str, mode: str, allowances: Sequence[Allowance] = ()
) -> Shortage:
    """What of the missing quantity is charged. Where more is missing than allowed, only the excess is.

    Raises ValueError where less than nothing or more than was sent is missing.
    """
    if not 0 <= missing <= sent:
        raise ValueError(f"{missing} cannot be missing of {sent}")
    found = allowance_for(product, mode, allowances)
    allowed = Decimal(0) if found is None else sent * found.percent / HUNDRED
    return Shortage(missing, allowed, max(missing - allowed, Decimal(0)))


def may_split(products: Sequence[str]) -> bool:
    """Whether a movement of these excise products may be split: energy products only, as in EMCS."""
    return bool(products) and all(product.startswith("E") for product in products)
