"""Records as a recovery hands them to their applications: this node's own, and those of a partner anew."""

from collections.abc import Callable
from typing import Any

import pytest

from isthmus.exchange import registry, tokens
from isthmus.exchange.handlers import Received
from isthmus.exchange.models import Direction, Record
from isthmus.wire.record import read_record

Step = Callable[[], None]


def crossed(begins: str, direction: Direction = Direction.OUT) -> list[Received]:
    """All records whose type begins so and whose text was not erased, in the order of their stream."""
    rows = Record.objects.filter(type__startswith=begins, stream__direction=direction).order_by("seq")
    given = []
    for row in rows:
        text = tokens.text_of(row.leaf)
        if text is not None:
            unverified, record = read_record(text)
            body = registry.typed_body(row.key, record.body)
            given.append(Received(record, body, row.leaf, None, unverified.kid))
    return given


def give_back(begins: str) -> None:
    """The partner gives this node's own records back."""
    for one in crossed(begins):
        restored = registry.record_types()[f"{one.record.type}/{one.record.version}"].restored
        registry.resolve(restored)(one)


def send_again(begins: str) -> None:
    """The partner sends its own records anew; this node keeps to the verdicts that it gave."""
    for one in crossed(begins, Direction.IN):
        handler = registry.record_types()[f"{one.record.type}/{one.record.version}"].handler
        registry.resolve(handler)(one)


def recoveries(begins: str) -> pytest.MarkDecorator:
    """The steps of a recovery, once and twice. Until this node has its own back, it takes no others."""

    def given() -> None:
        give_back(begins)

    def sent() -> None:
        send_again(begins)

    every: list[tuple[Step, ...]] = [(given, sent), (given, given, sent, sent)]
    return pytest.mark.parametrize("steps", every, ids=["once", "twice"])


def columns(row: Any, *aside: str) -> dict[str, Any]:
    """What a row holds, without its own number and what is named."""
    names = [field.attname for field in type(row)._meta.concrete_fields]
    return {name: getattr(row, name) for name in names if name not in {"id", *aside}}
