"""What a database's tables are, whatever order their columns were made in."""

import re
import sqlite3
from collections.abc import Iterator

Tables = dict[str, list[str]]


def _parts(statement: str) -> Iterator[str]:
    """The definitions between the outer brackets of CREATE TABLE."""
    depth, part = 0, ""
    for sign in statement[statement.index("(") + 1 : statement.rindex(")")]:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            yield part.strip()
            part = ""
        else:
            part += sign
    yield part.strip()


def of_sqlite(path: str) -> Tables:
    """Each table's columns, constraints, indexes and number of rows."""
    found: Tables = {}
    connection = sqlite3.connect(path)
    for kind, name, table, statement in connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    ):
        if name.startswith("sqlite_"):
            continue
        parts = list(_parts(statement)) if kind == "table" else [re.sub(r"\s+", " ", statement)]
        found.setdefault(table, []).extend(f"{kind} {part}" for part in parts)
    for table, described in found.items():
        ((count,),) = connection.execute(f'SELECT count(*) FROM "{table}"')
        described.append(f"rows {count}")
    connection.close()
    return {table: sorted(described) for table, described in found.items()}


# Without the names of indexes and constraints: a table that was renamed has kept its first ones.
_OF_POSTGRES = r"""
SELECT table_name,
       concat_ws(' ', 'column', column_name, data_type, character_maximum_length, numeric_precision,
                 numeric_scale, is_nullable, column_default, is_identity, identity_generation)
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT tablename, regexp_replace(indexdef, 'INDEX \S+ ON', 'INDEX ON')
  FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT conrelid::regclass::text, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT relname, concat_ws(' ', 'options', array_to_string(reloptions, ','))
  FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
UNION ALL
SELECT tgrelid::regclass::text, concat_ws(' ', 'trigger', tgname) FROM pg_trigger WHERE NOT tgisinternal
"""


def of_postgres(address: str) -> Tables:
    """The same of a PostgreSQL database."""
    import psycopg

    found: Tables = {}
    with psycopg.connect(address) as connection:
        for table, described in connection.execute(_OF_POSTGRES).fetchall():
            found.setdefault(table, []).append(described)
        for table, described in found.items():
            row = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # type: ignore[arg-type]  # a name from the database
            described.append(f"rows {row[0] if row else 0}")
    return {table: sorted(described) for table, described in found.items()}
