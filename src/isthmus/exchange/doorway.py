"""The inbox before Django's request cycle: what a partner pushes takes the shortest way in.

A push needs no session, language, page or form. It is the same work as behind ``protocol.inbox``, which
answers whatever is out of the ordinary here: another method, a query, a body without or beyond a length.
"""

import json
import logging
import math
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import OperationalError, close_old_connections
from django.utils import translation

from isthmus.exchange import protocol
from isthmus.exchange.delivery import batch_forms
from isthmus.exchange.delivery.client import INBOX
from isthmus.exchange.pace import told
from isthmus.kit.errors import Fault, IsthmusError

_LOG = logging.getLogger("isthmus.exchange.protocol")

OWN_THREAD = "isthmus.own_thread"
"""In the environ of a push that is answered by a thread for pushes alone."""

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[[str, Headers], object]
Application = Callable[[Environ, Any], Iterable[bytes]]


class Doorway:
    """A WSGI application (PEP 3333) that answers pushes itself and leaves everything else to another."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        length = _length_of(environ)
        if length is None:
            return self._application(environ, start_response)
        status, headers, body = _answer(environ, length)
        headers += [
            ("Content-Length", str(len(body))),
            ("Cache-Control", "private, no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]


def _length_of(environ: Environ) -> int | None:
    """How long the body of an ordinary push is; None for any other request."""
    if environ["PATH_INFO"] != INBOX or environ["REQUEST_METHOD"] != "POST":
        return None
    length = environ.get("CONTENT_LENGTH", "")
    if environ.get("QUERY_STRING") or environ.get("SCRIPT_NAME") or not length.isdigit() or len(length) > 8:
        return None
    limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return int(length) if int(length) <= limit else None


def _answer(environ: Environ, length: int) -> tuple[int, Headers, bytes]:
    """Status, headers and body of the answer."""
    translation.deactivate()  # of the person whose page this thread made before
    close_old_connections()  # one that a request before broke; what this one breaks, the next finds so
    try:
        answers = protocol.take_push(
            authorization=environ.get("HTTP_AUTHORIZATION", ""),
            content_type=environ.get("CONTENT_TYPE", ""),
            read_body=lambda: _body(environ, length),
            of_pool=OWN_THREAD not in environ,
        )
    except IsthmusError as error:
        request = WSGIRequest(environ)
        answer = _problem(told(request, error))
        retry_after = getattr(request, "retry_after", None)
        if retry_after is not None:
            answer[1].append(("Retry-After", str(math.ceil(retry_after))))
        return answer
    except OperationalError as error:
        # A full disk or a database that restarts: the partner tries again, nothing was half written.
        _LOG.exception("the database failed during %s", INBOX)
        return _problem(protocol.unavailable(error), HTTPStatus.SERVICE_UNAVAILABLE)
    except Exception:  # noqa: BLE001  the partner is told, and tries again
        _LOG.exception("%s failed", INBOX)
        return _problem(Fault("exchange.fault", "The node failed to take the batch."))
    body = json.dumps({"answers": answers}).encode("ascii")
    headers = [("Content-Type", "application/json"), (batch_forms.HEADER, batch_forms.WORDS)]
    return HTTPStatus.OK, headers, body


def _body(environ: Environ, length: int) -> bytes:
    try:
        body: bytes = environ["wsgi.input"].read(length)
    except OSError as error:
        raise protocol.cut_off() from error
    if len(body) < length:
        raise protocol.cut_off()
    return body


def _problem(error: IsthmusError, status: int | None = None) -> tuple[int, Headers, bytes]:
    content = protocol.problem_of(error, status)
    headers = [("Content-Type", protocol.PROBLEM_TYPE)]
    return content["status"], headers, json.dumps(content).encode("ascii")
