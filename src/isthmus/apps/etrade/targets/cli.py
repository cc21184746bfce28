"""`isthmus etrade push`: hand to the own systems, now, what partners sent."""

import click
from django.utils.translation import gettext as _

from isthmus.apps.etrade.targets.models import Target
from isthmus.apps.etrade.targets.services import due_targets, run_target, try_again, waiting
from isthmus.kit.errors import NotFound
from isthmus.kit.terminal import Bar, json_option, say, show_rows, who


@click.command("push")
@click.argument("name", required=False)
@click.option("--again", is_flag=True, help="Try again what the target refused, too.")
@json_option
def push(name: str | None, *, again: bool, as_json: bool) -> None:
    """Push what waits to the target NAME, or to every target that is due.

    A record is posted again if the power failed before its answer was noted: its leaf, in the header
    Idempotency-Key and in the name of its file, tells it. The exit code is 1 if a target could not be
    reached, and 2 if a record was refused.
    """
    rows = []
    for target in _chosen(name):
        if again:
            try_again(target, actor=who())
            target.refresh_from_db()
        with Bar(target.name) as bar:
            total = waiting(target).count()

            def step(done: int, bar: Bar = bar, total: int = total) -> None:
                bar.step(done, max(total, done))

            run = run_target(target, step=step)
        left = waiting(target).count()
        rows.append(
            {
                "target": target.name,
                "pushed": run.pushed,
                "refused": run.refused,
                "waiting": left,
                "error": run.error,
            }
        )
    columns = {"target": "target", "pushed": "pushed", "refused": "refused", "waiting": "waiting"}
    show_rows(rows, {**columns, "error": "error"}, as_json=as_json, empty="No target is due.")
    if any(row["refused"] for row in rows):
        say("The page of each target says why a record was not taken, and what to do.")
    if any(row["error"] for row in rows):
        raise SystemExit(1)
    if any(row["refused"] for row in rows):
        raise SystemExit(2)


def _chosen(name: str | None) -> list[Target]:
    if name is None:
        return list(due_targets())
    row = Target.objects.select_related("organisation").filter(name=name).first()
    if row is None:
        raise NotFound(
            "etrade.no-target",
            _("There is no target %(name)s.") % {"name": name},
            next_step=_("The page of targets shows them."),
        )
    return [row]
