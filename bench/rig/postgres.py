"""A pair of databases on a PostgreSQL server of this machine, and the time its backends spend on them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from psycopg import sql

from rig import cpu

ADDRESS = os.environ.get("BENCH_POSTGRES", "postgres://postgres@127.0.0.1:5432")
"""The server, without the name of a database."""


class Databases:
    """Two fresh databases by the id of their node."""

    def __init__(self, administration: psycopg.Connection[tuple[int]], names: dict[str, str]) -> None:
        self._administration = administration
        self.names = names
        self.addresses = {node_id: f"{ADDRESS}/{name}" for node_id, name in names.items()}

    def spent(self) -> float:
        """Processor seconds of the backends that serve these databases now, on this machine."""
        rows = self._administration.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = ANY(%s)", [list(self.names.values())]
        )
        return sum(cpu.spent(pid) for (pid,) in rows.fetchall())


@contextmanager
def databases() -> Iterator[Databases]:
    """Make the databases and drop them at the end."""
    mark = uuid4().hex[:8]
    names = {node_id: f"isthmus_bench_{mark}_{node_id}" for node_id in ("mm", "cn")}
    with psycopg.connect(f"{ADDRESS}/postgres", autocommit=True) as administration:
        for name in names.values():
            administration.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield Databases(administration, names)
        finally:
            for name in names.values():
                administration.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
