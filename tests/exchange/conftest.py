"""Fixtures of the exchange's tests: the officers of a small node, and a node with something on every page."""

from tests.accounts.conftest import people
from tests.exchange.pages import world

__all__ = ["people", "world"]
