"""Split and part shipments: several declarations on one side that make up one on the other."""

from collections.abc import Set
from datetime import date
from itertools import groupby

from isthmus.analysis.engine import Workspace
from isthmus.apps.etrade.reconciliation.rules.parts import Piece, settle

PASS = 7
LATEST = 75

# A whole is unlinked, or linked to a part: to something lighter by more than 3 %. Parts are unlinked.
_UNEVEN = """
CREATE OR REPLACE TEMP TABLE uneven AS
SELECT l.e, l.i, e.grams AS e_grams, i.grams AS i_grams
FROM links AS l JOIN e ON e.n = l.e JOIN i ON i.n = l.i
WHERE i.grams * 100 < e.grams * 97 OR e.grams * 100 < i.grams * 97
"""
_OPEN = """
CREATE OR REPLACE TEMP TABLE wholes_$wholes AS
SELECT n, tie, day, grams, grams AS lacking, CAST(NULL AS INTEGER) AS has, $blocks AS blocks
FROM $wholes_left WHERE grams IS NOT NULL
UNION ALL
SELECT n, tie, day, grams, grams - u.$part_grams, u.$part, $blocks
FROM uneven AS u JOIN $wholes AS w ON w.n = u.$whole WHERE u.$part_grams * 100 < u.$whole_grams * 97;
CREATE OR REPLACE TEMP TABLE parts_$parts AS
SELECT n, tie, day, grams, $blocks AS blocks FROM $parts_left WHERE grams IS NOT NULL
"""
_PIECES = """
WITH pieces AS (
    SELECT 0 AS side, n, tie, day, grams, lacking, has, unnest(blocks) AS block, unnest($kinds) AS kind
    FROM wholes_$wholes
    UNION ALL
    SELECT 1, n, tie, day, grams, 0, NULL, unnest(blocks), unnest($kinds) FROM parts_$parts),
both_sides AS (
    SELECT kind, block FROM pieces WHERE block IS NOT NULL GROUP BY kind, block
    HAVING min(side) = 0 AND max(side) = 1)
SELECT kind, block, side, has, n, tie, day, grams, lacking
FROM pieces SEMI JOIN both_sides USING (kind, block)
ORDER BY kind, block, side, n
"""
BLOCKS = (
    ("doc",),
    ("exporter", "consignee", "hs4"),
    ("container", "hs4"),
    ("plate", "hs4"),
    ("exporter", "hs6"),
    ("consignee", "hs6"),
)
"""What a whole and its parts share, the surest first; a name or a document may be written in another way."""
_BOTH_WAYS = (("e", "i"), ("i", "e"))
_ADD = "INSERT INTO links SELECT unnest(?), unnest(?), 7, 1, 1, 0"


def group(workspace: Workspace) -> None:
    """Add to ``links`` the pairs of split exports and of merged imports,
    under the pass 7 and with score 0."""
    workspace.run(_UNEVEN)
    pieces = {}
    for wholes, parts in _BOTH_WAYS:
        workspace.run(_between(_OPEN, wholes, parts))
        rows = workspace.rows(_between(_PIECES, wholes, parts))
        pieces[wholes] = {kind: list(members) for kind, members in groupby(rows, key=lambda row: row[0])}
    used: dict[str, set[int]] = {"e": set(), "i": set()}
    for kind in range(len(BLOCKS)):
        for wholes, parts in _BOTH_WAYS:
            found = _settled(pieces[wholes].get(kind, []), wholes, used[wholes], used[parts])
            used[wholes].update(whole for whole, _part in found)
            used[parts].update(part for _whole, part in found)
            if found:
                pairs = {wholes: [whole for whole, _ in found], parts: [part for _, part in found]}
                workspace.run(_ADD, [pairs["e"], pairs["i"]])


def _settled(
    rows: list[tuple[object, ...]], wholes: str, used_wholes: Set[int], used_parts: Set[int]
) -> list[tuple[int, int]]:
    """Wholes with their parts, block by block, among the pieces of one kind that are not used yet."""
    early, late = (-5, LATEST) if wholes == "e" else (-LATEST, 5)
    found = []
    for _block, members in groupby(rows, key=lambda row: row[1]):
        sides: tuple[list[Piece], list[Piece]] = ([], [])
        for _kind, _same, side, has, number, tie, day, grams, lacking in members:
            assert isinstance(day, date)
            if number not in (used_parts if side else used_wholes) and has not in used_parts:
                figures = (int(str(figure)) for figure in (number, tie, day.toordinal(), grams, lacking))
                sides[1 if side else 0].append(Piece(*figures))
        found += settle(*sides, earliest=early, latest=late)
    return found


def _between(statement: str, wholes: str, parts: str) -> str:
    blocks = [
        f"CASE WHEN {' IS NOT NULL AND '.join(keys)} IS NOT NULL THEN hash({', '.join(keys)}) END"
        for keys in BLOCKS
    ]
    filled = statement.replace("$blocks", f"[{', '.join(blocks)}]")
    filled = filled.replace("$kinds", str(list(range(len(BLOCKS)))))
    sides = filled.replace("$wholes", wholes).replace("$parts", parts)
    return sides.replace("$whole", wholes).replace("$part", parts)
