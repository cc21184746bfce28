"""A record type whose bodies name files, and two ways to see a node from its partner's side."""

import io
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from isthmus.exchange import registry
from isthmus.exchange.application import RecordType
from isthmus.exchange.handlers import Arrived, Erasing, Received
from isthmus.exchange.models import Agreement, Decision, Record
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.services import Outgoing, agreements, attachments, publish
from isthmus.exchange.services.inbox import receive
from isthmus.trust.models import Partner
from isthmus.wire import codec
from isthmus.wire.attachment import CHUNK_BYTES, AttachmentRef
from tests.foreign import ForeignNode, terms

KIND = "sample.report/1"
CALLS: list[Any] = []
"""What the hooks of the type were given, in order."""


class File(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    sha256: str
    size: int
    media_type: str
    name: str


class ReportV1(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    number: str
    papers: tuple[File, ...] = ()


def receive_report(received: Received) -> None:
    CALLS.append(received)


def take_arrived(arrived: Arrived) -> None:
    CALLS.append(arrived)


def erase_report(erasing: Erasing) -> None:
    CALLS.append(erasing)


HERE = "tests.exchange.attached"
TYPE = RecordType(
    "sample.report",
    1,
    "Sample report",
    f"{HERE}:ReportV1",
    f"{HERE}:receive_report",
    attachments=True,
    arrived=f"{HERE}:take_arrived",
    erase=f"{HERE}:erase_report",
)


@pytest.fixture
def reports(cn: ForeignNode, monkeypatch: pytest.MonkeyPatch) -> Agreement:
    """An agreement in force under which sample reports and declarations cross both ways."""
    known = {**registry.record_types(), TYPE.key: TYPE}
    monkeypatch.setattr(registry, "record_types", lambda: known)
    CALLS.clear()
    declared = "etrade.export-declaration/1"
    fields = ["consignee_name", "declaration_number", "items"]
    grants = [(KIND, "cn", "mm", ["number", "papers"]), (KIND, "mm", "cn", ["number", "papers"])]
    grants += [(declared, "cn", "mm", fields), (declared, "mm", "cn", fields)]
    content = AgreementV1.model_validate_json(codec.encode(terms(grants=grants)))
    agreement = agreements.propose(content, actor="approver")
    answer = {
        "agreement": str(agreement.uuid),
        "digest": agreement.digest,
        "decision": Decision.SIGNED.value,
        "reason": "",
    }
    receive(Partner.objects.get(node_id="cn"), [cn.send("exchange.agreement-answer/1", answer)])
    agreement.refresh_from_db()
    return agreement


def content_of(chunks: int, *, tail: int = 0, seed: int = 1) -> bytes:
    """A file of whole chunks and a tail, no two chunks alike."""
    blocks = [bytes([seed, number % 256, number // 256]) * (CHUNK_BYTES // 3 + 1) for number in range(chunks)]
    return b"".join(block[:CHUNK_BYTES] for block in blocks) + bytes([seed]) * tail


def keep(data: bytes, name: str = "invoice.pdf") -> AttachmentRef:
    return attachments.keep(io.BytesIO(data), name=name, media_type="application/pdf", actor="clerk")


def report(number: str, *references: AttachmentRef) -> dict[str, Any]:
    return {"number": number, "papers": [reference.to_json() for reference in references]}


def send_report(number: str, *references: AttachmentRef) -> Record:
    body = ReportV1.model_validate_json(codec.encode(report(number, *references)))
    (row,) = publish([Outgoing(KIND, body, number)], to=["cn"])
    return row


def reference_of(data: bytes, name: str = "invoice.pdf") -> AttachmentRef:
    from isthmus.wire.attachment import split

    manifest, _ = split(data)
    return AttachmentRef(sha256=manifest.sha256, size=manifest.size, media_type="application/pdf", name=name)
