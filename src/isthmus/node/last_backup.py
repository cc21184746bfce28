"""When this node was last backed up: a file in the home folder, so that no database is needed to tell."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings


def _file() -> Path:
    return Path(settings.ISTHMUS.home) / "last-backup"


def note_backup() -> None:
    """Say that a backup was made and verified just now."""
    _file().touch()


def last_backup() -> datetime | None:
    """When the last good backup was made; None if none ever was."""
    try:
        return datetime.fromtimestamp(_file().stat().st_mtime, UTC)
    except OSError:
        return None
