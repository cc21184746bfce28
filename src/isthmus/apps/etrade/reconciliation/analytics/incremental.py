"""Reconciling what came: only the blocks that new rows touch are opened, with the result of a whole run.

Linking is made of blocks that do not see each other: two rows act on one another only as candidates of a
pass, with the score that the pass asks for, or as whole and part. So the rows that are joined to the new ones
by a chain of such pairs are linked anew among themselves, and every other link stands. Which row wins depends
on content alone, so the order of arrival leaves no trace. Cases are then judged over the whole corridor, in
one set-wise step: what they say of comparable shipments moves with every arrival.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from isthmus.analysis.engine import Workspace
from isthmus.apps.etrade.reconciliation.analytics import comparing, explaining, grouping, linking
from isthmus.apps.etrade.reconciliation.analytics.running import Told
from isthmus.apps.etrade.reconciliation.rules.calibration import Calibration

MOST_OPENED = 0.4
"""Share of the rows above which opening all blocks is less work than finding those that are touched."""

_WIDE = {"e": "exports", "i": "imports"}
_SEEDS = """
CREATE OR REPLACE TEMP TABLE ids AS SELECT unnest(?) AS id;
CREATE OR REPLACE TEMP TABLE gone AS SELECT unnest(?) AS id;
CREATE OR REPLACE TEMP TABLE front_$side AS
SELECT * FROM $side WHERE n IN (
    SELECT rowid FROM $wide WHERE id IN (SELECT id FROM ids) OR id IN (SELECT id FROM gone));
CREATE OR REPLACE TEMP TABLE opened_$side AS SELECT n FROM front_$side;
DELETE FROM $side WHERE n IN (SELECT rowid FROM $wide WHERE id IN (SELECT id FROM gone))
"""
_KNOWN = """
CREATE OR REPLACE TEMP TABLE known AS
SELECT CAST(e.rowid AS INTEGER) AS e, CAST(i.rowid AS INTEGER) AS i, k.pass, k.sweep, k.score FROM (
    SELECT unnest(?) AS export_id, unnest(?) AS import_id, unnest(?) AS pass, unnest(?) AS sweep,
        unnest(?) AS score) AS k
LEFT JOIN exports AS e ON e.id = k.export_id LEFT JOIN imports AS i ON i.id = k.import_id
"""
# A link of a row that was withdrawn does not count; of a row that is nowhere, nobody knows what it touched.
_LOST = "SELECT count(*) FROM known WHERE e IS NULL OR i IS NULL"
_WITHDRAWN = """
DELETE FROM known WHERE e NOT IN (SELECT n FROM e) OR i NOT IN (SELECT n FROM i)
"""
_TOUCHED = "CREATE OR REPLACE TEMP TABLE touched_$side (n INTEGER)"
# Pairs of all sorts first, then what speaks for them, once: to weigh each sort by itself costs most.
_NEAR = """
SELECT e.n AS e, i.n AS i, $least AS least FROM $exports AS e JOIN $imports AS i ON $keys
WHERE i.day - e.day BETWEEN $lag_from AND $lag_to
"""
_PARTS_WEIGHED = " AND e.grams IS NOT NULL AND i.grams IS NOT NULL"
_PART_KEYS = tuple(" AND ".join(f"e.{key} = i.{key}" for key in keys) for keys in grouping.BLOCKS)
_LINKED = "SELECT e, i, $least FROM known WHERE $of IN (SELECT n FROM front_$of)"
_PAIRS = "CREATE OR REPLACE TEMP TABLE near AS $sorts"
_TOUCH = """
INSERT INTO touched_$to
SELECT DISTINCT $to FROM (
    SELECT near.e, near.i, near.least, $evidence AS score
    FROM near JOIN $exports AS e ON e.n = near.e JOIN $imports AS i ON i.n = near.i)
WHERE score >= least
"""
_WHATEVER_THE_SCORE = -1_000_000
_NEXT = """
CREATE OR REPLACE TEMP TABLE front_$side AS
SELECT * FROM $side WHERE n IN (SELECT n FROM touched_$side) AND n NOT IN (SELECT n FROM opened_$side);
INSERT INTO opened_$side SELECT n FROM front_$side
"""
_ALL = "CREATE OR REPLACE TEMP TABLE opened_$side AS SELECT n FROM $side"
_NARROW = """
ALTER TABLE $side RENAME TO whole_$side;
CREATE TABLE $side AS SELECT * FROM whole_$side WHERE n IN (SELECT n FROM opened_$side)
"""
_WIDEN = "DROP TABLE $side; ALTER TABLE whole_$side RENAME TO $side"
_KEEP = """
INSERT INTO links (e, i, pass, sweep, round, score)
SELECT e, i, pass, sweep, 1, score FROM known WHERE e NOT IN (SELECT n FROM opened_e)
"""
# Linking leaves what it did not match of the opened rows; judging asks for all that has no link.
_LEFT = """
CREATE OR REPLACE TEMP TABLE $side_left AS
SELECT s.* FROM $side AS s ANTI JOIN links AS l ON l.$side = s.n
"""
_SIZE = "SELECT (SELECT count(*) FROM $stem_e) + (SELECT count(*) FROM $stem_i)"


@dataclass(frozen=True, slots=True)
class KnownLink:
    """A link that an earlier run found; ``score`` in tenths of a bit, ``sweep`` 1 accepted, 2 for review."""

    export_id: str
    import_id: str
    found_by: int
    sweep: int
    score: int


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What changed since the known links were found, as ids of rows of the two tables.

    Withdrawn rows are still in the tables, so that what they touched is opened; then they are taken out.
    An amended row is both: its former content, under an id of its own, is withdrawn, the new one came.
    """

    exports: Collection[str] = ()
    imports: Collection[str] = ()
    withdrawn_exports: Collection[str] = ()
    withdrawn_imports: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """How many rows were linked anew; ``whole`` where that was the whole corridor."""

    exports: int
    imports: int
    whole: bool


def reconcile_arrivals(
    workspace: Workspace,
    calibration: Calibration,
    known: Iterable[KnownLink],
    arrivals: Arrivals,
    most: float | None = None,
    told: Told = lambda _done, _label: None,
) -> Opened:
    """Fill ``links`` and ``cases`` as `running.reconcile` does with this calibration.

    ``e`` and ``i`` hold all rows of the corridor, those that came or are withdrawn included; ``known`` are
    the links of the last run, found with the same calibration and rates. Where more than the share ``most``
    (``MOST_OPENED``) of the rows would be opened, or a known link names a row that is not there, all blocks
    are opened. ``opened_e`` and ``opened_i`` hold the numbers of the rows that were linked anew.
    """
    links = list(known)
    workspace.run(
        _KNOWN,
        [
            [link.export_id for link in links],
            [link.import_id for link in links],
            [link.found_by for link in links],
            [link.sweep for link in links],
            [link.score for link in links],
        ],
    )
    lost = workspace.number(_LOST)
    for side, came, gone in (
        ("e", arrivals.exports, arrivals.withdrawn_exports),
        ("i", arrivals.imports, arrivals.withdrawn_imports),
    ):
        _each(workspace, _SEEDS, side, [list(came)], [list(gone)])
    workspace.run(_WITHDRAWN)
    share = MOST_OPENED if most is None else most
    bound = int(workspace.number(_SIZE.replace("$stem_", "")) * share)
    whole = bool(lost) or not _open_touched(workspace, calibration, bound)
    if whole:
        for side in ("e", "i"):
            _each(workspace, _ALL, side)
    told(2, "Linking")
    _link_opened(workspace, calibration)
    comparing.gather(workspace, calibration)
    told(5, "Comparing")
    comparing.prepare_comparing(workspace, calibration)
    comparing.compare(workspace, calibration)
    told(6, "Explaining")
    explaining.explain(workspace, calibration)
    return Opened(
        workspace.number("SELECT count(*) FROM opened_e WHERE n IN (SELECT n FROM e)"),
        workspace.number("SELECT count(*) FROM opened_i WHERE n IN (SELECT n FROM i)"),
        whole,
    )


def _open_touched(workspace: Workspace, calibration: Calibration, bound: int) -> bool:
    """Follow the chains of pairs until nothing is added; False where they pass ``bound`` rows."""
    while workspace.number(_SIZE.replace("$stem", "front")):
        if workspace.number(_SIZE.replace("$stem", "opened")) > bound:
            return False
        for side in ("e", "i"):
            _each(workspace, _TOUCHED, side)
        for of, to, exports, imports in (("e", "i", "front_e", "i"), ("i", "e", "e", "front_i")):
            sorts = _sorts_of_pairs(calibration, of)
            for statement in (
                _PAIRS.replace("$sorts", sorts),
                _TOUCH.replace("$evidence", linking.evidence()),
            ):
                filled = statement.replace("$exports", exports).replace("$imports", imports)
                workspace.run(filled.replace("$to", to))
        for side in ("e", "i"):
            _each(workspace, _NEXT, side)
    return True


def _sorts_of_pairs(calibration: Calibration, of: str) -> str:
    """Whatever may join two rows, with the least score that it asks for; ``of`` is the side that is new."""
    found = []
    for step in linking.PASSES:
        least = min(calibration.accept[step.number], calibration.review[step.number])
        found.append(_near(step.keys, least, step.lag_from, step.lag_to))
    found += [_near(keys, _WHATEVER_THE_SCORE, -5, grouping.LATEST) + _PARTS_WEIGHED for keys in _PART_KEYS]
    found.append(_LINKED.replace("$least", str(_WHATEVER_THE_SCORE)).replace("$of", of))
    return " UNION ALL ".join(found)


def _near(keys: str, least: int, earliest: int, latest: int) -> str:
    filled = _NEAR.replace("$least", str(least)).replace("$keys", keys)
    return filled.replace("$lag_from", str(earliest)).replace("$lag_to", str(latest))


def _link_opened(workspace: Workspace, calibration: Calibration) -> None:
    """Link the opened rows as if they were the corridor, and let the other links stand."""
    for side in ("e", "i"):
        _each(workspace, _NARROW, side)
    linking.link(workspace, calibration.accept, calibration.review)
    grouping.group(workspace)
    for side in ("e", "i"):
        _each(workspace, _WIDEN, side)
    workspace.run(_KEEP)
    for side in ("e", "i"):
        _each(workspace, _LEFT, side)


def _each(workspace: Workspace, statements: str, side: str, *parameters: list[object]) -> None:
    """Run statements one by one for a side; parameters belong to the first ones."""
    text = statements.replace("$side", side).replace("$wide", _WIDE[side])
    for place, statement in enumerate(text.split(";")):
        workspace.run(statement, parameters[place] if place < len(parameters) else None)
