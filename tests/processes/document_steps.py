"""What the test of a certificate does inside a node, beside the steps that tests with nodes share."""

import sys
from base64 import b64encode
from typing import Any

from tests.processes.steps import _until, card, drained, in_force, main, meet, sign

__all__ = ["card", "drained", "in_force", "meet", "sign"]
KIND = "etrade.phytosanitary-certificate/1"


def propose(sender: str, receiver: str) -> str:
    """Propose that certificates cross whole; returns the agreement."""
    from isthmus.apps.etrade.records import PhytosanitaryCertificateV1
    from isthmus.exchange.records import AgreementV1
    from isthmus.exchange.services import agreements
    from isthmus.wire import codec
    from tests.foreign import terms

    grants = [(KIND, sender, receiver, sorted(PhytosanitaryCertificateV1.model_fields))]
    content = terms(grants=grants, parties=tuple(sorted((sender, receiver))))
    return str(agreements.propose(AgreementV1.model_validate_json(codec.encode(content)), actor="test").uuid)


def send(number: str, partner: str) -> int:
    """Send a certificate that was read here; returns how many sendings there are."""
    from isthmus.apps.etrade import services
    from isthmus.apps.etrade.models import Origin, TradeDocument

    document = TradeDocument.objects.get(number=number, origin=Origin.OWN)
    return len(services.send_document(document, partner, actor="test"))


def arrived(number: str) -> Any:
    """Wait for a partner's certificate and its file; returns what this node has of both."""
    from isthmus.apps.etrade.models import Origin, TradeDocument
    from isthmus.exchange.models import Attachment, AttachmentState
    from isthmus.exchange.services import attachments

    _until(lambda: TradeDocument.objects.filter(number=number, origin=Origin.PARTNER).exists())
    body = TradeDocument.objects.get(number=number, origin=Origin.PARTNER).body
    digest = body["document"]["sha256"]
    _until(lambda: Attachment.objects.filter(sha256=digest, state=AttachmentState.WHOLE).exists())
    content = b"".join(attachments.chunks_of(Attachment.objects.get(sha256=digest)))
    notes = [(note.get("subject") or "", note["content"]) for note in body["notes"]]
    return {"content": b64encode(content).decode("ascii"), "notes": notes}


if __name__ == "__main__":
    main(globals(), *sys.argv[1:])
