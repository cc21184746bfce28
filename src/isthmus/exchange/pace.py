"""How much of this node one partner may take, and how often a stranger is told no.

A partner that pushes without end must leave threads for the others and for people. The rate is above what
a machine of this size can do: it stops a loop, not a busy day.
"""

import logging
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest

from isthmus.accounts.addresses import caller_of
from isthmus.accounts.attempts import TooManyRequests
from isthmus.accounts.throttle import Throttle
from isthmus.kit.errors import IsthmusError

_LOG = logging.getLogger("isthmus.exchange.protocol")

REQUESTS = Throttle(burst=10_000, per_minute=60_000)
"""Requests of one partner."""
REFUSALS = Throttle(burst=60, per_minute=30)
"""Refusals told to one caller in full, with a line in the log; further ones are short and leave none."""
NEWS = Throttle(burst=30, per_minute=30)
"""Unsigned news about keys from one address."""
NEWS_OF_NODE = Throttle(burst=120, per_minute=60)
"""Unsigned news about keys in the name of one node, from everywhere. Whoever uses it up delays that node's
news: they also come by its stream, and when it is asked for them."""
_BUSY_SECONDS = 1.0

_under_way: Counter[str] = Counter()
_lock = threading.Lock()


@contextmanager
def turn_of(node_id: str, *, of_pool: bool = True) -> Iterator[None]:
    """Answer one request of a partner; TooManyRequests where it takes all threads but one already.

    What is not answered by a thread ``of_pool`` takes none of them from anybody.
    """
    seconds = REQUESTS.take(node_id)
    if seconds:
        raise TooManyRequests(seconds)
    if not of_pool:
        yield
        return
    most = max(1, settings.ISTHMUS.threads - 1)
    with _lock:
        if _under_way[node_id] >= most:
            raise TooManyRequests(_BUSY_SECONDS)
        _under_way[node_id] += 1
    try:
        yield
    finally:
        with _lock:
            _under_way[node_id] -= 1


def take_news_turn(request: HttpRequest, node_id: str = "") -> None:
    """Count unsigned news of the caller, or of the node that it names; TooManyRequests beyond the rate."""
    seconds = NEWS_OF_NODE.take(node_id) if node_id else NEWS.take(caller_of(request))
    if seconds:
        raise TooManyRequests(seconds)


def told(request: HttpRequest, error: IsthmusError) -> IsthmusError:
    """What to answer to a refused request: the error, noted in the log; after many of them, to wait."""
    seconds = REFUSALS.take(caller_of(request))
    if seconds:
        error = TooManyRequests(seconds)
    else:
        _LOG.warning("%s %s: %s", request.method, request.path, error)
    if isinstance(error, TooManyRequests):
        request.retry_after = error.retry_after  # type: ignore[attr-defined]  # becomes the Retry-After header
    return error
