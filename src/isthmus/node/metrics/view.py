"""`GET /metrics`: for the monitoring system alone, which stands on this machine or shows a token."""

import hmac
import logging
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from isthmus.kit.errors import Fault, NotFound
from isthmus.node.metrics.gather import measures
from isthmus.node.metrics.text import CONTENT_TYPE

_LOG = logging.getLogger("isthmus.node.metrics")
_HANDED_ON = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")
LEAST_TOKEN = 16


def token_of(path: Path) -> bytes:
    """The token that the file holds; Fault where it cannot be read or is too short to be one."""
    try:
        token = path.read_bytes().strip()
    except OSError as error:
        raise Fault(
            "metrics.no-token",
            _("The token of the metrics cannot be read from %(path)s.") % {"path": path},
            next_step=_(
                "Write one there that the node can read, or set ISTHMUS_METRICS_TOKEN_FILE to nothing."
            ),
        ) from error
    if len(token) < LEAST_TOKEN:
        raise Fault(
            "metrics.short-token",
            _("The token in %(path)s is shorter than %(least)d characters.")
            % {"path": path, "least": LEAST_TOKEN},
            next_step=_("Write a longer one: `openssl rand -hex 32`."),
        )
    return token


def _is_direct(request: HttpRequest) -> bool:
    """Whether a program on this machine asks by itself, and no proxy for somebody else."""
    if any(name in request.headers for name in _HANDED_ON):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _may(request: HttpRequest) -> bool:
    path: Path | None = settings.ISTHMUS.metrics_token_file
    if path is None:
        return _is_direct(request)
    try:
        token = token_of(path)
    except Fault as error:
        _LOG.error("%s", error)  # for the operator; strangers learn nothing of our files
        return False
    scheme, _blank, given = request.headers.get("Authorization", "").partition(" ")
    right = hmac.compare_digest(given.strip().encode("utf-8", "surrogatepass"), token)
    return right and scheme.lower() == "bearer"


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The measures; for everybody else there is nothing at this address."""
    if not _may(request):
        raise NotFound("metrics.closed", _("There is nothing at this address, or it is not visible to you."))
    response = HttpResponse(measures(), content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    return response
