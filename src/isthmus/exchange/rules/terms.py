"""Agreements: which grant covers what, from when until when."""

from datetime import datetime

from isthmus.exchange.records import AgreementV1, GrantV1
from isthmus.kit.errors import BadInput, FieldFault
from isthmus.wire import codec


def digest(terms: AgreementV1) -> str:
    """The name of the terms: SHA-256 (hex) over their JSON with sorted keys; every party signs this."""
    return codec.digest_json(terms.model_dump(mode="json")).hex()


def in_force_at(terms: AgreementV1, moment: datetime) -> bool:
    """Whether ``moment`` lies in the agreed period: from inclusive, until exclusive."""
    return terms.valid_from <= moment < terms.valid_until


def grant_for(terms: AgreementV1, record_type: str, sender: str, receiver: str) -> GrantV1 | None:
    """The grant that lets ``record_type`` cross from ``sender`` to ``receiver``, if there is one."""
    wanted = (record_type, sender, receiver)
    return next((g for g in terms.grants if (g.record_type, g.sender, g.receiver) == wanted), None)


def check_terms(terms: AgreementV1) -> None:
    """Refuse terms that contradict themselves, each fault with its field.

    Every grant runs between two different parties, no direction of a type is granted twice, and the
    period has a length.
    """
    faults = []
    if terms.valid_until <= terms.valid_from:
        faults.append(FieldFault("valid_until", "The agreement ends before it begins."))
    seen: set[tuple[str, str, str]] = set()
    for number, grant in enumerate(terms.grants, start=1):
        where = f"grants.{number}"
        if grant.sender == grant.receiver:
            faults.append(FieldFault(where, "Sender and receiver are the same node."))
        outside = sorted({grant.sender, grant.receiver} - set(terms.parties))
        if outside:
            faults.append(FieldFault(where, f"{', '.join(outside)} is not a party."))
        key = (grant.record_type, grant.sender, grant.receiver)
        if key in seen:
            faults.append(FieldFault(where, f"{grant.record_type} is granted twice in the same direction."))
        seen.add(key)
    if faults:
        listed = " ".join(f"{fault.where}: {fault.message}" for fault in faults)
        raise BadInput("exchange.terms", f"The terms contradict themselves. {listed}", faults=tuple(faults))
