"""What moves with partners, and whether somebody moves it: clock, streams, queues, worker, backups."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _

from isthmus.exchange import figures
from isthmus.exchange.delivery.heartbeat import last_beat
from isthmus.exchange.models import Direction, Receipt, Record, Stream, StreamState
from isthmus.exchange.wording import span
from isthmus.jobs.queries import glance
from isthmus.kit import clock
from isthmus.node.checkup.finding import Finding, Level
from isthmus.node.last_backup import last_backup

WORKER_SILENT = timedelta(minutes=3)
CLOCK_DOUBT = timedelta(minutes=5)
JOB_LATE = timedelta(hours=1)
BACKUP_OLD = timedelta(days=2)
BACKUP_TOO_OLD = timedelta(days=7)


def time_of_day() -> Iterator[Finding]:
    """Whether this node's clock agrees with what partners wrote when they were last in contact."""
    what = _("Clock")
    moment = clock.now()
    # The newest row, not the greatest date: found by the key however many there are.
    theirs = [
        Receipt.objects.filter(stream__direction=Direction.OUT).values_list("issued", flat=True).first(),
        Record.objects.filter(stream__direction=Direction.IN).values_list("issued", flat=True).first(),
        Stream.objects.aggregate(last=Max("last_contact_at"))["last"],
    ]
    last = max((one for one in theirs if one is not None), default=None)
    shown = {"now": f"{moment:%Y-%m-%d %H:%M} UTC"}
    if last is not None and last - moment > CLOCK_DOUBT:
        found = _("It says %(now)s, %(span)s before the last contact with a partner.") % {
            **shown,
            "span": span(last - moment),
        }
        level: Level = "fault" if last - moment > settings.ISTHMUS.clock_tolerance else "warning"
        yield Finding(
            level, what, found, _("Set the clock, best by a time server (timedatectl set-ntp true).")
        )
    else:
        yield Finding("ok", what, _("It says %(now)s.") % shown)


def exchange() -> Iterator[Finding]:
    """What waits for a person or a partner."""
    what = _("Exchange")
    oldest = figures.oldest_undelivered(clock.now())
    waiting = sum(out.waiting for out in Stream.objects.filter(direction=Direction.OUT))
    if oldest is not None:
        found = _("%(count)d records have no receipt yet, the oldest for %(span)s.") % {
            "count": waiting,
            "span": span(oldest),
        }
        late = oldest > timedelta(hours=settings.ISTHMUS.alarm_hours)
        advice = _("`isthmus partner show ID` says why; check the link with the partner.") if late else ""
        yield Finding("warning" if late else "ok", what, found, advice)
    else:
        yield Finding("ok", what, _("Every record that was sent has its receipt."))
    frozen = Stream.objects.filter(state=StreamState.FROZEN).count()
    for count, found, advice in (
        (
            frozen,
            _("%(count)d streams are frozen."),
            _("Look at the evidence under Alarms before you thaw one."),
        ),
        (
            figures.quarantined(),
            _("%(count)d records wait in quarantine."),
            _("`isthmus quarantine list` says why, `isthmus quarantine run LEAF` tries again."),
        ),
        (figures.open_alarms(), _("%(count)d alarms are open."), _("Look at them under Alarms.")),
    ):
        if count:
            yield Finding("warning", what, found % {"count": count}, advice)


def jobs() -> Iterator[Finding]:
    """Whether the queue of long work moves."""
    what = _("Jobs")
    now, queue = clock.now(), glance()
    late = now - queue.oldest_due if queue.oldest_due is not None else timedelta()
    if late > JOB_LATE:
        told = {"count": queue.due, "span": span(late)}
        found = _("%(count)d jobs are due, the oldest for %(span)s.") % told
        yield Finding("warning", what, found, _("Look whether the worker runs; restart the node."))
    elif queue.failed:
        found = _("%(count)d jobs have failed in the last month.") % {"count": queue.failed}
        yield Finding("warning", what, found, _("Open Operations: it shows each with its error."))
    else:
        yield Finding("ok", what, _("Nothing is late and nothing has failed."))


def worker() -> Iterator[Finding]:
    """Whether somebody delivers."""
    what = _("Worker")
    beat = last_beat()
    if beat is None:
        yield Finding("warning", what, _("It has never run here."), _("Run `isthmus start`."))
        return
    silent = clock.now() - beat
    if silent > WORKER_SILENT:
        found = _("It was last seen %(span)s ago.") % {"span": span(silent)}
        yield Finding(
            "fault", what, found, _("Run `isthmus start`; look at the node's log for why it ended.")
        )
    else:
        yield Finding("ok", what, _("It was seen %(span)s ago.") % {"span": span(silent)})


def backups() -> Iterator[Finding]:
    """How much would be lost with this machine."""
    what = _("Backup")
    made = last_backup()
    advice = _("Run `isthmus backup`; docs/guide/backup-and-restore.md says how it is made daily.")
    if made is None:
        yield Finding("warning", what, _("No backup of this node was ever made here."), advice)
        return
    age = clock.now() - made
    found = _("The last good one was made %(span)s ago.") % {"span": span(age)}
    if age > BACKUP_OLD:
        yield Finding("fault" if age > BACKUP_TOO_OLD else "warning", what, found, advice)
    else:
        yield Finding("ok", what, found)
