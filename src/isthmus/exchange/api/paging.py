"""Pages of a list, newest first, by a cursor: rows that arrive meanwhile shift nothing."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from pydantic import BeforeValidator, Field, WithJsonSchema

from isthmus.exchange.api.fields import Asked, plain_digits
from isthmus.kit.errors import BadInput, FieldFault

M = TypeVar("M", bound=Model)

LARGEST_PAGE = 100
_CURSOR = r"^[A-Za-z0-9_-]{1,60}$"

Limit = Annotated[
    int,
    BeforeValidator(plain_digits),
    Field(ge=1, le=LARGEST_PAGE),
    WithJsonSchema(
        {
            "type": "integer",
            "minimum": 1,
            "maximum": LARGEST_PAGE,
            "default": 50,
            "description": "How many entries a page holds.",
        }
    ),
]
Cursor = Annotated[
    str,
    Field(pattern=_CURSOR, description="Where the page begins: `next` of the page before. First page: none."),
]


class Paged(Asked):
    """The parameters of every list."""

    limit: Limit = 50
    cursor: Cursor | None = None


def _write(key: object) -> str:
    return urlsafe_b64encode(str(key).encode()).decode().rstrip("=")


def _read(cursor: str, model: type[Model]) -> object:
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        if len(text) > 36 or _write(text) != cursor:
            raise ValueError(text)
        assert model._meta.pk is not None
        key = model._meta.pk.to_python(text)
        if isinstance(key, int) and not 0 < key < 2**63:
            raise ValueError(text)
        return key
    except (ValueError, ValidationError, binascii.Error) as error:
        fault = FieldFault("cursor", _("is none that this list has given"))
        raise BadInput(
            "api.cursor",
            _("The cursor is none that this list has given."),
            next_step=_("Begin again without a cursor, or pass on “next” unchanged."),
            faults=(fault,),
        ) from error


def take_page(rows: QuerySet[M], page: Paged) -> tuple[list[M], str | None]:
    """The rows of one page, newest first, and the cursor of the next; None on the last page.

    One query, whichever page it is. BadInput for a cursor that no page gave.
    """
    if page.cursor is not None:
        rows = rows.filter(pk__lt=_read(page.cursor, rows.model))
    found = list(rows.order_by("-pk")[: page.limit + 1])
    more = len(found) > page.limit
    found = found[: page.limit]
    return found, _write(found[-1].pk) if more else None
