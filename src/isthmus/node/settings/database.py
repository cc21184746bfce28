"""Django's database settings from one address."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

_SQLITE_START = (
    "PRAGMA journal_mode=WAL;"
    # FULL: a receipt must never outlive its record at a power cut.
    "PRAGMA synchronous=FULL;"
    "PRAGMA temp_store=MEMORY;"
    # Pages that many transactions write, such as the log's head, are written back once for more of them.
    "PRAGMA wal_autocheckpoint=4000;"
    "PRAGMA mmap_size=0;"
    # What is erased is overwritten: freed pages hold nothing of it.
    "PRAGMA secure_delete=ON;"
)


def django_database(address: str) -> dict[str, Any]:
    """The ``DATABASES["default"]`` of ``sqlite:///PATH`` or ``postgres://USER:PASSWORD@HOST:PORT/NAME``."""
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": Path(unquote(parts.path.removeprefix("/"))),
            # Opening costs more than a request: Django registers sixty functions on a new connection.
            "CONN_MAX_AGE": 600,
            "OPTIONS": {
                # Two writers without IMMEDIATE meet "database is locked" at the upgrade of a read lock.
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": _SQLITE_START,
            },
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
