"""The lives of certificates, licences, permits, manifests and transit movements.

Statements about one document come late, twice and out of order. Each carries the version that its sender
gave it, so any order of the same statements ends in the same state:

- Certificates, licences, permits and manifests stand as their issuer's newest version says. A suspended
  licence may be valid again; what was cancelled stays cancelled.
- A transit movement has two speakers, the office of departure and those after it. It stands at the furthest
  point that either states (Revised Kyoto Convention, Specific Annex E, Chapter 1, standards 4 and 23): a
  discrepancy comes after the arrival, and the discharge after the discrepancy that it settles.
"""

from collections.abc import Collection
from dataclasses import dataclass

CANCELLED = "cancelled"
UTILISED = "utilised"

_TRANSIT = ("departed", "passed", "arrived", "discrepancy", "discharged", CANCELLED)
_BY_ISSUER = {
    "certificate-of-origin": frozenset({"issued", "amended", CANCELLED}),
    "phytosanitary-certificate": frozenset({"issued", "amended", CANCELLED}),
    "licence": frozenset({"issued", "amended", "suspended", CANCELLED}),
    "vehicle-permit": frozenset({"issued", "amended", "suspended", CANCELLED}),
    "manifest": frozenset({"lodged", "amended", "departed", CANCELLED}),
    "transit": frozenset({"departed", CANCELLED}),
}
_BY_OTHERS = {"transit": frozenset({"passed", "arrived", "discrepancy", "discharged"})}


@dataclass(frozen=True, slots=True)
class Said:
    """One statement: its version by its speaker, its status, and whether its speaker issued the document."""

    version: int
    status: str
    by_issuer: bool = True


def may_say(kind: str, status: str, *, by_issuer: bool) -> bool:
    """Whether a statement of this status is the issuer's to make, or another side's."""
    return status in (_BY_ISSUER if by_issuer else _BY_OTHERS).get(kind, frozenset())


def concerns_own(kind: str, status: str) -> bool:
    """Whether what a partner states so is about a document of this node: offices after that of departure."""
    return status in _BY_OTHERS.get(kind, frozenset())


def state_of(kind: str, statements: Collection[Said]) -> str:
    """Where a document stands after these statements, in whatever order they came; at least one."""
    if kind == "transit":
        return max((said.status for said in statements), key=_TRANSIT.index)
    if any(said.status == CANCELLED for said in statements):
        return CANCELLED
    return max(statements, key=lambda said: said.version).status
