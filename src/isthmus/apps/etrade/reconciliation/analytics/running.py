"""One corridor from two files to links and cases: a function over the corridor's rows and its calibration."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from isthmus.analysis.engine import Workspace, open_workspace
from isthmus.analysis.tables import save_table
from isthmus.apps.etrade.reconciliation.analytics import comparing, explaining, grouping, linking, prepare
from isthmus.apps.etrade.reconciliation.analytics.calibrating import learn_margins
from isthmus.apps.etrade.reconciliation.analytics.decoys import learn_thresholds
from isthmus.apps.etrade.reconciliation.analytics.intake import read_duties, read_rates, read_side
from isthmus.apps.etrade.reconciliation.rules.calibration import Calibration

STEPS = 8
_LINKS_OUT = """
SELECT e.id AS export_id, i.id AS import_id, l.pass, CAST(l.score / 10 AS DECIMAL(6, 1)) AS score,
    CASE WHEN l.sweep = 1 THEN 'accepted' ELSE 'review' END AS status
FROM links AS l JOIN exports AS e ON CAST(e.rowid AS INTEGER) = l.e
    JOIN imports AS i ON CAST(i.rowid AS INTEGER) = l.i
"""
_CASES_OUT = "SELECT * FROM cases ORDER BY rank"
Told = Callable[[int, str], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run found."""

    exports: int
    imports: int
    linked: int
    by_pass: Mapping[str, int]
    for_review: int
    cases: Mapping[str, int]
    not_due: int
    before_period: int
    false_alarms_a_day: str
    ranked_by: str
    calibration: Calibration
    seconds: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files of one corridor."""

    exports: Path
    imports: Path
    rates: Path | None = None
    duties: Path | None = None

    def paths(self) -> list[Path]:
        """Those that are given."""
        return [path for path in (self.exports, self.imports, self.rates, self.duties) if path is not None]


def reconcile_files(
    inputs: Inputs, calibration: Calibration | None, cases: Path, links: Path | None, told: Told
) -> Summary:
    """Reconcile two files and write the cases, and the links if asked; ``told`` hears of each step.

    Without a calibration the margins are learned from the corridor itself. Nothing is written where the input
    is refused.
    """
    start = time.monotonic()
    with open_workspace(*inputs.paths()) as workspace:
        told(0, "Reading")
        counts = read_corridor(workspace, inputs)
        used = reconcile(workspace, calibration, told)
        told(7, "Writing")
        if links is not None:
            save_table(workspace, _LINKS_OUT, links)
        save_table(workspace, _CASES_OUT, cases)
        told(STEPS, "Done")
        return _summary(workspace, counts, used, time.monotonic() - start)


def calibrate_files(inputs: Inputs, day: date, told: Told) -> Calibration:
    """What two files teach about their corridor, dated ``day``."""
    with open_workspace(*inputs.paths()) as workspace:
        told(0, "Reading")
        read_corridor(workspace, inputs)
        default = Calibration()
        told(2, "Linking")
        linking.link(workspace, default.accept, default.review)
        comparing.gather(workspace, default)
        told(7, "Learning")
        learned = learn_margins(workspace, default)
        grouping.group(workspace)
        return replace(learn_thresholds(workspace, learned), learned_on=day)


def read_corridor(workspace: Workspace, inputs: Inputs) -> tuple[int, int]:
    """Read the files into the comparable tables; returns how many exports and imports there are."""
    read_rates(workspace, inputs.rates)
    read_duties(workspace, inputs.duties)
    counts = read_side(workspace, inputs.exports, "exports"), read_side(workspace, inputs.imports, "imports")
    prepare.prepare(workspace)
    return counts


def reconcile(workspace: Workspace, calibration: Calibration | None, told: Told) -> Calibration:
    """Fill ``links`` and ``cases`` from ``e``, ``i``,
    ``rates`` and ``duties``; returns the calibration used."""
    used = calibration or Calibration()
    told(2, "Linking")
    linking.link(workspace, used.accept, used.review)
    told(4, "Grouping")
    grouping.group(workspace)
    comparing.gather(workspace, used)
    if calibration is None:
        used = learn_margins(workspace, used)
    told(5, "Comparing")
    comparing.prepare_comparing(workspace, used)
    comparing.compare(workspace, used)
    told(6, "Explaining")
    explaining.explain(workspace, used)
    return used


def _summary(workspace: Workspace, counts: tuple[int, int], used: Calibration, seconds: float) -> Summary:
    reasons = {
        str(reason): int(str(count))
        for reason, count in workspace.rows(
            "SELECT reason, count(*) FROM cases GROUP BY reason ORDER BY count(*) DESC, reason"
        )
    }
    names = {step.number: step.name for step in linking.PASSES} | {grouping.PASS: "split and merged"}
    passes = {
        names[int(str(number))]: int(str(count))
        for number, count in workspace.rows("SELECT pass, count(*) FROM links GROUP BY pass ORDER BY pass")
    }
    days = max(workspace.number("SELECT max(day) - min(day) + 1 FROM e"), 1)
    alarms = sum(count * used.false_alarms.get(reason, 0) for reason, count in reasons.items())
    return Summary(
        exports=counts[0],
        imports=counts[1],
        linked=workspace.number("SELECT count(*) FROM links"),
        by_pass=passes,
        for_review=workspace.number("SELECT count(*) FROM links WHERE sweep = 2"),
        cases=reasons,
        not_due=workspace.number("SELECT count(*) FROM left_e WHERE reason IS NULL"),
        before_period=workspace.number("SELECT count(*) FROM left_i WHERE reason IS NULL"),
        false_alarms_a_day=f"{alarms / 1000 / days:.1f}",
        ranked_by="duty" if workspace.number("SELECT count(*) FROM duties") else "value",
        calibration=used,
        seconds=f"{seconds:.1f}",
    )
