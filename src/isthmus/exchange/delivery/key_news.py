"""Healing by itself after a roll-over: telling a partner of new keys, and asking for its own.

The roll-over stands in the stream, but other signed things overtake it: the very request that carries it is
signed under the new key, and so are answers to what runs the other way. Whoever meets an unknown key gets the
roll-overs, which prove themselves, ahead of their place.
"""

import json
import logging
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from isthmus.exchange import queries
from isthmus.exchange.services import keys
from isthmus.exchange.services.alarms import clear_alarm, raise_alarm
from isthmus.kit.errors import IsthmusError
from isthmus.kit.limits import FORM_BYTES
from isthmus.trust.keystore import public_key_of
from isthmus.trust.models import KeyPurpose, Partner
from isthmus.trust.validation import UNKNOWN_KEY, key_ring
from isthmus.wire import checkpoint, jws
from isthmus.wire.receipt import read_receipt, read_refusal

_LOG = logging.getLogger("isthmus.exchange.delivery")
REFUSED = "trust.own-key-refused"
TARGET = "/exchange/v1/keys"
LONGEST = FORM_BYTES
"""Bytes of news that are read at most, from whom nobody knows yet: two dozen roll-overs of 4 kB."""


def _body(records: Sequence[str]) -> bytes:
    return json.dumps({"node": queries.me(), "records": list(records)}).encode("ascii")


def told(partner: Partner) -> bytes:
    """What this node has to tell a partner about its keys, as the body of an answer."""
    return _body(keys.own_news(partner))


def portions(partner: Partner) -> list[bytes]:
    """The same as bodies of requests, the oldest news first, none longer than a partner reads."""
    found: list[list[str]] = [[]]
    for record in keys.own_news(partner):
        if found[-1] and len(_body([*found[-1], record])) > LONGEST:
            found.append([])
        found[-1].append(record)
    return [_body(records) for records in found]


def read(body: bytes) -> tuple[str, list[str]]:
    """The node and the tokens of such a body; ValueError for any other."""
    try:
        value = json.loads(body)
        node, records = value["node"], value["records"]
    except (TypeError, KeyError, RecursionError) as error:
        raise ValueError("not of that form") from error
    if not isinstance(node, str) or not isinstance(records, list):
        raise ValueError("not of that form")
    if not all(isinstance(token, str) for token in records):
        raise ValueError("not of that form")
    return node, records


def is_unknown_key(status: int, body: bytes) -> bool:
    """Whether an answer says that the request was signed under a key that the partner does not know."""
    return status == 403 and _code(body) == UNKNOWN_KEY


def _code(body: bytes) -> str:
    """The code of a problem, as far as the answer is one."""
    try:
        return str(json.loads(body)["title"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def was_news(body: bytes) -> bool:
    """Whether a partner that was told has learnt something from it."""
    try:
        return bool(json.loads(body)["learnt"])
    except (ValueError, KeyError, TypeError):
        return False


def has_problems(body: bytes) -> bool:
    """Whether a partner could not use answers that were handed over to it."""
    try:
        return bool(json.loads(body)["problems"])
    except (ValueError, KeyError, TypeError):
        return False


_accepted: set[str] = set()
"""Partners of which this process knows that they accept the node's key: nothing is to be cleared there."""


def heed(partner: Partner, status: int, body: bytes) -> None:
    """Raise the alarm where a partner refuses this node's key, clear it once it does not."""
    if status < 300:
        if partner.node_id not in _accepted:
            clear_alarm(REFUSED, partner.node_id, actor="node")
            _accepted.add(partner.node_id)
        return
    code = _code(body) if status == 403 else ""
    if code == UNKNOWN_KEY or code.startswith("trust.key-"):
        raise_alarm(
            REFUSED,
            partner.node_id,
            f"{partner.name} does not accept the key that this node signs with ({code}).",
            next_step="If one of the two nodes was restored from a backup, hand over the present card.",
        )
        # Only now: a call of another thread that went well meanwhile has cleared nothing.
        _accepted.discard(partner.node_id)


def must_tell(answers: Sequence[str]) -> bool:
    """Whether the partner refused records because it does not know the key they are signed under."""
    return any(_refused_for_key(token) for token in answers)


def _refused_for_key(token: str) -> bool:
    try:
        return jws.type_of(token) == jws.REFUSAL and read_refusal(token)[1].code == UNKNOWN_KEY
    except IsthmusError:
        return False


def must_ask(partner: Partner, answers: Sequence[str]) -> bool:
    """Whether answers are signed, or carry a log head signed, under keys that are not known here."""
    seals = key_ring(partner).keys
    name = checkpoint.origin_of(partner.node_id)
    found = [public_key_of(key.certificate) for key in key_ring(partner, KeyPurpose.LOG).keys.values()]
    logs = {checkpoint.key_id(name, key) for key in found if isinstance(key, Ed25519PublicKey)}
    return any(_is_foreign(token, set(seals), logs) for token in answers)


def _is_foreign(token: str, seals: set[str], logs: set[bytes]) -> bool:
    try:
        if jws.type_of(token) != jws.RECEIPT:
            return jws.parse(token, typ=jws.REFUSAL).kid not in seals
        unverified, receipt = read_receipt(token)
        lines = checkpoint.open_note(receipt.checkpoint)[1]
    except IsthmusError:
        return False
    return unverified.kid not in seals or not logs & {line.key_id for line in lines}


def learn(partner: Partner, body: bytes) -> int:
    """Take what a partner tells; returns how many keys are new here."""
    try:
        node, records = read(body)
    except ValueError:
        return 0
    learnt = keys.take_news(partner, records) if node == partner.node_id else 0
    if learnt:
        _LOG.info("%s: %d new keys or revocations were learnt ahead of their record", partner.node_id, learnt)
    return learnt
