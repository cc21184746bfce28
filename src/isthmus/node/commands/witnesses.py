"""Witnesses from the shell: who cosigned this node's log, and evidence of split views."""

import click

from isthmus.exchange.models import LogSplit
from isthmus.exchange.services.witness import decide as decide_split
from isthmus.exchange.witnesses import coverage, lines
from isthmus.kit.errors import NotFound
from isthmus.kit.terminal import json_option, say, show_one, show_rows, who, write_json


@click.command()
@json_option
def witnesses(*, as_json: bool) -> None:
    """Show how much of the log partners have cosigned, and what is known of their logs."""
    found = coverage()
    rows = [
        {
            "partner": line.partner.node_id,
            "cosigned": line.cosigned,
            "cosigned_at": line.cosigned_at,
            "log": line.tip,
            "unproved": line.unproved,
            "split": line.split,
            "heard_at": line.heard_at,
            "error": line.last_error,
        }
        for line in lines()
    ]
    if as_json:
        seen = {"size": found.cosigned, "by": found.by, "at": found.at}
        write_json({"size": found.size, "seen_abroad": seen, "partners": rows})
        return
    columns = {
        "partner": "partner",
        "cosigned": "cosigned ours",
        "cosigned_at": "on",
        "log": "its log",
        "unproved": "to be proved",
        "split": "two histories",
        "heard_at": "last call",
        "error": "last error",
    }
    show_rows(rows, columns, as_json=False, empty="No partner is confirmed yet, so there is no witness.")
    if found.cosigned:
        say(f"{found.cosigned} of {found.size} entries are cosigned by {', '.join(found.by)}.")
    else:
        say(f"None of the {found.size} entries is cosigned yet: only this node knows them.")


@click.command("split-views")
@click.option("--closed", is_flag=True, help="Also those that people have decided.")
@json_option
def split_views(*, closed: bool, as_json: bool) -> None:
    """List the logs that showed two histories; exit code 3 while one is open."""
    found = LogSplit.objects.all() if closed else LogSplit.objects.filter(closed_at=None)
    rows = [
        {
            "number": row.pk,
            "log": row.node_id,
            "size": row.size,
            "roots": [row.root, row.other_root],
            "found_at": row.found_at,
            "found_by": row.found_by or "this node",
            "closed_at": row.closed_at,
            "reason": row.closed_reason,
        }
        for row in found
    ]
    columns = {"number": "number", "log": "log of", "size": "entries", "found_at": "found", "found_by": "by"}
    show_rows(rows, columns, as_json=as_json, empty="No log showed two histories.")
    if LogSplit.objects.filter(closed_at=None).exists():
        raise SystemExit(3)


def _split(number: int) -> LogSplit:
    row = LogSplit.objects.filter(pk=number).first()
    if row is None:
        raise NotFound(
            "exchange.no-split",
            f"There is no split view {number}.",
            next_step="List them with `isthmus log split-views --closed`.",
        )
    return row


@click.command()
@click.argument("number", type=int)
def evidence(number: int) -> None:
    """Print the evidence of a split view, as a file that `isthmus verify` proves."""
    click.echo(_split(number).evidence)


@click.command()
@click.argument("number", type=int)
@click.option(
    "--root", required=True, help="Root (hex) of the head that belongs to the log; its start will do."
)
@click.option("--reason", required=True, help="What you and the partner found out; it is kept.")
@json_option
def decide(number: int, root: str, reason: str, *, as_json: bool) -> None:
    """Say which of the two heads of a split view belongs to the log as it goes on."""
    row = _split(number)
    meant = [known for known in (row.root, row.other_root) if root and known.startswith(root.lower())]
    decide_split(row, meant[0] if len(meant) == 1 else root, reason, actor=who())
    row.refresh_from_db()
    show_one({"log": row.node_id, "closed_at": row.closed_at, "reason": row.closed_reason}, as_json=as_json)
