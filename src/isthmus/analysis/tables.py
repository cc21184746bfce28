"""Tables in and out of a workspace: CSV and Parquet by suffix, refused with file, line or column."""

import os
import shutil
from pathlib import Path

from django.utils.translation import gettext as _

from isthmus.analysis.engine import Workspace, quoted
from isthmus.kit.errors import BadInput, FieldFault
from isthmus.kit.files import sync_folder

SUFFIXES = (".csv", ".parquet")


_READERS = {
    ".csv": "read_csv($file, all_varchar = true, header = true, nullstr = '')",
    ".parquet": "read_parquet($file)",
}
_VIEW = "CREATE OR REPLACE VIEW $table AS SELECT * FROM $reader"
_COLUMNS = "SELECT column_name FROM (DESCRIBE $table)"
_COPIES = {
    ".csv": "COPY ($query) TO $file (FORMAT csv, HEADER)",
    ".parquet": "COPY ($query) TO $file (FORMAT parquet)",
}


def kind_of(path: Path) -> str:
    """The suffix that says what a file is; BadInput for another."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise BadInput(
            "analysis.suffix",
            _("%(file)s is neither CSV nor Parquet by its name.") % {"file": path.name},
            next_step=_("Name the file .csv or .parquet."),
        )
    return suffix


def see(workspace: Workspace, path: Path) -> Path:
    """Give a file that the workspace reads a plain name inside it, because ``[`` means a pattern."""
    if not path.is_file():
        raise BadInput(
            "analysis.no-file",
            _("There is no file %(file)s.") % {"file": path},
            next_step=_("Look at the path."),
        )
    name = workspace.name(kind_of(path))
    name.symlink_to(path.resolve())
    return name


def open_table(workspace: Workspace, path: Path, table: str) -> tuple[str, ...]:
    """Make the view ``table`` over a CSV or Parquet file; returns its columns in lower case, in order.

    A CSV file has a header and any of the usual delimiters; every cell of it stays text (an empty one is
    NULL) until somebody casts it. Parquet columns keep their types. ``table`` is a name of our own,
    never data. BadInput names the line or what else is wrong.
    """
    import duckdb

    name = see(workspace, path)
    reader = _READERS[name.suffix].replace("$file", quoted(name))
    try:
        workspace.run(_VIEW.replace("$table", table).replace("$reader", reader))
        columns = workspace.rows(_COLUMNS.replace("$table", table))
    except duckdb.Error as error:
        raise unreadable(path, error) from error
    return tuple(str(column).strip().lower() for (column,) in columns)


def unreadable(path: Path, error: Exception) -> BadInput:
    """What DuckDB says about a file, without its advice on options that nobody can set here."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if line.lower().startswith(("csv error on line", "expected"))] or lines[:1]
    said = " ".join(told)[:300].replace("CSV Error on Line", "line")
    return BadInput(
        "analysis.unreadable",
        _("%(file)s cannot be read as %(kind)s.")
        % {"file": path.name, "kind": path.suffix.lstrip(".").upper()},
        next_step=_("Export the file again, with a header line and one row a line."),
        faults=(FieldFault(path.name, said),),
    )


def save_table(workspace: Workspace, query: str, path: Path) -> None:
    """Write an answer to a CSV or Parquet file, in the query's own order: the whole file, or none of it."""
    name = workspace.name(kind_of(path))
    workspace.run(_COPIES[name.suffix].replace("$file", quoted(name)).replace("$query", query))
    hand_out(name, path)


def hand_out(name: Path, path: Path) -> None:
    """Move a file of a workspace to where it was asked for: the whole file, or none of it."""
    draft = path.with_name(path.name + ".part")
    shutil.copyfile(name, draft)
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    draft.replace(path)
    sync_folder(path.parent)
    name.unlink()
