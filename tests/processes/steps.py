"""What tests with real nodes do inside a node, each step in a process of its own: prints one line of JSON."""

import json
import logging
import sys
import time
from typing import Any


def card() -> Any:
    from isthmus.exchange.registry import offered_types
    from isthmus.trust.services import own_card
    from isthmus.wire.card import fingerprint_words, read_card

    token = own_card(offered_types())
    return {"card": token, "words": fingerprint_words(read_card(token))}


def meet(token: str, words: str) -> Any:
    from isthmus.trust.services import confirm, introduce

    return confirm(introduce(token, actor="test"), words, actor="test").state


def propose(sender: str, receiver: str) -> Any:
    from isthmus.exchange.records import AgreementV1
    from isthmus.exchange.services import agreements
    from isthmus.wire import codec
    from tests.foreign import terms

    fields = ["declaration_number", "items"]
    content = terms(
        grants=[("etrade.export-declaration/1", sender, receiver, fields)],
        parties=tuple(sorted((sender, receiver))),
    )
    return str(agreements.propose(AgreementV1.model_validate_json(codec.encode(content)), actor="test").uuid)


def sign(uuid: str) -> Any:
    from uuid import UUID

    from isthmus.exchange.models import Agreement, Decision
    from isthmus.exchange.services import agreements

    _until(lambda: Agreement.objects.filter(pk=uuid).exists())
    return agreements.answer(UUID(uuid), Decision.SIGNED, actor="test").state


def in_force(uuid: str) -> Any:
    from isthmus.exchange.models import Agreement

    _until(lambda: Agreement.objects.filter(pk=uuid, state="in-force").exists())
    return True


def publish(receiver: str, portion: str) -> Any:
    """Publish declarations 0, 1, ... up to each number read from standard input, in portions.

    Each portion is one transaction; a line says how far it is. The number published ends it.
    """
    published = 0
    for line in sys.stdin:
        _publish(receiver, range(published, int(line)), int(portion))
        published = int(line)
        print(published, flush=True)
    return published


def _publish(receiver: str, numbers: range, portion: int) -> None:
    from isthmus.apps.etrade.records import ExportDeclarationV1
    from isthmus.exchange.services import Outgoing
    from isthmus.exchange.services import publish as publish_records

    for start in range(0, len(numbers), portion):
        items = [
            Outgoing(
                "etrade.export-declaration/1",
                ExportDeclarationV1.model_validate(
                    {"declaration_number": f"EX-{number}", "items": [{"number": 1, "hs_code": "071331"}]}
                ),
                f"EX-{number}",
            )
            for number in numbers[start : start + portion]
        ]
        publish_records(items, to=[receiver])


def drained() -> Any:
    """Wait until every record has its receipt."""
    from isthmus.exchange.models import Stream

    _until(lambda: all(not stream.waiting for stream in Stream.objects.filter(direction="out")))
    return True


def account() -> Any:
    """What a node holds: its side of the story, for the test to compare with the partner's."""
    from isthmus.apps.etrade.models import Declaration
    from isthmus.exchange.log_check import check_log
    from isthmus.exchange.models import Alarm, Record

    report = check_log()
    rows = Record.objects.filter(type="etrade.export-declaration").order_by("seq")
    return {
        "log_ok": report.ok,
        "findings": [finding.what for finding in report.findings],
        "log_size": report.size,
        "leaves": list(rows.values_list("seq", "leaf")),
        "subjects": list(rows.values_list("subject", flat=True)),
        "verdicts": sorted(set(rows.values_list("verdict", flat=True))),
        "without_receipt": rows.filter(receipt=None).count(),
        "effects": list(Declaration.objects.order_by("id").values_list("number", flat=True)),
        "alarms": list(Alarm.objects.values_list("code", flat=True)),
    }


def _until(condition: Any, seconds: float = 90.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("what was waited for did not happen")
        time.sleep(0.05)


def serve(steps: dict[str, Any]) -> None:
    """Run step after step: ``["name", arguments ...]`` a line in, an answer or an error a line out."""
    from django.db import close_old_connections

    from isthmus.kit.errors import IsthmusError

    for line in sys.stdin:
        step, *arguments = json.loads(line)
        close_old_connections()
        try:
            answer = {"answer": steps[step](*arguments)}
        except IsthmusError as error:
            answer = {"error": error.code, "message": str(error)}
        except Exception as error:
            logging.exception("%s failed", step)
            answer = {"error": type(error).__name__, "message": str(error)}
        print(json.dumps(answer), flush=True)


def main(steps: dict[str, Any], step: str, *arguments: str) -> None:
    """Run one step and print its answer, or every step that is asked for where it is ``-``."""
    import django

    django.setup(set_prefix=False)
    if step == "-":
        serve(steps)
    else:
        print(json.dumps(steps[step](*arguments)))


if __name__ == "__main__":
    main(globals(), *sys.argv[1:])
