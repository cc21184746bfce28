"""Learning from a corridor: margins, lags and thresholds, as a `Calibration`."""

from dataclasses import replace

from isthmus.analysis.engine import Workspace
from isthmus.apps.etrade.reconciliation.rules.calibration import Calibration
from isthmus.apps.etrade.reconciliation.rules.margins import learn

_MARGINS = """
WITH sure AS (SELECT chapter, declared_ratio AS ratio FROM facts WHERE sure),
middles AS (SELECT $chapter AS chapter, CAST(median(ratio) AS BIGINT) AS middle, count(*) AS shipments
    FROM sure GROUP BY 1)
SELECT m.chapter, m.middle, CAST(median(abs(s.ratio - m.middle)) AS BIGINT), m.shipments
FROM sure AS s JOIN middles AS m ON m.chapter = $same GROUP BY ALL ORDER BY 1
"""


def learn_margins(workspace: Workspace, calibration: Calibration) -> Calibration:
    """The calibration with the margins of the sure links in ``facts``: for the corridor and by HS chapter."""
    whole = workspace.rows(_MARGINS.replace("$chapter", "-1").replace("$same", "-1"))
    margin = calibration.margin
    for _chapter, middle, deviation, shipments in whole:
        margin = learn(int(str(middle)), int(str(deviation)), int(str(shipments)), margin)
    rows = workspace.rows(_MARGINS.replace("$chapter", "chapter").replace("$same", "s.chapter"))
    chapters = {
        int(str(chapter)): learn(int(str(middle)), int(str(deviation)), int(str(shipments)), margin)
        for chapter, middle, deviation, shipments in rows
    }
    return replace(calibration, margin=margin, chapters=chapters)
