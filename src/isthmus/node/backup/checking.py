"""Proving a backup without restoring it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from isthmus.kit.errors import BadInput, NotFound
from isthmus.node.backup import archive, databases, manifest
from isthmus.node.backup.archive import Lock
from isthmus.node.backup.manifest import Manifest


@contextmanager
def opened(path: Path, lock: Lock, folder: Path) -> Iterator[tuple[Manifest, Path]]:
    """The backup unpacked into a folder inside ``folder``, checked from lock to log; the folder goes again.

    NotFound where there is no such file, Refused for a wrong key, BadInput for a backup that is not whole.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise NotFound("backup.no-file", f"There is no file {path}.") from error
    with file, tempfile.TemporaryDirectory(prefix=".backup-", dir=folder) as scratch:
        content = archive.unpack(file, lock, Path(scratch))
        database = Path(scratch) / content.database_member
        if not database.is_file():
            raise BadInput("backup.manifest", "The backup holds no database.")
        found = (
            databases.look_into_sqlite(database)
            if content.database == "sqlite"
            else databases.look_into_postgres(database)
        )
        if found.log != content.log:
            raise BadInput(
                "backup.log",
                f"The log in the backup ({found.log.size} entries) is not the one that its manifest names.",
                next_step="Take an older backup.",
            )
        if set(found.migrations) != set(content.migrations):
            raise BadInput("backup.manifest", "The database is of another release than its manifest says.")
        if not (Path(scratch) / manifest.SECRET).is_file():
            raise BadInput("backup.manifest", "The backup lacks the node's secret key.")
        yield content, Path(scratch)


def check(path: Path, lock: Lock, *, folder: Path | None = None) -> Manifest:
    """Prove a backup: it opens, nothing is missing or changed, database and log are sound."""
    with opened(path, lock, folder or Path(tempfile.gettempdir())) as (content, _):
        return content
