"""Django's settings of outgoing mail: a server over TLS, or files in the home folder where none is set."""

from typing import Any
from urllib.parse import unquote, urlsplit

from isthmus.kit.config import Config

_PORTS = {"smtp": 587, "smtps": 465}


def mail_settings(config: Config) -> dict[str, Any]:
    """The settings by their names. A server is never spoken to without TLS.

    BadInput is not raised for a password file that is missing: the first letter fails with the reason.
    """
    host = urlsplit(config.url).hostname or "localhost"
    told: dict[str, Any] = {
        "DEFAULT_FROM_EMAIL": config.mail_from or f"isthmus@{host}",
        "EMAIL_TIMEOUT": 30,
        "EMAIL_SUBJECT_PREFIX": "",
    }
    if not config.mail_server:
        backend = "django.core.mail.backends.filebased.EmailBackend"
        return {**told, "EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": str(config.home.absolute() / "mail")}
    server = urlsplit(config.mail_server)
    path = config.mail_password_file
    return {
        **told,
        "EMAIL_BACKEND": "isthmus.accounts.mail_server.EmailBackend",
        "EMAIL_HOST": server.hostname,
        "EMAIL_PORT": server.port or _PORTS[server.scheme],
        "EMAIL_HOST_USER": unquote(server.username or ""),
        "EMAIL_HOST_PASSWORD": path.read_text(encoding="utf-8").strip() if path and path.is_file() else "",
        "EMAIL_USE_TLS": server.scheme == "smtp",
        "EMAIL_USE_SSL": server.scheme == "smtps",
    }
