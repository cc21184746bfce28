"""Erasing what crossed a border, and obeying a partner's tombstone."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.exchange import queries
from isthmus.exchange.handlers import Received
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import (
    Direction,
    Erased,
    Naming,
    Record,
    Stream,
    StreamState,
    Superseded,
    Tombstone,
)
from isthmus.exchange.services.erasure.wiping import is_erasable, wipe
from isthmus.exchange.services.publish import Outgoing, publish
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault, NotFound, Refused
from isthmus.trust.models import Partner
from isthmus.wire import tombstone as wire
from isthmus.wire.model import LONGEST_REASON

TYPE = f"{wire.TYPE}/{wire.VERSION}"


@dataclass(slots=True)
class Plan:
    """What an erasure takes, by partner: leaves of records, and SHA-256 of files."""

    leaves: dict[Partner, set[str]] = field(default_factory=lambda: defaultdict(set))
    files: dict[Partner, set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def partners(self) -> list[Partner]:
        """Those who get a tombstone."""
        return sorted({*self.leaves, *self.files}, key=lambda partner: partner.node_id)

    @property
    def records(self) -> int:
        """How many records lose their text."""
        return sum(len(leaves) for leaves in self.leaves.values())

    @property
    def attachments(self) -> int:
        """How many files go; the same file with two partners counts once."""
        return len({digest for found in self.files.values() for digest in found})


def _not_erased(leaves: Sequence[str]) -> set[str]:
    done = Erased.objects.filter(hash__in=leaves)
    return set(leaves) - set(done.values_list("hash", flat=True))


def plan(records: Sequence[Record] = (), attachments: Sequence[str] = ()) -> Plan:
    """What would go with these records and these files (SHA-256), in every stream that they crossed.

    A record takes the files along that no other record between the same two nodes names. BadInput
    ``exchange.not-erasable`` for a record of the exchange itself, NotFound for a file that no record names.
    """
    found = Plan()
    fixed = [row for row in records if not is_erasable(row.type)]
    if fixed:
        raise BadInput(
            "exchange.not-erasable",
            _("Record %(seq)d of %(stream)s is a statement of the exchange itself and cannot be erased.")
            % {"seq": fixed[0].seq, "stream": fixed[0].stream.name},
            next_step=_("Agreements, keys and tombstones must stay provable; they hold no content."),
        )
    fresh = _not_erased([row.leaf for row in records])
    for row in records:
        if row.leaf in fresh:
            found.leaves[row.stream.partner].add(row.leaf)
    # A record that was signed anew in a later epoch has its earlier text in the log too.
    for earlier in Superseded.objects.filter(successor__leaf__in=fresh).select_related("stream__partner"):
        found.leaves[earlier.stream.partner].add(earlier.leaf)
    namings = Naming.objects.filter(erased=False).select_related("attachment", "stream__partner")
    for naming in namings.filter(attachment__sha256__in=attachments):
        found.files[naming.stream.partner].add(naming.attachment.sha256)
    unknown = set(attachments) - {digest for files in found.files.values() for digest in files}
    if unknown:
        raise NotFound(
            "exchange.no-attachment",
            _("No record names the file %(hash)s, or it was erased.") % {"hash": min(unknown)[:12]},
        )
    for partner, leaves in found.leaves.items():
        found.files[partner] |= _taken_along(partner, leaves)
    return found


def _taken_along(partner: Partner, leaves: set[str]) -> set[str]:
    """The files that these records name and no other record between the same nodes."""
    held = Naming.objects.filter(stream__partner=partner, erased=False).select_related("attachment")
    theirs = {naming.attachment.sha256 for naming in held.filter(leaf__in=leaves)}
    others = held.filter(attachment__sha256__in=theirs).exclude(leaf__in=leaves)
    return theirs - {naming.attachment.sha256 for naming in others}


def _portions(hashes: set[str], size: int) -> list[tuple[str, ...]]:
    ordered = sorted(hashes)
    return [tuple(ordered[start : start + size]) for start in range(0, len(ordered), size)]


def _bodies(found: Plan, partner: Partner, ground: wire.Ground, reason: str) -> list[wire.Tombstone]:
    moment = clock.now()
    leaves = _portions(found.leaves[partner], wire.MAX_ERASED)
    files = _portions(found.files[partner], wire.MAX_ERASED)
    return [
        wire.Tombstone(
            leaves=leaves[number] if number < len(leaves) else (),
            attachments=files[number] if number < len(files) else (),
            ground=ground,
            reason=reason,
            issued=moment,
        )
        for number in range(max(len(leaves), len(files)))
    ]


def _checked_reason(reason: str) -> str:
    text = reason.strip()
    if not text or len(text) > LONGEST_REASON:
        message = _("Say why, in %(most)d signs at most; do not name the person.") % {"most": LONGEST_REASON}
        raise BadInput(
            "exchange.no-reason",
            _("An erasure needs a reason: the partner and the log keep it."),
            faults=(FieldFault("reason", message),),
        )
    return text


def erase(
    records: Sequence[Record] = (),
    attachments: Sequence[str] = (),
    *,
    ground: wire.Ground,
    reason: str,
    actor: str,
) -> list[Tombstone]:
    """Delete texts and files, and tell each partner of their streams by a tombstone, all or nothing.

    The records' rows come with ``stream__partner``. What was erased before is passed over; Conflict
    ``exchange.erased`` where nothing is left to erase. BadInput and NotFound as ``plan``; whatever an
    application's ``erase`` raises undoes all of it.
    """
    text = _checked_reason(reason)
    with transaction.atomic(), open_ledger():
        found = plan(records, attachments)
        if not found.partners:
            raise Conflict("exchange.erased", _("All of this was erased before."))
        _check_numbers_are_sure(found)
        made: list[Tombstone] = []
        for partner in found.partners:
            bodies = _bodies(found, partner, ground, text)
            for body in bodies:
                wipe(partner, body.leaves, body.attachments, ground=ground)
            items = [Outgoing(TYPE, body, _subject(body)) for body in bodies]
            for row, body in zip(publish(items, to=[partner.node_id]), bodies, strict=True):
                made.append(_note(row, queries.me(), body))
        audit.note(
            "exchange.erased",
            actor=actor,
            subject=ground,
            detail={
                "records": found.records,
                "attachments": found.attachments,
                "tombstones": [row.leaf for row in made],
            },
        )
    return made


def _check_numbers_are_sure(found: Plan) -> None:
    """Conflict while a stream recovers: its tombstone could not be signed, and the gap could not be told."""
    waits = recovering(found.partners)
    if waits:
        raise Conflict(
            "exchange.recovering",
            _("The stream to %(name)s recovers from an older state.") % {"name": waits[0].name},
            next_step=_("Erase once it is open again: `isthmus stream list` shows when."),
        )


def recovering(partners: Sequence[Partner]) -> list[Partner]:
    """Those of the partners to whom no record can be numbered now."""
    halted = Stream.objects.filter(
        partner__in=partners, direction=Direction.OUT, state=StreamState.RECOVERING
    ).values_list("partner", flat=True)
    stopped = set(halted)
    return [partner for partner in partners if partner.pk in stopped]


def _subject(body: wire.Tombstone) -> str:
    return (*body.leaves, *body.attachments)[0][:12]


def _note(row: Record, node_id: str, body: wire.Tombstone) -> Tombstone:
    made = Tombstone.objects.create(
        leaf=row.leaf,
        stream=row.stream,
        seq=row.seq,
        node_id=node_id,
        ground=body.ground,
        reason=body.reason,
        issued=body.issued,
    )
    hashes = {*body.leaves, *body.attachments}
    Erased.objects.bulk_create(Erased(tombstone=made, hash=found) for found in sorted(hashes))
    return made


def check_tombstone(received: Received) -> None:
    """What a partner's tombstone must be before it is accepted: Refused otherwise, with a signed reason.

    Nobody may erase what crossed between this node and a third one, nor what the exchange itself stated. A
    leaf that is not known here may be named: it was lost with a restored backup, or never came.
    """
    record = received.record
    body = wire.read_tombstone(record).tombstone
    rows = Record.objects.filter(leaf__in=body.leaves).select_related("stream__partner")
    for row in rows:
        if row.stream.partner.node_id != record.sender:
            raise Refused(
                "exchange.tombstone-foreign",
                f"The record {row.leaf[:12]} did not cross between {record.sender} and {record.receiver}.",
            )
        if not is_erasable(row.type):
            raise Refused(
                "exchange.not-erasable", f"The record {row.leaf[:12]} is a statement of the exchange itself."
            )


def receive_tombstone(received: Received) -> None:
    """Handler of `exchange.tombstone/1`: erase what the partner has erased."""
    body: wire.Tombstone = received.body
    partner = Partner.objects.get(node_id=received.record.sender)
    wipe(partner, body.leaves, body.attachments, ground=body.ground)
    stream = partner.streams.get(name=received.record.stream)
    row = Record(leaf=received.leaf, stream=stream, seq=received.record.seq)
    _note(row, received.record.sender, body)
    audit.note(
        "exchange.erased-for-partner",
        actor=partner.node_id,
        subject=body.ground,
        detail={
            "tombstone": received.leaf,
            "records": len(body.leaves),
            "attachments": len(body.attachments),
        },
    )


def restore_tombstone(received: Received) -> None:
    """A tombstone of this node that a partner gives back: erase again what the backup brought with it."""
    body: wire.Tombstone = received.body
    partner = Partner.objects.get(node_id=received.record.receiver)
    row = Record.objects.select_related("stream").get(leaf=received.leaf)
    wipe(partner, body.leaves, body.attachments, ground=body.ground)
    _note(row, queries.me(), body)


def renumber_tombstone(before: str, after: str) -> None:
    """A tombstone was signed anew under another number: what it says is found under its new leaf."""
    row = Record.objects.get(leaf=after)
    Tombstone.objects.filter(leaf=before).update(leaf=after, stream=row.stream_id, seq=row.seq)
