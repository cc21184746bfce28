"""What nobody should do inside a node, for the fault matrix: tampering, signing what is hostile, stealing."""

import time
from typing import Any

from tests.faults.places import KIND, call_inbox, me, stream_with


def hold_database(seconds: str) -> bool:
    """Hold the database locked against every writer; says so as soon as it does."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        print("held", flush=True)
        time.sleep(float(seconds))
    return True


def alter(model: str, lookup: dict[str, Any], field: str, value: Any) -> Any:
    """Change one column of one row behind the exchange's back; returns what stood there."""
    from django.apps import apps

    rows = apps.get_model(model).objects.filter(**lookup)
    (before,) = rows.values_list(field, flat=True)
    if isinstance(before, bytes | memoryview):
        before = bytes(before).hex()
        value = bytes.fromhex(value)
    rows.update(**{field: value})
    return before


def newest_record(partner: str, direction: int) -> dict[str, Any]:
    """Where the newest record of a stream stands: its leaf, entry, the packed text, the tree above it."""
    from isthmus.exchange.models import LogEntry, Record, Token

    row = Record.objects.filter(stream=stream_with(partner, direction)).latest("seq")
    entry = LogEntry.objects.get(leaf=row.leaf)
    above = LogEntry.objects.get(index=entry.index - 1 + entry.index % 2)
    return {
        "leaf": row.leaf,
        "subject": row.subject,
        "entry": entry.index,
        "packed": bytes(Token.objects.get(pk=entry.index).packed).hex(),
        "above": above.index,
        "subtrees": bytes(above.subtrees).hex(),
    }


def cut_tail(count: int) -> int:
    """Remove the newest entries of the log with all that stands behind them, and set its head back."""
    from django.db import transaction

    from isthmus.exchange.models import LogEntry, LogHead, Token
    from isthmus.wire import merkle

    with transaction.atomic():
        head = LogHead.objects.get(pk=1)
        size = head.size - count
        frontier = merkle.Frontier()
        for leaf in LogEntry.objects.filter(index__lt=size).order_by("index").values_list("leaf", flat=True):
            frontier, _ = frontier.append(bytes.fromhex(leaf))
        Token.objects.filter(pk__gte=size).delete()
        LogEntry.objects.filter(index__gte=size).delete()
        head.size, head.frontier = size, frontier.to_bytes()
        head.save()
    return size


def findings() -> list[str]:
    """What the walk over the log finds."""
    from isthmus.exchange.log_check import check_log

    return [finding.what for finding in check_log().findings]


def sign_payload(payload: str, stranger: bool = False) -> str:
    """Sign any text as a record, with this node's seal or with a key that nobody knows."""
    from isthmus.trust import keystore
    from isthmus.trust.models import KeyPurpose
    from isthmus.wire import jws, keys

    seal = keystore.in_use(KeyPurpose.SEAL)
    key = keys.generate_p256() if stranger else seal.private_key
    kid = "A" * 43 if stranger else seal.kid
    return str(jws.sign(payload.encode("utf-8", "surrogatepass"), key=key, kid=kid, typ=jws.RECORD))


def next_payload(partner: str, body: Any) -> dict[str, Any]:
    """The members of the next record to a partner, for changing before they are signed."""
    from isthmus.exchange.models import Agreement
    from isthmus.kit import clock
    from isthmus.kit.ids import uuid7

    stream = stream_with(partner)
    agreement = Agreement.objects.filter(state="in-force", parties__node_id=partner).latest("proposed_at")
    return {
        "id": str(uuid7()),
        "type": "etrade.export-declaration",
        "version": 1,
        "from": me(),
        "to": partner,
        "stream": stream.name,
        "seq": stream.last_seq + 1,
        "prev": stream.last_leaf,
        "agreement": str(agreement.pk),
        "issued": clock.to_text(clock.now()),
        "subject": "EX-hostile",
        "body": body,
    }


def push_bytes(partner: str, lines: list[str]) -> list[Any]:
    """Push lines that may be no tokens at all; returns status and the answer's text."""
    import gzip

    raw = "".join(line + "\n" for line in lines).encode("utf-8", "surrogatepass")
    return call_inbox(partner, gzip.compress(raw).hex())


def refusal_codes(answers: list[str]) -> list[str]:
    """The codes of the refusals among signed answers."""
    from isthmus.wire import jws
    from isthmus.wire.receipt import read_refusal

    return [read_refusal(one)[1].code for one in answers if jws.type_of(one) != jws.RECEIPT]


def publish_unknown(partner: str, kind: str, subject: str) -> str:
    """Publish a record of a type that this node knows and the partner does not, as a newer release would."""
    from isthmus.exchange import registry
    from isthmus.exchange.application import RecordType
    from isthmus.exchange.services import Outgoing, publish

    name, _, version = kind.partition("/")
    known = registry.record_types()["etrade.export-declaration/1"]
    newer = RecordType(name, int(version), "New", known.model, known.handler, control=True)
    types = registry.record_types()
    types[kind] = newer
    try:
        body = registry.model_of(KIND).model_validate(
            {"declaration_number": subject, "items": [{"number": 1, "hs_code": "071331"}]}
        )
        (row,) = publish([Outgoing(kind, body, subject)], to=[partner])
    finally:
        del types[kind]
    return str(row.leaf)


def push_as_thief(partner: str, kid: str, token: str) -> list[Any]:
    """Push a token with a request signed by a seal of this node that gave way; returns status and answer."""
    from datetime import timedelta

    from django.conf import settings

    from isthmus.exchange.delivery import connections
    from isthmus.exchange.delivery.client import INBOX, SCHEME
    from isthmus.kit import clock
    from isthmus.trust import keystore
    from isthmus.trust.models import KeyPurpose
    from isthmus.wire import batch
    from isthmus.wire.request import sign_request

    body = batch.pack([token])
    request = sign_request(
        issuer=me(),
        audience=partner,
        method="POST",
        target=INBOX,
        body=body,
        now=clock.now(),
        lifetime=timedelta(minutes=5),
        key=keystore.own_key(KeyPurpose.SEAL, kid).private_key,
        kid=kid,
    )
    headers = {"Authorization": f"{SCHEME} {request}", "Content-Type": batch.LINES}
    address = settings.ISTHMUS.route_to(partner, "")
    answer = connections.call(address, "POST", INBOX, body, headers, timeout=30, limit=1_000_000)
    return [answer.status, answer.body.decode("utf-8", "replace")]
