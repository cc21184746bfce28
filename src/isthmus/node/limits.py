"""What is refused before it costs anything: bodies that are too long for their address, and floods.

The limit of a body is the view's own (see ``kit.limits``); the API and the exchange read large ones, but
only after they know who sends them. Floods are counted for each caller in this process: the proxy in front
does it better, and a node must not fall without one.
"""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from isthmus.accounts.addresses import UNKNOWN, caller_of
from isthmus.accounts.attempts import TooManyRequests
from isthmus.accounts.throttle import Throttle
from isthmus.exchange.api.problems import TooLarge, Unreadable, problem
from isthmus.kit.errors import IsthmusError
from isthmus.kit.limits import FORM_BYTES, most_bytes_of

Respond = Callable[[HttpRequest], HttpResponse]

API_BYTES = 9 * 1024 * 1024
"""A document that a program hands in, or a record; the reader of each has a limit of its own."""
PARTNER_BYTES = 9 * 1024 * 1024
"""A batch of 8 MiB and its framing; signatures are checked before the body is read."""
PAGES = Throttle(burst=600, per_minute=3000)
"""Pages that one caller may ask for: a ministry behind one address, not a program that copies the site."""
SIGN_IN = Throttle(burst=200, per_minute=300)
"""Posts to the pages of signing in; wrong passwords are counted in the database besides."""

_BETWEEN_NODES = "/exchange/v1/"
_API = "/api/"
_SIGN_IN = "/account/"


class LengthRequired(Unreadable):
    """A body that does not say how long it is."""

    status = 411


class Limits:
    """Refuse a request for its size or for how many there are, before anybody reads it."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or say what is too much."""
        error = _unmeasured(request) or _flood(request)
        return _refuse(request, error) if error is not None else self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, _args: object, _kwargs: object
    ) -> HttpResponseBase | None:
        """A refusal of a body that is too long for this address, or None to go on."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) <= FORM_BYTES:
            return None
        most = _most(request, view)
        if int(length) <= most:
            return None
        code = "api.too-large" if request.path.startswith(_API) else "node.too-large"
        message = _("The request has %(length)d bytes; here at most %(most)d are read.")
        return _refuse(request, TooLarge(code, message % {"length": int(length), "most": most}))


def _most(request: HttpRequest, view: object) -> int:
    if request.path.startswith(_BETWEEN_NODES):
        return PARTNER_BYTES
    if request.path.startswith(_API):
        return API_BYTES
    most = most_bytes_of(view)
    # The form's token is checked by reading the form: nobody unknown may send a long one.
    return most if most <= FORM_BYTES or request.user.is_authenticated else FORM_BYTES


def _unmeasured(request: HttpRequest) -> IsthmusError | None:
    """Django reads as much as Content-Length says, and of a body without it nothing, without a word."""
    if "HTTP_TRANSFER_ENCODING" not in request.META:
        return None
    return LengthRequired("node.length", _("Send the body with its Content-Length, not in chunks."))


def _flood(request: HttpRequest) -> TooManyRequests | None:
    if request.path.startswith((_BETWEEN_NODES, _API)):
        return None  # these count for each partner and each token
    caller = caller_of(request)
    if not settings.ISTHMUS.trusted_proxy and _is_here(caller):
        return None  # programs on this machine, or everybody behind a proxy that was not announced
    seconds = PAGES.take(caller)
    if not seconds and request.method == "POST" and request.path.startswith(_SIGN_IN):
        seconds = SIGN_IN.take(caller)
    return TooManyRequests(seconds) if seconds else None


def _is_here(caller: str) -> bool:
    return caller == UNKNOWN or ip_address(caller.partition("/")[0]).is_loopback or caller == "::/64"


def _refuse(request: HttpRequest, error: IsthmusError) -> HttpResponse:
    if request.path.startswith((_BETWEEN_NODES, _API)):
        return problem(error)
    response = render(request, "ui/error.html", {"error": error}, status=error.status)
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response
