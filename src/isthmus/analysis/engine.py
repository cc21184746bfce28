"""DuckDB for work on whole tables: bounded memory, no network, and no file outside a folder of its own.

Files come in and go out through `tables`; statements see plain names inside the folder and nothing else, so
that neither a path with a wildcard nor a statement made from data reaches another file.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from isthmus.kit.errors import Fault

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

MEMORY_MB = 640
"""What DuckDB may hold; with the interpreter and the allocator's slack a process stays below 1 GB."""
THREADS = 2


@dataclass
class Workspace:
    """One connection and the folder that it may read and write; both go when the work ends."""

    connection: "duckdb.DuckDBPyConnection"
    folder: Path
    _files: int = field(default=0)

    def name(self, suffix: str) -> Path:
        """A new plain name in the folder."""
        self._files += 1
        return self.folder / f"file-{self._files}{suffix}"

    def run(self, statement: str, parameters: list[object] | None = None) -> None:
        """Run a statement whose answer nobody needs."""
        with _no_room():
            self.connection.execute(statement, parameters)

    def rows(self, statement: str, parameters: list[object] | None = None) -> list[tuple[object, ...]]:
        """All rows of an answer; fetched at once, because a half-read answer keeps the connection busy."""
        with _no_room():
            return self.connection.execute(statement, parameters).fetchall()

    def column(self, statement: str) -> "NDArray[Any]":
        """The one column of an answer, none of whose cells is NULL, as an array that may be changed."""
        import numpy as np

        with _no_room():
            (values,) = self.connection.execute(statement).fetchnumpy().values()
        return np.asarray(values)

    def number(self, statement: str, parameters: list[object] | None = None) -> int:
        """The one whole number that a statement answers; an empty sum is 0."""
        value = self.rows(statement, parameters)[0][0]
        return int(value) if isinstance(value, int) else 0


@contextmanager
def _no_room() -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise Fault(
            "analysis.no-room",
            _("The tables do not fit into the memory and temporary disk space that this work may use."),
            next_step=_("Free disk space in the folder for temporary files, or split the files by month."),
        ) from error


@contextmanager
def open_workspace(
    *reads: Path, memory_mb: int = MEMORY_MB, threads: int = THREADS, folder: Path | None = None
) -> Iterator[Workspace]:
    """An empty in-memory database that spills into a temporary folder below ``folder`` (or the system's).

    ``reads`` are the files that `tables.open_table` may show to it; they are never written. ``memory_mb`` is
    DuckDB's own bound in MB; what does not fit goes to disk. Extensions are never fetched, and after opening
    the settings are locked.
    """
    import duckdb

    with tempfile.TemporaryDirectory(prefix="isthmus-analysis-", dir=folder) as made:
        home = Path(made).resolve()
        connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": f"{memory_mb}MB",
                "threads": threads,
                "temp_directory": str(home / "spill"),
                "preserve_insertion_order": False,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )
        try:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute("SET enable_progress_bar = false")
            connection.execute("SET allowed_directories = ?", [[str(home)]])
            connection.execute("SET allowed_paths = ?", [[str(path.resolve()) for path in reads]])
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            yield Workspace(connection, home)
        finally:
            with suppress(duckdb.Error):
                connection.close()


def quoted(text: Path | str) -> str:
    """A path or text as a literal of SQL, whatever it holds, for what takes no parameters."""
    return "'" + str(text).replace("'", "''") + "'"
