"""The writers of plans: ask for one, plan it, delete it."""

import json
import tempfile
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.solar.planning.house import JOB
from isthmus.apps.solar.planning.models import SupplyPlan
from isthmus.jobs.models import UNFINISHED, Job
from isthmus.jobs.progress import Progress
from isthmus.jobs.services import cancel, enqueue
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, FieldFault

if TYPE_CHECKING:
    from isthmus.apps.solar.planning.analytics.running import Plan

MOST_BYTES = 8 * 1024 * 1024
"""Of a file on a page: some 150,000 homes as CSV, a million as Parquet. More goes by the command."""
SUFFIXES = (".csv", ".parquet")


@transaction.atomic
def ask(
    organisation: Organisation,
    title: str,
    file: tuple[str, bytes],
    *,
    battery: str,
    target: Decimal,
    country: str,
    actor: str,
) -> SupplyPlan:
    """Keep a list of homes (name and content of its file) and let the node's worker plan it."""
    name, content = file
    if Path(name).suffix.lower() not in SUFFIXES:
        message = _("Give a file that ends in .csv or .parquet.")
        raise BadInput("solar.plan-file", message, faults=(FieldFault("file", message),))
    if not 0 < len(content) <= MOST_BYTES:
        message = _("The file has to hold something, and at most 8 MB.")
        raise BadInput("solar.plan-file", message, faults=(FieldFault("file", message),))
    row = SupplyPlan.objects.create(
        organisation=organisation,
        title=title,
        file_name=Path(name).name[-200:],
        battery=battery,
        target=target,
        country=country,
        homes=content,
        asked_at=clock.now(),
        asked_by=actor,
    )
    row.job = enqueue(JOB, {"plan": row.pk}, unique_key=f"{JOB}:{row.pk}", actor=actor).id
    row.save(update_fields=["job"])
    audit.note("solar.plan-asked", actor=actor, subject=str(row.pk), detail={"file": row.file_name})
    return row


def carry_out(row: SupplyPlan, progress: Progress) -> None:
    """Plan the homes of a row that is still open; what is wrong with the file is kept as its fault."""
    # Heavy: who asks for a page does not wait for it.
    from isthmus.apps.solar.planning.analytics.lots import lots_of_plan
    from isthmus.apps.solar.planning.analytics.running import plan_homes

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        homes = folder / f"homes{Path(row.file_name).suffix.lower()}"
        homes.write_bytes(bytes(row.homes))
        out, lots = folder / "plan.parquet", folder / "lots.csv"
        progress.step(0, None)
        try:
            plan = plan_homes(
                homes,
                out,
                target=float(row.target),
                battery=row.battery,
                country=row.country,
                lots=lots,
                step=progress.step,
            )
            told = lots_of_plan(lots) if plan.lots else []
        except BadInput as error:
            _finish(row, fault=_said(error, homes.name, row.file_name))
            return
        _finish(row, found=_as_json(plan), lots=told, rows=out.read_bytes())


def _said(error: BadInput, name: str, given: str) -> str:
    faults = "; ".join(f"{one.where}: {one.message}" for one in error.faults)
    return " ".join(part for part in (error.message, faults, error.next_step) if part).replace(name, given)


def _as_json(plan: "Plan") -> "dict[str, object]":
    kept = {
        "whole": asdict(plan.whole),
        "districts": [asdict(one) for one in plan.districts],
        "lots": plan.lots,
        "far": [list(place) for place in plan.far],
        "currency": plan.currency,
        "confirmed": plan.prices.confirmed,
        "checked_on": plan.prices.checked_on.isoformat(),
    }
    told: dict[str, object] = json.loads(json.dumps(kept, default=str))
    return told


@transaction.atomic
def _finish(row: SupplyPlan, **found: object) -> None:
    """Keep what came of it, and no longer where each home stands."""
    now = SupplyPlan.objects.select_for_update().get(pk=row.pk)
    for name, value in {
        **found,
        "homes": b"",
        "planned_at": None if "fault" in found else clock.now(),
    }.items():
        setattr(now, name, value)
    now.save()


@transaction.atomic
def drop(row: SupplyPlan, *, actor: str) -> None:
    """Delete a plan; one that is being planned is stopped."""
    if row.job is not None and Job.objects.filter(pk=row.job, state__in=UNFINISHED).exists():
        cancel(row.job)
    audit.note("solar.plan-dropped", actor=actor, subject=str(row.pk), detail={"title": row.title})
    row.delete()
