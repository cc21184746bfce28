"""What the routes of E-Trade have in common: keys of rows, and rows that the program may see."""

from typing import Annotated, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from pydantic import BeforeValidator, Field, WithJsonSchema

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require, visible
from isthmus.exchange.api.fields import plain_digits
from isthmus.kit.errors import NotFound

M = TypeVar("M", bound=Model)

Identifier = Annotated[
    int,
    BeforeValidator(plain_digits),
    Field(ge=1, le=2**53 - 1),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 2**53 - 1}),
]


def seen(request: TokenRequest, action: str, rows: "QuerySet[M]", pk: int) -> M:
    """The row on which the program may do ``action``; NotFound for every other."""
    require(request.actor, action)
    row = visible(request.actor, action, rows).filter(pk=pk).first()
    if row is None:
        raise NotFound("etrade.not-found", _("There is no such document, or none that you may see."))
    return row
