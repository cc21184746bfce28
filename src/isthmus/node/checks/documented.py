"""The page that lists every ISTHMUS_ variable, written from the one place that defines them."""

import types
import typing
from pathlib import Path

import click
from pydantic_core import PydanticUndefined

from isthmus.kit.config import PREFIX, Config
from isthmus.node.checks.gate import ROOT

PAGE = ROOT / "docs" / "guide" / "settings.md"
# Read by the tests alone; a node takes no notice of them.
TEST_VARIABLES = {
    "ISTHMUS_TEST_DATABASE": "Database on which the tests run, such as postgres://postgres@127.0.0.1:5432/isthmus.",
    "ISTHMUS_TEST_HOME": "Folder of the node under test; empty: a new temporary folder.",
    "ISTHMUS_CONFORMANCE_DATA": "Folder of real documents for conformance tests; empty: they are skipped.",
}
_HEAD = """# Settings

A node takes its settings from environment variables or, where one is not set, from the file `isthmus.env` in
the node's home folder, one `NAME=value` a line. An empty value is the same as none. A wrong value stops the
start with a sentence that names the variable; `isthmus doctor` shows what is in force.

This page is written by `isthmus settings document`; change the descriptions in `src/isthmus/kit/config.py`.

"""


def _kind(annotation: object) -> str:
    """The type of a variable in a word."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _kind(typing.get_args(annotation)[0])
    if origin is typing.Literal:
        return "one of " + ", ".join(f"`{choice}`" for choice in typing.get_args(annotation))
    if origin in {typing.Union, types.UnionType}:
        return _kind(next(part for part in typing.get_args(annotation) if part is not type(None)))
    names = {bool: "`true` or `false`", int: "whole number", float: "number", Path: "path", str: "text"}
    assert isinstance(annotation, type)
    return names[annotation]


def _default(value: object) -> str:
    if value is PydanticUndefined:
        return "required"
    if value is None or value == "":
        return "empty"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def page() -> str:
    """The whole page as Markdown."""
    lines = ["| Variable | Form | Default | Meaning |", "|---|---|---|---|"]
    for name, field in Config.model_fields.items():
        kind, default = _kind(field.annotation), _default(field.default)
        lines.append(f"| `{PREFIX}{name.upper()}` | {kind} | {default} | {field.description} |")
    lines += ["", "## For the tests", "", "| Variable | Meaning |", "|---|---|"]
    lines += [f"| `{name}` | {meaning} |" for name, meaning in TEST_VARIABLES.items()]
    return _HEAD + "\n".join(lines) + "\n"


def gate() -> list[str]:
    """Whether the committed page says what the code says."""
    present = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
    missing = set(page().splitlines()) - set(present.splitlines())
    if present == page():
        return []
    return [f"docs/guide/settings.md lacks: {line}" for line in sorted(missing)] or [
        "docs/guide/settings.md says more than the code"
    ]


def write() -> Path:
    """Write the page; return where."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    return PAGE.relative_to(ROOT)


@click.group(name="settings")
def command() -> None:
    """Document the settings of a node."""


@command.command()
def document() -> None:
    """Write docs/guide/settings.md from the settings' own descriptions."""
    click.echo(f"wrote {write()}", err=True)
