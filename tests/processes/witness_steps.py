"""What the test of a split view does inside a node, beside the steps that tests with nodes share."""

import sys
from typing import Any

from tests.processes.steps import _until, card, main, meet

__all__ = ["card", "meet"]


def note_events(flavour: str, number: str) -> int:
    """So many events of this node, in its log; returns the size of the log then."""
    from isthmus.accounts import audit
    from isthmus.accounts.models import AuditEvent
    from isthmus.exchange.models import LogHead

    for one in range(int(number)):
        audit.note("test.event", actor=flavour, subject=str(one))
    _until(lambda: not AuditEvent.objects.filter(leaf=None).exists(), 30)
    return LogHead.objects.get().size


def until_witnessed(partner: str, size: str) -> list[int]:
    """Wait until both logs are cosigned: the partner's at least over ``size``; returns how far each is."""
    from isthmus.exchange.models import Cosignature, Witnessed

    _until(
        lambda: (
            Witnessed.objects.filter(partner__node_id=partner, tip_size__gte=int(size)).exists()
            and Cosignature.objects.filter(partner__node_id=partner).exists()
        ),
        60,
    )
    own = Cosignature.objects.filter(partner__node_id=partner).order_by("-size")[0]
    return [Witnessed.objects.get(partner__node_id=partner).tip_size, own.size]


def until_alarm(code: str) -> str:
    """Wait for an alarm; returns what it is about."""
    from isthmus.exchange.models import Alarm

    _until(lambda: Alarm.objects.filter(code=code, cleared_at=None).exists(), 60)
    return Alarm.objects.get(code=code, cleared_at=None).subject


def alarms() -> list[str]:
    """The codes of open alarms."""
    from isthmus.exchange.models import Alarm

    return sorted(Alarm.objects.filter(cleared_at=None).values_list("code", flat=True))


def evidence() -> Any:
    """The evidence of the split view that this node holds, and the card of the log's owner."""
    from isthmus.exchange.models import LogSplit
    from isthmus.trust.models import Partner

    row = LogSplit.objects.get()
    return {"evidence": row.evidence, "card": Partner.objects.get(node_id=row.node_id).card}


if __name__ == "__main__":
    main(globals(), *sys.argv[1:])
