"""Ibis for expressions that DuckDB runs in the node and Spark runs where a table outgrew one machine.

An expression is compiled to SQL here and run by the workspace's own connection, so that neither pyarrow nor
pandas is needed. Keep to what both engines know: no exact medians, no function of one dialect.
"""

from typing import TYPE_CHECKING, Literal

from isthmus.analysis.engine import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir  # type: ignore[import-untyped]  # it carries no types

Engine = Literal["duckdb", "pyspark"]


def table(workspace: Workspace, name: str) -> "ir.Table":
    """The view or table ``name`` of a workspace as Ibis sees it; ``name`` is of our own making."""
    import ibis
    from ibis.backends.sql.datatypes import DuckDBType  # type: ignore[import-untyped]  # it carries no types

    columns = workspace.rows(f"DESCRIBE {name}")
    return ibis.table({str(row[0]): DuckDBType.from_string(str(row[1])) for row in columns}, name=name)


def as_sql(expression: "ir.Table", engine: Engine = "duckdb") -> str:
    """The expression as one SELECT in an engine's SQL."""
    import ibis

    return str(ibis.to_sql(expression, dialect=engine, pretty=False))


def keep(workspace: Workspace, name: str, expression: "ir.Table") -> "ir.Table":
    """Run an expression and keep its rows as the table ``name`` of the workspace."""
    workspace.run(f"CREATE OR REPLACE TABLE {name} AS {as_sql(expression)}")
    return table(workspace, name)
