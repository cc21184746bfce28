"""The watch over the machine: an alarm while there is still time, cleared once it is over."""

from django.utils.translation import gettext as _

from isthmus.exchange.services.alarms import clear_alarm, raise_alarm
from isthmus.jobs.progress import Progress
from isthmus.node.checkup import machine

DISK_LOW = "node.disk-low"


def watch_disk(progress: Progress) -> dict[str, object]:
    """Raise the alarm where little room is left for records and receipts."""
    progress.step(0, 1)
    free = machine.free_bytes()
    low = free < machine.LITTLE_SPACE
    if low:
        raise_alarm(
            DISK_LOW,
            "node",
            _("%(free)d MB are free where the node keeps its files.") % {"free": free // 1_000_000},
            next_step=_("Make room before nothing can be received."),
        )
    else:
        clear_alarm(DISK_LOW, "node", actor="node")
    return {"free_bytes": free, "low": low}
