"""Linking exports to imports: passes in SQL, each removing what it matched, mutual best only.

Every pass joins on keys of its own, scores the candidates by the same evidence and keeps a pair where each is
the other's best; what remains goes to the next round and the next pass. Order is total: score, then the
shorter time between the declarations, then the ids; so the order of rows decides nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from isthmus.analysis.engine import Workspace
from isthmus.apps.etrade.reconciliation.rules.evidence import WEIGHTS
from isthmus.apps.etrade.reconciliation.rules.margins import DEFAULT
from isthmus.apps.etrade.reconciliation.rules.names import NEAR_OUTLINE_BITS

ROUNDS = 3

_EVIDENCE = """
    CASE WHEN e.doc = i.doc THEN $doc_same WHEN e.doc <> i.doc THEN $doc_other ELSE 0 END
    + CASE WHEN e.container = i.container THEN $container_same
           WHEN e.container <> i.container THEN $container_other ELSE 0 END
    + CASE WHEN e.plate = i.plate THEN $plate_same WHEN e.plate <> i.plate THEN $plate_other ELSE 0 END
    + CASE WHEN e.ucr = i.ucr THEN $ucr_same WHEN e.ucr <> i.ucr THEN $ucr_other ELSE 0 END
    + CASE WHEN e.grams = i.grams THEN
           CASE WHEN e.grams % 1000000 = 0 THEN $kg_tonnes WHEN e.grams % 100000 = 0 THEN $kg_hundreds
                WHEN e.grams % 1000 = 0 THEN $kg_whole ELSE $kg_exact END
           WHEN e.grams IS NULL OR i.grams IS NULL THEN 0
           WHEN abs(e.grams - i.grams) * 200 <= e.grams THEN $kg_half_percent
           WHEN abs(e.grams - i.grams) * 33 <= e.grams THEN $kg_three_percent
           WHEN abs(e.grams - i.grams) * 10 <= e.grams THEN $kg_tenth
           WHEN abs(e.grams - i.grams) * 4 <= e.grams THEN $kg_quarter
           WHEN i.grams // e.grams BETWEEN 995 AND 1005 OR e.grams // i.grams BETWEEN 995 AND 1005
               OR i.grams * 1000 // e.grams BETWEEN 2194 AND 2216
               OR e.grams * 1000 // i.grams BETWEEN 2194 AND 2216 THEN $kg_unit
           ELSE $kg_far END
    + CASE WHEN e.hs6 = i.hs6 THEN $hs6_same WHEN e.hs4 = i.hs4 THEN $hs4_same
           WHEN e.hs4 // 100 = i.hs4 // 100 THEN $hs2_same ELSE $hs_other END
    + CASE WHEN e.consignee = i.consignee THEN $party_same
           WHEN e.consignee IS NULL OR i.consignee IS NULL THEN 0
           WHEN bit_count(xor(e.consignee_outline, i.consignee_outline)) <= $near THEN $party_near
               ELSE $party_other END
    + CASE WHEN e.exporter = i.exporter THEN $party_same
           WHEN e.exporter IS NULL OR i.exporter IS NULL THEN 0
           WHEN bit_count(xor(e.exporter_outline, i.exporter_outline)) <= $near THEN $party_near
               ELSE $party_other END
    + CASE WHEN i.day - e.day BETWEEN -2 AND 50 THEN $lag_usual
           WHEN i.day - e.day BETWEEN -2 AND 75 THEN $lag_long ELSE $lag_odd END
    + CASE WHEN e.packages = i.packages THEN $packages_same
           WHEN e.packages <> i.packages THEN $packages_other ELSE 0 END
    + CASE WHEN e.worth IS NULL OR i.worth IS NULL THEN 0
           WHEN abs(i.worth * 1000 - e.worth * $margin) <= e.worth * $spread THEN $value_near
           WHEN abs(i.worth * 1000 - e.worth * $margin) <= e.worth * $spread * 2 THEN $value_fair
           WHEN abs(i.worth * 1000 - e.worth * $margin) <= e.worth * $spread * 4 THEN $value_loose
           WHEN abs(CAST(i.worth AS DOUBLE) * e.grams * 1000 - CAST(e.worth AS DOUBLE) * i.grams * $margin)
               <= CAST(e.worth AS DOUBLE) * i.grams * $spread * 2 THEN $price_near
           ELSE $value_far END
"""

# Scores are materialised before the poor ones are dropped: as a condition of the join, the sum of weights
# would be worked out row by row, in five times the time.
_CANDIDATES = """
CREATE OR REPLACE TEMP TABLE pairs AS
WITH scored AS MATERIALIZED (
    SELECT e.n AS e, i.n AS i, e.tie AS e_tie, i.tie AS i_tie, $evidence AS score,
        least(CASE WHEN e.worth > 0 AND i.worth > 0 THEN abs(i.worth * 1000 // e.worth - $margin)
              ELSE 256 + abs(i.day - e.day) END, 511) AS apart
    FROM $exports AS e JOIN $imports AS i ON $keys
    WHERE i.day - e.day BETWEEN $lag_from AND $lag_to)
SELECT e, i, (score * 512 + 511 - apart) * 4294967296 + i_tie AS e_key,
    (score * 512 + 511 - apart) * 4294967296 + e_tie AS i_key, score
FROM scored WHERE score >= ?
"""
# A pair's key is its score, nearness and the other's tie in one integer: the greatest is the best.
_MUTUAL = """
CREATE OR REPLACE TEMP TABLE won AS
SELECT best_e.e, best_e.i, best_e.score
FROM (SELECT e, arg_max(i, e_key) AS i, arg_max(score, e_key) AS score FROM pairs GROUP BY e) AS best_e
JOIN (SELECT i, arg_max(e, i_key) AS e FROM pairs GROUP BY i) AS best_i ON best_i.e = best_e.e
    AND best_i.i = best_e.i
"""
_TAKE = "INSERT INTO links SELECT e, i, ?, ?, ?, score FROM won"
_REMAINING_PAIRS = """
CREATE OR REPLACE TEMP TABLE pairs AS
SELECT p.* FROM pairs AS p ANTI JOIN won ON won.e = p.e ANTI JOIN won AS taken ON taken.i = p.i
"""
_WITHOUT = """
CREATE OR REPLACE TEMP TABLE pairs AS
SELECT p.* FROM pairs AS p ANTI JOIN $never AS n ON n.e = p.e AND n.i = p.i
"""
_LINKS = """
CREATE OR REPLACE TABLE links (e INTEGER, i INTEGER, pass TINYINT, sweep TINYINT, round TINYINT,
    score INTEGER)
"""
_REMAINING = """
CREATE OR REPLACE TEMP TABLE $left AS
SELECT s.* FROM $of AS s ANTI JOIN (SELECT $column FROM links WHERE pass = ? AND sweep = ?) AS l
    ON l.$column = s.n
"""


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass: the keys that candidates share, and the days between the two declarations."""

    number: int
    name: str
    keys: str
    lag_from: int
    lag_to: int


_ABOUT_THE_WEIGHT = " AND e.grams * 100 BETWEEN i.grams * 80 AND i.grams * 125"
PASSES = (
    Pass(1, "transport document", "e.doc = i.doc", -15, 210),
    Pass(2, "net weight and HS heading", "e.grams = i.grams AND e.hs4 = i.hs4", -5, 150),
    Pass(
        3,
        "HS code, consignee and weight",
        "e.hs6 = i.hs6 AND e.consignee = i.consignee" + _ABOUT_THE_WEIGHT,
        -5,
        75,
    ),
    Pass(
        4,
        "HS code, exporter and weight",
        "e.hs6 = i.hs6 AND e.exporter = i.exporter" + _ABOUT_THE_WEIGHT,
        -5,
        75,
    ),
    Pass(
        5,
        "both parties and weight",
        "e.exporter = i.exporter AND e.consignee = i.consignee" + _ABOUT_THE_WEIGHT,
        -5,
        150,
    ),
    Pass(
        6,
        "both parties and HS code",
        "e.exporter = i.exporter AND e.consignee = i.consignee AND e.hs6 = i.hs6",
        -5,
        75,
    ),
)


def evidence() -> str:
    """The sum of weights of a candidate pair, as SQL over the rows ``e`` and ``i``."""
    text = _EVIDENCE
    for name in sorted(WEIGHTS, key=len, reverse=True):
        text = text.replace("$" + name, str(WEIGHTS[name]))
    text = text.replace("$near", str(NEAR_OUTLINE_BITS)).replace("$spread", "20")
    return text.replace("$margin", str(DEFAULT.middle))


def link(
    workspace: Workspace, accept: Mapping[int, int], review: Mapping[int, int], *, never: str = ""
) -> None:
    """Fill the table ``links`` (e, i, pass, sweep, round, score in tenths of a bit) from ``e`` and ``i``.

    ``accept`` and ``review`` give the least score of a pair by the number of the pass: the passes run once
    with the one, so that sure pairs are taken first, and once more with the other on what is left. The rows
    without a link are in ``e_left`` and ``i_left`` afterwards. ``never`` names a table of pairs
    (e, i) that are not to be linked.
    """
    workspace.run(_LINKS)
    exports, imports = "e", "i"
    for sweep, thresholds in enumerate((accept, review), start=1):
        for step in PASSES:
            find_candidates(workspace, step, thresholds[step.number], exports, imports)
            if never:
                workspace.run(_WITHOUT.replace("$never", never))
            found = _take_mutual(workspace, step.number, sweep)
            if not found and exports == "e_left":
                continue
            for left, side, column in (("e_left", exports, "e"), ("i_left", imports, "i")):
                statement = _REMAINING.replace("$left", left).replace("$of", side)
                workspace.run(statement.replace("$column", column), [step.number, sweep])
            exports, imports = "e_left", "i_left"


def _take_mutual(workspace: Workspace, number: int, sweep: int) -> int:
    """Move the mutual best of ``pairs`` to ``links``, round by round; how many there were."""
    found = 0
    for turn in range(1, ROUNDS + 1):
        workspace.run(_MUTUAL)
        count = workspace.number("SELECT count(*) FROM won")
        if not count:
            break
        found += count
        workspace.run(_TAKE, [number, sweep, turn])
        if turn < ROUNDS:
            workspace.run(_REMAINING_PAIRS)
    return found


def find_candidates(workspace: Workspace, step: Pass, least: int, exports: str, imports: str) -> None:
    """Fill ``pairs`` with the candidates of one pass between two tables that look like ``e`` and ``i``."""
    statement = _CANDIDATES.replace("$evidence", evidence()).replace("$keys", step.keys)
    statement = statement.replace("$exports", exports).replace("$imports", imports)
    statement = statement.replace("$lag_from", str(step.lag_from)).replace("$lag_to", str(step.lag_to))
    statement = statement.replace("$margin", str(DEFAULT.middle))
    workspace.run(statement, [least])
