"""`isthmus etrade cases`: what waits for officers, from the shell."""

import click

from isthmus.apps.etrade.cases.models import Case, CaseState, Corridor
from isthmus.apps.etrade.cases.queries import waiting
from isthmus.apps.etrade.cases.services.calibrating import calibrate_corridor
from isthmus.apps.etrade.cases.services.reconciling import corridors, reconcile_corridor
from isthmus.apps.etrade.cases.services.responding import respond_to_matches
from isthmus.apps.etrade.cases.wording import statement
from isthmus.kit.terminal import Bar, json_option, say, show_rows, who

_COLUMNS = {"number": "case", "stake": "at stake", "reason": "reason", "state": "state", "matter": "matter"}


@click.group()
def cases() -> None:
    """Cases of this node: what does not tally between its declarations and those of partners."""


@cases.command("list")
@click.option("--state", type=click.Choice(CaseState.values), help="Only these; without it, undecided ones.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 100_000), help="At most so many."
)
@json_option
def list_cases(state: str | None, limit: int, *, as_json: bool) -> None:
    """List cases, the worst first."""
    found = waiting() if state is None else Case.objects.filter(state=state)
    rows = [
        {
            "number": case.number,
            "stake": case.stake,
            "stake_kind": case.stake_kind,
            "currency": case.corridor.currency,
            "reason": case.reason,
            "state": case.state,
            "partner": case.corridor.partner,
            "matter": statement(case),
        }
        for case in found.select_related("corridor")[:limit]
    ]
    show_rows(rows, _COLUMNS, as_json=as_json, empty="No case waits.")


@cases.command("run")
@json_option
def run(*, as_json: bool) -> None:
    """Reconcile every corridor whose declarations changed, and tell partners what matched."""
    rows = []
    every = corridors()
    with Bar("Reconciling") as bar:
        for place, corridor in enumerate(every):
            changed = reconcile_corridor(corridor)
            told = sum(1 for _response in respond_to_matches(corridor))
            fresh = Corridor.objects.get(pk=corridor.pk)
            rows.append(
                {
                    "partner": fresh.partner,
                    "way": fresh.way,
                    "exports": fresh.exports,
                    "imports": fresh.imports,
                    "linked": fresh.linked,
                    "waiting": waiting().filter(corridor=fresh).count(),
                    "responses": told,
                    "news": changed,
                }
            )
            bar.step(place + 1, len(every))
    show_rows(
        rows, {name: name for name in rows[0]} if rows else {}, as_json=as_json, empty="No partner is active."
    )


@cases.command("calibrate")
@json_option
def calibrate(*, as_json: bool) -> None:
    """Learn margins and thresholds of every corridor from its shipments and from what officers decided."""
    rows = []
    every = corridors()
    with Bar("Calibrating") as bar:
        for place, corridor in enumerate(every):
            learned = calibrate_corridor(corridor, who())
            if learned is not None:
                row = {"partner": corridor.partner, "way": corridor.way}
                rows.append({**row, "shipments": learned.shipments, "decisions": learned.decisions})
            bar.step(place + 1, len(every))
    show_rows(
        rows,
        {name: name for name in ("partner", "way", "shipments", "decisions")},
        as_json=as_json,
        empty="Nothing new was learned.",
    )
    say("The next run of `isthmus etrade cases run` uses what was learned.")
