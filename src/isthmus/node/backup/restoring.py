"""Putting a node back from a backup: everything is checked first, nothing living is written over."""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from isthmus.kit.config import ENV_FILE, Config, parse_env_file, read_config
from isthmus.kit.errors import BadInput, Conflict, Fault, Refused
from isthmus.node.backup import databases, manifest
from isthmus.node.backup.archive import Lock
from isthmus.node.backup.checking import opened
from isthmus.node.backup.manifest import Manifest
from isthmus.wire import keys

if TYPE_CHECKING:  # Django is set up only once it is known for which folder
    from isthmus.exchange.log_check import LogReport

_DATABASE = "ISTHMUS_DATABASE"
_FILE = "node.sqlite3"


@dataclass(frozen=True, slots=True)
class Restored:
    """A node that stands again: what it was made from, and what the walk over its log found."""

    manifest: Manifest
    home: Path
    database: str
    report: "LogReport"
    partners: tuple[str, ...]


def check_free(home: Path) -> None:
    """Conflict where a node lives in ``home`` already, or anything else."""
    if home.exists() and any(home.iterdir()):
        raise Conflict(
            "restore.living",
            f"There is something in {home} already; a restore writes over nothing.",
            next_step="Stop the node there and move its folder away, or choose another with --home.",
        )


def _check_passphrase(folder: Path, given: Path | None, content: Manifest) -> bytes:
    """The passphrase of the keys, once it has opened each of them."""
    source = given or folder / manifest.PASSPHRASE
    if given is None and not content.has_passphrase:
        raise BadInput(
            "restore.passphrase",
            "The backup does not hold the passphrase of the private keys.",
            next_step="Give the file that holds it with --keys-passphrase-file.",
        )
    try:
        secret = source.read_bytes().strip()
    except OSError as error:
        raise BadInput("restore.passphrase", f"{source} cannot be read: {error.strerror}.") from error
    for path in sorted((folder / manifest.KEYS).glob("*.pem")):
        try:
            keys.open_private_key(path.read_bytes(), secret)
        except Refused as error:
            raise Refused(
                "restore.passphrase",
                f"This passphrase does not open the private key {path.name}.",
                next_step="Use the passphrase that the node had when the backup was made.",
            ) from error
    return secret


def _check_release(content: Manifest) -> None:
    """BadInput for a backup of a newer release, whose database this one cannot read."""
    from django.db.migrations.loader import MigrationLoader

    from isthmus.node.schema import known_steps

    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = {f"{app}.{name}" for app, name in known_steps(loader)}
    foreign = sorted(set(content.migrations) - known)
    if foreign:
        raise BadInput(
            "restore.newer",
            f"The backup was made by release {content.release}, which is newer than this one ({foreign[0]}).",
            next_step="Install that release or a newer one, and restore with it.",
        )


def _addresses(folder: Path, home: Path, override: str) -> tuple[Config, str]:
    """The node's settings as they will be, and its database's address."""
    given = parse_env_file((folder / manifest.ENVIRONMENT).read_text(encoding="utf-8"))
    if override:
        given[_DATABASE] = override
    config = read_config({**given, "ISTHMUS_HOME": str(home)})
    return config, config.database_address


def _check_kind(content: Manifest, address: str) -> None:
    kind = "sqlite" if databases.is_sqlite(address) else "postgresql"
    if kind != content.database:
        raise BadInput(
            "restore.database",
            f"The backup holds a {content.database} database; {kind} cannot take it.",
            next_step="Name a database of that kind with --database.",
        )


def write_private(path: Path, data: bytes) -> None:
    """Write a secret that only its owner can read; the folder around it has no name yet."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _write_environment(source: Path, target: Path, override: str) -> None:
    """The node's settings; its database is the one named at the restore."""
    lines = source.read_text(encoding="utf-8").splitlines()
    if override:
        lines = [line for line in lines if line.partition("=")[0].strip() != _DATABASE]
        lines.append(f"{_DATABASE}={override}")
    write_private(target, ("\n".join(lines) + "\n").encode("utf-8"))


def _furnish(folder: Path, draft: Path, content: Manifest, secret: bytes, override: str) -> None:
    _write_environment(folder / manifest.ENVIRONMENT, draft / ENV_FILE, override)
    for member in content.members:
        if member.name == manifest.SECRET or member.name.startswith(manifest.KEYS):
            write_private(draft / member.name, (folder / member.name).read_bytes())
    write_private(draft / manifest.PASSPHRASE, secret)


def _use(home: Path, address: str) -> None:
    """Let Django work in the folder that is being filled: this process restores one node and ends."""
    import django
    from django.conf import settings

    os.environ.update({"ISTHMUS_HOME": str(home), _DATABASE: address})
    os.environ["ISTHMUS_PASSPHRASE_FILE"] = str(home / manifest.PASSPHRASE)
    if settings.configured:
        raise Fault("restore.process", "A restore needs a process of its own.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.node.settings")
    django.setup(set_prefix=False)


def _bring_back(made_at: datetime, actor: str) -> tuple["LogReport", tuple[str, ...]]:
    """Inside the restored database: present tables, no old sign-ins, every stream marked, the log walked."""
    from django.contrib.sessions.models import Session
    from django.core.management import call_command
    from django.db import transaction

    from isthmus.exchange.log_check import check_log
    from isthmus.exchange.services.recovery.marking import log_size, mark_older
    from isthmus.jobs.models import Job
    from isthmus.jobs.models import State as JobState
    from isthmus.trust.models import Partner, PartnerState

    call_command("migrate", interactive=False, verbosity=0)
    with transaction.atomic():
        Session.objects.all().delete()
        Job.objects.filter(state=JobState.RUNNING).update(state=JobState.WAITING, lease_until=None, worker="")
        mark_older(actor=actor, kept_size=log_size(), backup_made_at=made_at)
    report = check_log()
    partners = Partner.objects.exclude(state=PartnerState.PENDING).values_list("node_id", flat=True)
    return report, tuple(partners)


def restore(
    backup: Path,
    home: Path,
    lock: Lock,
    *,
    database: str = "",
    keys_passphrase: Path | None = None,
    actor: str,
) -> Restored:
    """Make the node of ``backup`` again in the empty folder ``home``, in an empty database.

    Everything is checked before anything is written. The folder gets its name last, so a restore that was
    cut off leaves no node that could start: on SQLite nothing at all, on PostgreSQL a database to be emptied.
    Every stream is marked, so that no number is used twice; old sign-ins end. Needs a process of its own,
    in which Django was not set up.
    """
    home = home.absolute()
    check_free(home)
    home.parent.mkdir(parents=True, exist_ok=True)
    with opened(backup, lock, home.parent) as (content, folder):
        config, address = _addresses(folder, home, database)
        _check_kind(content, address)
        databases.check_empty(address)
        secret = _check_passphrase(folder, keys_passphrase, content)
        draft = home.with_name(home.name + ".restoring")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        try:
            _furnish(folder, draft, content, secret, database)
            working = address
            if content.database == "sqlite":
                shutil.move(folder / manifest.SQLITE, draft / _FILE)
                working = f"sqlite:///{draft / _FILE}"
            _use(draft, working)
            _check_release(content)
            if content.database == "postgresql":
                databases.put_into_postgres(folder / manifest.POSTGRESQL, address)
            report, partners = _bring_back(content.made_at, actor)
            _close()
            _settle_in(draft, home, config, address)
        except BaseException:
            _close()
            shutil.rmtree(draft, ignore_errors=True)
            raise
    return Restored(content, home, address, report, partners)


def _close() -> None:
    from django.db import connections

    with suppress(Exception):
        connections.close_all()


def _settle_in(draft: Path, home: Path, config: Config, address: str) -> None:
    """Give the folder its name; a SQLite file outside of it goes to its own place first."""
    if databases.is_sqlite(address):
        target = databases.sqlite_path(address)
        if target != home / _FILE:
            target.parent.mkdir(parents=True, exist_ok=True)
            moved = target.with_name(target.name + ".part")
            shutil.move(draft / _FILE, moved)
            moved.replace(target)
    if config.passphrase_path != home / manifest.PASSPHRASE and not config.passphrase_path.exists():
        write_private(config.passphrase_path, (draft / manifest.PASSPHRASE).read_bytes())
    if home.exists():
        home.rmdir()
    draft.rename(home)
