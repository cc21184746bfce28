"""A corridor's thresholds, learned from its own exports at another time of the year."""

from dataclasses import replace
from pathlib import Path

from bench.corridor.make import make
from bench.corridor.settings import NOISES, Corridor
from isthmus.analysis.engine import open_workspace
from isthmus.apps.etrade.reconciliation.analytics import grouping, linking
from isthmus.apps.etrade.reconciliation.analytics.decoys import learn_thresholds
from isthmus.apps.etrade.reconciliation.analytics.running import Inputs, read_corridor
from isthmus.apps.etrade.reconciliation.rules.calibration import ACCEPT, Calibration
from isthmus.apps.etrade.reconciliation.rules.decoys import MOST_FALSE

OWN = Calibration()
_FALSE = """
SELECT count(*) FILTER (t.export_id IS NULL), count(*)
FROM links AS l JOIN exports AS e ON e.rowid = l.e JOIN imports AS i ON i.rowid = l.i
LEFT JOIN truth AS t ON t.export_id = e.id AND t.import_id = i.id WHERE l.pass = 2
"""


def test_a_noisy_corridor_accepts_less_by_weight_and_fewer_of_these_links_are_false(tmp_path: Path) -> None:
    files = make(Corridor(8000, 6, NOISES["harsh"]), tmp_path)
    inputs = Inputs(files.exports, files.imports, files.rates)
    with open_workspace(*inputs.paths(), files.links) as workspace:
        read_corridor(workspace, inputs)
        linked = "truth", f"SELECT * FROM read_parquet('{files.links}')"
        workspace.run("CREATE TABLE {} AS {}".format(*linked))
        linking.link(workspace, OWN.accept, OWN.review)
        grouping.group(workspace)
        before = workspace.number("SELECT count(*) FROM e")
        wrong, accepted = workspace.rows(_FALSE + " AND l.sweep = 1")[0]
        learned = learn_thresholds(workspace, OWN)
        assert workspace.number("SELECT count(*) FROM e") == before
        linking.link(workspace, learned.accept, learned.review)
        fewer, still = workspace.rows(_FALSE + " AND l.sweep = 1")[0]
    assert learned.accept[2] > ACCEPT[2]
    assert learned.false_links[2] <= MOST_FALSE
    assert int(str(still)) > 0
    assert int(str(fewer)) / int(str(still)) < int(str(wrong)) / int(str(accepted))
    # So few links of the later passes say nothing.
    assert {number: learned.accept[number] for number in (4, 5, 6)} == {4: 300, 5: 320, 6: 280}
    assert learned == replace(OWN, accept=learned.accept, false_links=learned.false_links)


def test_without_an_export_nothing_is_learned(tmp_path: Path) -> None:
    sides = [tmp_path / "exports.csv", tmp_path / "imports.csv"]
    sides[0].write_text("id,date,hs,partner\n", encoding="utf-8")
    sides[1].write_text("id,date,hs,partner\nA,2026-05-01,071331,CN\n", encoding="utf-8")
    with open_workspace(*sides) as workspace:
        read_corridor(workspace, Inputs(*sides))
        linking.link(workspace, OWN.accept, OWN.review)
        assert learn_thresholds(workspace, OWN) == OWN
