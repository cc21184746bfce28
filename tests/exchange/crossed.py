"""A record with a file about a person, as it was sent or as it came."""

from typing import Any

import pytest

from isthmus.exchange.delivery.turns import tokens_after
from isthmus.exchange.models import Agreement, Direction, Record, Stream
from isthmus.exchange.services import attachments
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.settle import settle
from isthmus.trust.models import Partner
from isthmus.wire.attachment import split
from tests.exchange.attached import CALLS, KIND, keep, reference_of, report, send_report
from tests.foreign import ForeignNode

PERSON: dict[str, Any] = {"ground": "person", "reason": "The person asked for it.", "actor": "approver"}


def arrive(partner: Partner, data: bytes) -> bool:
    """The partner brings a whole file."""
    manifest, chunks = split(data)
    attachments.accept_manifest(partner, manifest)
    return [
        attachments.store_chunk(partner, manifest.sha256, index, chunk) for index, chunk in enumerate(chunks)
    ][-1]


def row_of(subject: str) -> Record:
    return Record.objects.select_related("stream__partner", "receipt").get(subject=subject)


def outgoing() -> Stream:
    return Stream.objects.select_related("partner").get(direction=Direction.OUT)


def settle_all(cn: ForeignNode) -> None:
    settle(outgoing(), [cn.receipt(tokens_after(outgoing(), outgoing().settled_seq))])


@pytest.fixture
def sent(cn: ForeignNode, reports: Agreement) -> Record:
    """A record with a file that the partner has accepted."""
    send_report("R-1", keep(b"about a person"))
    settle_all(cn)
    CALLS.clear()
    return row_of("R-1")


@pytest.fixture
def received(cn: ForeignNode, partner: Partner, reports: Agreement) -> Record:
    """A record with a file that came from the partner."""
    body = report("C-1", reference_of(b"about a person"))
    receive(partner, [cn.send(KIND, body, subject="C-1", agreement=reports.uuid)])
    arrive(partner, b"about a person")
    CALLS.clear()
    return row_of("C-1")
