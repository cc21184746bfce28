"""From the typed tables of two files to two narrow ones for linking: ``e`` (exports) and ``i`` (imports)."""

from isthmus.analysis.engine import Workspace
from isthmus.apps.etrade.reconciliation.rules.names import LEGAL_FORMS, party_key, party_outline

NAMES_AT_ONCE = 100_000

# Folds writings that `party_key` treats alike, so that it is asked once for all of them; what is folded away
# here is always a part of what it leaves out. In words apart by two spaces, neighbours do not share a space.
_FOLDED = """
CREATE OR REPLACE TABLE writings AS
SELECT h, coalesce(nullif(trim(regexp_replace(spaced, ' (?:$forms) ', ' ', 'g')), ''), spaced) AS folded
    FROM (
    SELECT hash(name) AS h, '  ' || replace($spaces, ' ', '  ') || '  ' AS spaced
    FROM (SELECT DISTINCT name FROM (
        SELECT exporter AS name FROM exports UNION ALL SELECT consignee FROM exports
        UNION ALL SELECT exporter FROM imports UNION ALL SELECT consignee FROM imports)
        WHERE name IS NOT NULL))
"""
# One `replace` for each sign: `translate` takes three times as long.
_SPACES = "lower(name)"
for _sign in ".,-/&":
    _SPACES = f"replace({_SPACES}, '{_sign}', ' ')"
_PARTIES = "CREATE OR REPLACE TABLE parties (folded VARCHAR, party INTEGER, outline BIGINT)"
_NAMES = """
CREATE OR REPLACE TABLE names AS
SELECT w.h, p.party, p.outline FROM writings AS w JOIN parties AS p USING (folded) WHERE p.party IS NOT NULL
"""
_SIDE = """
CREATE OR REPLACE TABLE $narrow AS
SELECT CAST(t.rowid AS INTEGER) AS n, CAST(hash(t.id) >> 32 AS BIGINT) AS tie, t.day, t.hs6,
    CAST(t.hs6 // 100 AS SMALLINT) AS hs4, t.grams, t.worth, t.doc, t.container, t.plate, t.ucr,
    a.party AS exporter, a.outline AS exporter_outline, b.party AS consignee, b.outline AS consignee_outline,
    t.packages
FROM $wide AS t
LEFT JOIN names AS a ON a.h = hash(t.exporter)
LEFT JOIN names AS b ON b.h = hash(t.consignee)
"""
SIDES = (("exports", "e"), ("imports", "i"))


def prepare(workspace: Workspace) -> None:
    """Make ``e`` and ``i`` from the typed tables ``exports`` and ``imports``: numbers alone, for linking.

    ``n`` is the rowid of the typed table, where all else that was declared stays. ``tie`` comes from the id:
    what nothing else decides is decided by content, not by place.
    """
    _know_parties(workspace)
    for wide, narrow in SIDES:
        workspace.run(_SIDE.replace("$wide", wide).replace("$narrow", narrow))
        for name in ("exporter", "consignee"):
            workspace.run("ALTER TABLE $wide DROP COLUMN $name".replace("$wide", wide).replace("$name", name))


def _know_parties(workspace: Workspace) -> None:
    workspace.run(_FOLDED.replace("$spaces", _SPACES).replace("$forms", "|".join(sorted(LEGAL_FORMS))))
    workspace.run(_PARTIES)
    known: dict[str, int] = {}
    found = [str(name) for (name,) in workspace.rows("SELECT DISTINCT folded FROM writings")]
    for start in range(0, len(found), NAMES_AT_ONCE):
        portion = found[start : start + NAMES_AT_ONCE]
        keys = [party_key(name) for name in portion]
        numbers = [known.setdefault(key, len(known)) if key else None for key in keys]
        outlines = [party_outline(key) for key in keys]
        workspace.run(
            "INSERT INTO parties SELECT unnest(?), unnest(?), unnest(?)", [portion, numbers, outlines]
        )
    workspace.run(_NAMES)
