"""Comparing what is linked, and naming what is not: one primary reason a case."""

from decimal import Decimal

from isthmus.analysis.engine import Workspace
from isthmus.apps.etrade.reconciliation.analytics.quantities import compare_quantities
from isthmus.apps.etrade.reconciliation.rules import regimes
from isthmus.apps.etrade.reconciliation.rules.calibration import Calibration
from isthmus.apps.etrade.reconciliation.rules.names import NEAR_OUTLINE_BITS
from isthmus.apps.etrade.rules.units import UNITS

_DELIVERED = "('CIF', 'CIP', 'CFR', 'CPT', 'DAP', 'DPU', 'DDP', 'DAT', 'DDU')"

# Links of one to one, and what of their comparison needs no margin. The sides bring numbers alone into the
# join: a text costs more to carry through it than its hash to compute.
_FACTS = """
CREATE OR REPLACE TABLE facts AS
SELECT l.e, l.i, l.pass, l.sweep, l.score, e.hs6, e.hs6 // 10000 AS chapter,
    CASE WHEN e.grams > 0 THEN i.grams * 1000 // e.grams END AS kg_ratio,
    coalesce(abs(i.grams - e.grams) * 100 <= e.grams * 3
        -- no further apart than the rounding of the rounder figure
        OR abs(i.grams - e.grams) * 2 <= CASE WHEN i.grams % 10000 = 0 OR e.grams % 10000 = 0 THEN 10000
                                              WHEN i.grams % 1000 = 0 OR e.grams % 1000 = 0 THEN 1000
                                                  ELSE 0 END,
        true) AS weight_agrees,
    CASE WHEN e.worth > 0 AND i.worth IS NOT NULL THEN i.worth * 1000 // e.worth
         WHEN e.currency = i.currency AND e.value > 0 THEN CAST(i.value * 1000 / e.value AS BIGINT) END
         AS declared_ratio,
    e.delivered = i.delivered AS same_terms,
    l.sweep = 1 AND e.worth > 0 AND i.worth IS NOT NULL AND abs(e.grams - i.grams) * 100 <= e.grams AS sure,
    CAST(i.day - e.day AS INTEGER) AS lag,
    CASE WHEN e.hs6 <> i.hs6 AND e.hs_version <> i.hs_version AND e.hs6 // 10000 = i.hs6 // 10000
            THEN 'hs-vintage'
        WHEN e.hs6 <> i.hs6 THEN 'hs-shift'
        WHEN e.origin <> i.origin OR i.through THEN 'origin-consignment'
        WHEN e.regime IS NOT NULL AND i.regime IS NOT NULL AND (e.regime * 10 + i.regime) NOT IN $meeting
            THEN 'regime'
        WHEN i.day - e.day NOT BETWEEN $earliest AND $latest THEN 'timing' END AS besides
FROM (SELECT * FROM links AS l ANTI JOIN several_e AS s ON s.e = l.e ANTI JOIN several_i AS t ON t.i = l.i
    WHERE l.pass < 7) AS l
JOIN ($of_exports) AS e ON e.n = l.e JOIN ($of_imports) AS i ON i.n = l.i
"""
_OF_A_SIDE = """
SELECT CAST(rowid AS INTEGER) AS n, hs6, hs_version, grams, worth, value, regime, day,
    incoterm IN $delivered AS delivered, partner <> consigned_from AS through,
    CASE WHEN origin IS NOT NULL THEN hash(origin) END AS origin,
    CASE WHEN currency IS NOT NULL THEN hash(currency) END AS currency
FROM $wide
"""
_SEVERAL = """
CREATE OR REPLACE TABLE several_$side AS
SELECT $side FROM links SEMI JOIN (SELECT DISTINCT $side FROM links WHERE pass = 7) USING ($side)
GROUP BY $side HAVING count(*) > 1
"""
_JUDGED = """
CREATE OR REPLACE TABLE judged AS
SELECT t.*, CAST(NULL AS VARCHAR) AS named, CAST(NULL AS BIGINT) AS other_ratio, CASE
    WHEN NOT weight_agrees AND (ratio IS NULL OR ratio BETWEEN low AND high) AND ($factors) THEN 'unit'
    WHEN NOT weight_agrees THEN 'quantity-gap'
    WHEN ratio < low THEN 'low-value'
    WHEN ratio > high THEN 'freight-insurance'
    ELSE besides END AS reason
FROM (
    SELECT f.e, f.i, f.sweep, f.score, f.hs6, f.chapter, f.kg_ratio, f.weight_agrees, f.lag, f.besides,
        least(declared_ratio * CASE WHEN same_terms THEN $middle ELSE 1000 END // 1000, 2000000000) AS ratio,
        m.middle, m.low, m.high
    FROM facts AS f JOIN margins AS m ON m.chapter = f.chapter) AS t
"""
_WRONG_CURRENCY = """
CREATE OR REPLACE TEMP TABLE currencies AS
SELECT e, i, currency, other_ratio FROM (
    SELECT j.e, j.i, r.currency, CAST(i.value * 100000 / r.rate / e.worth AS BIGINT) AS other_ratio,
        row_number() OVER (PARTITION BY j.e, j.i
            ORDER BY abs(i.value * 100000 / r.rate / e.worth - j.middle), r.currency) AS place
    FROM judged AS j JOIN exports AS e ON CAST(e.rowid AS INTEGER) = j.e
        JOIN imports AS i ON CAST(i.rowid AS INTEGER) = j.i
    JOIN rates AS r ON r.day = i.day AND r.currency <> i.currency
    JOIN rates AS own ON own.day = i.day AND own.currency = i.currency
    WHERE j.reason IN ('low-value', 'freight-insurance')
        -- currencies of about the same worth explain nothing that a price would not
        AND (r.rate * 2 > own.rate * 3 OR own.rate * 2 > r.rate * 3)
        AND i.value * 100000 / r.rate / e.worth BETWEEN j.low AND j.high)
WHERE place = 1
"""
_NAME_CURRENCY = """
UPDATE judged SET reason = 'currency', named = c.currency, other_ratio = c.other_ratio
FROM currencies AS c WHERE judged.e = c.e AND judged.i = c.i
"""

_LEFT = """
CREATE OR REPLACE TABLE left_$side AS
WITH alone AS (SELECT s.* FROM $side_left AS s ANTI JOIN links AS l ON l.$side = s.n),
likely AS (
    SELECT a.n, b.n AS other, coalesce(a.doc = b.doc, false) AS same_doc
    FROM alone AS a JOIN $side AS b ON b.hs6 = a.hs6 AND b.grams = a.grams AND b.n <> a.n
    WHERE abs(b.day - a.day) <= 7 AND coalesce(a.exporter = b.exporter
            OR bit_count(xor(a.exporter_outline, b.exporter_outline)) <= $near, true)
        -- a number that one of them wrote wrong is made up for by the box or the lorry
        AND (coalesce(a.doc = b.doc, true) OR a.container = b.container OR a.plate = b.plate)
        AND coalesce(a.container = b.container, true) AND coalesce(a.plate = b.plate, true)),
twins AS (
    SELECT p.n, min(b.id) AS twin
    FROM likely AS p JOIN $wide AS a ON CAST(a.rowid AS INTEGER) = p.n
        JOIN $wide AS b ON CAST(b.rowid AS INTEGER) = p.other
    WHERE coalesce(a.value = b.value AND a.currency = b.currency, p.same_doc)
        -- of two that are both alone, the first by its id is the shipment
        AND (b.id < a.id OR p.other NOT IN (SELECT n FROM alone))
    GROUP BY p.n)
SELECT w.n, t.twin, CASE WHEN t.twin IS NOT NULL THEN 'duplicate'
    $explained
    WHEN $outside THEN NULL
    ELSE '$missing' END AS reason
FROM alone AS w JOIN $wide AS a ON CAST(a.rowid AS INTEGER) = w.n LEFT JOIN twins AS t ON t.n = w.n
"""
_SIDES = (
    ("e", "exports", "missing-import", "", "a.day + $latest > getvariable('last_import')"),
    (
        "i",
        "imports",
        "missing-export",
        "WHEN a.partner <> a.consigned_from THEN 'origin-consignment'",
        "a.day - $latest < getvariable('first_export')",
    ),
)


def prepare_comparing(workspace: Workspace, calibration: Calibration) -> None:
    """Lay the calibration beside the data: ``margins`` by chapter, and ``factors`` between units of mass."""
    chapters = list(range(100))
    known = [calibration.chapters.get(chapter, calibration.margin) for chapter in chapters]
    workspace.run(
        "CREATE OR REPLACE TABLE margins AS SELECT unnest(?) AS chapter, unnest(?) AS middle, "
        "unnest(?) AS low, unnest(?) AS high",
        [chapters, [m.middle for m in known], [m.low for m in known], [m.high for m in known]],
    )
    workspace.run(
        "CREATE OR REPLACE TABLE factors AS SELECT unnest(?) AS name, unnest(?) AS ratio",
        [[name for name, _ in _factors()], [float(ratio) for _, ratio in _factors()]],
    )


def gather(workspace: Workspace, calibration: Calibration) -> None:
    """Fill ``facts``: one row a link of one export to one import, with what of it is compared.

    The usual days are the calibration's; its margins are not looked at.
    """
    for side in ("e", "i"):
        workspace.run(_SEVERAL.replace("$side", side))
    meeting = (
        "(" + ", ".join(str(export * 10 + imported) for export, imported in sorted(regimes.MEETING)) + ")"
    )
    statement = _FACTS.replace("$meeting", meeting)
    for wide in ("exports", "imports"):
        side = _OF_A_SIDE.replace("$delivered", _DELIVERED).replace("$wide", wide)
        statement = statement.replace(f"$of_{wide}", side)
    statement = statement.replace("$earliest", str(calibration.earliest_lag))
    workspace.run(statement.replace("$latest", str(calibration.latest_lag)))


def compare(workspace: Workspace, calibration: Calibration) -> None:
    """Fill ``judged`` from ``facts`` (one row a linked pair, its reason or NULL),
    ``left_e`` and ``left_i`` (what has no link)."""
    factors = " OR ".join(
        f"kg_ratio BETWEEN {ratio}e0 * 0.97 - 1 AND {ratio}e0 * 1.03 + 1" for _name, ratio in _factors()
    )
    statement = _JUDGED.replace("$factors", factors).replace("$middle", str(calibration.margin.middle))
    workspace.run(statement)
    workspace.run(_WRONG_CURRENCY)
    workspace.run(_NAME_CURRENCY)
    compare_quantities(workspace)
    workspace.run("SET VARIABLE last_import = (SELECT max(day) FROM i)")
    workspace.run("SET VARIABLE first_export = (SELECT min(day) FROM e)")
    for side, wide, missing, explained, outside in _SIDES:
        text = (
            _LEFT.replace("$explained", explained).replace("$outside", outside).replace("$missing", missing)
        )
        text = text.replace("$wide", wide).replace("$side", side).replace("$near", str(NEAR_OUTLINE_BITS))
        workspace.run(text.replace("$latest", str(calibration.latest_lag)))


def _factors() -> list[tuple[str, Decimal]]:
    """Units of mass by the factor between them and the kilogram, in thousandths, either way."""
    masses = [
        (unit.name, unit.factor) for unit in UNITS.values() if unit.dimension == "mass" and unit.factor != 1
    ]
    return [(name, round(factor * 1000, 3)) for name, factor in masses] + [
        (name, round(1000 / factor, 3)) for name, factor in masses
    ]
