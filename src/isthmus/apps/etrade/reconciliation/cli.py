"""`isthmus etrade reconcile` and `calibrate`: two files in, cases out, progress on stderr."""

import json
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.analysis.tables import kind_of
from isthmus.apps.etrade.reconciliation.analytics.running import (
    STEPS,
    Inputs,
    Summary,
    calibrate_files,
    reconcile_files,
)
from isthmus.apps.etrade.reconciliation.rules.calibration import Calibration, from_json
from isthmus.apps.etrade.reconciliation.rules.margins import Margin
from isthmus.kit.errors import BadInput
from isthmus.kit.files import write_private
from isthmus.kit.terminal import Bar, json_option, say, write_json

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_EXPORTS = click.argument("exports", type=_FILE)
_IMPORTS = click.argument("imports", type=_FILE)
_RANKED = {"duty": "duty at stake", "value": "value at stake, as no duties were given"}
_RATES = click.option("--rates", type=_FILE, help="Exchange rates: currency, date, rate.")


def read_calibration(path: Path) -> Calibration:
    """A calibration from its file; BadInput where it holds none."""
    try:
        return from_json(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, OSError) as error:
        raise BadInput(
            "etrade.calibration",
            _("%(file)s holds no calibration: %(reason)s.") % {"file": path.name, "reason": error},
            next_step=_("Make one with `isthmus etrade calibrate`."),
        ) from error


def _folder_of(path: Path) -> Path:
    if not path.parent.is_dir():
        raise BadInput(
            "etrade.reconcile.folder",
            _("There is no folder %(folder)s for the result.") % {"folder": path.parent},
            next_step=_("Make it first, or choose another."),
        )
    return path


@click.command()
@_EXPORTS
@_IMPORTS
@click.option("--out", "cases", type=_OUT, required=True, help="Cases to write: CSV or Parquet.")
@click.option("--links", type=_OUT, help="Links to write: CSV or Parquet.")
@_RATES
@click.option(
    "--duties", type=_FILE, help="Rates of duty: hs, rate as a fraction, date from which. Without: by value."
)
@click.option("--calibration", "calibrated", type=_FILE, help="What `calibrate` learned of this corridor.")
@json_option
def reconcile(
    exports: Path,
    imports: Path,
    cases: Path,
    links: Path | None,
    rates: Path | None,
    duties: Path | None,
    calibrated: Path | None,
    *,
    as_json: bool,
) -> None:
    """Find which export belongs to which import, and what does not tally. CSV or Parquet in and out."""
    for out in (cases, links):
        if out is not None:
            kind_of(_folder_of(out))
    calibration = read_calibration(calibrated) if calibrated is not None else None
    with Bar("Reconciling") as bar:
        summary = reconcile_files(
            Inputs(exports, imports, rates, duties),
            calibration,
            cases,
            links,
            lambda done, _label: bar.step(done, STEPS),
        )
    if as_json:
        write_json({**_plain(summary), "out": str(cases), "links": str(links) if links else None})
    else:
        _show(summary)
    say(_("%(count)s cases are in %(file)s.") % {"count": sum(summary.cases.values()), "file": cases})


@click.command()
@_EXPORTS
@_IMPORTS
@_RATES
@click.option("--out", type=_OUT, required=True, help="Calibration to write: JSON.")
@json_option
def calibrate(exports: Path, imports: Path, rates: Path | None, out: Path, *, as_json: bool) -> None:
    """Learn a corridor's margins and thresholds from its declarations, for `reconcile --calibration`."""
    _folder_of(out)
    with Bar("Calibrating") as bar:
        learned = calibrate_files(
            Inputs(exports, imports, rates),
            datetime.now(UTC).date(),
            lambda done, _label: bar.step(done, STEPS),
        )
    write_private(out, json.dumps(learned.as_json(), indent=2).encode("utf-8") + b"\n")
    if as_json:
        write_json(learned.as_json())
    else:
        click.echo(f"margin  {_band(learned.margin)} from {learned.margin.shipments} shipments")
        click.echo(f"accepted from bits, by pass  {_scores(dict(learned.accept))}")
        shares = ", ".join(f"{number}: {share / 100:.2f} %" for number, share in learned.false_links.items())
        click.echo(f"false among accepted, by pass  {shares or 'too few links to measure'}")
    say(_("The calibration is in %(file)s.") % {"file": out})


def _plain(summary: Summary) -> dict[str, object]:
    members = {field.name: getattr(summary, field.name) for field in fields(summary)}
    return {**members, "calibration": summary.calibration.as_json()}


def _band(margin: Margin) -> str:
    return f"{margin.middle / 1000:.3f} ({margin.low / 1000:.3f} to {margin.high / 1000:.3f})"


def _scores(scores: dict[int, int]) -> str:
    return ", ".join(f"{number}: {score / 10:.0f}" for number, score in scores.items())


def _show(summary: Summary) -> None:
    used = summary.calibration
    lines: list[tuple[str, object]] = [
        ("exports", summary.exports),
        ("imports", summary.imports),
        ("linked", summary.linked),
        *[(f"  by {name}", count) for name, count in summary.by_pass.items()],
        ("  to be looked at", summary.for_review),
        ("cases", sum(summary.cases.values())),
        *[(f"  {reason}", count) for reason, count in summary.cases.items()],
        ("exports not due yet", summary.not_due),
        ("imports from before the period", summary.before_period),
        ("accepted from bits, by pass", _scores(dict(used.accept))),
        ("looked at from bits, by pass", _scores(dict(used.review))),
        ("margin", _band(used.margin)),
        ("calibrated on", used.learned_on or "this corridor itself, in this run"),
        (
            "ranked by",
            "duty at stake" if summary.ranked_by == "duty" else "value at stake, as no duties were given",
        ),
        ("expected false alarms a day", summary.false_alarms_a_day),
        ("seconds", summary.seconds),
    ]
    width = max(len(name) for name, _value in lines)
    for name, value in lines:
        click.echo(f"{name:<{width}}  {value}")
