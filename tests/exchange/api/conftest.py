"""A node with records of two organisations, and no memory of who asked how often."""

import pytest

from isthmus.accounts import api
from isthmus.accounts.throttle import Throttle
from isthmus.exchange.models import Agreement, Record
from tests.api_client import Program, populate, program
from tests.foreign import ForeignNode


@pytest.fixture(autouse=True)
def _fresh_throttles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "REQUESTS", Throttle(burst=600, per_minute=600))


@pytest.fixture
def sent(cn: ForeignNode, agreed: Agreement) -> Record:
    """A record of ``customs`` that was sent and receipted, on a node with more."""
    return populate(cn, agreed)


@pytest.fixture
def customs(db: None) -> Program:
    """A program with an officer's token of ``customs``."""
    return program("customs")
