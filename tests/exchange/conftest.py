"""Fixtures of the exchange's tests: the officers of a small node, and a node with something on every page."""

from tests.accounts.conftest import people
from tests.exchange.attached import reports
from tests.exchange.crossed import received, sent
from tests.exchange.pages import world

__all__ = ["people", "received", "reports", "sent", "world"]
