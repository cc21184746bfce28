"""Thresholds of a corridor, learned from decoys: its own exports at another time of its year."""

from dataclasses import replace

from isthmus.analysis.engine import Workspace
from isthmus.apps.etrade.reconciliation.analytics import linking
from isthmus.apps.etrade.reconciliation.rules.calibration import ACCEPT, Calibration
from isthmus.apps.etrade.reconciliation.rules.decoys import Scored, threshold

MOST_DECOYS = 200_000
"""Exports beyond which each decoy stands for several of them."""

# What a decoy may not link to: the import of the export that it was made of, nor a twin of that import.
_OWN = """
CREATE OR REPLACE TEMP TABLE own AS
WITH linked AS (SELECT l.e, i.* FROM links AS l JOIN i ON i.n = l.i)
SELECT e + $start AS e, n AS i FROM linked
UNION
SELECT l.e + $start, twin.n FROM linked AS l JOIN i AS twin
    ON twin.doc = l.doc AND twin.hs6 = l.hs6 AND twin.grams = l.grams
"""
# All that an export declares, half of the corridor's time away, going round: firms, goods, marks and weights
# are as common among decoys as among exports.
_DECOYS = """
INSERT INTO e
SELECT * REPLACE (CAST(n + $start AS INTEGER) AS n, CAST(hash(tie) >> 32 AS BIGINT) AS tie,
    $first + CAST((day - $first + $days // 2) % $days AS INTEGER) AS day)
FROM e WHERE tie % $each = 0
"""
_COUNTED = """
SELECT pass, score, count(*) FILTER (e < $start), $each * count(*) FILTER (e >= $start)
FROM links GROUP BY pass, score
"""


def learn_thresholds(workspace: Workspace, calibration: Calibration) -> Calibration:
    """The calibration with the scores from which each pass accepts, and how many of these links are false.

    Call it last: ``links`` is made anew, with decoys in it, and what was told from it does not fit any more.
    """
    exports = workspace.number("SELECT count(*) FROM e")
    filled = {
        "$start": str(workspace.number("SELECT max(n) + 1 FROM e")),
        "$first": "(SELECT min(day) FROM e)",
        "$days": str(workspace.number("SELECT max(day) - min(day) + 1 FROM e")),
        "$each": str(-(-exports // MOST_DECOYS)),
    }
    if not exports:
        return calibration
    workspace.run(_filled(_OWN, filled))
    workspace.run(_filled(_DECOYS, filled))
    linking.link(workspace, calibration.accept, calibration.review, never="own")
    by_pass: dict[int, list[Scored]] = {}
    for number, *figures in workspace.rows(_filled(_COUNTED, filled)):
        by_pass.setdefault(int(str(number)), []).append(Scored(*(int(str(figure)) for figure in figures)))
    workspace.run(_filled("DELETE FROM e WHERE n >= $start", filled))
    found = {
        number: threshold(by_pass.get(number, ()), given, calibration.review[number])
        for number, given in ACCEPT.items()
    }
    return replace(
        calibration,
        accept={number: score for number, (score, _share) in found.items()},
        false_links={number: share for number, (_score, share) in found.items() if share is not None},
    )


def _filled(statement: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        statement = statement.replace(name, value)
    return statement
