"""How commands speak: data on stdout, as a table or as JSON; everything said about it on stderr."""

import getpass
import json
import os
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import click

from isthmus.kit.clock import to_text

json_option = click.option("--json", "as_json", is_flag=True, help="Print the data as JSON.")
"""The option that every command has which prints data."""

BAR_CELLS = 30


def say(text: str) -> None:
    """One line for the person at the terminal."""
    click.echo(text, err=True)


def who() -> str:
    """Who acts, for the audit trail: a command is run by an account of the machine, not by an officer."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # no name in the environment and none in the system's list of accounts
        name = str(os.getuid())
    return f"command line ({name})"


def plain(value: object) -> object:
    """A value in JSON's terms: moments as RFC 3339, days as ISO 8601, decimals as text."""
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def write_json(value: object) -> None:
    """The value as indented JSON on stdout."""
    click.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))


def _width(text: str) -> int:
    """Columns that a text takes in a terminal: wide signs take two, marks on other signs none."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )


def in_words(value: object) -> str:
    """A value as a person reads it: moments to the minute in UTC, yes and no, lists with commas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, list | tuple):
        return ", ".join(in_words(inner) for inner in value)
    return str(value)


def _one_line(text: str) -> str:
    # What a partner wrote must not move the cursor of the one who reads it.
    return "".join(sign if unicodedata.category(sign) != "Cc" else " " for sign in text)


def write_table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Aligned columns under their headings, on stdout."""
    lines = [list(headings), *[[_one_line(in_words(cell)) for cell in row] for row in rows]]
    widths = [max(_width(line[place]) for line in lines) for place in range(len(headings))]
    for line in lines:
        cells = [cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)]
        click.echo("  ".join(cells).rstrip())


def show_rows(
    rows: Sequence[Mapping[str, object]], columns: Mapping[str, str], *, as_json: bool, empty: str
) -> None:
    """A list: every member of each row as JSON, or the ``columns`` (member: heading) as a table.

    ``empty`` is said where a table would have no line.
    """
    if as_json:
        write_json(rows)
    elif rows:
        write_table(list(columns.values()), [[row[name] for name in columns] for row in rows])
    else:
        say(empty)


def show_one(value: Mapping[str, object], *, as_json: bool) -> None:
    """One thing: a JSON object, or a line for each member that has a value."""
    if as_json:
        write_json(value)
        return
    lines = [(name.replace("_", " "), in_words(inner)) for name, inner in value.items()]
    width = max((len(name) for name, _ in lines), default=0)
    for name, text in lines:
        if text:
            click.echo(f"{name:<{width}}  {_one_line(text)}")


class Bar:
    """A progress bar on stderr, for people only: where stderr is no terminal, nothing is written."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._live = sys.stderr.isatty()
        self._shown = -1

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_: object) -> None:
        if self._live and self._shown >= 0:
            click.echo("", err=True)

    def step(self, done: int, total: int) -> None:
        """Draw ``done`` of ``total``; a bar that would look the same is not drawn again."""
        cells = BAR_CELLS if total <= 0 else min(BAR_CELLS, done * BAR_CELLS // total)
        if not self._live or (cells == self._shown and done < total):
            return
        self._shown = cells
        bar = "#" * cells + "." * (BAR_CELLS - cells)
        click.echo(f"\r{self._label} [{bar}] {done} of {total}", nl=False, err=True)
