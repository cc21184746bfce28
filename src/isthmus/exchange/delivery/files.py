"""One turn of carrying files with a partner: brought to it, or fetched where this node cannot be called.

A lease and a back-off of its own: a large file must not hold up the records, and is never given up.
"""

import logging
import random
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from isthmus.exchange.delivery import leases
from isthmus.exchange.delivery.client import PartnerLink, Unwilling
from isthmus.exchange.models import Alarm, Attachment, Carriage
from isthmus.exchange.rules.retry import pause_seconds
from isthmus.exchange.services import subjects
from isthmus.exchange.services.alarms import clear_alarm, raise_alarm
from isthmus.exchange.services.attachments import accept_manifest, leaving, store_chunk
from isthmus.exchange.services.attachments.keeping import chunk_at, manifest_of
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, IsthmusError, NotFound, Refused
from isthmus.trust.models import Partner, PartnerState
from isthmus.wire.attachment import AttachmentManifest

_LOG = logging.getLogger("isthmus.exchange.delivery")
FILES_UNDELIVERED = "exchange.files-undelivered"
TURN_SECONDS = 60.0
"""After this time a turn makes room for the other partners; the next goes on where it stopped."""


def _free(moment: datetime) -> Q:
    """Carriages that nobody works on and whose time has come."""
    return leases.free_at(moment, leases.latest_end(moment))


def due_partners(moment: datetime) -> list[Partner]:
    """Partners that can be called and with whom a file is under way, whose time has come."""
    streams = set(leaving.under_way().values_list("stream__partner", flat=True).distinct())
    streams |= set(leaving.lost().values_list("stream__partner", flat=True).distinct())
    if not settings.ISTHMUS.reachable:
        streams |= set(leaving.coming().values_list("stream__partner", flat=True).distinct())
    if not streams:
        return []
    held = Carriage.objects.exclude(_free(moment)).values("partner")
    wanted = Partner.objects.filter(pk__in=streams, state=PartnerState.ACTIVE, reachable=True)
    return list(wanted.exclude(pk__in=held))


class _Turn:
    """A claimed turn: renews its lease with every chunk and ends when its time is up."""

    def __init__(self, partner: Partner, holder: str) -> None:
        self.partner, self.holder = partner, holder
        self.link = PartnerLink(partner)
        self._end = time.monotonic() + TURN_SECONDS

    def go_on(self) -> bool:
        """Whether there is time for another chunk and the lease is still ours."""
        until = clock.now() + timedelta(seconds=_lease_seconds())
        mine = Carriage.objects.filter(partner=self.partner, lease_holder=self.holder)
        return bool(mine.update(lease_until=until)) and time.monotonic() < self._end

    def bring(self, row: Attachment) -> None:
        """Push a file: its manifest, then what the partner lacks."""
        manifest = manifest_of(row)
        if manifest is None:
            return
        gaps = self.link.offer_attachment(manifest)
        if row.subject_key is not None:
            self.link.push_subject_key(row.sha256, subjects.seal_for(self.partner, row))
        for index in (index for gap in gaps for index in gap if index < len(manifest.chunks)):
            data = chunk_at(row, index)
            if data is None:
                return  # erased in the meantime
            if not self.go_on():
                return
            self.link.push_chunk(row.sha256, index, data)
        leaving.note_arrived(self.partner, row.sha256)

    def fetch(self, row: Attachment) -> None:
        """Fetch what this node lacks of a file, and say so once it has all of it."""
        manifest = manifest_of(row)
        if manifest is None:
            manifest = AttachmentManifest.from_bytes(self.link.pull_manifest(row.sha256))
        if manifest.sha256 != row.sha256:
            raise Refused(
                "exchange.attachment-address", f"{self.partner.node_id} gave the manifest of another file."
            )
        sealed_key = self.link.pull_subject_key(row.sha256)
        if sealed_key:  # before the last chunk: a file that is whole is not asked for again
            subjects.take_key(self.partner, sealed_key)
        for index in (index for gap in accept_manifest(self.partner, manifest) for index in gap):
            if not self.go_on():
                return
            store_chunk(self.partner, row.sha256, index, self.link.pull_chunk(row.sha256, index))
        self.link.tell_arrived(row.sha256)

    def fetch_back(self, row: Attachment) -> None:
        """Fetch a file of this node's own that it lost; a partner that has not all of it is asked later."""
        try:
            self.fetch(row)
        except Unwilling as error:
            _LOG.warning("the lost file %s: %s", row.sha256[:12], error.message)
            leaving.ask_later(row)


def _lease_seconds() -> float:
    limit: float = settings.ISTHMUS.request_timeout_seconds
    return limit * 4 + 60


def _claim(partner: Partner, holder: str, moment: datetime) -> bool:
    """Take the lease if it is free; one conditional update decides the race."""
    Carriage.objects.get_or_create(partner=partner)
    until = moment + timedelta(seconds=_lease_seconds())
    free = Carriage.objects.filter(_free(moment), partner=partner)
    return bool(free.update(lease_holder=holder, lease_until=until))


def _each(turn: _Turn) -> str:
    """Move every file; one that the partner refuses does not hold up the others. Returns what went wrong."""
    problems = []
    work = [(turn.bring, row) for row in leaving.due_to(turn.partner)]
    if not settings.ISTHMUS.reachable:
        work += [(turn.fetch, row) for row in leaving.due_from(turn.partner)]
    work += [(turn.fetch_back, row) for row in leaving.due_back(turn.partner)]
    for act, row in work:
        if not turn.go_on():
            break
        try:
            act(row)
        except (Unwilling, Refused, BadInput, NotFound) as error:  # of any other, the next would fail alike
            problems.append(error.message)
    return " ".join(problems)


def file_turn(partner: Partner) -> bool:
    """Carry what is under way with a partner; False where another worker does, or something went wrong."""
    holder = leases.new_holder()
    if not _claim(partner, holder, clock.now()):
        return False
    try:
        problem = _each(_Turn(partner, holder))
    except IsthmusError as error:
        problem = error.message
    _release(partner, holder, problem)
    _watch_age(partner)
    return not problem


def _watch_age(partner: Partner) -> None:
    """Raise the alarm about files that wait too long, or clear it once they are through."""
    oldest = leaving.oldest_under_way(partner)
    limit = timedelta(hours=settings.ISTHMUS.alarm_hours)
    if oldest is not None and clock.now() - oldest > limit:
        raise_alarm(
            FILES_UNDELIVERED,
            partner.node_id,
            f"Files wait for {partner.name} whose records it has accepted, the oldest since"
            f" {clock.to_text(oldest)}.",
            next_step="Read the last error of `isthmus attachment partners`, or carry a bundle.",
        )
    elif Alarm.objects.filter(code=FILES_UNDELIVERED, subject=partner.node_id, cleared_at=None).exists():
        clear_alarm(FILES_UNDELIVERED, partner.node_id, actor="node")


def _release(partner: Partner, holder: str, problem: str) -> None:
    mine = Carriage.objects.filter(partner=partner, lease_holder=holder).first()
    if mine is None:
        return
    mine.lease_holder, mine.lease_until = "", None
    mine.failures = mine.failures + 1 if problem else 0
    mine.last_error, mine.next_attempt_at = problem[:2000], None
    if problem:
        jitter = random.random()  # noqa: S311  spreads retries; no secret
        limit = settings.ISTHMUS.retry_limit_seconds
        pause = pause_seconds(mine.failures, limit=limit, jitter=jitter)
        mine.next_attempt_at = clock.now() + timedelta(seconds=pause)
        _LOG.warning("files with %s: %s Next attempt in %.0f s.", partner.node_id, problem, pause)
    mine.save()
