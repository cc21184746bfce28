"""The log from the shell: its entries, the walk that verifies it, signed heads and proofs."""

import click
from django.db import transaction

from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.log_check import check_log
from isthmus.exchange.models import LogEntry
from isthmus.exchange.proofs import prove_under_checkpoint
from isthmus.exchange.queries import leaf_begins
from isthmus.kit.terminal import Bar, json_option, say, show_one, show_rows
from isthmus.node.commands import witnesses


@click.group()
def log() -> None:
    """The append-only log of this node."""


@log.command()
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1, 100_000), help="At most so many."
)
@json_option
def show(limit: int, *, as_json: bool) -> None:
    """Show the newest entries, the newest first."""
    rows = [
        {"index": entry.index, "logged": entry.logged_at, "sort": entry.sort, "leaf": entry.leaf}
        for entry in LogEntry.objects.order_by("-index")[:limit]
    ]
    columns = {"index": "entry", "logged": "logged", "sort": "what", "leaf": "leaf"}
    show_rows(rows, columns, as_json=as_json, empty="The log is empty.")


@log.command()
@json_option
def verify(*, as_json: bool) -> None:
    """Walk every entry: find what was altered, removed or inserted; exit code 3 where something was."""
    with Bar("Verifying the log") as bar:
        report = check_log(bar.step)
    summary = {
        "ok": report.ok,
        "size": report.size,
        "root": report.root,
        "checkpoints": report.checkpoints,
        "erased": report.erased,
        "witnessed": report.witnessed,
        "witnesses": report.witnesses,
    }
    findings = [
        {"index": finding.index, "leaf": finding.leaf, "what": finding.what} for finding in report.findings
    ]
    if as_json:
        show_one({**summary, "findings": findings}, as_json=True)
    else:
        show_one(summary, as_json=False)
        for finding in findings:
            click.echo(finding["what"])
    if not report.ok:
        say(f"{len(findings)} findings: the log is not as it was written.")
        raise SystemExit(3)
    if report.erased:
        say(f"{report.erased} texts were erased under signed tombstones; their places are as they were.")
    say(f"All {report.size} entries are as they were written.")


@log.command()
@json_option
def checkpoint(*, as_json: bool) -> None:
    """Sign the present head of the log and print it; anyone can hold it against a later one."""
    with transaction.atomic(), open_ledger() as ledger:
        note = ledger.checkpoint()
        size = ledger.frontier.size
    if as_json:
        show_one({"size": size, "checkpoint": note}, as_json=True)
    else:
        click.echo(note, nl=False)


@log.command()
@click.argument("leaf", metavar="LEAF")
@json_option
def prove(leaf: str, *, as_json: bool) -> None:
    """Prove that a leaf is in the log: the path of hashes from it to a signed head."""
    full = leaf.strip().lower()
    known = LogEntry.objects.filter(leaf_begins(full)).values_list("leaf", flat=True)[:2]
    proof, note = prove_under_checkpoint(known[0] if len(known) == 1 else full)
    value = {
        "leaf": proof.leaf.hex(),
        "index": proof.index,
        "size": proof.size,
        "root": proof.root.hex(),
        "path": [step.hex() for step in proof.path],
        "checkpoint": note,
    }
    if as_json:
        show_one(value, as_json=True)
        return
    show_one({**value, "path": None, "checkpoint": None}, as_json=False)
    for step in proof.path:
        click.echo(f"path  {step.hex()}")
    if note is None:
        say("No signed head covers it yet; `isthmus log checkpoint` signs one.")
    else:
        click.echo(f"\n{note}", nl=False)


for command in (witnesses.witnesses, witnesses.split_views, witnesses.evidence, witnesses.decide):
    log.add_command(command)
