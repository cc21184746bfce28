"""The `isthmus` command: exit codes 0 done, 1 our fault, 2 bad input, 3 refused, 4 not found.

Commands are named here and imported when called, so that `isthmus verify` needs neither Django nor settings.
"""

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click

from isthmus import __version__
from isthmus.kit.errors import IsthmusError

# name -> (module:attribute, one line of help, needs Django)
_COMMANDS: dict[str, tuple[str, str, bool]] = {
    "init": ("isthmus.node.commands.start:init", "Make this node: settings, database, keys, first officer.", False),
    "start": ("isthmus.node.commands.start:start", "Run the node: pages, exchange, worker.", True),
    "web": ("isthmus.node.commands.start:web", "Run the web server alone.", True),
    "worker": ("isthmus.node.commands.start:worker", "Run the worker alone.", True),
    "migrate": ("isthmus.node.commands.start:migrate", "Bring the database up to date.", True),
    "doctor": ("isthmus.node.commands.doctor:doctor", "Say what is wrong with this node and what to do.", True),
    "demo": ("isthmus.node.demo.command:demo", "Run six nodes on this machine and let records cross.", False),
    "verify": ("isthmus.node.commands.verify:verify", "Check a record, receipt, card or checkpoint.", False),
    "card": ("isthmus.node.commands.partners:card", "Print this node's card and its words.", True),
    "partner": ("isthmus.node.commands.partners:partner", "Add, confirm, list, suspend partners.", True),
    "agreement": ("isthmus.node.commands.agreements:agreement", "Propose, sign and list agreements.", True),
    "log": ("isthmus.node.commands.log:log", "Show and verify the log.", True),
    "quarantine": ("isthmus.node.commands.log:quarantine", "List, run again, set aside.", True),
    "officer": ("isthmus.node.commands.people:officer", "Add officers and grant roles.", True),
    "schemas": ("isthmus.node.checks.schemas:command", "Write the JSON Schemas of the record types.", True),
    "settings": ("isthmus.node.checks.documented:command", "Write the settings' page of the guide.", False),
    "translations": (
        "isthmus.node.checks.translations:command",
        "Update and compile the translation catalogues.",
        False,
    ),
    "check": ("isthmus.node.checks.run:command", "Run every gate of the project.", False),
    "etrade": ("isthmus.apps.etrade.cli:etrade", "Trade information between countries' systems.", True),
}


class Commands(click.Group):
    """Imports a command when it is called and sets Django up where it needs it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the table."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command; its settings must be readable if it needs them."""
        if cmd_name not in _COMMANDS:
            return None
        path, _, needs_django = _COMMANDS[cmd_name]
        home = ctx.params.get("home")
        if home is not None:
            os.environ["ISTHMUS_HOME"] = str(home.absolute())
        if needs_django:
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.node.settings")
            import django

            django.setup(set_prefix=False)
        module, _, name = path.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text, _) in _COMMANDS.items()])


@click.command(cls=Commands)
@click.option("--home", type=click.Path(path_type=Path), help="The node's home folder (ISTHMUS_HOME).")
@click.version_option(__version__, prog_name="isthmus")
def root(home: Path | None) -> None:  # noqa: ARG001  read by Commands before the settings are
    """Sovereign nodes that exchange signed records."""


def _report(error: IsthmusError) -> NoReturn:
    if "--json" in sys.argv:
        faults = [{"where": fault.where, "message": fault.message} for fault in error.faults]
        content: dict[str, Any] = {"error": error.code, "message": error.message, "next_step": error.next_step}
        click.echo(json.dumps({**content, "faults": faults}, ensure_ascii=False))
    click.echo(f"isthmus: {error}", err=True)
    for fault in error.faults:
        click.echo(f"  {fault.where}: {fault.message}", err=True)
    sys.exit(error.exit_code)


def main() -> None:
    """Run the command line and turn our errors into one line and an exit code."""
    try:
        code = root(prog_name="isthmus", standalone_mode=False)
    except IsthmusError as error:
        _report(error)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    if isinstance(code, int):
        sys.exit(code)
