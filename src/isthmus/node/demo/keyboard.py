"""An officer at the keyboard of a sample node: does there what a command or a page would, when asked.

Lives in the node's own process tree and speaks JSON lines over a socket with the demonstration. Everything
goes through the services; nothing is written around them.
"""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from django.db import connections

from isthmus.apps.etrade.models import Declaration
from isthmus.exchange import front, queries
from isthmus.exchange.delivery.client import fetch_card
from isthmus.exchange.log_check import check_log
from isthmus.exchange.models import Agreement, AgreementState, Decision, Direction, Record
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.services import agreements
from isthmus.exchange.services.bundles import export_bundle, import_bundle
from isthmus.kit.errors import IsthmusError
from isthmus.node.demo import assessing, excise, matching, network, programme, solar, trade
from isthmus.node.demo.countries import EXPORT
from isthmus.node.demo.terms import ACCORDS, accord_terms, terms_with, title_of
from isthmus.node.demo.trade import Answer, who
from isthmus.trust import services as trust
from isthmus.trust.models import PartnerState
from isthmus.wire import codec
from isthmus.wire.codec import Json


def words() -> Answer:
    """The twelve words that this node's people read out."""
    return {"words": front.own_words()}


def meet(address: str, words: str) -> Answer:
    """Fetch a partner's card and, where it is new, type the words that its people read out."""
    partner = trust.introduce(fetch_card(address), actor=who("operator"))
    new = partner.state == PartnerState.PENDING
    if new:
        trust.confirm(partner, words, actor=who("approver"))
    return {"new": new}


def propose(receiver: str) -> Answer:
    """Propose the sample agreement on trade; the one that stands already where there is one."""
    return _proposed(title_of(receiver), lambda: terms_with(receiver))


def propose_accord(place: int) -> Answer:
    """Propose one of the accords; the one that stands already where there is one."""
    made = _proposed(ACCORDS[place].title, lambda: accord_terms(ACCORDS[place]))
    return {**made, "kinds": len(ACCORDS[place].types)}


def _proposed(title: str, terms: Callable[[], dict[str, Json]]) -> Answer:
    standing = [AgreementState.PROPOSED, AgreementState.IN_FORCE]
    found = Agreement.objects.filter(title=title, state__in=standing).first()
    if found is None:
        content = AgreementV1.model_validate_json(codec.encode(terms()))
        found = agreements.propose(content, actor=who("approver"))
    return {"agreement": str(found.uuid), "state": found.state}


def agreement(number: str) -> Answer:
    """Where an agreement stands here; an empty state where it is not known."""
    found = Agreement.objects.filter(pk=UUID(number)).first()
    return {"state": found.state if found is not None else ""}


def sign(number: str) -> Answer:
    """Sign a proposal."""
    return {"state": agreements.answer(UUID(number), Decision.SIGNED, actor=who("approver")).state}


def stream(partner: str) -> Answer:
    """How the outgoing stream stands."""
    out, _ = queries.stream_pair(trust.find_partner(partner))
    if out is None:
        return {"waiting": 0, "failures": 0, "error": ""}
    return {"waiting": out.waiting, "failures": out.failures, "error": out.last_error}


def write_stick(partner: str, file: str) -> Answer:
    """Write what waits for a partner, and the answers to what it sent, to a file as `bundle export` does."""
    with Path(file).open("wb") as stick:
        done = export_bundle(trust.find_partner(partner), stick, actor=who("operator"))
    return {"size": Path(file).stat().st_size, "left": done.left}


def read_stick(file: str) -> Answer:
    """Read a partner's file as `bundle import` does."""
    with Path(file).open("rb") as stick:
        report = import_bundle(stick, actor=who("operator"))
    return {"taken": report.taken, "settled": report.settled, "problems": list(report.problems)}


def records(partner: str, direction: str) -> Answer:
    """Every declaration record that crossed with a partner, in order of its number, and what became of it."""
    rows = Record.objects.filter(
        stream__partner__node_id=partner,
        stream__direction=Direction(direction),
        type=EXPORT.partition("/")[0],
    ).order_by("seq")
    applied = Declaration.objects.filter(partner=partner).order_by("id").values_list("leaf", flat=True)
    return {
        "leaves": [row.leaf for row in rows],
        "numbers": [row.seq for row in rows],
        "accepted": sum(row.verdict == "accepted" for row in rows),
        "receipted": sum(row.receipt_id is not None for row in rows),
        "applied": list(applied),
    }


def receipts(partner: str, application: str) -> Answer:
    """How many records of an application crossed with a partner, each way, and how many have a receipt."""
    rows = Record.objects.filter(stream__partner__node_id=partner, type__startswith=f"{application}.")
    told = {
        way.value: sorted(rows.filter(stream__direction=way).values_list("leaf", flat=True))
        for way in Direction
    }
    return {**told, "without": rows.filter(receipt=None).count()}


def verify_log() -> Answer:
    """Walk this node's whole log."""
    report = check_log()
    return {"ok": report.ok, "size": report.size, "findings": [finding.what for finding in report.findings]}


_KEYS: dict[str, Callable[..., Answer]] = {
    one.__name__: one
    for one in (
        words,
        meet,
        propose,
        propose_accord,
        agreement,
        sign,
        stream,
        write_stick,
        read_stick,
        records,
        receipts,
        verify_log,
        *trade.KEYS,
        *matching.KEYS,
        *excise.KEYS,
        *assessing.KEYS,
        *solar.KEYS,
        *programme.KEYS,
        *network.KEYS,
    )
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
