"""Which gates there are, in the order in which they are told, and the command that runs them."""

import os

import click
import django

from isthmus.node.checks.gate import Gate, run_gates


def gates() -> tuple[Gate, ...]:
    """All gates; Django must be set up, because some read the installed applications."""
    from isthmus.node.checks import (
        advisories,
        alarm_guide,
        catalogues,
        documented,
        licences,
        locks,
        schemas,
        tools,
        translations,
    )

    return (
        Gate("ruff", tools.ruff, "Correct the lines; .venv/bin/ruff check --fix mends many.", apart=True),
        Gate("format", tools.ruff_format, "Run .venv/bin/ruff format src tests bench run.py.", apart=True),
        Gate(
            "layers",
            tools.import_linter,
            "Move the code down, or let the upper layer call; the contracts are in pyproject.toml.",
            apart=True,
        ),
        Gate("types", tools.mypy, "Correct the types; an ignore needs its reason beside it.", apart=True),
        Gate(
            "migrations",
            tools.migrations,
            "Run .venv/bin/python -m django makemigrations --settings isthmus.node.settings, and commit.",
            apart=True,
        ),
        Gate("django", tools.django_check, "Correct what Django says about settings and models.", apart=True),
        Gate(
            "schemas",
            schemas.gate,
            "A published version never changes: declare a new version of the record type, then run "
            "python3 run.py schemas write.",
        ),
        Gate(
            "unmarked-text",
            translations.gate,
            "Put it in translate, blocktranslate or gettext; a comment 'untranslated: REASON' allows one.",
        ),
        Gate(
            "catalogues",
            catalogues.gate,
            "Run python3 run.py translations update, then translate what is new.",
        ),
        Gate("locks", locks.gate, "Make the locks anew from pyproject.toml, with hashes, without addresses."),
        Gate(
            "advisories",
            advisories.gate,
            "Take a newer version, or look at it and run python3 run.py advisories; SECURITY.md says when.",
        ),
        Gate("licences", licences.gate, "Use another package, or write the exception with its reason."),
        Gate("settings-page", documented.gate, "Run python3 run.py settings document."),
        Gate("alarms-page", alarm_guide.gate, "Run python3 run.py alarm document."),
    )


@click.command(name="check")
@click.argument("names", nargs=-1, metavar="[GATE]...")
@click.option("--list", "listed", is_flag=True, help="Name the gates and do nothing.")
@click.pass_context
def command(ctx: click.Context, names: tuple[str, ...], *, listed: bool) -> None:
    """Run every gate of the project, or those that are named; exit code 1 if one fails."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.node.settings")
    django.setup()
    known = {gate.name: gate for gate in gates()}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise click.UsageError(f"There is no gate {', '.join(unknown)}. There are: {', '.join(known)}.")
    if listed:
        click.echo("\n".join(known))
        return
    ctx.exit(run_gates([known[name] for name in names] or tuple(known.values())))
