"""Asking for a comparison when something arrived that one reads."""

from datetime import UTC, datetime, timedelta

from isthmus.jobs.models import Job, State
from isthmus.jobs.services import enqueue
from isthmus.kit import clock
from isthmus.trust.statements import Select

KIND = "etrade.reconcile"
GATHER_SECONDS = 20
"""What arrives within so many seconds is compared at once, when they are over."""

# Every declaration that arrives asks this: through the ORM it costs a tenth of storing it.
_WAITING = Select(
    lambda key, state: (
        Job.objects.filter(unique_key=key, state=state).order_by().values_list("kind", flat=True)[:1]
    ),
    str,
    str,
)


def compare_soon() -> None:
    """Ask for a comparison inside the caller's transaction, once for all that arrives in these seconds.

    What arrives while one runs asks for the next: none is taken for told that came too late to be read.
    """
    turn = int(clock.now().timestamp()) // GATHER_SECONDS + 1
    key = f"{KIND}:{turn}"
    if _WAITING.first(key, State.WAITING.value) is None:
        ends = datetime.fromtimestamp(turn * GATHER_SECONDS, UTC)
        enqueue(KIND, run_at=ends + timedelta(seconds=1), unique_key=key)
