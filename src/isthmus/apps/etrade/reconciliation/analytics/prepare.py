"""From the typed tables of two files to two narrow ones for linking: ``e`` (exports) and ``i`` (imports)."""

from isthmus.analysis.engine import Workspace
from isthmus.apps.etrade.reconciliation.rules.names import LEGAL_FORMS, party_words, word_outline

WORDS_AT_ONCE = 100_000

# Folds writings that `party_key` treats alike into one; what is folded away here is always a part of what it
# leaves out. In words apart by two spaces, neighbours do not share a space.
_FOLDED = """
CREATE OR REPLACE TABLE writings AS
SELECT h, coalesce(nullif(trim(regexp_replace(spaced, ' (?:$forms) ', ' ', 'g')), ''), spaced) AS folded
    FROM (
    SELECT h, '  ' || replace($spaces, ' ', '  ') || '  ' AS spaced
    FROM (SELECT h, any_value(name) AS name FROM (SELECT hash(name) AS h, name FROM (
        SELECT exporter AS name FROM exports UNION ALL SELECT consignee FROM exports
        UNION ALL SELECT exporter FROM imports UNION ALL SELECT consignee FROM imports)
        WHERE name IS NOT NULL) GROUP BY h))
"""
# One `replace` for each sign: `translate` takes three times as long.
_SPACES = "lower(name)"
for _sign in ".,-/&":
    _SPACES = f"replace({_SPACES}, '{_sign}', ' ')"
_DISTINCT = """
CREATE OR REPLACE TEMP TABLE folded AS
SELECT folded, CAST(row_number() OVER () AS INTEGER) AS n FROM (SELECT DISTINCT folded FROM writings)
"""
# Names are many and their words are few: Python sees each word once, and a name is the set of its words. What
# `party_key` gives alike has the same set of telling words, so the sum of their hashes tells firms apart.
_SPOKEN = """
CREATE OR REPLACE TEMP TABLE spoken AS
SELECT n, unnest(string_split(folded, ' ')) AS part FROM folded
"""
_WORDS = "CREATE OR REPLACE TEMP TABLE words (part VARCHAR, word VARCHAR, telling BOOLEAN, outline BIGINT)"
_PARTIES = """
CREATE OR REPLACE TEMP TABLE parties AS
SELECT n, dense_rank() OVER (ORDER BY firm) AS party, outline FROM (
    SELECT n, coalesce(sum(hash(word)) FILTER (telling), sum(hash(word))) AS firm,
        coalesce(bit_or(outline) FILTER (telling), bit_or(outline)) AS outline
    FROM (SELECT DISTINCT n, word, telling, outline FROM spoken JOIN words USING (part)) GROUP BY n)
"""
_NAMES = """
CREATE OR REPLACE TABLE names AS
SELECT w.h, CAST(p.party AS INTEGER) AS party, p.outline
FROM writings AS w JOIN folded AS f USING (folded) JOIN parties AS p USING (n)
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
    workspace.run(_DISTINCT)
    workspace.run(_SPOKEN)
    workspace.run(_WORDS)
    parts = [str(part) for (part,) in workspace.rows("SELECT DISTINCT part FROM spoken")]
    for start in range(0, len(parts), WORDS_AT_ONCE):
        found = [(part, word) for part in parts[start : start + WORDS_AT_ONCE] for word in party_words(part)]
        workspace.run(
            "INSERT INTO words SELECT unnest(?), unnest(?), unnest(?), unnest(?)",
            [
                [part for part, _word in found],
                [word for _part, word in found],
                [word not in LEGAL_FORMS for _part, word in found],
                [word_outline(word) for _part, word in found],
            ],
        )
    workspace.run(_PARTIES)
    workspace.run(_NAMES)
