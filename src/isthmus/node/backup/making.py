"""Making a backup of the running node."""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from isthmus import __version__
from isthmus.accounts import audit
from isthmus.kit import clock
from isthmus.kit.config import ENV_FILE, Config
from isthmus.kit.errors import BadInput, Conflict, Fault
from isthmus.kit.files import sync_folder
from isthmus.node.backup import age, archive, databases, manifest
from isthmus.node.backup.archive import Lock
from isthmus.node.backup.checking import check
from isthmus.node.backup.manifest import Manifest
from isthmus.node.last_backup import note_backup

MADE = "node.backup-made"
SUFFIX = ".tar.gz.age"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was written and then proved."""

    path: Path
    bytes: int
    manifest: Manifest
    removed: tuple[Path, ...]


def file_name(node_id: str, moment: datetime) -> str:
    """The name of a backup in its folder; names sort by time."""
    return f"isthmus-{node_id}-{manifest.made_at_text(moment)}{SUFFIX}"


def backups_in(folder: Path, node_id: str) -> list[Path]:
    """This node's backups in a folder, the newest first."""
    return sorted(folder.glob(f"isthmus-{node_id}-????????-??????{SUFFIX}"), reverse=True)


def _small_files(config: Config, *, with_passphrase: bool) -> dict[str, Path]:
    found = {
        manifest.ENVIRONMENT: config.home / ENV_FILE,
        manifest.SECRET: config.home / "secret_key",
        **{f"{manifest.KEYS}{path.name}": path for path in sorted(config.keys_folder.glob("*.pem"))},
    }
    if with_passphrase:
        found[manifest.PASSPHRASE] = config.passphrase_path
    missing = [str(path) for path in found.values() if not path.is_file()]
    if missing:
        raise Fault(
            "backup.incomplete",
            f"A backup without {', '.join(missing)} would not make a node again.",
            next_step="Run `isthmus init` for a new node, or put the file back.",
        )
    return found


def _copy_database(config: Config, folder: Path) -> tuple[str, Path, databases.Snapshot]:
    address = config.database_address
    if databases.is_sqlite(address):
        target = folder / manifest.SQLITE
        databases.copy_sqlite(databases.sqlite_path(address), target)
        return "sqlite", target, databases.look_into_sqlite(target)
    target = folder / manifest.POSTGRESQL
    databases.copy_postgres(address, target)
    return "postgresql", target, databases.look_into_postgres(target)


def make(
    target: Path,
    *,
    recipients: Sequence[str] = (),
    passphrase: bytes = b"",
    with_passphrase: bool = False,
    keep: int | None = None,
    actor: str,
) -> Made:
    """Back up this node, running or not, into ``target``: a file, or a folder that then names it by its time.

    Written under another name, synced, proved by opening it again, then renamed. With ``keep`` at least one,
    only so many backups of this node stay in the folder. BadInput without a key or passphrase; Conflict where
    there is such a file; Fault where a disk, a tool or the database fails: nothing is left behind then.
    """
    config: Config = settings.ISTHMUS
    recipients = [age.check_recipient(recipient) for recipient in recipients]
    if bool(recipients) == bool(passphrase):
        raise BadInput(
            "backup.no-key",
            "A backup is encrypted to keys or under a passphrase.",
            next_step="Run `isthmus backup key FILE` once and give its public key with --to.",
        )
    moment = clock.now()
    is_folder = target.is_dir()
    path = target / file_name(config.node_id, moment) if is_folder else target
    if path.exists():
        raise Conflict("backup.exists", f"There is a file {path} already.", next_step="Choose another name.")
    try:
        size, content = _write(config, path, moment, recipients, passphrase, with_passphrase=with_passphrase)
    except OSError as error:
        raise Fault(
            "backup.disk",
            f"The backup could not be written to {path}: {error.strerror or error}.",
            next_step="See that the folder is there, has room and may be written; then try again.",
        ) from error
    removed = _rotate(path, config.node_id, keep) if is_folder and keep else ()
    note_backup()
    audit.note(
        MADE,
        actor=actor,
        subject=config.node_id,
        detail={"file": path.name, "bytes": size, "log_size": content.log.size},
    )
    return Made(path, size, content, removed)


def _write(
    config: Config,
    path: Path,
    moment: datetime,
    recipients: Sequence[str],
    passphrase: bytes,
    *,
    with_passphrase: bool,
) -> tuple[int, Manifest]:
    # The clear copy stays inside the node's own folder; only what is encrypted goes to the stick.
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=config.home) as scratch:
        kind, database, snapshot = _copy_database(config, Path(scratch))
        # After the database: a key that it names was written before it was named.
        paths = {database.name: database, **_small_files(config, with_passphrase=with_passphrase)}
        content = Manifest(
            format=manifest.FORMAT,
            node_id=config.node_id,
            node_name=config.node_name,
            release=__version__,
            made_at=moment,
            database="sqlite" if kind == "sqlite" else "postgresql",
            migrations=snapshot.migrations,
            log=snapshot.log,
            members=tuple(archive.describe(name, found) for name, found in paths.items()),
        )
        # A key of this moment alone lets the node open what it wrote; it is forgotten when this returns.
        once = age.Identity.generate()
        lock = Lock((once,)) if recipients else Lock(passphrase=passphrase)
        draft = path.with_name(path.name + ".part")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                archive.write(
                    file,
                    content,
                    paths,
                    recipients=[*recipients, once.recipient] if recipients else (),
                    passphrase=passphrase,
                )
                file.flush()
                os.fsync(file.fileno())
                # What is checked next must come from the disk, not from memory.
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            database.unlink()
            if check(draft, lock, folder=config.home) != content:
                raise Fault("backup.unproved", "What was written is not what was read; try another disk.")
            size = draft.stat().st_size
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(path.parent)
    return size, content


def _rotate(newest: Path, node_id: str, keep: int) -> tuple[Path, ...]:
    """Remove the oldest backups of this node beyond ``keep``; the one just proved is never among them."""
    old = [path for path in backups_in(newest.parent, node_id)[keep:] if path != newest]
    for path in old:
        path.unlink(missing_ok=True)
    return tuple(old)
