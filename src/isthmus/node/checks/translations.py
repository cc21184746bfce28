"""Unmarked text, which no translator would ever see, and the command that keeps the catalogues."""

from collections.abc import Iterable
from pathlib import Path

import click

from isthmus.node.checks import catalogues, unmarked_python, unmarked_templates
from isthmus.node.checks.gate import SOURCES

# The command line speaks English, as its options do.
_SPEAKS_ENGLISH = ("kit", "wire", "node/backup", "node/checks", "node/demo", "node/settings")
# Their errors become signed answers to partners, whose language is not that of this node.
_TELLS_PARTNERS = ("exchange", "trust")
# What has no Django has no gettext; the last two are the command line.
_ENGLISH_NAMES = (
    "rules",
    "rules.py",
    "formats",
    "records.py",
    "kernel.py",
    "migrations",
    "cli.py",
    "commands",
)


def _speaks_english(path: Path) -> bool:
    text = path.as_posix()
    return any(text == place or text.startswith(place + "/") for place in _SPEAKS_ENGLISH) or any(
        part in _ENGLISH_NAMES for part in path.parts
    )


def _told(path: Path, findings: Iterable[tuple[int, str]]) -> list[str]:
    return [f"{path.as_posix()}:{line}: {sentence}" for line, sentence in findings]


def unmarked_in(root: Path) -> list[str]:
    """Every unmarked text under ``root``, as file, line and sentence."""
    found: list[str] = []
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.suffix == ".py" and not _speaks_english(inside):
            errors = inside.parts[0] not in _TELLS_PARTNERS
            found += _told(inside, unmarked_python.unmarked(path.read_text(encoding="utf-8"), errors=errors))
        elif path.suffix in {".html", ".txt"} and "templates" in inside.parts:
            html = path.suffix == ".html"
            found += _told(inside, unmarked_templates.unmarked(path.read_text(encoding="utf-8"), html=html))
    return found


def gate() -> list[str]:
    """Every unmarked text of the sources."""
    return unmarked_in(SOURCES)


@click.group(name="translations")
def command() -> None:
    """Keep the catalogues of translations."""


@command.command()
def update() -> None:
    """Bring the catalogues to the sources and say what is left to translate."""
    for line in catalogues.update():
        click.echo(line, err=True)


@command.command(name="compile")
def compile_command() -> None:
    """Compile the catalogues for the node to read."""
    click.echo(f"compiled {len(catalogues.compile_all())} catalogues", err=True)


@command.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Name the texts that are not marked for translation."""
    found = gate()
    for line in found:
        click.echo(line)
    ctx.exit(1 if found else 0)
