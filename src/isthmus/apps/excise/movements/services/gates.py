"""What gates see: a reference passes each direction once, and what does not fit stops the load."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.excise.movements.models import DRAFT, GateScan, Movement, MovementSending
from isthmus.apps.excise.movements.records import GateScanV1
from isthmus.apps.excise.movements.rules import arc as references
from isthmus.apps.excise.movements.rules.gates import Alarm, Passage, alarms
from isthmus.apps.excise.movements.rules.states import State
from isthmus.apps.excise.movements.services import book
from isthmus.exchange import queries as exchange
from isthmus.exchange.handlers import Erasing, Received
from isthmus.exchange.services import Outgoing, publish
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, FieldFault
from isthmus.kit.text import nfc

SCAN = "excise.gate-scan/1"


@dataclass(frozen=True, slots=True)
class Seen:
    """What an officer types at a gate; ``way`` is in or out of this country."""

    arc: str
    gate: str
    way: str
    plate: str
    seal: str


def _passage(row: GateScan) -> Passage:
    return Passage(row.node, row.gate, row.way, row.plate, row.seal)


def _state(movement: Movement | None) -> State | None:
    return None if movement is None or movement.state == DRAFT else State(movement.state)


def _checked(seen: Seen) -> Seen:
    arc = "".join(nfc(seen.arc).split()).upper()
    faults = []
    if references.read(arc) is None:
        faults.append(FieldFault("arc", _("An ARC has 21 signs, such as 26MD00000000000000017.")))
    given = {name: nfc(getattr(seen, name)).strip() for name in ("gate", "plate", "seal")}
    longest = {"gate": 70, "plate": 35, "seal": 35}
    for name, value in given.items():
        if not value or len(value) > longest[name] or not value.isprintable():
            faults.append(FieldFault(name, _("Type what is written there.")))
    if seen.way not in {"in", "out"}:
        faults.append(FieldFault("way", _("Choose the direction.")))
    if faults:
        raise BadInput("excise.gate", " ".join(fault.message for fault in faults), faults=tuple(faults))
    return Seen(arc, given["gate"], seen.way, given["plate"], given["seal"])


def scan(organisation: Organisation | None, given: Seen, *, actor: str) -> GateScan:
    """Note a load at a gate and answer whether it may pass: ``passed``, and ``alarms`` where it may not.

    Of two gates that scan one reference at once, one lets it through. BadInput for what cannot be read.
    """
    seen = _checked(given)
    for last in (False, True):
        try:
            return _scanned(organisation, seen, actor)
        except IntegrityError:
            # Another gate was faster: the second look sees its passage.
            if last:
                raise
    raise AssertionError("unreachable")


@book.speaking()
def _scanned(organisation: Organisation | None, seen: Seen, actor: str) -> GateScan:
    movement = Movement.objects.select_for_update().filter(arc=seen.arc).first()
    me = exchange.me()
    before = [_passage(row) for row in GateScan.objects.filter(arc=seen.arc, passed=True)]
    now = Passage(me, seen.gate, seen.way, seen.plate, seen.seal)
    found = alarms(now, before, _state(movement))
    row = GateScan.objects.create(
        organisation=organisation,
        arc=seen.arc,
        node=me,
        gate=seen.gate,
        way=seen.way,
        plate=seen.plate,
        seal=seen.seal,
        scanned_at=clock.now().replace(microsecond=0),
        passed=not found,
        alarms=[str(alarm) for alarm in found],
        actor=actor,
    )
    audit.note(
        "excise.gate-passed" if row.passed else "excise.gate-stopped",
        actor=actor,
        subject=seen.arc,
        detail={"gate": seen.gate, "alarms": row.alarms},
    )
    if movement is not None:
        _tell(row, movement)
    return row


def _tell(row: GateScan, movement: Movement) -> None:
    """Tell the other node of the movement, where an agreement lets scans go there."""
    agreements = exchange.agreements_in_force(clock.now())
    others = {movement.dispatch_node, movement.destination_node} - {row.node}
    partners = [
        partner for partner in sorted(others) if exchange.covering_grant(agreements, SCAN, row.node, partner)
    ]
    if not partners:
        return
    body = GateScanV1(
        arc=row.arc,
        gate=row.gate,
        way="in" if row.way == "in" else "out",
        plate=row.plate,
        seal=row.seal,
        scanned_at=clock.to_text(row.scanned_at),
        passed=row.passed,
    )
    records = publish([Outgoing(SCAN, body, row.arc, row.organisation_id)], to=partners)
    MovementSending.objects.bulk_create(
        MovementSending(scan=row, partner=partner, leaf=record.leaf, sent_at=record.issued)
        for partner, record in zip(partners, records, strict=True)
    )


@transaction.atomic
def receive_scan(received: Received) -> None:
    """Handler of ``excise.gate-scan/1``: a partner's gate saw a load; what does not fit ours alarms here."""
    if GateScan.objects.filter(leaf=received.leaf).exists():
        return
    body: GateScanV1 = received.body
    sender = received.record.sender
    # The movement's row keeps a scan of our own from slipping in between.
    list(Movement.objects.select_for_update().filter(arc=body.arc).values_list("pk", flat=True))
    before = list(GateScan.objects.filter(arc=body.arc, passed=True))
    now = Passage(sender, body.gate, body.way, body.plate, body.seal)
    found = _apart(now, map(_passage, before))
    GateScan.objects.create(
        organisation_id=received.organisation_id,
        arc=body.arc,
        node=sender,
        gate=body.gate,
        way=body.way,
        plate=body.plate,
        seal=body.seal,
        scanned_at=clock.from_text(body.scanned_at),
        passed=body.passed and Alarm.AGAIN not in found,
        alarms=[str(alarm) for alarm in found],
        leaf=received.leaf,
    )
    if found:
        audit.note("excise.gate-alarm", actor=sender, subject=body.arc, detail={"gate": body.gate})


def _apart(now: Passage, before: Iterable[Passage]) -> tuple[Alarm, ...]:
    """What two passages say against each other; where the movement stands is their node's matter."""
    return alarms(now, before, State.ACCEPTED)


@transaction.atomic
def erase_scan(erasing: Erasing) -> None:
    """Erase a scan that a partner told of."""
    if not erasing.sent:
        GateScan.objects.filter(leaf=erasing.leaf).delete()


def restore_scan(received: Received) -> None:
    """A scan that this node told of and lost came back."""
    body: GateScanV1 = received.body
    row, _new = GateScan.objects.get_or_create(
        arc=body.arc,
        node=received.record.sender,
        way=body.way,
        gate=body.gate,
        scanned_at=clock.from_text(body.scanned_at),
        defaults={
            "plate": body.plate,
            "seal": body.seal,
            "passed": body.passed,
            "organisation_id": received.organisation_id,
        },
    )
    MovementSending.objects.get_or_create(
        leaf=received.leaf,
        defaults={"scan": row, "partner": received.record.receiver, "sent_at": received.record.issued},
    )
