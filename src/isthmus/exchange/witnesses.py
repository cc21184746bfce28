"""Reading what partners have cosigned of this node's log, and what it knows of theirs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from isthmus.exchange import queries
from isthmus.exchange.models import Checkpoint, Cosignature, LogHead, LogSplit, Standing, Witnessed
from isthmus.kit.errors import BadInput
from isthmus.trust.models import Partner, PartnerState
from isthmus.wire.checkpoint import MAX_SIGNATURES
from isthmus.wire.cosignature import merge_notes


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far this node's log is known abroad: the newest cosigned size (0: none), by whom and when."""

    size: int
    cosigned: int
    by: tuple[str, ...]
    at: datetime | None


def coverage() -> Coverage:
    """The newest head of this node's log that was seen abroad."""
    size = LogHead.objects.filter(pk=1).values_list("size", flat=True).first() or 0
    newest = Cosignature.objects.order_by("-size").first()
    if newest is None:
        return Coverage(size, 0, (), None)
    same = Cosignature.objects.filter(size=newest.size, root=newest.root).order_by("partner__node_id")
    by = tuple(same.values_list("partner__node_id", flat=True))
    return Coverage(size, newest.size, by, newest.cosigned_at)


def with_cosignatures(row: Checkpoint) -> str:
    """A checkpoint as a note, with the cosignatures of partners if it is one of this node.

    A note has sixteen lines at most: the log's own, and the newest cosignatures.
    """
    if row.node_id != queries.me():
        return row.note
    notes = Cosignature.objects.filter(size=row.size, root=row.root).order_by("-cosigned_at")
    return merged_note(row.note, notes.values_list("note", flat=True)[: MAX_SIGNATURES - 1])


def merged_note(note: str, others: Iterable[str]) -> str:
    """The note with the cosignatures of its copies, as many as a note has lines for."""
    for other in others:
        try:
            note = merge_notes(note, other)
        except BadInput:  # cosigned was another text of this head, signed at another time
            continue
    return note


def best_known_head() -> str | None:
    """The newest own head that is cosigned, with its cosignatures; else the newest; None before the first."""
    newest = Cosignature.objects.order_by("-size").first()
    if newest is None:
        return Checkpoint.objects.filter(node_id=queries.me()).values_list("note", flat=True).first()
    same = Cosignature.objects.filter(size=newest.size, root=newest.root).order_by("-cosigned_at")
    return merged_note(newest.note, same.values_list("note", flat=True)[: MAX_SIGNATURES - 1])


@dataclass(frozen=True, slots=True)
class Line:
    """A partner as a witness: what it has cosigned of this node's log, and what is known of its own.

    ``cosigned`` 0 means not yet; ``tip`` is the size up to which its log is known to have only grown;
    ``unproved`` counts heads that it has not connected yet; ``split``: it showed two histories.
    """

    partner: Partner
    cosigned: int
    cosigned_at: datetime | None
    tip: int
    tip_at: datetime | None
    unproved: int
    split: bool
    heard_at: datetime | None
    last_error: str


def lines(partners: Iterable[Partner] | None = None) -> list[Line]:
    """Every confirmed partner as a witness, by id; few queries, however many there are."""
    if partners is None:
        partners = Partner.objects.exclude(state=PartnerState.PENDING)
    newest = Cosignature.objects.filter(partner=OuterRef("partner")).order_by("-size").values("pk")[:1]
    cosigned = {row.partner_id: row for row in Cosignature.objects.filter(pk=Subquery(newest))}
    known = {row.partner_id: row for row in Witnessed.objects.all()}
    split = set(LogSplit.objects.filter(closed_at=None).values_list("node_id", flat=True))
    waiting: dict[str, int] = {}
    unproved = Checkpoint.objects.filter(history=0, standing=Standing.NEW).exclude(node_id=queries.me())
    for node_id in unproved.order_by().values_list("node_id", flat=True):
        waiting[node_id] = waiting.get(node_id, 0) + 1
    found = []
    for partner in partners:
        ours, theirs = cosigned.get(partner.pk), known.get(partner.pk)
        found.append(
            Line(
                partner=partner,
                cosigned=ours.size if ours else 0,
                cosigned_at=ours.cosigned_at if ours else None,
                tip=theirs.tip_size if theirs else 0,
                tip_at=theirs.cosigned_at if theirs else None,
                unproved=waiting.get(partner.node_id, 0),
                split=partner.node_id in split,
                heard_at=theirs.heard_at if theirs else None,
                last_error=theirs.last_error if theirs else "",
            )
        )
    return found
