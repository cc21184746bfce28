"""Cases with what they say: figures, comparable shipments, what is at stake, and their rank."""

from isthmus.analysis.engine import Workspace
from isthmus.apps.etrade.reconciliation.analytics.prepare import SIDES
from isthmus.apps.etrade.reconciliation.analytics.telling import OF_QUANTITY, TEXT_MACROS, told
from isthmus.apps.etrade.reconciliation.rules.calibration import Calibration
from isthmus.apps.etrade.reconciliation.rules.margins import DEFAULT
from isthmus.apps.etrade.reconciliation.wording import sentences

ENOUGH_PEERS = 5
"""Comparable shipments of a subheading; for fewer, its chapter is shown instead."""

_PEERS = """
CREATE OR REPLACE TABLE peers AS
WITH tallied AS (SELECT hs6, chapter, ratio FROM judged WHERE weight_agrees AND ratio IS NOT NULL
    AND reason IS DISTINCT FROM 'low-value'
        AND reason IS DISTINCT FROM 'freight-insurance' AND reason IS DISTINCT FROM 'currency')
SELECT hs6 AS code, count(*) AS shipments, min(ratio) AS low, max(ratio) AS high FROM tallied GROUP BY hs6
UNION ALL
SELECT -1 - chapter, count(*), min(ratio), max(ratio) FROM tallied GROUP BY chapter
"""
_LINKED_PEERS = """
CREATE OR REPLACE TABLE linked_peers AS
WITH alone AS (
    SELECT 'e' AS side, hs6, count(*) AS alone FROM left_e AS l JOIN e_left USING (n) GROUP BY hs6
    UNION ALL SELECT 'i', hs6, count(*) FROM left_i AS l JOIN i_left USING (n) GROUP BY hs6),
every AS (
    SELECT 'e' AS side, hs6, count(*) AS shipments FROM e GROUP BY hs6
    UNION ALL SELECT 'i', hs6, count(*) FROM i GROUP BY hs6)
SELECT side, hs6, shipments, shipments - coalesce(alone, 0) AS linked
FROM every LEFT JOIN alone USING (side, hs6)
"""
_FOUND = """
CREATE OR REPLACE TABLE found AS
WITH several AS (
    SELECT e, i, true AS of_e FROM links SEMI JOIN several_e USING (e)
    UNION ALL
    SELECT e, i, false FROM links SEMI JOIN several_i USING (i))
SELECT e, i, NULL AS twin, reason, score, sweep, ratio, kg_ratio, other_ratio, named, lag, middle, 1 AS parts,
    CAST(NULL AS VARCHAR) AS e_ids, CAST(NULL AS VARCHAR) AS i_ids
FROM judged WHERE reason IS NOT NULL
UNION ALL
SELECT n, NULL, twin, reason, NULL, 1, NULL, NULL, NULL, NULL, NULL, $middle, 1, NULL, NULL FROM left_e
    WHERE reason IS NOT NULL
UNION ALL
SELECT NULL, n, twin, reason, NULL, 1, NULL, NULL, NULL, NULL, NULL, $middle, 1, NULL, NULL FROM left_i
    WHERE reason IS NOT NULL
UNION ALL
SELECT l.e, arg_min(l.i, i.id), NULL, 'split-merged', NULL, 1, NULL,
    CAST(sum(i.grams) * 1000 // any_value(e.grams) AS BIGINT), NULL, NULL, NULL, $middle,
    count(*), NULL, string_agg(i.id, ' ' ORDER BY i.id)
FROM several AS l JOIN exports AS e ON e.rowid = l.e
    JOIN imports AS i ON i.rowid = l.i WHERE l.of_e GROUP BY l.e
UNION ALL
SELECT arg_min(l.e, e.id), l.i, NULL, 'split-merged', NULL, 1, NULL,
    CAST(any_value(i.grams) * 1000 // sum(e.grams) AS BIGINT), NULL, NULL, NULL, $middle,
    count(*), string_agg(e.id, ' ' ORDER BY e.id), NULL
FROM several AS l JOIN exports AS e ON e.rowid = l.e
    JOIN imports AS i ON i.rowid = l.i WHERE NOT l.of_e GROUP BY l.i
"""
# At stake, in hundredths of the reference currency: the part of the value in doubt, or the duty on it, at
# the rates of the day of import, which is when it is charged.
_STAKES = """
CREATE OR REPLACE TABLE staked AS
SELECT s.* EXCLUDE (e_worth, i_worth, e_day, i_day, doubt), getvariable('duties') AS by_duty,
    CAST(round(CASE WHEN getvariable('duties') THEN
        CASE WHEN reason = 'hs-shift'
             THEN abs(coalesce(de.rate, 0) - coalesce(di.rate, 0)) * coalesce(i_worth, e_worth)
             ELSE coalesce(di.rate, de.rate, 0) * doubt END ELSE doubt END) AS BIGINT) AS stake
FROM (
    SELECT f.*, CASE
        WHEN reason IN ('duplicate', 'missing-import', 'missing-export', 'regime', 'origin-consignment',
            'hs-shift')
            THEN coalesce(i_worth, e_worth * $middle // 1000)
        WHEN reason IN ('low-value', 'currency', 'freight-insurance')
            THEN abs(e_worth * middle // 1000 - i_worth)
        WHEN reason = 'quantity-gap' THEN least(abs(1000
            - CASE WHEN named IS NULL THEN kg_ratio ELSE other_ratio END), 100000) * coalesce(e_worth,
            i_worth) // 1000
        ELSE 0 END AS doubt
    FROM (
        SELECT f.*, coalesce(e_ids, e.id) AS export_id, coalesce(i_ids, i.id) AS import_id,
            coalesce(e.hs6, i.hs6) AS hs6, e.worth AS e_worth, i.worth AS i_worth,
            e.day AS e_day, i.day AS i_day, e.grams AS e_grams, i.grams AS i_grams,
            e.hs6 AS e_hs6, i.hs6 AS i_hs6,
            e.hs_version AS e_vintage, i.hs_version AS i_vintage, e.origin AS e_origin, i.origin AS i_origin,
            i.consigned_from AS consigned, e.regime AS e_regime, i.regime AS i_regime
        FROM found AS f LEFT JOIN $of_exports AS e ON e.n = f.e
        LEFT JOIN $of_imports AS i ON i.n = f.i) AS f) AS s
LEFT JOIN duties AS de ON de.hs6 = s.e_hs6 AND coalesce(s.i_day, s.e_day) >= de.since
    AND coalesce(s.i_day, s.e_day) < de.until
LEFT JOIN duties AS di ON di.hs6 = s.i_hs6 AND s.i_day >= di.since AND s.i_day < di.until
"""
# The rows of a side that a case speaks of: a join would carry the texts of all.
_OF_CASES = """(SELECT w.*, CAST(w.rowid AS INTEGER) AS n FROM $wide AS w
            SEMI JOIN found ON found.$side = CAST(w.rowid AS INTEGER))"""
_CASES = """
CREATE OR REPLACE TABLE cases AS
WITH said AS (
    SELECT s.*, s.reason || CASE WHEN s.reason IN ('unit', 'quantity-gap') AND s.named IS NOT NULL
            THEN '$of_quantity' ELSE '' END AS kind, coalesce(p6.shipments, 0) >= $enough AS by_code,
        coalesce(CASE WHEN p6.shipments >= $enough THEN p6.shipments ELSE p2.shipments END, 0) AS peer_count,
        CASE WHEN p6.shipments >= $enough THEN p6.low ELSE p2.low END AS peer_low,
        CASE WHEN p6.shipments >= $enough THEN p6.high ELSE p2.high END AS peer_high,
        lp.shipments - 1 AS same_code, lp.linked
    FROM staked AS s
    LEFT JOIN peers AS p6 ON p6.code = s.hs6 LEFT JOIN peers AS p2 ON p2.code = -1 - s.hs6 // 10000
    LEFT JOIN linked_peers AS lp ON lp.hs6 = s.hs6 AND lp.side = CASE WHEN s.e IS NOT NULL THEN 'e'
        ELSE 'i' END)
SELECT 'C' || substr(md5(coalesce(export_id, '') || '|' || coalesce(import_id, '')), 1, 12) AS case_id,
    export_id, import_id, reason, CAST(score / 10 AS DECIMAL(6, 1)) AS score,
    trim($explanation) AS explanation,
    CAST(row_number() OVER (ORDER BY coalesce(stake, 0) DESC, reason, coalesce(export_id, ''),
        coalesce(import_id, '')) AS INTEGER) AS rank,
    CAST(coalesce(stake, 0) / 100 AS DECIMAL(18, 2)) AS stake, CASE WHEN by_duty THEN 'duty'
        ELSE 'value' END AS stake_kind,
    CASE WHEN sweep = 1 THEN 'accepted' ELSE 'review' END AS link, hs_text(hs6) AS hs
FROM said
"""


def explain(workspace: Workspace, calibration: Calibration) -> None:
    """Fill ``cases``, ranked by what is at stake: duty where ``duties`` has rates, else value."""
    for statement in (*TEXT_MACROS, _PEERS, _LINKED_PEERS, _FOUND):
        workspace.run(statement.replace("$middle", str(DEFAULT.middle)))
    workspace.run("SET VARIABLE duties = (SELECT count(*) > 0 FROM duties)")
    stakes = _STAKES.replace("$middle", str(DEFAULT.middle))
    for wide, side in SIDES:
        of_cases = _OF_CASES.replace("$wide", wide).replace("$side", side)
        stakes = stakes.replace(f"$of_{wide}", of_cases)
    workspace.run(stakes)
    usual = sentences()["days"].replace("{low}", str(calibration.earliest_lag))
    usual = usual.replace("{high}", str(calibration.latest_lag))
    statement = _CASES.replace("$enough", str(ENOUGH_PEERS)).replace("$of_quantity", OF_QUANTITY)
    workspace.run(statement.replace("$explanation", told(usual)))
