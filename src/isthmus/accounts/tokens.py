"""API tokens: how a program proves that it acts for an organisation. Only digests are stored."""

import hashlib
import logging
import secrets
from datetime import timedelta

from isthmus.accounts.models import ApiToken
from isthmus.accounts.policy import Actor, actor_for_token
from isthmus.kit import clock

PREFIX = "ist_"
_LOG = logging.getLogger("isthmus.audit")
_USE_IS_WRITTEN_EVERY = timedelta(minutes=1)


def new_secret() -> str:
    """A fresh secret with 256 random bits; the prefix lets scanners find one that leaked."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256 in hexadecimal. A random secret needs no slow hash: nobody can guess 256 bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def actor_by_secret(secret: str) -> Actor | None:
    """The actor behind a bearer secret; None where it is unknown, expired or revoked (answer 401).

    Writes ``last_used`` at most once a minute, so that reading does not become writing.
    """
    if not secret.startswith(PREFIX) or not secret.isascii():
        return None
    token = ApiToken.objects.select_related("organisation").filter(digest=digest(secret)).first()
    now = clock.now()
    if token is None or not token.usable_at(now):
        _LOG.warning("refused: accounts.token.unusable", extra={"token": token.label if token else "unknown"})
        return None
    if token.last_used is None or now - token.last_used > _USE_IS_WRITTEN_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used=now)
    return actor_for_token(token)
