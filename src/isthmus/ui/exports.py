"""A list as CSV or JSON, streamed row by row."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Literal

from django.http import StreamingHttpResponse
from django.utils import translation

from isthmus.kit import clock
from isthmus.ui.components import Amount
from isthmus.ui.table import Column, Plain, R, plain

# What a spreadsheet would run as a formula (OWASP, CSV injection). A tab or return may hide one.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Format = Literal["csv", "json"]


class _Echo:
    """A file for ``csv.writer`` that hands each line back instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def harmless(value: Plain) -> Plain:
    """The value with an apostrophe before text that a spreadsheet would run; numbers stay as they are."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    return value


def csv_cell(value: object) -> Plain:
    """One value for a CSV cell. Decimals count as numbers, so that -1.50 is not taken for a formula."""
    text = plain(value)
    return text if not isinstance(text, str) or _is_number(value) else harmless(text)


def _is_number(value: object) -> bool:
    return isinstance(value.value if isinstance(value, Amount) else value, Decimal)


def csv_lines(columns: tuple[Column[R], ...], rows: Iterable[R]) -> Iterator[str]:
    """The lines of a CSV file (RFC 4180); a byte order mark first, or Excel misreads most scripts."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([harmless(_headed(column)) for column in columns])
    for row in rows:
        yield writer.writerow([csv_cell(column.of(row)) for column in columns])


def _headed(column: Column[R]) -> str:
    return f"{column.label} ({column.unit})" if column.unit else str(column.label)


def json_parts(
    columns: tuple[Column[R], ...], rows: Iterable[R], counted: datetime, total: int
) -> Iterator[str]:
    """One JSON object: when it was counted, how many rows there are, and the rows by their columns' names."""
    yield f'{{"counted":{json.dumps(clock.to_text(counted))},"total":{total},"rows":['
    separator = "\n"
    for row in rows:
        line = {column.name: plain(column.of(row)) for column in columns}
        yield separator + json.dumps(line, ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def _in_language(make: Callable[[], Iterator[str]]) -> Iterator[str]:
    """The parts, made in the language of the request although its middleware is through by then."""
    language = translation.get_language()

    def parts() -> Iterator[str]:
        with translation.override(language):
            yield from make()

    return parts()


def respond(
    form: Format, name: str, columns: tuple[Column[R], ...], rows: Iterable[R], counted: datetime, total: int
) -> StreamingHttpResponse:
    """The answer that a browser saves as ``name-2026-11-23.csv`` or ``.json``."""
    if form == "json":
        parts = _in_language(lambda: json_parts(columns, rows, counted, total))
        kind = "application/json"
    else:
        parts = _in_language(lambda: csv_lines(columns, rows))
        kind = "text/csv; charset=utf-8"
    file = f"{name}-{counted:%Y-%m-%d}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{file}"', "X-Content-Type-Options": "nosniff"}
    return StreamingHttpResponse(parts, content_type=kind, headers=headers)
