"""Supplementary quantities of linked pairs, compared by converting one unit into the other.

Units are comparable where both are in the table of UN/ECE Recommendation 20 under one dimension. Quantities
of mass are compared where a net weight is missing; else the weights have spoken already. What the weight or
the value has explained keeps its reason.
"""

from isthmus.analysis.engine import Workspace
from isthmus.apps.etrade.rules.units import UNITS

_MEASURES = """
CREATE OR REPLACE TEMP TABLE measures AS
SELECT unnest(?) AS unit, unnest(?) AS dimension, unnest(?) AS factor
"""
# They agree within 3 %, or where rounding to a whole of the larger unit explains the difference.
_APART = """
CREATE OR REPLACE TEMP TABLE apart AS
SELECT e, i, exported || ' / ' || imported AS named, ratio, EXISTS (
        SELECT 1 FROM measures AS a JOIN measures AS b USING (dimension)
        WHERE a.factor <> b.factor AND dimension = p.dimension
            AND p.ratio BETWEEN a.factor / b.factor * 970 AND a.factor / b.factor * 1030
            AND p.ratio NOT BETWEEN 970 AND 1030) AS by_unit
FROM (
    SELECT j.e, j.i, a.dimension, printf('%.10g', CAST(x.quantity AS DOUBLE)) || ' ' || x.unit AS exported,
        printf('%.10g', CAST(m.quantity AS DOUBLE)) || ' ' || m.unit AS imported,
        CAST(least(round(m.quantity * b.factor * 1000 / (x.quantity * a.factor)), 2000000000) AS BIGINT)
            AS ratio,
        abs(m.quantity * b.factor - x.quantity * a.factor) AS gap, greatest(a.factor, b.factor) AS coarser,
        x.quantity * a.factor AS base
    FROM judged AS j JOIN exports AS x ON CAST(x.rowid AS INTEGER) = j.e
        JOIN imports AS m ON CAST(m.rowid AS INTEGER) = j.i
    JOIN measures AS a ON a.unit = x.unit JOIN measures AS b ON b.unit = m.unit AND b.dimension = a.dimension
    WHERE x.quantity > 0 AND m.quantity > 0 AND j.weight_agrees
        AND (a.dimension <> 'mass' OR x.grams IS NULL OR m.grams IS NULL)
        AND (j.reason IS NULL OR j.reason NOT IN ('currency', 'low-value', 'freight-insurance'))) AS p
WHERE gap * 100 > base * 3 AND gap > coarser
"""
_NAME_APART = """
UPDATE judged SET reason = CASE WHEN by_unit THEN 'unit' ELSE 'quantity-gap' END, named = a.named,
    other_ratio = a.ratio
FROM apart AS a WHERE judged.e = a.e AND judged.i = a.i
"""


def compare_quantities(workspace: Workspace) -> None:
    """Give the linked pairs of ``judged`` whose quantities differ the reason ``unit`` or ``quantity-gap``.

    ``named`` then holds both quantities as declared, ``other_ratio`` imported to exported in thousandths.
    """
    units = list(UNITS.values())
    workspace.run(
        _MEASURES,
        [
            [unit.code for unit in units],
            [unit.dimension for unit in units],
            [float(unit.factor) for unit in units],
        ],
    )
    workspace.run(_APART)
    workspace.run(_NAME_APART)
