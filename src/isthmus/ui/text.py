"""The type of text on a page: a string, or one that is translated when it is shown."""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text: TypeAlias = str | _StrPromise
else:
    Text: TypeAlias = str

__all__ = ["Text"]
