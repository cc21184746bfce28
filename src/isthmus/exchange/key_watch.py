"""The daily look at keys: certificates that end soon, and retired keys whose time has come."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings

from isthmus.exchange.services.alarms import clear_alarm, raise_alarm
from isthmus.exchange.services.keys import ENDING, PARTNER_ENDING
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.trust import own_keys
from isthmus.trust.models import KeyPurpose, OwnKey, PartnerKey, PartnerState


def _ends(until: datetime, moment: datetime) -> str:
    days = (until - moment).days
    return f"ended on {until:%Y-%m-%d}" if until < moment else f"ends on {until:%Y-%m-%d}, in {days} days"


def _is_close(until: datetime, moment: datetime) -> bool:
    return until - moment < timedelta(days=settings.ISTHMUS.key_alarm_days)


def _own(moment: datetime) -> int:
    raised = 0
    newest = OwnKey.objects.filter(retired_at=None)  # a successor that still waits counts: it is there
    for own in newest:
        if not _is_close(own.valid_until, moment):
            clear_alarm(ENDING, own.purpose, actor="node")
            continue
        raised += 1
        raise_alarm(
            ENDING,
            own.purpose,
            f"The {own.purpose} certificate of this node {_ends(own.valid_until, moment)}.",
            next_step="Plan a new first contact with every partner."
            if own.purpose == KeyPurpose.ROOT
            else f"Roll the key over: isthmus key roll {own.purpose}.",
        )
    return raised


def _newest_of_partners() -> Iterator[PartnerKey]:
    """The newest key that counts of each partner and purpose."""
    rows = PartnerKey.objects.exclude(partner__state=PartnerState.PENDING).filter(revoked_at=None)
    found: dict[tuple[int, str], PartnerKey] = {}
    for key in rows.select_related("partner").order_by("valid_until", "pk"):
        found[key.partner_id, key.purpose] = key
    yield from found.values()


def _partners(moment: datetime) -> int:
    raised = 0
    for key in _newest_of_partners():
        subject = f"{key.partner.node_id} {key.purpose}"
        if not _is_close(key.valid_until, moment):
            clear_alarm(PARTNER_ENDING, subject, actor="node")
            continue
        raised += 1
        raise_alarm(
            PARTNER_ENDING,
            subject,
            f"The {key.purpose} certificate of {key.partner.name} {_ends(key.valid_until, moment)}.",
            next_step="Tell the partner; if it has a new key, add its present card under Partners.",
        )
    return raised


def watch(progress: Progress) -> dict[str, object]:
    """Raise and clear the alarms about certificates that end, and destroy keys that were kept long enough."""
    moment = clock.now()
    ending = _own(moment) + _partners(moment)
    progress.step(1, 2)
    destroyed = [own_keys.destroy(own, actor="node").kid for own in own_keys.due_for_destruction(moment)]
    progress.step(2, 2)
    return {"ending": ending, "destroyed": destroyed}
