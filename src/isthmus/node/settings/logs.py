"""Logging: one line an event, as text for people or JSON for machines."""

import json
import logging
from typing import Any, Literal

from isthmus.kit import clock
from isthmus.node.settings.secrecy import strike_in

_STANDARD = frozenset(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {
    "message",
    "asctime",
    "taskName",
}


class JsonLines(logging.Formatter):
    """A JSON object a line: time, level, logger, message, and whatever the caller gave as ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON."""
        line: dict[str, Any] = {
            "time": clock.to_text(clock.now()),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update({name: value for name, value in record.__dict__.items() if name not in _STANDARD})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(strike_in(line), ensure_ascii=False, default=str)


def logging_settings(level: str, form: Literal["text", "json"], node_id: str) -> dict[str, Any]:
    """Django's ``LOGGING`` for one node."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {
                "()": "isthmus.node.settings.secrecy.SecretText",
                "format": f"%(asctime)s {node_id} %(levelname)s %(name)s: %(message)s",
            },
            "json": {"()": "isthmus.node.settings.logs.JsonLines"},
        },
        "filters": {"calm": {"()": "isthmus.node.settings.secrecy.Calm"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": form, "filters": ["calm"]}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            # httpx writes every request at INFO; the exchange logs deliveries in its own words.
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
        },
    }
