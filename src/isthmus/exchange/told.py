"""What this node has told a partner, read from its own signed records."""

from isthmus.exchange import registry, tokens
from isthmus.exchange.handlers import Received
from isthmus.exchange.models import Direction, Record
from isthmus.wire.record import read_record


def told(kind: str, partner: str, subject: str | None = None) -> list[Received]:
    """The records of a kind (``name/version``) that went to a partner, in their order; all, or of a subject.

    Without those whose text was erased, and those that wait for a number. A handler asks this when something
    arrives of which this node may have spoken before: after a restored backup its own words come back first.
    """
    name, _, version = kind.partition("/")
    rows = Record.objects.filter(
        type=name,
        version=int(version),
        seq__gt=0,
        stream__direction=Direction.OUT,
        stream__partner__node_id=partner,
    )
    if subject is not None:
        rows = rows.filter(subject=subject)
    found = []
    for leaf, organisation in rows.order_by("id").values_list("leaf", "organisation_id"):
        text = tokens.text_of(leaf)
        if text is not None:
            unverified, record = read_record(text)
            body = registry.typed_body(kind, record.body)
            found.append(Received(record, body, leaf, organisation, unverified.kid))
    return found
