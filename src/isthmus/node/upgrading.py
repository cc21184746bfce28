"""Bringing a node's data to this release: look first, change once, prove that nothing was lost."""

import compileall
import io
import shutil
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import OutputWrapper
from django.db import Error as DatabaseError
from django.db import connection
from django.utils.translation import gettext as _

import isthmus
from isthmus.exchange.delivery.heartbeat import PAUSE_SECONDS, last_beat
from isthmus.exchange.log_check import check_log
from isthmus.kit import clock
from isthmus.kit.errors import Fault, Refused
from isthmus.node.checkup import storage
from isthmus.node.last_backup import last_backup
from isthmus.node.schema import refuse_newer, schema

FRESH_BACKUP = timedelta(hours=1)
LEAST_ROOM = 200_000_000
Say = Callable[[str], None]
Step = Callable[[int, int], None]

# What must be as many after as before; these tables and columns are the same in every release.
_COUNTED = {
    "records": "SELECT count(*) FROM exchange_record",
    "receipts": "SELECT count(*) FROM exchange_receipt",
    "refusals": "SELECT count(*) FROM exchange_refusal",
    "agreements": "SELECT count(*) FROM exchange_agreement",
    "alarms": "SELECT count(*) FROM exchange_alarm",
    "partners": "SELECT count(*) FROM trust_partner",
    "officers": "SELECT count(*) FROM accounts_officer",
    "log_entries": "SELECT count(*) FROM exchange_logentry",
    "log_size": "SELECT coalesce(max(size), 0) FROM exchange_loghead",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What an upgrade would do here, and whether it may begin. Sizes in bytes."""

    steps: tuple[str, ...]
    database_bytes: int
    needed_bytes: int
    free_bytes: int
    backup_age: timedelta | None

    @property
    def has_backup(self) -> bool:
        """Whether a good backup is fresh enough to go back to."""
        return self.backup_age is not None and self.backup_age <= FRESH_BACKUP


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was there before and is there after, and the log as it was proved afterwards."""

    steps: tuple[str, ...]
    counts: dict[str, int]
    log_size: int
    log_root: str


def _is_called() -> bool:
    """Whether something listens where the node would."""
    host, _colon, port = settings.ISTHMUS.bind.rpartition(":")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(2)
        host = {"0.0.0.0": "127.0.0.1", "[::]": "::1"}.get(host, host.strip("[]"))  # noqa: S104  compared, not bound
        return probe.connect_ex((host, int(port))) == 0


def _worker_lives(seconds: float = PAUSE_SECONDS + 2) -> bool:
    """Whether the worker gives a sign of life; one that was seen just now is waited for once more."""
    seen = last_beat()
    if seen is None or clock.now() - seen > timedelta(seconds=3 * PAUSE_SECONDS):
        return False
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if last_beat() != seen:
            return True
        time.sleep(0.2)
    return False


def refuse_running() -> None:
    """Refused while the node runs: the old release would go on writing into tables that change under it."""
    if _is_called() or _worker_lives():
        raise Refused(
            "node.running",
            _("The node runs."),
            next_step=_("Stop it first: `sudo systemctl stop isthmus`."),
        )


def plan() -> Plan:
    """Look at database, disk and backup; Refused where a newer release has made the database."""
    found = schema()
    refuse_newer(found)
    home = Path(settings.ISTHMUS.home)
    size = storage.size_bytes() or 0
    # SQLite writes changed tables anew beside the old ones; a server of PostgreSQL has a disk of its own.
    needed = LEAST_ROOM + (2 * size if connection.vendor == "sqlite" and found.missing else 0)
    made = last_backup()
    return Plan(
        steps=found.missing,
        database_bytes=size,
        needed_bytes=needed,
        free_bytes=shutil.disk_usage(home if home.exists() else Path()).free,
        backup_age=clock.now() - made if made is not None else None,
    )


def can_back_up() -> bool:
    """Whether the settings say where backups go and who can open them."""
    config = settings.ISTHMUS
    return config.backup_folder is not None and bool(config.backup_keys)


def back_up(found: Plan, say: Say) -> None:
    """Make the way back, where the settings say how and there is none of the last hour."""
    config = settings.ISTHMUS
    if not found.steps or found.has_backup or not can_back_up():
        return
    assert config.backup_folder is not None
    from isthmus.node.backup.making import make

    say(_("Backing up to %(folder)s.") % {"folder": config.backup_folder})
    made = make(config.backup_folder, recipients=config.backup_keys, keep=config.backup_keep, actor="upgrade")
    say(_("The backup is %(file)s, and it was opened again.") % {"file": made.path})


def check(found: Plan, *, without_backup: bool) -> None:
    """Refused where there is no room or no way back."""
    if found.free_bytes < found.needed_bytes:
        raise Refused(
            "node.no-room",
            _("The upgrade needs %(needed)d MB and %(free)d MB are free.")
            % {"needed": found.needed_bytes // 1_000_000, "free": found.free_bytes // 1_000_000},
            next_step=_("Make room on the disk of the node's home folder; nothing was changed."),
        )
    if found.steps and not (found.has_backup or can_back_up() or without_backup):
        raise Refused(
            "node.no-backup",
            _("There is no good backup of the last hour, and an upgrade cannot be taken back."),
            next_step=_(
                "Run `isthmus backup` first; nothing was changed. (--without-backup goes on all the same.)"
            ),
        )


def _count() -> dict[str, int]:
    counts = {}
    with connection.cursor() as cursor:
        for name, statement in _COUNTED.items():
            cursor.execute(statement)
            counts[name] = int(cursor.fetchone()[0])
    return counts


class _Lines(io.StringIO):
    """What Django writes about its migrations, handed on line by line."""

    def __init__(self, say: Say) -> None:
        super().__init__()
        self._say, self._rest = say, ""

    def write(self, text: str) -> int:
        """Take a piece of text; whole lines about one step are told."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            if line.strip().startswith("Applying "):
                self._say(line.strip())
        return len(text)


def _migrate(say: Say) -> None:
    try:
        call_command(
            "migrate", interactive=False, verbosity=1, no_color=True, stdout=OutputWrapper(_Lines(say))
        )
    except DatabaseError as error:
        raise Fault(
            "node.upgrade-stopped",
            _("A step failed and was taken back: %(error)s.") % {"error": error},
            next_step=_(
                "Mend the cause (room, rights, the database) and run `isthmus upgrade` again, or restore the "
                "backup."
            ),
        ) from error


def _compile(say: Say) -> None:
    """Compile the release's modules where that can be kept; a hardened service cannot do so later."""
    folder = Path(isthmus.__file__).parent
    if not compileall.compile_dir(folder, quiet=2, workers=1):
        say(
            _("The modules in %(folder)s could not be compiled: the node starts a little slower.")
            % {"folder": folder}
        )


def upgrade(found: Plan, say: Say, step: Step) -> Outcome:
    """Apply the missing migrations, compile, and walk the whole log.

    Raises Fault where a step fails, where something is fewer than before, or where the log does not hold.
    """
    before = _count() if found.steps else {}
    _migrate(say)
    _compile(say)
    after = _count()
    lost = [f"{name} {count}>{after[name]}" for name, count in before.items() if after[name] != count]
    report = check_log(step)
    if lost or not report.ok:
        found_wrong = [*lost, *(finding.what for finding in report.findings[:5])]
        raise Fault(
            "node.upgrade-unproved",
            _("After the upgrade this does not hold: %(what)s.") % {"what": "; ".join(found_wrong)},
            next_step=_(
                "Do not start the node. Restore the backup; where `isthmus log verify` of the old release "
                "says the same, the log was altered before."
            ),
        )
    return Outcome(found.steps, after, report.size, report.root)
