"""Partners, streams and calls as the steps inside a node reach them."""

from typing import Any

KIND = "etrade.export-declaration/1"


def me() -> str:
    from isthmus.exchange import queries

    return queries.me()


def partner_of(node_id: str) -> Any:
    from isthmus.exchange import queries

    partner = queries.find_partner(node_id)
    assert partner is not None
    return partner


def stream_with(partner: str, direction: int = 0) -> Any:
    from isthmus.exchange import queries

    stream = queries.stream_pair(partner_of(partner))[direction]
    assert stream is not None
    return stream


def call(partner: str, method: str, target: str, body: str, content_type: str) -> list[Any]:
    """A signed request over the line with any body (hexadecimal); returns status and the answer's text."""
    from django.conf import settings

    from isthmus.exchange.delivery import connections
    from isthmus.exchange.delivery.client import authorization

    content = bytes.fromhex(body)
    answer = connections.call(
        settings.ISTHMUS.route_to(partner, ""),
        method,
        target,
        content,
        {"Authorization": authorization(partner, method, target, content), "Content-Type": content_type},
        timeout=30,
        limit=1_000_000,
    )
    return [answer.status, answer.body.decode("utf-8", "replace")]


def call_inbox(partner: str, body: str, packed: bool = False) -> list[Any]:
    """A signed push of any body (hexadecimal) to a partner's inbox; returns status and the answer's text."""
    from isthmus.exchange.delivery.client import INBOX
    from isthmus.wire import batch

    return call(partner, "POST", INBOX, body, batch.PACKED if packed else batch.LINES)
