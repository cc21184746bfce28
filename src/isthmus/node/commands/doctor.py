"""`isthmus doctor`: what is wrong with this node and what to do about it."""

from dataclasses import asdict

import click

from isthmus.kit.terminal import json_option, say, write_json
from isthmus.node.checkup import look

_MARKS = {"ok": "ok     ", "warning": "WARNING", "fault": "FAULT  "}


@click.command()
@json_option
def doctor(*, as_json: bool) -> None:
    """Look at everything this node needs; changes nothing. Exit code 1 where something is broken."""
    findings = list(look())
    if as_json:
        write_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            click.echo(f"{_MARKS[finding.level]}  {finding.what}: {finding.found}")
            if finding.to_do:
                click.echo(f"         {finding.to_do}")
    faults = sum(finding.level == "fault" for finding in findings)
    warnings = sum(finding.level == "warning" for finding in findings)
    say(f"{faults} faults, {warnings} warnings." if faults or warnings else "Nothing is wrong.")
    if faults:
        raise SystemExit(1)
