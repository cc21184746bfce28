"""Secrets do not get into the log, whoever logs: what looks like one is struck out of every line.

The last of several walls. Code does not log secrets; a library, or an error that carries its input, might.
Only the log is filtered: a page or an answer that shows a secret does so once and on purpose.
"""

import logging
import re
from collections.abc import Mapping
from typing import Any

STRUCK = "[struck out]"

_NAMED = r"\w*password\d?|passphrase|secret(?:_key)?|csrfmiddlewaretoken|sessionid"
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), replacement)
    for pattern, replacement in (
        # An API token, whole or cut off.
        (r"\bist_[\w-]{8,}", STRUCK),
        # A signed text: a request that could be used again, a record that is nobody's business here.
        (r"\beyJ[\w-]{10,}\.[\w-]*(?:\.[\w-]*)?(?:\.[\w-]*\.[\w-]*)?", STRUCK),
        (r"(authorization['\"]?\s*[:=]\s*['\"]?(?:bearer|basic|isthmus)?\s*)[^\s'\",;]+", rf"\1{STRUCK}"),
        (r"((?:set-)?cookie['\"]?\s*[:=]\s*)[^\r\n]+", rf"\1{STRUCK}"),
        (r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", STRUCK),
        # The password of a database in its address.
        (r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s@/]+(@)", rf"\1{STRUCK}\2"),
        # A link to choose a password; the page behind it is named set-password.
        (r"(/password/reset/key/[0-9a-z]+-)(?!set-password)[^\s/'\"]+", rf"\1{STRUCK}"),
        (r"(otpauth://\w+/[^\s?]*\?)[^\s'\"]+", rf"\1{STRUCK}"),
        (rf"(\b(?:{_NAMED})['\"]?\s*[:=]\s*)(?:'[^']*'|\"[^\"]*\"|[^\s,;&}}\])]+)", rf"\1{STRUCK}"),
    )
)
_SECRET_NAME = re.compile(r"passw|passphrase|secret|authorization|cookie|private", re.IGNORECASE)
_QUIET = frozenset({"django.security.DisallowedHost"})
"""What strangers cause as often as they like: told in a line, without the traceback."""


def strike(text: str) -> str:
    """The text without what looks like a secret."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def strike_in(value: Any, name: str = "") -> Any:  # noqa: ANN401  whatever was logged
    """A value that was logged under a name, and all that is inside it, without secrets."""
    if name and _SECRET_NAME.search(name):
        return STRUCK
    if isinstance(value, str):
        return strike(value)
    if isinstance(value, Mapping):
        return {key: strike_in(part, str(key)) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [strike_in(part) for part in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return strike(str(value))


class SecretText(logging.Formatter):
    """Lines for people, without secrets: message and traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        return strike(super().format(record))


class Calm(logging.Filter):
    """Takes the traceback from what a stranger causes and nobody has to mend."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through."""
        if record.name in _QUIET:
            record.exc_info = record.exc_text = None
        return True
