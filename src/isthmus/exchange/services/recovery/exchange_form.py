"""What two nodes say to each other about a lost part of their streams, in the form of JSON."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from isthmus.exchange.records import Count, LeafOrNone, StreamName
from isthmus.kit.errors import BadInput

Tokens = Annotated[tuple[str, ...], Field(max_length=1000)]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Wanted(_Form):
    """What a node that came back asks for.

    ``stream`` is its stream to the partner, known to it up to number ``after``; ``incoming`` the partner's
    stream to it, of whose records it knows ``receipted`` or its own receipts up to there. ``answers`` are
    signed answers to the partner, such as where to send again from.
    """

    stream: StreamName
    after: Count
    incoming: StreamName
    receipted: Count
    answers: Tokens = ()


class GivenBack(_Form):
    """A partner's answer, a portion at a time.

    ``position`` and ``leaf`` are the last number and leaf that it holds of ``stream``; ``newest`` is the last
    epoch that it knows. ``records`` are the asking node's own tokens in order, ``answers`` the receipts for
    them and a signed refusal of the code ``exchange.position``. ``own_receipts`` are the asking node's
    receipts for ``incoming``, whose last number is ``sent``; what was sent in later epochs adds to it.
    ``more`` says that a portion follows.
    """

    stream: StreamName
    newest: StreamName
    position: Count
    leaf: LeafOrNone
    sent: Count
    records: Tokens = ()
    answers: Tokens = ()
    own_receipts: Tokens = ()
    more: bool = False


def read_wanted(text: bytes) -> Wanted:
    """BadInput ``exchange.recovery-form`` for anything else."""
    try:
        return Wanted.model_validate_json(text)
    except ValidationError as error:
        raise _unreadable(error) from error


def read_given(text: bytes) -> GivenBack:
    """BadInput ``exchange.recovery-form`` for anything else."""
    try:
        return GivenBack.model_validate_json(text)
    except ValidationError as error:
        raise _unreadable(error) from error


def _unreadable(error: ValidationError) -> BadInput:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return BadInput(
        "exchange.recovery-form",
        f"What the partner says about the streams cannot be read: {where}: {first['msg']}.",
    )
