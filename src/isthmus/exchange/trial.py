"""The dry run of an agreement: what exactly a partner would receive of a record, and what is withheld."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from isthmus.accounts.policy import Actor, visible
from isthmus.exchange import registry, tokens, wording
from isthmus.exchange.application import Sample
from isthmus.exchange.models import Direction, Record
from isthmus.exchange.records import GrantV1
from isthmus.exchange.rules import layout, projection
from isthmus.exchange.rules.layout import Passage
from isthmus.kit.errors import IsthmusError
from isthmus.wire import codec
from isthmus.wire.record import read_record

RECENT = 10
SHOWN = 400
"""Values that a page lists; a declaration of 999 items has ten thousand."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The outcome: value by value what crosses, the body as it would be sent, and what is wrong with it."""

    passages: tuple[Passage, ...]
    more: int
    sent: projection.Body
    crossing: int
    withheld: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body to try. ``cut`` says that it is one that was sent and so was cut down already."""

    key: str
    title: str
    record_type: str
    body: projection.Body
    cut: bool


def _samples(actor: Actor, record_type: str) -> Iterator[Candidate]:
    kind = registry.record_types().get(record_type)
    if kind is None or not kind.samples:
        return
    offered: list[Sample] = list(registry.resolve(kind.samples)(actor))[:RECENT]
    for number, sample in enumerate(offered):
        yield Candidate(f"{record_type}:{number}", sample.title, record_type, sample.body, cut=False)


def _sent(actor: Actor, record_type: str) -> Iterator[Candidate]:
    name, _slash, version = record_type.partition("/")
    rows = visible(
        actor,
        "exchange.record.view",
        Record.objects.filter(type=name, version=int(version), stream__direction=Direction.OUT),
    )
    recent = list(rows.order_by("-id")[:RECENT])
    texts = tokens.texts_of([row.leaf for row in recent])
    for row in recent:
        try:
            _unverified, wire = read_record(texts.get(row.leaf, ""))
        except IsthmusError:
            continue
        yield Candidate(row.leaf, row.subject, record_type, dict(wire.body), cut=True)


def candidates(actor: Actor, record_types: frozenset[str]) -> tuple[Candidate, ...]:
    """Bodies of this node's own that a person may try: what applications offer, then what was sent."""
    found: list[Candidate] = []
    for record_type in sorted(record_types):
        found += [*_samples(actor, record_type), *_sent(actor, record_type)]
    return tuple(found)


def _faults(body: projection.Body, record_type: str) -> tuple[str, ...]:
    """Why a receiver would refuse the body; empty where it would not."""
    model = registry.model_of(record_type)
    try:
        model.model_validate_json(codec.encode(body))
    except ValidationError as error:
        named = layout.titles(model)
        return tuple(
            f"{named.get(path, path)}: {fault['msg']}"
            for fault in error.errors()[:10]
            for path in [".".join(str(part) for part in fault["loc"] if not isinstance(part, int))]
        )
    except IsthmusError as error:
        return (error.message,)
    return ()


def run(body: projection.Body, grant: GrantV1) -> Trial | None:
    """Try a grant on a body; None where this node does not know the record type. Nothing is kept or sent."""
    model = wording.model_of(grant.record_type)
    if model is None:
        return None
    sent, _withheld = projection.project(body, grant.fields)
    passages = layout.dry_run(body, grant.fields, model)
    return Trial(
        passages[:SHOWN],
        max(0, len(passages) - SHOWN),
        sent,
        sum(passage.crosses for passage in passages),
        sum(not passage.crosses for passage in passages),
        _faults(sent, grant.record_type),
    )
