"""What the services write of a movement, from the draft on, is valid by the schemas of its version."""

import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from isthmus.apps.excise.models import Movement, MovementMessage
from isthmus.apps.excise.movements.formats.answering import accepted, header
from isthmus.apps.excise.movements.formats.layout import VERSIONS, Version
from isthmus.apps.excise.movements.formats.reading import read_message
from isthmus.apps.excise.movements.formats.schemas import schema_faults
from isthmus.apps.excise.movements.formats.writing import write_message
from isthmus.apps.excise.movements.rules import arc as references
from isthmus.apps.excise.movements.services import answering
from isthmus.apps.excise.movements.services.answering import Differing, report_receipt
from isthmus.kit import clock
from tests.apps.excise.movements.conftest import OURS, THEIRS, Corridor, body_of, draft_message

ARC = references.compose(2026, "CN", "11")

SCHEMAS = Path(os.environ.get("ISTHMUS_CONFORMANCE_DATA") or "/nonexistent") / "emcs" / "xsd"
pytestmark = pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason="ISTHMUS_CONFORMANCE_DATA names no folder with emcs/xsd in it"
)


def checked(row: MovementMessage, version: Version) -> str:
    """The code of a kept message that its schema has nothing against."""
    data = bytes(row.xml)
    message = read_message(data)
    assert message.version == row.emcs_version == version
    assert schema_faults(data, message, SCHEMAS) == ()
    return message.code


@pytest.mark.parametrize("version", VERSIONS)
def test_the_draft_and_the_document_made_of_it(corridor: Corridor, version: Version):
    moving = corridor.accepted(version=version)
    assert [checked(row, version) for row in moving.messages.order_by("id")] == ["IE815", "IE801"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("conclusion", "differing"),
    [
        ("1", ()),
        ("2", (Differing(1, missing=Decimal("0.5")),)),
        ("2", (Differing(1, missing=Decimal(-3)),)),
        ("3", ()),
        ("4", (Differing(1, refused=Decimal(100)),)),
    ],
)
def test_a_report_of_receipt_in_the_version_of_its_document(
    corridor: Corridor, version: Version, conclusion: str, differing: tuple[Differing, ...]
):
    now = clock.now().replace(microsecond=0)
    sent = draft_message("CN-1", consignor=THEIRS, consignee=OURS, version=version)
    document = accepted(sent, ARC, now, header("CN", "MM", "document-1", now))
    corridor.receive("movement-message", body_of(document, ARC))
    coming = Movement.objects.get(arc=ARC)
    made = report_receipt(coming, clock.now().date(), conclusion, differing, actor="officer")
    assert checked(made, version) == "IE818"
    assert schema_faults(write_message(document), document, SCHEMAS) == ()


def test_a_reminder(corridor: Corridor):
    moving = corridor.accepted()
    Movement.objects.filter(pk=moving.pk).update(due_at=clock.now() - timedelta(days=1))
    progress: Any = SimpleNamespace(step=lambda *_: None)
    answering.send_reminders(progress)
    assert checked(moving.messages.get(code="IE802"), "3.23") == "IE802"
