"""The worker's sign of life: a file in the home folder, so that an idle node writes no database rows."""

import logging
import time
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

_LOG = logging.getLogger("isthmus.exchange.worker")
PAUSE_SECONDS = 10


def _file() -> Path:
    return Path(settings.ISTHMUS.home) / "worker-alive"


def beat() -> None:
    """Say that the worker lives; writes at most every ten seconds, and never stops the worker."""
    file = _file()
    try:
        if not file.exists() or time.time() - file.stat().st_mtime >= PAUSE_SECONDS:
            file.touch()
    except OSError as error:
        _LOG.warning("the sign of life cannot be written: %s", error)


def last_beat() -> datetime | None:
    """When the worker last said that it lives; None if it never did."""
    try:
        return datetime.fromtimestamp(_file().stat().st_mtime, UTC)
    except OSError:
        return None
