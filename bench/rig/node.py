"""A node's other half for a benchmark: publishes and delivers when told to, beside the node's web server.

It speaks JSON lines: a command on stdin, an answer on stdout. It does what a service and the worker's turn
do, one after the other, so that a run can say exactly how many records each push carried.
"""

import json
import sys
import time
from functools import cache
from typing import Any
from uuid import UUID

import django

from rig import declaration


def prepare(_: dict[str, Any]) -> dict[str, Any]:
    """Make the node: tables, keys; gives the card and its words."""
    from django.core.management import call_command

    from isthmus.exchange import registry
    from isthmus.trust.services import initialise_keys, own_card
    from isthmus.wire.card import fingerprint_words, read_card

    call_command("migrate", interactive=False, verbosity=0, run_syncdb=True)
    initialise_keys(actor="bench")
    card = own_card(registry.offered_types())
    return {"card": card, "words": fingerprint_words(read_card(card))}


def trust(command: dict[str, Any]) -> dict[str, Any]:
    """Hold the ceremony with the other node."""
    from isthmus.trust.services import confirm, introduce

    confirm(introduce(command["card"], actor="bench"), command["words"], actor="bench")
    return {}


def propose(command: dict[str, Any]) -> dict[str, Any]:
    """Propose an agreement and deliver the proposal."""
    from isthmus.exchange.records import AgreementV1
    from isthmus.exchange.services import agreements

    made = agreements.propose(AgreementV1.model_validate_json(json.dumps(command["terms"])), actor="bench")
    deliver()
    return {"agreement": str(made.uuid)}


def sign(command: dict[str, Any]) -> dict[str, Any]:
    """Sign an agreement and deliver the signature."""
    from isthmus.exchange.models import Decision
    from isthmus.exchange.services import agreements

    agreements.answer(UUID(command["agreement"]), Decision.SIGNED, actor="bench")
    deliver()
    return {}


def deliver() -> None:
    """One turn of the worker: whatever is due is pushed."""
    from isthmus.exchange.delivery import leases
    from isthmus.exchange.delivery.turns import push_turn
    from isthmus.kit import clock

    holding = _holding()
    for stream in leases.due_streams(clock.now(), holding.name):
        if not push_turn(stream, holding):
            raise RuntimeError(f"{stream.name} could not be delivered")
    _end_turn()


@cache
def _holding() -> Any:  # noqa: ANN401  the exchange is imported once Django is set up
    from isthmus.exchange.delivery import leases

    return leases.Holding()


def _end_turn() -> None:
    from django.db import close_old_connections

    close_old_connections()


@cache
def _bodies(kind: str, size: int) -> list[Any]:
    """What is published; made in the warm-up, so that making it is not counted as exchanging it."""
    from isthmus.exchange import registry

    model = registry.model_of(kind)
    return [model.model_validate_json(json.dumps(declaration.body(number))) for number in range(size)]


def exchange(command: dict[str, Any]) -> dict[str, Any]:
    """Publish ``size`` records in a transaction and deliver them, again and again for ``seconds``."""
    from isthmus.exchange.services import Outgoing, publish

    kind, size = command["kind"], command["size"]
    bodies = _bodies(kind, size)
    done, start = 0, time.monotonic()
    while time.monotonic() - start < command["seconds"] and done < command["most"]:
        items = [Outgoing(kind, body, body.declaration_number) for body in bodies]
        publish(items, to=[command["to"]])
        deliver()
        done += size
    return {"done": done, "seconds": time.monotonic() - start}


def state(_: dict[str, Any]) -> dict[str, Any]:
    """What the node holds: by direction how many records and of what verdict and effect, rows, log size."""
    from onerow.models import StoredRow

    from isthmus.apps.etrade.models import Declaration
    from isthmus.exchange.models import LogHead, Record

    rows = Record.objects.values_list("stream__direction", "verdict", "effect", "receipt_id")
    counts: dict[str, int] = {}
    for direction, verdict, effect, receipt in rows:
        name = f"{direction} {verdict} {effect} {'with' if receipt else 'without'} receipt"
        counts[name] = counts.get(name, 0) + 1
    stored = StoredRow.objects.count() + Declaration.objects.count()
    return {"records": counts, "stored": stored, "log": LogHead.objects.get(pk=1).size}


COMMANDS = {
    "prepare": prepare,
    "trust": trust,
    "propose": propose,
    "sign": sign,
    "exchange": exchange,
    "state": state,
}


def main() -> None:
    """Answer commands until stdin ends."""
    django.setup(set_prefix=False)
    for line in sys.stdin:
        command = json.loads(line)
        print(json.dumps(COMMANDS[command["do"]](command)), flush=True)


if __name__ == "__main__":
    main()
