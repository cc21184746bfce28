"""The job of the node's worker: plan a list of homes."""

from isthmus.apps.solar.planning.models import SupplyPlan
from isthmus.apps.solar.planning.services import carry_out
from isthmus.jobs.progress import Progress


def plan(progress: Progress, plan: int) -> None:
    """Plan the list of one row; nothing where that is done, or the row is gone."""
    row = SupplyPlan.objects.filter(pk=plan).first()
    if row is not None and row.is_open:
        carry_out(row, progress)
