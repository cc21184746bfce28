"""Calling a partner's node over HTTP with signed requests."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from isthmus.exchange import queries
from isthmus.exchange.delivery import connections
from isthmus.kit import clock
from isthmus.kit.errors import Fault
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner
from isthmus.wire.request import sign_request

SCHEME = "Isthmus"
BATCH_TYPE = "application/vnd.isthmus.batch+gzip"
INBOX = "/exchange/v1/inbox"
OUTBOX = "/exchange/v1/outbox/"
RECEIPTS = "/exchange/v1/receipts"
ANSWER_LIMIT = 12 * 1024 * 1024
"""Bytes of an answer that are read at most: a fetched batch of 8 MiB and its framing."""
CARD_LIMIT = 64 * 1024
"""Bytes of a card that are read at most: four certificates and a long list of record types."""
REQUEST_LIFETIME = timedelta(minutes=5)


def authorization(audience: str, method: str, target: str, body: bytes) -> str:
    """The header that proves this node made this request, to this partner, with this body, now."""
    seal = keystore.in_use(KeyPurpose.SEAL)
    token = sign_request(
        issuer=queries.me(),
        audience=audience,
        method=method,
        target=target,
        body=body,
        now=clock.now(),
        lifetime=REQUEST_LIFETIME,
        key=seal.private_key,
        kid=seal.kid,
    )
    return f"{SCHEME} {token}"


def _failure(partner: Partner, what: str) -> Fault:
    return Fault(
        "exchange.link",
        f"{partner.node_id} could not be reached: {what}.",
        next_step="Nothing is lost; the node keeps trying.",
    )


class PartnerLink:
    """The calls of one turn to a partner; its connection stays open for the next turn."""

    def __init__(self, partner: Partner) -> None:
        self.partner = partner

    def _call(self, method: str, target: str, body: bytes, content_type: str) -> bytes:
        """The body of a good answer; Fault for a broken link, an endless answer or any other status."""
        headers = {"Authorization": authorization(self.partner.node_id, method, target, body)}
        if body:
            headers["Content-Type"] = content_type
        try:
            answer = connections.call(
                settings.ISTHMUS.route_to(self.partner.node_id, self.partner.url),
                method,
                target,
                body,
                headers,
                timeout=settings.ISTHMUS.request_timeout_seconds,
                limit=ANSWER_LIMIT,
            )
        except connections.LinkError as error:
            raise _failure(self.partner, str(error) or type(error).__name__) from error
        if len(answer.body) > ANSWER_LIMIT:
            raise _failure(self.partner, "its answer is too long")
        if answer.status >= 300:
            raise _failure(self.partner, _reason(answer.status, answer.body))
        return answer.body

    def push(self, batch: bytes) -> tuple[str, ...]:
        """Send a packed batch; returns the signed answers. Fault where the link or the partner fails."""
        try:
            answers = json.loads(self._call("POST", INBOX, batch, BATCH_TYPE))["answers"]
        except (ValueError, KeyError, TypeError) as error:
            raise _failure(self.partner, "its answer cannot be read") from error
        if not isinstance(answers, list) or not all(isinstance(token, str) for token in answers):
            raise _failure(self.partner, "its answer cannot be read")
        return tuple(answers)

    def pull(self, after: int) -> bytes:
        """Fetch the batch that waits at the partner behind number ``after``; empty where nothing waits."""
        return self._call("GET", f"{OUTBOX}{queries.me()}?after={after}", b"", "")

    def post_answers(self, answers: list[str]) -> None:
        """Hand over the answers to a fetched batch."""
        body = json.dumps({"answers": answers}).encode("ascii")
        self._call("POST", RECEIPTS, body, "application/json")


def fetch_card(url: str) -> str:
    """The node card at a partner's address, unverified; Fault where it cannot be fetched."""
    address = f"{url.rstrip('/')}/.well-known/isthmus"
    read = bytearray()
    try:
        with httpx.stream(
            "GET",
            address,
            timeout=settings.ISTHMUS.request_timeout_seconds,
            follow_redirects=False,
            trust_env=False,
        ) as response:
            response.raise_for_status()
            for chunk in response.iter_bytes():
                read += chunk
                if len(read) > CARD_LIMIT:
                    raise _no_card(url, "the answer is too long for a card")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _no_card(url, str(error) or type(error).__name__) from error
    return read.decode("ascii", errors="replace").strip()


def _no_card(url: str, reason: str) -> Fault:
    return Fault(
        "exchange.no-card",
        f"No card could be fetched from {urlsplit(url).netloc or url}: {reason}.",
        next_step="Check the address, or ask the partner to send its card as a file.",
    )


def _reason(status: int, body: bytes) -> str:
    """The problem detail of an answer, or its status alone."""
    try:
        detail = json.loads(body)["detail"]
    except (ValueError, KeyError, TypeError):
        return f"HTTP status {status}"
    return f"HTTP status {status}, {str(detail)[:300]}"
