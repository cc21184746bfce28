"""The operator's page: what is wrong first and what to do about it, then everything that moves or waits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from isthmus import __version__
from isthmus.accounts import audit
from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, visible
from isthmus.exchange import figures, queries, wording
from isthmus.exchange.alarm_book import advice_on
from isthmus.exchange.delivery.heartbeat import last_beat
from isthmus.exchange.models import Alarm, Checkpoint, Direction, LogHead, Record, Stream
from isthmus.exchange.views.acts import carry_out
from isthmus.jobs import queries as jobs
from isthmus.jobs import services as job_services
from isthmus.jobs.models import Job, State
from isthmus.kit import clock
from isthmus.node.checkup import Finding, look_while_running, machine, storage
from isthmus.node.last_backup import last_backup
from isthmus.trust.models import OwnKey, PartnerKey
from isthmus.ui.components import Amount, Fact, Facts
from isthmus.ui.components import State as Shown
from isthmus.ui.table import Column, tabulate
from isthmus.ui.text import Text

VIEW = "node.operations.view"
RETRY = "node.job.retry"
MOST_ALARMS = 20
MOST_JOBS = 20
MOST_KEYS = 6
"""Two partners' keys: who ends soonest is what matters, all others stand on the partners' pages."""
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong: how bad, what it is, and what to do."""

    state: Shown
    title: Text
    message: str
    steps: tuple[Text, ...]
    url: str = ""
    still: bool = False


def _gravity(trouble: Trouble) -> tuple[bool, bool]:
    """What stands still comes first, then faults and alarms, then warnings."""
    return trouble.state.kind != "bad", not trouble.still


def _of_alarm(row: Alarm) -> Trouble:
    advice = advice_on(row.code)
    steps = (*((row.next_step,) if row.next_step else ()), *advice.steps)
    state = Shown("bad", _("Stands still")) if advice.stops else Shown("bad", _("Alarm"))
    url = reverse("exchange:alarm", args=[row.pk])
    return Trouble(state, advice.title, row.message, steps, url, still=advice.stops)


def _of_finding(finding: Finding) -> Trouble:
    state = Shown("bad", _("Fault")) if finding.level == "fault" else Shown("warn", _("Warning"))
    return Trouble(state, finding.what, finding.found, (finding.to_do,) if finding.to_do else ())


def _troubles(request: ActorRequest) -> Iterator[Trouble]:
    """Faults and alarms first, then what will become one."""
    open_alarms = Alarm.objects.filter(cleared_at=None)
    yield from map(_of_alarm, visible(request.actor, "exchange.alarm.view", open_alarms)[:MOST_ALARMS])
    # The alarms stand here themselves: their number would say nothing more.
    alarms = _("%(count)d alarms are open.") % {"count": figures.open_alarms()}
    for finding in look_while_running():
        if finding.level != "ok" and finding.found != alarms:
            yield _of_finding(finding)


def _oldest() -> dict[int, datetime]:
    """When the oldest record without a receipt was issued, by stream."""
    first = Record.objects.filter(stream__direction=Direction.OUT, seq=F("stream__settled_seq") + 1)
    return dict(first.order_by().values_list("stream_id", "issued"))


def _stream_columns(moment: datetime) -> tuple[Column[Stream], ...]:
    oldest = _oldest()

    def age(row: Stream) -> str:
        return wording.span(moment - oldest[row.pk]) if row.pk in oldest else ""

    def waiting(row: Stream) -> int | None:
        return row.waiting if row.direction == Direction.OUT else None

    def what_next(row: Stream) -> str:
        return wording.next_attempt(row, moment) if row.direction == Direction.OUT and row.waiting else ""

    return (
        Column(
            "stream",
            _("Stream"),
            "name",
            url=lambda row: reverse("exchange:streams", args=[row.partner.node_id]),
        ),
        Column("partner", _("Partner"), "partner.name"),
        Column("state", _("State"), wording.stream_state, kind="state"),
        Column("waiting", _("Waiting"), waiting, kind="number"),
        Column("oldest", _("Oldest waits"), age),
        Column("failures", _("Failed in a row"), lambda row: row.failures or None, kind="number"),
        Column("error", _("What went wrong last"), lambda row: row.last_error[:160]),
        Column("next", _("Next attempt"), what_next),
        Column("contact", _("Last contact"), "last_contact_at", kind="date"),
    )


@dataclass(frozen=True, slots=True)
class Certificate:
    """Whose key, for what, and how long it lasts."""

    owner: Text
    purpose: str
    state: Shown


def _certificates(moment: datetime) -> Iterator[Certificate]:
    """This node's keys in use, and the partners' that end soonest."""
    for own in OwnKey.objects.filter(retired_at=None).order_by("purpose"):
        state = wording.validity(own.valid_from, own.valid_until, None, moment)
        yield Certificate(_("This node"), own.get_purpose_display(), state)
    theirs = PartnerKey.objects.filter(revoked_at=None).select_related("partner")
    for key in theirs.order_by("valid_until")[:MOST_KEYS]:
        state = wording.validity(key.valid_from, key.valid_until, key.revoked_at, moment)
        yield Certificate(key.partner.name, key.get_purpose_display(), state)


_CERTIFICATES: tuple[Column[Certificate], ...] = (
    Column("owner", gettext_lazy("Whose"), "owner"),
    Column("purpose", gettext_lazy("For"), "purpose"),
    Column("state", gettext_lazy("Validity"), "state", kind="state"),
)


def _queues() -> Facts:
    queue = jobs.glance()
    return Facts(
        _("Queues"),
        (
            Fact(_("Records in quarantine"), figures.quarantined(), reverse("exchange:quarantine")),
            Fact(_("Jobs due"), queue.due),
            Fact(_("Jobs running"), queue.running),
            Fact(_("Jobs failed"), queue.failed),
            Fact(_("Worker last seen"), last_beat() or _("Never")),
        ),
    )


def _storage() -> Facts:
    head = LogHead.objects.first()
    newest = Checkpoint.objects.filter(node_id=queries.me()).first()
    size, free = storage.size_bytes(), machine.free_bytes()
    return Facts(
        _("Storage"),
        (
            Fact(_("Entries in the log"), head.size if head is not None else 0, reverse("exchange:log")),
            Fact(_("Newest checkpoint"), newest.issued if newest is not None else _("None yet")),
            Fact(_("Database"), Amount(size // MB, "MB") if size is not None else _("Not known")),
            Fact(_("Free on the disk"), Amount(free // MB, "MB")),
            Fact(_("Last good backup"), last_backup() or _("Never")),
            Fact(_("Release"), __version__),
        ),
    )


@require_GET
@authorised(VIEW)
def operations(request: ActorRequest) -> HttpResponse:
    """How the node and its server are doing; nothing here changes anything."""
    moment = clock.now()
    troubles = sorted(_troubles(request), key=_gravity)
    streams = Stream.objects.select_related("partner").order_by("state", "-failures", "name")
    failed = visible(request.actor, VIEW, Job.objects.filter(state=State.FAILED).order_by("-finished"))
    context = {
        "title": _("Operations"),
        "lead": _("What is wrong with this node and what to do about it; below, what moves and what waits."),
        "troubles": troubles,
        "more_alarms": max(0, figures.open_alarms() - MOST_ALARMS),
        "streams": tabulate(_stream_columns(moment), streams, _("Streams")) if streams else None,
        "groups": (_queues(), _storage()),
        "failed_jobs": list(failed[:MOST_JOBS]),
        "certificates": tabulate(_CERTIFICATES, _certificates(moment), _("Certificates")),
        "may_retry": can(request.actor, RETRY),
        "may_see_alarms": can(request.actor, "exchange.alarm.view"),
    }
    return render(request, "node/operations.html", context)


@require_POST
@authorised(RETRY)
def retry(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """Start a failed job again, with all its tries."""

    def act() -> None:
        job = job_services.retry(job_id)
        audit.note("node.job-retried", actor=request.actor.label, subject=f"{job.kind} {job.pk}")

    return carry_out(request, act, _("The job is in the queue again."), "operations")
