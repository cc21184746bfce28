"""What a killed worker held is free as soon as its successor starts, not when the lease runs out.

Every worker keeps a shared lock on a file of the node's home folder, which the kernel drops with the
process, however it ended. A worker that gets the lock alone knows that no other lives here: the leases of
this folder's workers are nobody's then. Workers of the same database on another machine have another folder
and another name, and keep theirs.
"""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils.crypto import get_random_string

from isthmus.exchange.models import Stream

_LOG = logging.getLogger("isthmus.exchange.worker")
_NAME_LENGTH = 8


def _file() -> Path:
    return Path(settings.ISTHMUS.home) / "worker.lock"


@lru_cache(maxsize=4)
def _name_in(file: Path) -> str:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a+", encoding="ascii") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH)  # others only read or write the same few signs
            stream.seek(0)
            name = stream.read().strip()
            if len(name) != _NAME_LENGTH:
                name = get_random_string(_NAME_LENGTH)
                stream.truncate(0)
                stream.write(name)
                stream.flush()
                os.fsync(stream.fileno())  # after a power cut the leases must still have this name
    except OSError as error:
        _LOG.warning("the worker's lock file cannot be used: %s", error)
        return get_random_string(_NAME_LENGTH)
    return name


def folder_name() -> str:
    """The name, eight signs, that the workers of this home folder share."""
    return _name_in(_file())


@contextmanager
def succeed(node_id: str) -> Iterator[int]:
    """Be a worker of this home folder; yields how many leases of dead predecessors were freed."""
    family = f"{node_id}-{folder_name()}-"
    try:
        stream = _file().open("a", encoding="ascii")
    except OSError:
        yield 0  # said already; the leases run out by themselves
        return
    with stream:
        freed = 0
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass  # another worker of this folder is alive
        else:
            try:
                held = Stream.objects.filter(lease_holder__startswith=family)
                freed = held.update(lease_holder="", lease_until=None)
            except DatabaseError as error:
                _LOG.warning("the database does not answer: %s", error)
        fcntl.flock(stream, fcntl.LOCK_SH)
        if freed:
            _LOG.info("%d streams were held by a worker that was killed; they go on now", freed)
        yield freed
