"""The numbers of the exchange at a glance: what moved with each partner, and what waits here."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Min, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy

from isthmus.exchange import queries, wording
from isthmus.exchange.models import (
    Agreement,
    AgreementState,
    Alarm,
    Decision,
    Direction,
    Effect,
    Record,
    Stream,
    Verdict,
)
from isthmus.kit import clock
from isthmus.trust.models import Partner
from isthmus.ui.components import State

DAYS = 14
_GRAVITY = ("ok", "off", "wait", "warn", "bad")


@dataclass(frozen=True, slots=True)
class Glance:
    """One partner's streams in a line; ``refused`` and ``days`` cover the last 14 days in both directions."""

    partner: Partner
    last_contact: datetime | None
    sent: int
    waiting: int
    received: int
    quarantined: int
    refused: int
    days: tuple[int, ...]
    state: State


def last_days(moment: datetime) -> tuple[date, ...]:
    """The last 14 days in the node's zone, today last."""
    today = timezone.localtime(moment).date()
    return tuple(today - timedelta(days=back) for back in reversed(range(DAYS)))


def _first_moment(days: tuple[date, ...]) -> datetime:
    return timezone.make_aware(datetime.combine(days[0], datetime.min.time()))


def _per_day(days: tuple[date, ...]) -> dict[int, dict[date, int]]:
    rows = (
        Record.objects.filter(stored_at__gte=_first_moment(days))
        .order_by()
        .annotate(day=TruncDate("stored_at"))
        .values_list("stream__partner_id", "day")
        .annotate(number=Count("pk"))
    )
    found: dict[int, dict[date, int]] = defaultdict(dict)
    for partner_id, day, number in rows:
        found[partner_id][day] = number
    return found


def _counts(condition: Q) -> dict[int, int]:
    rows = Record.objects.filter(condition).order_by().values_list("stream__partner_id").annotate(Count("pk"))
    return dict(rows)


def glances() -> tuple[Glance, ...]:
    """One line for each partner, by id; five queries however many there are."""
    days = last_days(clock.now())
    streams: dict[int, list[Stream]] = defaultdict(list)
    for stream in Stream.objects.order_by("epoch"):
        streams[stream.partner_id].append(stream)
    per_day = _per_day(days)
    quarantined = _counts(Q(effect=Effect.QUARANTINED))
    refused = _counts(Q(verdict=Verdict.REFUSED, stored_at__gte=_first_moment(days)))
    return tuple(
        _glance(
            partner,
            streams[partner.pk],
            tuple(per_day[partner.pk].get(day, 0) for day in days) if partner.pk in per_day else (0,) * DAYS,
            quarantined.get(partner.pk, 0),
            refused.get(partner.pk, 0),
        )
        for partner in Partner.objects.all()
    )


def _state(partner: Partner, streams: list[Stream]) -> State:
    """The worst that is to be said of a partner and its streams."""
    if not partner.is_active:
        return wording.partner_state(partner)
    if not streams:
        return State("off", gettext_lazy("Nothing exchanged yet"))
    return max((wording.stream_state(stream) for stream in streams), key=lambda s: _GRAVITY.index(s.kind))


def _glance(
    partner: Partner, streams: list[Stream], days: tuple[int, ...], quarantined: int, refused: int
) -> Glance:
    out = [stream for stream in streams if stream.direction == Direction.OUT]
    contacts = [stream.last_contact_at for stream in streams if stream.last_contact_at is not None]
    return Glance(
        partner=partner,
        last_contact=max(contacts, default=None),
        sent=sum(stream.last_seq for stream in out),
        waiting=sum(stream.waiting for stream in out),
        received=sum(stream.last_seq for stream in streams if stream.direction == Direction.IN),
        quarantined=quarantined,
        refused=refused,
        days=days,
        state=_state(partner, streams),
    )


def agreements_to_answer() -> int:
    """Proposals that this node has not answered and that have not ended."""
    return Agreement.objects.filter(
        state=AgreementState.PROPOSED,
        valid_until__gt=clock.now(),
        parties__node_id=queries.me(),
        parties__decision=Decision.NONE,
    ).count()


def quarantined() -> int:
    """Accepted records whose effect failed here."""
    return Record.objects.filter(effect=Effect.QUARANTINED).count()


def open_alarms() -> int:
    """Alarms that nobody has cleared."""
    return Alarm.objects.filter(cleared_at=None).count()


def oldest_undelivered(moment: datetime) -> timedelta | None:
    """The age of the oldest record without a receipt; None where nothing waits."""
    # The first number behind the settled ones, stream by stream: found by the index, however many wait.
    first = Record.objects.filter(stream__direction=Direction.OUT, seq=F("stream__settled_seq") + 1)
    oldest = first.aggregate(oldest=Min("issued"))["oldest"]
    return moment - oldest if oldest is not None else None
