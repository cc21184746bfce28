"""An officer at the keyboard of a sample node: does there what a command or a page would, when asked.

Lives in the node's own process tree and speaks JSON lines over a socket with the demonstration. Everything
goes through the services; nothing is written around them.
"""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connections

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade import queries as etrade
from isthmus.apps.etrade.formats.samples import sample_declarations
from isthmus.apps.etrade.models import DocumentVerdict, ExportDeclaration, Origin, SourceDocument
from isthmus.apps.etrade.services import send, take_document
from isthmus.exchange import front, queries, registry
from isthmus.exchange.delivery.client import fetch_card
from isthmus.exchange.log_check import check_log
from isthmus.exchange.models import Agreement, AgreementState, Decision, Direction, Record
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.rules.projection import field_titles
from isthmus.exchange.services import agreements
from isthmus.kit import clock
from isthmus.kit.errors import IsthmusError
from isthmus.kit.ids import uuid7
from isthmus.node.demo.countries import AGREEMENT_TITLE, BY_ID, EXPORT, WITHHELD
from isthmus.trust import services as trust
from isthmus.trust.models import PartnerState
from isthmus.wire import codec
from isthmus.wire.codec import Json

Answer = dict[str, Any]


def _who(role: str) -> str:
    return BY_ID[queries.me()].email(role)


def words() -> Answer:
    """The twelve words that this node's people read out."""
    return {"words": front.own_words()}


def meet(address: str, words: str) -> Answer:
    """Fetch a partner's card and, where it is new, type the words that its people read out."""
    partner = trust.introduce(fetch_card(address), actor=_who("operator"))
    new = partner.state == PartnerState.PENDING
    if new:
        trust.confirm(partner, words, actor=_who("approver"))
    return {"new": new}


def _fields() -> list[str]:
    """Every single field of a declaration but those that stay at home."""
    titles = field_titles(registry.model_of(EXPORT))
    single = [path for path in titles if not any(other.startswith(path + ".") for other in titles)]
    return sorted(path for path in single if path not in WITHHELD)


def propose(receiver: str) -> Answer:
    """Propose the sample agreement; the one that stands already where there is one."""
    standing = [AgreementState.PROPOSED, AgreementState.IN_FORCE]
    found = Agreement.objects.filter(title=AGREEMENT_TITLE, state__in=standing).first()
    if found is not None:
        return {"agreement": str(found.uuid), "state": found.state}
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    grant: dict[str, Json] = {
        "record_type": EXPORT,
        "sender": queries.me(),
        "receiver": receiver,
        "fields": [*_fields()],
    }
    terms: dict[str, Json] = {
        "agreement": str(uuid7()),
        "title": AGREEMENT_TITLE,
        "purpose": "The receiving customs office sees what left for it before it arrives.",
        "legal_basis": "Sample memorandum of understanding, article 4",
        "parties": [*sorted((queries.me(), receiver))],
        "grants": [grant],
        "retention_days": 1825,
        "onward_sharing": "never",
        "valid_from": clock.to_text(today),
        "valid_until": clock.to_text(today.replace(year=today.year + 5, day=1)),
    }
    made = agreements.propose(AgreementV1.model_validate_json(codec.encode(terms)), actor=_who("approver"))
    return {"agreement": str(made.uuid), "state": made.state}


def agreement(number: str) -> Answer:
    """Where an agreement stands here; an empty state where it is not known."""
    found = Agreement.objects.filter(pk=UUID(number)).first()
    return {"state": found.state if found is not None else ""}


def sign(number: str) -> Answer:
    """Sign a proposal."""
    return {"state": agreements.answer(UUID(number), Decision.SIGNED, actor=_who("approver")).state}


def take(folder: str, good: int, malformed: int) -> Answer:
    """Take in every document of a folder or, without one, sample declarations of our own making."""
    organisation = Organisation.objects.get(code=BY_ID[queries.me()].organisations[0].code)
    documents = (
        ((path.name, path.read_bytes()) for path in sorted(Path(folder).rglob("*.xml")))
        if folder
        else iter(sample_declarations(2026, good, malformed=malformed))
    )
    new = 0
    for name, content in documents:
        new += take_document(name, content, organisation=organisation, actor=_who("officer")).is_new
    kept = SourceDocument.objects.order_by("id")
    refused = kept.filter(verdict=DocumentVerdict.MALFORMED)
    return {
        "new": new,
        "declarations": ExportDeclaration.objects.filter(origin=Origin.OWN).count(),
        "other": kept.filter(verdict=DocumentVerdict.UNSUPPORTED).count(),
        "refused": [[one.file_name, one.reason, len(one.content) == one.size_bytes] for one in refused],
    }


def unsent(partner: str) -> Answer:
    """How many declarations were not published for a partner yet."""
    return {"count": etrade.unsent(partner).count()}


def send_some(partner: str, count: int) -> Answer:
    """Publish the oldest declarations that a partner was not sent yet."""
    chosen = list(etrade.unsent(partner)[:count])
    return {"sent": len(send(chosen, partner, actor=_who("officer")))}


def stream(partner: str) -> Answer:
    """How the outgoing stream stands."""
    out, _ = queries.stream_pair(trust.find_partner(partner))
    if out is None:
        return {"waiting": 0, "failures": 0, "error": ""}
    return {"waiting": out.waiting, "failures": out.failures, "error": out.last_error}


def records(partner: str, direction: str) -> Answer:
    """Every declaration record that crossed with a partner, in order of its number, and what became of it."""
    rows = Record.objects.filter(
        stream__partner__node_id=partner,
        stream__direction=Direction(direction),
        type=EXPORT.partition("/")[0],
    ).order_by("seq")
    applied = ExportDeclaration.objects.filter(partner=partner).order_by("id").values_list("leaf", flat=True)
    return {
        "leaves": [row.leaf for row in rows],
        "numbers": [row.seq for row in rows],
        "accepted": sum(row.verdict == "accepted" for row in rows),
        "receipted": sum(row.receipt_id is not None for row in rows),
        "applied": list(applied),
    }


def verify_log() -> Answer:
    """Walk this node's whole log."""
    report = check_log()
    return {"ok": report.ok, "size": report.size, "findings": [finding.what for finding in report.findings]}


_KEYS: dict[str, Callable[..., Answer]] = {
    one.__name__: one
    for one in (words, meet, propose, agreement, sign, take, unsent, send_some, stream, records, verify_log)
}


def _answer(line: str) -> Answer:
    asked = json.loads(line)
    try:
        return _KEYS[asked.pop("do")](**asked)
    except IsthmusError as error:
        return {"error": str(error)}
    except Exception as error:  # noqa: BLE001  the demonstration must say what failed, and where
        return {"error": f"{type(error).__name__}: {error}"}
    finally:
        connections.close_all()


def serve(channel: socket.socket) -> None:
    """Answer until the demonstration hangs up."""
    with channel, channel.makefile("rw", encoding="utf-8") as lines:
        while line := lines.readline():
            lines.write(json.dumps(_answer(line)) + "\n")
            lines.flush()
