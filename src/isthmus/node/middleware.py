"""What the node adds to every answer: strict headers, nothing left in caches, errors in our own words."""

import math
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from isthmus.kit.errors import IsthmusError

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # data: for the QR code of an authenticator app, whose secret must not become a file of its own.
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    # SecurityMiddleware says these too, but not of an answer that is given before it.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

Respond = Callable[[HttpRequest], HttpResponse]


class StrictHeaders:
    """Allow only what this node serves itself, and let no cache keep what a person or partner was shown.

    Static files are the same for everybody; what serves them says how long they may be kept.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response
        self._static = f"/{settings.STATIC_URL.lstrip('/')}"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the policy in the headers."""
        response = self.get_response(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.path.startswith(self._static) or response.status_code >= 400:
            response.headers.setdefault("Cache-Control", "private, no-store")
        retry_after = getattr(request, "retry_after", None)
        if retry_after is not None:
            # A form that asks for patience: the page says so to the person, this to the program.
            response.status_code = 429
            response.headers["Retry-After"] = str(math.ceil(retry_after))
        return response


class Errors:
    """Turn an error of ours that a page did not handle into a page that says what to do next."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; the work is done where a view failed."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for our own errors; everything else is a fault that Django reports."""
        if not isinstance(exception, IsthmusError):
            return None
        retry_after = getattr(exception, "retry_after", None)
        if retry_after is not None:
            request.retry_after = retry_after  # type: ignore[attr-defined]  # read by StrictHeaders
        return render(request, "ui/error.html", {"error": exception}, status=exception.status)
