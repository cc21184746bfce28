"""What the fault matrix does inside a node, beside the steps that all tests with real nodes share."""

import sys
import time
from typing import Any

from tests.faults import misdeeds, places, rig
from tests.faults.places import KIND, me, partner_of, stream_with
from tests.processes.steps import card, main, meet

FIELDS = ["declaration_number", "items"]


def stop_here() -> None:
    """End this process at once; nothing is tidied up."""
    rig.end_this_session()


def agree(partner: str, **changes: Any) -> str:
    """Propose that declarations cross both ways between this node and a partner."""
    from isthmus.exchange.records import AgreementV1
    from isthmus.exchange.services import agreements
    from isthmus.wire import codec
    from tests.foreign import terms

    own, other = me(), partner_of(partner).node_id
    content = terms(
        grants=[(KIND, own, other, FIELDS), (KIND, other, own, FIELDS)],
        parties=tuple(sorted((own, other))),
        **changes,
    )
    return str(agreements.propose(AgreementV1.model_validate_json(codec.encode(content)), actor="test").uuid)


def sign_all() -> int:
    """Sign every agreement that waits for this node."""
    from isthmus.exchange.models import Agreement, Decision
    from isthmus.exchange.services import agreements

    waiting = Agreement.objects.filter(state="proposed").exclude(proposed_by=me())
    return len([agreements.answer(one.pk, Decision.SIGNED, actor="test") for one in waiting])


# Tokens by hand: for batches and answers that go other ways than the worker sends them


def waiting(partner: str) -> list[str]:
    """The tokens that wait for a partner, in order."""
    from isthmus.exchange.delivery.turns import tokens_after

    stream = stream_with(partner)
    return tokens_after(stream, stream.settled_seq)


def tokens_from(partner: str, first: int) -> list[str]:
    """The tokens to a partner from number ``first`` on, delivered or not."""
    from isthmus.exchange.delivery.turns import tokens_after

    return tokens_after(stream_with(partner), first - 1)


def take(partner: str, tokens: list[str]) -> list[str]:
    """Receive tokens as if they had come from a partner; returns the answers."""
    from isthmus.exchange.services.inbox import receive

    return receive(partner_of(partner), tokens)


def settle(partner: str, answers: list[str]) -> list[str]:
    """Take a partner's answers."""
    from isthmus.exchange.services.settle import settle as settle_answers

    return list(settle_answers(stream_with(partner), answers))


def push(partner: str, tokens: list[str]) -> list[str]:
    """Send a batch to a partner over the line, beside the worker; the answers are not taken here."""
    from isthmus.exchange.delivery.client import PartnerLink
    from isthmus.wire import packing

    return list(PartnerLink(partner_of(partner)).push_texts([packing.pack(token) for token in tokens]))


def post_answers(partner: str, answers: list[str]) -> bool:
    """Send answers to a partner over the line, as a node behind NAT does."""
    from isthmus.exchange.delivery.client import PartnerLink

    PartnerLink(partner_of(partner)).post_answers(answers)
    return True


def receipts_given(partner: str, newest: int) -> list[str]:
    """The texts of the newest receipts that this node gave to a partner, oldest first."""
    from isthmus.exchange import tokens
    from isthmus.exchange.models import Receipt

    rows = Receipt.objects.filter(stream=stream_with(partner, 1)).order_by("-id")[:newest]
    return [text for row in reversed(rows) if (text := tokens.text_of(row.leaf)) is not None]


def publish_numbers(receiver: str, first: int, count: int, portion: int, padding: int = 0) -> int:
    """Publish ``count`` declarations, ``portion`` in a transaction, each ``padding`` characters larger."""
    from isthmus.apps.etrade.records import ExportDeclarationV1
    from isthmus.exchange.services import Outgoing, publish

    numbers = range(first, first + count)
    for start in range(0, count, portion):
        items = []
        for number in numbers[start : start + portion]:
            subject = f"EX-{me()}-{receiver}-{number}"
            goods = [
                {"number": place + 1, "hs_code": "071331", "description": f"{number} ".ljust(200, "x")}
                for place in range(1 + padding // 200)
            ]
            body = {"declaration_number": subject, "items": goods}
            items.append(Outgoing(KIND, ExportDeclarationV1.model_validate(body), subject))
        publish(items, to=[receiver])
    return count


# Bundles and keys, as an operator works with them


def bundle_out(partner: str, after: int = -1) -> str:
    """Write a bundle for a partner; returns it in hexadecimal, empty where nothing waits."""
    import io

    from isthmus.exchange.services.bundles import export_bundle
    from isthmus.kit.errors import Conflict

    file = io.BytesIO()
    try:
        export_bundle(partner_of(partner), file, actor="test", after=after if after >= 0 else None)
    except Conflict:
        return ""
    return file.getvalue().hex()


def bundle_in(content: str) -> dict[str, Any]:
    """Read a bundle; returns what became of it."""
    import io

    from isthmus.exchange.services.bundles import import_bundle

    report = import_bundle(io.BytesIO(bytes.fromhex(content)), actor="test")
    return {
        "taken": report.taken,
        "repeated": report.repeated,
        "refused": report.refused,
        "settled": report.settled,
        "problems": [str(problem) for problem in report.problems],
    }


def roll_over(purpose: str) -> str:
    """Put a new key in the place of the one in use; returns the new key's thumbprint."""
    from isthmus.exchange.services import keys
    from isthmus.trust import keystore
    from isthmus.trust.models import KeyPurpose

    keys.roll_over(KeyPurpose(purpose), actor="test")
    return str(keystore.in_use(KeyPurpose(purpose)).kid)


def seal_in_use() -> str:
    """The thumbprint of the seal that signs now."""
    from isthmus.trust import keystore
    from isthmus.trust.models import KeyPurpose

    return str(keystore.in_use(KeyPurpose.SEAL).kid)


def revoke_seal(kid: str) -> str:
    """Let a seal of this node count no more from now on; returns the thumbprint of its successor."""
    from isthmus.exchange.services import keys
    from isthmus.kit import clock
    from isthmus.trust.own_keys import find

    keys.revoke_own(find(kid), revoked_from=clock.now(), ground="leaked", reason="It leaked.", actor="test")
    return seal_in_use()


def sign_with(kid: str, payload: str) -> str:
    """Sign any text as a record with a seal of this node that gave way, as a thief would."""
    from isthmus.trust import keystore
    from isthmus.trust.models import KeyPurpose
    from isthmus.wire import jws

    key = keystore.own_key(KeyPurpose.SEAL, kid).private_key
    return str(jws.sign(payload.encode(), key=key, kid=kid, typ=jws.RECORD))


# Agreements that end


def withdraw_all(partner: str) -> int:
    """Withdraw from every agreement in force with a partner."""
    from isthmus.exchange.models import Agreement, Decision
    from isthmus.exchange.services import agreements

    found = Agreement.objects.filter(state="in-force", parties__node_id=partner)
    return len([agreements.answer(one.pk, Decision.WITHDRAWN, actor="test", reason="over") for one in found])


def agree_until(partner: str, until: str) -> str:
    """Propose that declarations cross both ways until a moment."""
    return agree(partner, valid_until=until)


def in_force_with(partner: str) -> int:
    """How many agreements with a partner are in force, in name."""
    from isthmus.exchange.models import Agreement

    return Agreement.objects.filter(state="in-force", parties__node_id=partner).count()


# The state of a node


def position() -> dict[str, Any]:
    """What is compared with later: the newest alarm, and the numbers of each stream."""
    from isthmus.exchange.models import Alarm, Stream

    newest = Alarm.objects.order_by("-id").values_list("id", flat=True).first()
    return {
        "alarm": newest or 0,
        "streams": {
            stream.name: [stream.last_seq, stream.settled_seq, stream.state, stream.last_error]
            for stream in Stream.objects.all()
        },
    }


def undelivered() -> int:
    """How many records have no receipt yet, and how many streams someone is still sending on."""
    from django.db.models import F

    from isthmus.exchange.models import Record, Stream

    streams = Stream.objects.filter(direction="out", state="open")
    waiting_in = Record.objects.filter(stream__in=streams, verdict="waiting").count()
    return waiting_in + streams.filter(settled_seq__lt=F("last_seq")).count()


def drained_within(seconds: float) -> int:
    """Wait until nothing waits for a receipt; returns how many still do after ``seconds``."""
    end = time.monotonic() + seconds
    while (left := undelivered()) and time.monotonic() < end:
        time.sleep(0.03)
    return left


def story(newest_alarm: int) -> dict[str, Any]:
    """This node's whole side of the story, for comparison with its partners'."""
    from isthmus.apps.etrade.models import Declaration
    from isthmus.exchange.log_check import check_log
    from isthmus.exchange.models import Checkpoint, Record, Stream

    report = check_log()
    streams = {}
    for stream in Stream.objects.select_related("partner"):
        rows = Record.objects.filter(stream=stream).order_by("seq")
        streams[stream.name] = {
            "partner": stream.partner.node_id,
            "direction": stream.direction,
            "state": stream.state,
            "last": [stream.last_seq, stream.last_leaf],
            "records": [
                [row.seq, row.leaf, row.verdict, row.verdict_code, f"{row.type}/{row.version}", row.subject]
                for row in rows
            ],
            "effects": [[row.leaf, row.effect] for row in rows],
            "without_receipt": rows.filter(receipt=None).count(),
        }
    heads: dict[str, list[Any]] = {}
    for head in Checkpoint.objects.exclude(node_id=me()).order_by("size"):
        heads[head.node_id] = [head.size, head.root]
    received = Declaration.objects.filter(origin="partner").order_by("id")
    return {
        "findings": [finding.what for finding in report.findings],
        "size": report.size,
        "root": report.root,
        "streams": streams,
        "heads": heads,
        "declarations": list(received.values_list("partner", "leaf", "number")),
        "alarms": list(_alarms().filter(id__gt=newest_alarm).order_by("id").values_list("code", flat=True)),
    }


def proves(size: int, root: str) -> bool:
    """Whether a head of this node's log that a partner holds is the beginning of the log as it is now."""
    from isthmus.exchange.ledger import prove_consistency
    from isthmus.exchange.models import LogHead
    from isthmus.wire import merkle

    head = LogHead.objects.get(pk=1)
    proof = prove_consistency(size, head.size)
    now = merkle.Frontier.from_bytes(bytes(head.frontier)).root()
    return merkle.verify_consistency(size, bytes.fromhex(root), head.size, now, list(proof))


def proves_record(partner: str, direction: int, seq: int) -> list[str]:
    """Everything that does not prove itself about one record; empty where all does."""
    from isthmus.exchange.models import Record
    from isthmus.exchange.verification import check_record

    row = Record.objects.select_related("stream__partner", "receipt").get(
        stream=stream_with(partner, direction), seq=seq
    )
    return [f"{check.what}: {check.detail}" for check in check_record(row) if not check.ok]


def numbers_of(partner: str, direction: str) -> list[str]:
    """The declarations of all streams with a partner in one direction, in their order."""
    from isthmus.exchange.models import Record

    rows = Record.objects.filter(
        stream__partner=partner_of(partner), stream__direction=direction, type="etrade.export-declaration"
    )
    return list(rows.order_by("stream__epoch", "seq").values_list("subject", flat=True))


def log_size() -> int:
    """How many entries this node's log has."""
    from isthmus.exchange.models import LogHead

    return int(LogHead.objects.get(pk=1).size)


def head_of(node_id: str) -> int:
    """The size of the largest head of another node's log that this node holds."""
    from isthmus.exchange.models import Checkpoint

    sizes = Checkpoint.objects.filter(node_id=node_id).order_by("-size").values_list("size", flat=True)
    return int(sizes.first() or 0)


def open_alarms() -> list[str]:
    """The codes of the alarms of the exchange that nobody has cleared."""
    return sorted(_alarms().filter(cleared_at=None).values_list("code", flat=True))


def _alarms() -> Any:
    """Not the node's own: a backup that is due when a clock jumps says nothing of the exchange."""
    from isthmus.exchange.models import Alarm

    return Alarm.objects.exclude(code__startswith="node.")


if __name__ == "__main__":
    import django

    django.setup(set_prefix=False)
    rig.install()
    main({**vars(places), **vars(misdeeds), **globals(), "card": card, "meet": meet}, *sys.argv[1:])
