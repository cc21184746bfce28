"""Files on their way to partners: which are due, and what a partner says that it has."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from isthmus.exchange import queries
from isthmus.exchange.models import (
    AskedFiles,
    Attachment,
    AttachmentState,
    Direction,
    Naming,
    Record,
    Verdict,
)
from isthmus.kit import clock
from isthmus.kit.errors import NotFound
from isthmus.trust.models import Partner


def _with_verdict(*verdicts: Verdict) -> Exists:
    return Exists(Record.objects.filter(leaf=OuterRef("leaf"), verdict__in=verdicts))


def under_way() -> QuerySet[Naming]:
    """Namings of records that partners accepted, whose files they are not known to have."""
    return Naming.objects.filter(
        _with_verdict(Verdict.ACCEPTED),
        stream__direction=Direction.OUT,
        arrived_at=None,
        erased=False,
        attachment__state=AttachmentState.WHOLE,
    )


def coming() -> QuerySet[Naming]:
    """Namings of accepted records of partners whose files are not all here."""
    return Naming.objects.filter(
        stream__direction=Direction.IN, erased=False, attachment__state=AttachmentState.WANTED
    )


ASK_AGAIN = timedelta(hours=1)
"""When a partner is asked again for a lost file that it could not give back."""


def lost() -> QuerySet[Naming]:
    """Namings of this node's own records whose files it lost, of partners that accepted them; due ones."""
    return _all_lost().filter(attachment__noted_at__lte=clock.now())


def _all_lost() -> QuerySet[Naming]:
    return Naming.objects.filter(
        _with_verdict(Verdict.ACCEPTED),
        stream__direction=Direction.OUT,
        erased=False,
        attachment__origin=queries.me(),
        attachment__state=AttachmentState.WANTED,
    )


def lost_to(partner: Partner) -> list[Attachment]:
    """The files of this node's own that it lost and that the partner accepted, due or not."""
    named = _all_lost().filter(stream__partner=partner).values("attachment")
    return list(Attachment.objects.filter(pk__in=named).order_by("id"))


def missing_since(partner: Partner) -> tuple[int, datetime | None]:
    """How many files that accepted records name, either way, are not here, and since when the first."""
    named = Naming.objects.filter(
        _with_verdict(Verdict.ACCEPTED),
        stream__partner=partner,
        erased=False,
        attachment__state=AttachmentState.WANTED,
    )
    oldest = Record.objects.filter(leaf__in=named.values("leaf")).order_by("stored_at")
    count = named.values("attachment").distinct().count()
    return count, oldest.values_list("stored_at", flat=True).first()


def asked_back(partner: Partner) -> list[Naming]:
    """Namings of files that the partner brought, lost and asked for by a bundle."""
    asked = AskedFiles.objects.filter(partner=partner).first()
    if asked is None:
        return []
    found = Naming.objects.filter(
        stream__partner=partner,
        stream__direction=Direction.IN,
        erased=False,
        attachment__origin=partner.node_id,
        attachment__sha256__in=asked.digests,
        attachment__state=AttachmentState.WHOLE,
    )
    return list(found.select_related("attachment__subject_key").order_by("id"))


def due_back(partner: Partner) -> list[Attachment]:
    """The lost files to fetch back from a partner."""
    named = lost().filter(stream__partner=partner).values("attachment")
    return list(Attachment.objects.filter(pk__in=named).order_by("id"))


def ask_later(row: Attachment) -> None:
    """A partner could not give this lost file back: it is asked again after a while."""
    Attachment.objects.filter(pk=row.pk, state=AttachmentState.WANTED).update(
        noted_at=clock.now() + ASK_AGAIN
    )


def forget_arrivals(partner: Partner) -> None:
    """The partner came back from an older state: what it said it had is offered to it again."""
    arrived = Naming.objects.filter(
        stream__partner=partner, stream__direction=Direction.OUT, erased=False, arrived_at__isnull=False
    )
    arrived.update(arrived_at=None, carried_to=0)


def to_carry(partner: Partner, *, last_seq: int) -> list[Naming]:
    """Namings whose files a bundle brings: of records that the partner did not refuse, up to that number.

    Those that the partner lost and asked for come first.
    """
    sent = Record.objects.filter(stream__partner=partner, stream__direction=Direction.OUT)
    leaves = sent.filter(seq__lte=last_seq).exclude(verdict=Verdict.REFUSED).values("leaf")
    waiting = Naming.objects.filter(
        leaf__in=leaves, arrived_at=None, erased=False, attachment__state=AttachmentState.WHOLE
    )
    return [*asked_back(partner), *waiting.select_related("attachment__subject_key").order_by("id")]


def due_to(partner: Partner) -> list[Attachment]:
    """The files to bring to a partner, the longest waiting first."""
    named = under_way().filter(stream__partner=partner).values("attachment")
    return list(Attachment.objects.filter(pk__in=named).select_related("subject_key").order_by("id"))


def oldest_under_way(partner: Partner) -> datetime | None:
    """When the longest waiting file for a partner was kept; None where none waits."""
    named = under_way().filter(stream__partner=partner)
    return named.order_by("attachment__noted_at").values_list("attachment__noted_at", flat=True).first()


def due_from(partner: Partner) -> list[Attachment]:
    """The files to fetch from a partner, the longest waiting first."""
    named = coming().filter(stream__partner=partner).values("attachment")
    return list(Attachment.objects.filter(pk__in=named).select_related("subject_key").order_by("id"))


def sent_to(partner: Partner, digest: str) -> Attachment:
    """The file for a partner that fetches it; NotFound unless a record that it did not refuse names it.

    A file that the partner brought itself is given back: it lost it, and came back from an older state.
    """
    whole = Naming.objects.filter(
        stream__partner=partner,
        erased=False,
        attachment__sha256=digest,
        attachment__state=AttachmentState.WHOLE,
    ).select_related("attachment__subject_key")
    naming = (
        whole.filter(
            _with_verdict(Verdict.ACCEPTED, Verdict.WAITING), stream__direction=Direction.OUT
        ).first()
        or whole.filter(stream__direction=Direction.IN, attachment__origin=partner.node_id).first()
    )
    if naming is None:
        raise NotFound(
            "exchange.attachment-not-named",
            _("No record for you names the file %(hash)s.") % {"hash": digest[:12]},
        )
    return naming.attachment


def note_arrived(partner: Partner, digest: str) -> None:
    """The partner says that it has the whole file, or needs it no more; said twice, nothing changes."""
    Naming.objects.filter(
        stream__partner=partner,
        stream__direction=Direction.OUT,
        attachment__sha256=digest,
        arrived_at=None,
    ).update(arrived_at=clock.now())
