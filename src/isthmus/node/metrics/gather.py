"""Gathering the measures: a dozen queries that use an index, whoever asks; files and /proc for the rest."""

import platform
import shutil
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import Count, F, Max

from isthmus import __version__
from isthmus.exchange import figures, queries
from isthmus.exchange.alarm_book import every_advice
from isthmus.exchange.delivery.heartbeat import last_beat
from isthmus.exchange.models import (
    Alarm,
    Checkpoint,
    Cosignature,
    Direction,
    LogHead,
    Record,
    Refusal,
    Stream,
    StreamState,
    Verdict,
)
from isthmus.jobs.queries import glance
from isthmus.kit import clock
from isthmus.node.checkup import machine, storage
from isthmus.node.last_backup import last_backup
from isthmus.node.metrics import families as f
from isthmus.node.metrics.processes import usage
from isthmus.node.metrics.text import Sample, write
from isthmus.trust.models import OwnKey, PartnerKey

DAY = timedelta(days=1)


def _age(since: datetime, moment: datetime) -> float:
    return max(0.0, (moment - since).total_seconds())


def _streams(moment: datetime) -> Iterator[Sample]:
    first = Record.objects.filter(stream__direction=Direction.OUT, seq=F("stream__settled_seq") + 1)
    oldest = dict(first.order_by().values_list("stream_id", "issued"))
    for stream in Stream.objects.select_related("partner"):
        names = {"partner": stream.partner.node_id, "stream": stream.name}
        yield Sample(f.SENT, stream.last_seq, {**names, "direction": stream.direction})
        yield Sample(f.FROZEN, int(stream.state == StreamState.FROZEN), names)
        if stream.last_contact_at is not None:
            yield Sample(f.CONTACT, _age(stream.last_contact_at, moment), names)
        if stream.direction == Direction.OUT:
            yield Sample(f.RECEIPTED, stream.settled_seq, names)
            yield Sample(f.WAITING, stream.waiting, names)
            yield Sample(f.FAILURES, stream.failures, names)
            yield Sample(f.OLDEST, _age(oldest.get(stream.pk, moment), moment), names)


def _refused() -> Iterator[Sample]:
    refused = Record.objects.filter(verdict=Verdict.REFUSED).order_by().values_list("stream__direction")
    records = dict(refused.annotate(Count("pk")))
    answers = dict(Refusal.objects.order_by().values_list("direction").annotate(Count("pk")))
    for direction in Direction:
        label = {"direction": direction.value}
        yield Sample(f.REFUSED, records.get(direction.value, 0), label)
        yield Sample(f.REFUSALS, answers.get(direction.value, 0), label)


def _alarms() -> Iterator[Sample]:
    """Every code that this release knows, so that a rule sees 0 and not nothing."""
    rows = Alarm.objects.filter(cleared_at=None).order_by().values_list("code").annotate(Count("pk"))
    found = {advice.code: 0 for advice in every_advice()} | dict(rows)
    for code, count in found.items():
        yield Sample(f.ALARMS, count, {"code": code})


def _log(moment: datetime) -> Iterator[Sample]:
    size = LogHead.objects.values_list("size", flat=True).first()
    yield Sample(f.LOG, size or 0)
    newest = Checkpoint.objects.filter(node_id=queries.me()).values_list("issued", flat=True).first()
    if newest is not None:
        yield Sample(f.CHECKPOINT_AGE, _age(newest, moment))
    cosigned = Cosignature.objects.order_by().values_list("partner__node_id").annotate(Max("cosigned_at"))
    for node_id, last in cosigned:
        yield Sample(f.WITNESS_AGE, _age(last, moment), {"partner": node_id})


def _jobs(moment: datetime) -> Iterator[Sample]:
    queue = glance()
    for state, count in (("due", queue.due), ("running", queue.running), ("failed", queue.failed)):
        yield Sample(f.JOBS, count, {"state": state})
    yield Sample(f.JOBS_OLDEST, _age(queue.oldest_due or moment, moment))


def _certificates(moment: datetime) -> Iterator[Sample]:
    own = OwnKey.objects.filter(retired_at=None).values_list("purpose", "valid_until")
    for purpose, until in own:
        yield Sample(f.CERTIFICATE, (until - moment) / DAY, {"owner": queries.me(), "purpose": purpose})
    # The newest key of each purpose counts: one that was rolled over may end in peace.
    theirs = PartnerKey.objects.filter(revoked_at=None).order_by().values_list("partner__node_id", "purpose")
    for node_id, purpose, until in theirs.annotate(Max("valid_until")):
        yield Sample(f.CERTIFICATE, (until - moment) / DAY, {"owner": node_id, "purpose": purpose})


def _from_database(moment: datetime) -> Iterator[Sample]:
    yield from _streams(moment)
    yield from _refused()
    yield Sample(f.QUARANTINED, figures.quarantined())
    yield from _alarms()
    yield from _log(moment)
    yield from _jobs(moment)
    yield from _certificates(moment)
    size = storage.size_bytes()
    if size is not None:
        yield Sample(f.DATABASE_BYTES, size)


def _from_machine(moment: datetime) -> Iterator[Sample]:
    labels = {"version": __version__, "python": platform.python_version(), "database": connection.vendor}
    yield Sample(f.BUILD, 1, labels)
    for family, since in ((f.WORKER_AGE, last_beat()), (f.BACKUP_AGE, last_backup())):
        if since is not None:
            yield Sample(family, _age(since, moment))
    home = Path(settings.ISTHMUS.home)
    room = shutil.disk_usage(home if home.exists() else Path())
    yield Sample(f.DISK_FREE, room.free)
    yield Sample(f.DISK, room.total)
    synchronised = machine.clock_is_set()
    if synchronised is not None:
        yield Sample(f.CLOCK, int(synchronised))
    used = usage()
    yield Sample(f.PROCESSES, used.processes)
    yield Sample(f.MEMORY, used.memory_bytes)
    yield Sample(f.CPU, used.cpu_seconds)
    yield Sample(f.OPEN_FILES, used.open_files)


def measures() -> str:
    """All measures as text; where the database does not answer, those that need none."""
    began, moment = time.perf_counter(), clock.now()
    samples = list(_from_machine(moment))
    try:
        found = list(_from_database(moment))
    except DatabaseError:
        samples.append(Sample(f.DATABASE_UP, 0))
    else:
        samples += [Sample(f.DATABASE_UP, 1), *found]
    samples.append(Sample(f.SCRAPE, time.perf_counter() - began))
    return write(f.FAMILIES, samples)
