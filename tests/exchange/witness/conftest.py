"""Partners that witness, and a log of this node with something in it."""

import pytest

from isthmus.exchange.audit_trail import seal_audit_events
from tests.exchange.witness.logs import Log
from tests.exchange.witness.talk import Talker, confirmed
from tests.foreign import ForeignNode


@pytest.fixture
def china(cn: ForeignNode) -> Talker:
    """The partner ``cn`` with a log of 10 entries; this node's log has entries as well."""
    seal_audit_events()
    return Talker(cn, Log().grow(10))


@pytest.fixture
def laos(china: Talker) -> Talker:
    """Another partner, ``la``, with a log of 7 entries of its own."""
    return Talker(confirmed("la"), Log().grow(7, "la"))
