"""What happened to a node's keys since, or before, its card: learnt from certificates and signed records.

A certificate under the node's root is known by that alone. A roll-over says when one key gave way to another,
a revocation from when a key counts no more; both are records, whose signer must be known by then.
"""

from collections.abc import Iterable

from isthmus.kit.errors import BadInput, Refused
from isthmus.wire import jws, keys, revocation, rollover
from isthmus.wire.evidence import Witness
from isthmus.wire.jws import Unverified
from isthmus.wire.record import Record, read_record

_PEM = "-----BEGIN CERTIFICATE-----"


def learn(witnesses: Iterable[Witness], texts: Iterable[str]) -> None:
    """Let witnesses know what these texts say about their keys: certificates (PEM) and record tokens.

    They may come in any order. Refused ``wire.verify.keys`` for a certificate of no witness's root or a
    record that does not connect with what is known; what the records' own checks raise; BadInput
    ``wire.verify.keys-kind`` for a record about something else.
    """
    by_node = {witness.node: witness for witness in witnesses}
    tokens: list[str] = []
    for text in (found.strip() for found in texts):
        if text.startswith(_PEM):
            cert = keys.load_certificate(text)
            _of(by_node, keys.node_of(cert)).add(cert)
        else:
            tokens.append(text)
    while tokens:
        left = [token for token in tokens if not _learn(by_node, token)]
        if len(left) == len(tokens):
            raise Refused(
                "wire.verify.keys",
                "A roll-over or revocation does not connect with the keys that are known.",
                next_step="Give the roll-overs between it and the card as well, or the earlier certificate.",
            )
        tokens = left


def _of(by_node: dict[str, Witness], node: str) -> Witness:
    if node not in by_node:
        raise Refused(
            "wire.verify.keys",
            f"A key of {node or 'no node'} was given, but not its card.",
            next_step="Give the node's card with --card.",
        )
    return by_node[node]


def _learn(by_node: dict[str, Witness], token: str) -> bool:
    unverified, record = read_record(token)
    if not (rollover.is_rollover(record) or revocation.is_revocation(record)):
        raise BadInput(
            "wire.verify.keys-kind", f"A record of type {record.type} says nothing about the keys of a node."
        )
    return take(_of(by_node, record.sender), unverified, record)


def take(witness: Witness, unverified: Unverified, record: Record) -> bool:
    """Learn from one roll-over or revocation; False where a key that it stands on is not known (yet).

    Raises what ``check_rollover`` and ``check_revocation`` raise.
    """
    seal = witness.known.get(unverified.kid)
    if seal is None:
        return False
    jws.verify(unverified, seal.public_key())
    if rollover.is_rollover(record):
        body = rollover.KeyRollover.from_json(record.body)
        old = witness.known.get(body.old_kid)
        if old is None:
            return False
        new = rollover.check_rollover(record, unverified.kid, old, witness.root, seal=seal)
        witness.succeed(old, new, body.effective_from)
        return True
    revoked = witness.known.get(revocation.KeyRevocation.from_json(record.body).kid)
    if revoked is None:
        return False
    since = revocation.check_revocation(record, unverified.kid, revoked, witness.root).revoked_from
    witness.revoked[keys.thumbprint(revoked)] = since
    return True
