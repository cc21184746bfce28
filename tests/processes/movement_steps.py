"""What tests and benches of movements do inside a node, beside the steps that all such tests share."""

import hashlib
import sys
import time
from collections import Counter
from typing import Any

from tests.faults.steps import (
    bundle_in,
    bundle_out,
    drained_within,
    open_alarms,
    position,
    post_answers,
    proves,
    push,
    receipts_given,
    settle,
    tokens_from,
    waiting,
)
from tests.processes.steps import _until, card, drained, in_force, main, meet, sign

__all__ = [
    "bundle_in",
    "bundle_out",
    "card",
    "drained",
    "drained_within",
    "in_force",
    "meet",
    "open_alarms",
    "position",
    "post_answers",
    "proves",
    "push",
    "receipts_given",
    "settle",
    "sign",
    "tokens_from",
    "waiting",
]
PORTION = 10
BREATH_SECONDS = 0.15
"""Between two portions, each one transaction: SQLite has no queue of writers, each looks again after at most
0.1 s, and who never pauses keeps all others out."""
KINDS = ("excise.movement-message/1", "excise.gate-scan/1")


def propose(one: str, other: str) -> str:
    """Propose that messages and scans cross both ways, whole; returns the agreement."""
    from isthmus.exchange import registry
    from isthmus.exchange.records import AgreementV1
    from isthmus.exchange.services import agreements
    from isthmus.wire import codec
    from tests.foreign import terms

    grants = [
        (kind, sender, receiver, sorted(registry.model_of(kind).model_fields))
        for kind in KINDS
        for sender, receiver in ((one, other), (other, one))
    ]
    content = terms(grants=grants, parties=tuple(sorted((one, other))))
    return str(agreements.propose(AgreementV1.model_validate_json(codec.encode(content)), actor="test").uuid)


def _organisation() -> Any:
    from isthmus.accounts.models import Kind, Organisation

    row, _made = Organisation.objects.get_or_create(
        code="revenue", defaults={"name": "Revenue service", "kind": Kind.AGENCY}
    )
    return row


def register() -> str:
    """Register the consignor of the drafts, who may send wine and has a guarantee; returns its number."""
    from datetime import date

    from isthmus.apps.excise.models import Authorisation, Operator
    from isthmus.apps.excise.registry.services import entries, licensing
    from tests.apps.excise.movements.conftest import OURS, guaranteed

    operator = entries.register(
        Operator(
            organisation=_organisation(),
            excise_number=OURS,
            name="Sample winery",
            tax_number="1",
            kind="producer",
            country=OURS[:2],
            address="Sample road",
            registered_on=date(2026, 1, 1),
        ),
        actor="test",
    )
    licensing.license_operator(
        Authorisation(operator=operator, kind="send", product_groups=["W"], valid_from=date(2026, 1, 1)),
        actor="test",
    )
    guaranteed(operator, amount_minor=10**12)
    return OURS


def take_in(count: str) -> int:
    """Take in and accept drafts until there are ``count`` movements, going on where a killed run stopped."""
    from django.db import transaction

    from isthmus.apps.excise.models import Movement
    from isthmus.apps.excise.movements.services import sending
    from tests.apps.excise.movements.conftest import DUTY, draft_xml

    organisation, text, mark = _organisation(), draft_xml("LRN-@"), b"LRN-@"
    for left in Movement.objects.filter(state="draft").order_by("id"):
        sending.accept(left, actor="trader", duty_minor=DUTY)
    numbers = range(Movement.objects.count(), int(count))
    for start in range(0, len(numbers), PORTION):
        with transaction.atomic():
            for number in numbers[start : start + PORTION]:
                row = sending.draft(organisation, text.replace(mark, b"LRN-%d" % number), actor="trader")
                sending.accept(row, actor="trader", duty_minor=DUTY)
        time.sleep(BREATH_SECONDS)
    return int(count)


def answer(count: str, patience: str) -> int:
    """Report the receipt of every movement that comes here, until ``count`` are delivered.

    TimeoutError where nothing more comes for ``patience`` seconds.
    """
    from django.db import transaction

    from isthmus.apps.excise.models import Movement
    from isthmus.apps.excise.movements.services import answering
    from isthmus.exchange import queries
    from isthmus.kit import clock

    coming = Movement.objects.filter(destination_node=queries.me())
    given_up = time.monotonic() + float(patience)
    while (done := coming.filter(state="delivered").count()) < int(count):
        found = list(coming.filter(state="accepted").order_by("id")[:PORTION])
        with transaction.atomic():
            for row in found:
                answering.report_receipt(row, clock.now().date(), "1", actor="officer")
        if found:
            time.sleep(BREATH_SECONDS)
            given_up = time.monotonic() + float(patience)
        elif time.monotonic() > given_up:
            raise TimeoutError(f"{done} of {count} movements came")
        else:
            time.sleep(0.1)
    return done


def progress() -> dict[str, int]:
    """How many movements there are in each state."""
    from isthmus.apps.excise.models import Movement

    return dict(Counter(Movement.objects.values_list("state", flat=True)))


def all_delivered(count: int) -> bool:
    """Wait until so many movements are delivered."""
    _until(lambda: progress() == {"delivered": count})
    return True


def one_on_the_road(number: int) -> str:
    """Take in and accept one more movement that nobody answers, and wait until the partner has it."""
    from isthmus.apps.excise.models import Movement
    from isthmus.apps.excise.movements.services import sending
    from tests.apps.excise.movements.conftest import DUTY, draft_xml

    row = sending.draft(_organisation(), draft_xml(f"LRN-{number}"), actor="trader")
    arc = sending.accept(row, actor="trader", duty_minor=DUTY).arc
    _until(lambda: Movement.objects.get(arc=arc).messages.get(code="IE801").sendings.exists())
    drained()
    return arc


def scan(arc: str, gate: str, way: str, plate: str) -> list[str]:
    """Scan a load at a gate; returns the alarms."""
    from isthmus.apps.excise.movements.services import gates

    row = gates.scan(_organisation(), gates.Seen(arc, gate, way, plate, "S-77"), actor="guard")
    return list(row.alarms)


def told_scans(arc: str, count: int) -> list[list[Any]]:
    """Wait for so many scans that the partner told of; gate, passed and alarms of each."""
    from isthmus.apps.excise.models import GateScan

    rows = GateScan.objects.filter(arc=arc).exclude(leaf="")
    _until(lambda: rows.count() >= count)
    return [[row.gate, row.passed, row.alarms] for row in rows.order_by("id")]


def reckoning() -> dict[str, Any]:
    """What a node holds in the end, counted: its side, to be compared with the partner's."""
    from isthmus.accounts.models import AuditEvent
    from isthmus.apps.excise.guarantees import queries as guarantees
    from isthmus.apps.excise.models import Guarantee, Movement, MovementLine, MovementMessage, NumberSeries
    from isthmus.apps.excise.movements import queries
    from isthmus.exchange.log_check import check_log
    from isthmus.exchange.models import Checkpoint, Record, Stream
    from isthmus.exchange.queries import me
    from tests.apps.excise.movements.conftest import DUTY

    report = check_log()
    movements = Movement.objects.all()
    messages = MovementMessage.objects.values_list("movement_id", "code", "kind", "node")
    each = Counter(messages)
    closed = Counter(
        AuditEvent.objects.filter(kind="excise.movement-closed").values_list("subject", flat=True)
    )
    heads: dict[str, list[Any]] = {}
    for head in Checkpoint.objects.exclude(node_id=me()).order_by("size"):
        heads[head.node_id] = [head.size, head.root]
    return {
        "states": progress(),
        "arcs": _digest(movements.order_by("arc").values_list("arc")),
        "distinct_arcs": movements.values("arc").distinct().count(),
        "unmatched": queries.unmatched(movements).count(),
        "told_by_both": movements.exclude(told_by_dispatch=None).exclude(told_by_destination=None).count(),
        "lines": MovementLine.objects.count(),
        "messages": dict(Counter(f"{code} {kind} {node}".strip() for _, code, kind, node in each.elements())),
        "most_alike": max(each.values(), default=0),
        "closings": len(closed),
        "most_closings": max(closed.values(), default=0),
        "reserved": sum(one.reserved for one in guarantees.held(Guarantee.objects.all()).values()),
        "duty_of_one": DUTY,
        "series": list(NumberSeries.objects.filter(name="movements").values_list("last", flat=True)),
        "streams": {stream.name: _stream(stream) for stream in Stream.objects.all()},
        "effects": dict(Counter(Record.objects.exclude(effect="none").values_list("effect", flat=True))),
        "without_receipt": Record.objects.filter(receipt=None).count(),
        "findings": [finding.what for finding in report.findings],
        "log_size": report.size,
        "heads": heads,
        "alarms": open_alarms(),
    }


def _stream(stream: Any) -> dict[str, Any]:
    from isthmus.exchange.models import Record

    rows = list(
        Record.objects.filter(stream=stream)
        .order_by("seq")
        .values_list("seq", "leaf", "verdict", "type", "subject")
    )
    return {
        "records": len(rows),
        "gapless": [row[0] for row in rows] == list(range(1, len(rows) + 1)),
        "refused": sum(row[2] != "accepted" for row in rows),
        "state": stream.state,
        "digest": _digest(rows),
    }


def _digest(rows: Any) -> str:
    found = hashlib.sha256()
    for row in rows:
        found.update(repr(tuple(row)).encode())
    return found.hexdigest()


if __name__ == "__main__":
    main(globals(), *sys.argv[1:])
