"""Accepted records whose effect failed here: looked at, run again, set aside."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import click

from isthmus.exchange.models import Effect, Record
from isthmus.exchange.services import quarantine as services
from isthmus.kit.terminal import json_option, say, show_one, show_rows, who
from isthmus.node.commands.records import find_record


@click.group()
def quarantine() -> None:
    """Accepted records whose effect failed in this node."""


def _as_row(row: Record) -> dict[str, object]:
    return {
        "leaf": row.leaf,
        "type": row.key,
        "subject": row.subject,
        "effect": row.effect,
        "attempts": row.effect_attempts,
        "error": row.effect_error,
    }


@quarantine.command("list")
@json_option
def list_quarantine(*, as_json: bool) -> None:
    """List what waits, the oldest first."""
    rows = [_as_row(row) for row in Record.objects.filter(effect=Effect.QUARANTINED).order_by("id")]
    columns = {"leaf": "leaf", "type": "type", "subject": "subject", "attempts": "attempts", "error": "error"}
    show_rows(rows, columns, as_json=as_json, empty="Nothing waits in quarantine.")


@contextmanager
def _quietly() -> Iterator[None]:
    """The error of a handler is shown in the table; its traceback belongs into the log of a running node."""
    logger = logging.getLogger("isthmus.exchange.quarantine")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


@quarantine.command()
@click.argument("leaf", metavar="LEAF", required=False)
@click.option("--all", "every", is_flag=True, help="Run all that waits, the oldest first.")
@json_option
def run(leaf: str | None, *, every: bool, as_json: bool) -> None:
    """Apply a record again; exit code 1 where it fails again."""
    if (leaf is None) is not every:
        raise click.UsageError("Give one LEAF, or --all.")
    rows = (
        [find_record(leaf)]
        if leaf is not None
        else list(Record.objects.filter(effect=Effect.QUARANTINED).order_by("id"))
    )
    with _quietly():
        done = [services.run_again(row, actor=who()) for row in rows]
    columns = {"leaf": "leaf", "subject": "subject", "effect": "effect", "error": "error"}
    show_rows([_as_row(row) for row in done], columns, as_json=as_json, empty="Nothing waits in quarantine.")
    failed = sum(row.effect == Effect.QUARANTINED for row in done)
    if failed:
        say(f"{failed} of {len(done)} failed again and stay in quarantine.")
        raise SystemExit(1)


@quarantine.command()
@click.argument("leaf", metavar="LEAF")
@click.option("--reason", required=True, help="Why it will have no effect, for the audit trail.")
@json_option
def dismiss(leaf: str, reason: str, *, as_json: bool) -> None:
    """Set a record aside for good; its place in the log and its receipt stay."""
    row = services.dismiss(find_record(leaf), reason, actor=who())
    show_one(_as_row(row), as_json=as_json)
