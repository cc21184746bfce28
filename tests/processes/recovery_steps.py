"""What the restore drill does inside a node, beside the steps that other tests with real nodes share."""

import sys
from typing import Any

from tests.faults.steps import (
    agree,
    open_alarms,
    publish_numbers,
    settle,
    sign_all,
    story,
    take,
    waiting,
)
from tests.processes.steps import _until, card, main, meet

__all__ = ["agree", "card", "meet", "open_alarms", "publish_numbers", "settle", "sign_all", "take", "waiting"]


def quiet() -> bool:
    """Wait until every stream is open or closed, nothing waits for a receipt and nothing for a number."""
    from isthmus.exchange.models import Held, Stream

    def done() -> bool:
        streams = Stream.objects.all()
        halted = streams.exclude(state__in=["open", "closed"]).exists()
        under_way = any(one.waiting for one in streams if one.direction == "out" and one.state == "open")
        return not (halted or under_way or Held.objects.exists())

    _until(done, 60)
    return True


def until_alarm(code: str) -> bool:
    """Wait for an alarm."""
    from isthmus.exchange.models import Alarm

    _until(lambda: Alarm.objects.filter(code=code, cleared_at=None).exists(), 60)
    return True


def until_records(stream: str, last: int) -> bool:
    """Wait until a stream holds a number."""
    from isthmus.exchange.models import Stream

    _until(lambda: Stream.objects.filter(name=stream, last_seq__gte=last).exists(), 60)
    return True


def tale() -> dict[str, Any]:
    """This node's side of the story, with what is known of the declarations that it sent itself."""
    from isthmus.apps.etrade.models import Sending

    told = story(0)
    sent = Sending.objects.order_by("id").values_list("partner", "leaf", "declaration__number")
    return {**told, "sendings": list(sent)}


if __name__ == "__main__":
    main(globals(), *sys.argv[1:])
