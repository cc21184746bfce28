"""Documents at a web address of a national system, pulled page by page since a cursor.

The address answers ``GET ?cursor=…`` with one JSON document, and says where the next page begins in the
header ``X-Next-Cursor``, or in the member ``next`` of the document; no next page means that nothing more
is there now, and the cursor stays. Only https is spoken, but to this machine itself; redirections are not
followed, answers are bounded, and a busy server is asked again a few times, later each time.
"""

import ipaddress
import json
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import httpx
from django.utils.translation import gettext as _

from isthmus.apps.etrade.sources.feeds.contract import Found, Outcome
from isthmus.kit.errors import BadInput, Fault

MAX_BYTES = 4 * 1024 * 1024
MAX_PAGES = 1_000
TRIES = 4
TIMEOUT_SECONDS = 30.0
_AGAIN = frozenset({429, 502, 503, 504})


class WebFeed:
    """The pages of one address; ``secret`` is sent as a bearer token."""

    def __init__(
        self, address: str, *, secret: str = "", pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._address = checked(address)
        self._headers = {"Accept": "application/json"}
        if secret:
            self._headers["Authorization"] = f"Bearer {secret}"
        self._pause = pause

    def discover(self, cursor: str) -> Iterator[Found]:
        """A document for each page since the cursor."""
        with httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False) as client:
            for _page in range(MAX_PAGES):
                content, following = self._page(client, cursor)
                if content.strip() in {b"", b"[]", b"{}", b"null"}:
                    return
                name = f"{urlsplit(self._address).hostname}-{cursor or 'first'}"[:200] + ".json"
                yield Found(name, lambda content=content: content, cursor=following or cursor)  # type: ignore[misc]  # mypy cannot infer the default's type
                if not following or following == cursor:
                    return
                cursor = following

    def settle(self, found: Found, outcome: Outcome) -> None:
        """The server is told nothing; the cursor tells where it stands."""

    def _page(self, client: httpx.Client, cursor: str) -> tuple[bytes, str]:
        wait = 1.0
        for attempt in range(1, TRIES + 1):
            try:
                with client.stream(
                    "GET", self._address, params={"cursor": cursor} if cursor else {}, headers=self._headers
                ) as answer:
                    if answer.status_code == 200:
                        content = _body(answer)
                        return content, _next(content, answer.headers.get("X-Next-Cursor", ""))
                    problem = f"it answers with status {answer.status_code}"
                    if answer.status_code not in _AGAIN:
                        break
                    wait = max(wait, _asked_wait(answer))
            except httpx.HTTPError as error:
                problem = f"{type(error).__name__}"
            if attempt < TRIES:
                self._pause(min(wait, 60.0))
                wait *= 2
        raise Fault(
            "etrade.source.web",
            f"The address of the source cannot be read: {problem}.",
            next_step="Check the address and its token; the next run asks again.",
        )


def checked(address: str) -> str:
    """The address, if it is https, or http on this machine itself; BadInput otherwise."""
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname and "@" not in parts.netloc:
        return address
    if parts.scheme == "http" and parts.hostname and _is_here(parts.hostname):
        return address
    raise BadInput(
        "etrade.source.address", _("The address must begin with https:// and carry no name or password.")
    )


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _body(answer: httpx.Response) -> bytes:
    content = b""
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > MAX_BYTES:
            raise BadInput(
                "etrade.source.size", _("A page has more than %(bytes)d bytes.") % {"bytes": MAX_BYTES}
            )
    return content


def _next(content: bytes, named: str) -> str:
    if named:
        return named[:500]
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return ""
    following = document.get("next") if isinstance(document, dict) else None
    return following[:500] if isinstance(following, str) else ""


def _asked_wait(answer: httpx.Response) -> float:
    try:
        return float(answer.headers.get("Retry-After", "0"))
    except ValueError:
        return 0.0
