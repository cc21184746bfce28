"""The `isthmus` command: exit codes 0 done, 1 our fault, 2 bad input, 3 refused, 4 not found.

Commands are named here and imported when called, so that `isthmus verify` needs neither Django nor settings.
An application brings its own: `Application.commands` names the one that answers to the application's name,
`more_commands` the others.
"""

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click

from isthmus import __version__
from isthmus.kit.errors import Fault, IsthmusError

# name -> (module:attribute, one line of help, needs Django)
_COMMANDS: dict[str, tuple[str, str, bool]] = {
    "init": ("isthmus.node.commands.start:init", "Make this node: settings, database, keys.", False),
    "start": ("isthmus.node.commands.start:start", "Run the node: pages, exchange, worker.", True),
    "web": ("isthmus.node.commands.start:web", "Run the web server alone.", True),
    "worker": ("isthmus.node.commands.start:worker", "Run the worker alone.", True),
    "migrate": ("isthmus.node.commands.start:migrate", "Bring the database up to date.", True),
    "upgrade": ("isthmus.node.commands.upgrade:upgrade", "Bring the data to this release, proved.", True),
    "operate": (
        "isthmus.node.commands.operate:operate",
        "Write unit, proxy site and log rules of its server.",
        False,
    ),
    "doctor": (
        "isthmus.node.commands.doctor:doctor",
        "Say what is wrong with this node and what to do.",
        True,
    ),
    "demo": ("isthmus.node.demo.command:demo", "Run six nodes on this machine and let records cross.", False),
    "verify": ("isthmus.node.commands.verify:verify", "Check anything that a node has signed.", False),
    "card": ("isthmus.node.commands.partners:card", "Print this node's card or its words.", True),
    "partner": ("isthmus.node.commands.partners:partner", "Add, confirm, list, suspend partners.", True),
    "key": ("isthmus.node.commands.keys:key", "List, roll over, revoke, destroy this node's keys.", True),
    "agreement": ("isthmus.node.commands.agreements:agreement", "Propose, sign and show agreements.", True),
    "record": ("isthmus.node.commands.records:record", "List, show and export records.", True),
    "attachment": (
        "isthmus.node.commands.attachment:attachment",
        "List, show, keep and export files of records.",
        True,
    ),
    "erase": ("isthmus.node.commands.erase:erase", "Erase texts and files, with tombstones.", True),
    "bundle": ("isthmus.node.commands.bundle:bundle", "Carry records and answers on a USB stick.", True),
    "backup": ("isthmus.node.commands.backup:backup", "Back this node up, prove a backup.", True),
    "restore": ("isthmus.node.commands.backup:restore", "Make a node again from a backup.", False),
    "stream": ("isthmus.node.commands.streams:stream", "List, thaw, recover streams.", True),
    "log": ("isthmus.node.commands.log:log", "Show and verify the log.", True),
    "quarantine": ("isthmus.node.commands.quarantine:quarantine", "List, run again, set aside.", True),
    "search": ("isthmus.node.commands.search:search", "Ask the index, fill it, measure it.", True),
    "alarm": ("isthmus.node.commands.alarms:alarm", "List alarms, say what to do, clear one.", True),
    "organisation": ("isthmus.node.commands.people:organisation", "Add and list organisations.", True),
    "officer": ("isthmus.node.commands.people:officer", "Add officers and grant roles.", True),
    "desk": ("isthmus.node.commands.people:desk", "Say which organisation receives which records.", True),
    "schemas": ("isthmus.node.checks.schemas:command", "Write the JSON Schemas of the record types.", True),
    "settings": ("isthmus.node.checks.documented:command", "Write the settings' page of the guide.", False),
    "translations": (
        "isthmus.node.checks.translations:command",
        "Update and compile the translation catalogues.",
        False,
    ),
    "advisories": (
        "isthmus.node.checks.advisories:command",
        "Look at the pinned versions and write the dated list.",
        False,
    ),
    "check": ("isthmus.node.checks.run:command", "Run every gate of the project.", False),
}


def _set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.node.settings")
    import django

    django.setup(set_prefix=False)


def _of_applications() -> dict[str, tuple[str, str]]:
    """The commands that the installed applications bring: name -> (module:attribute, one line of help)."""
    _set_up_django()
    from isthmus.exchange.registry import applications

    found = {app.name: (app.commands, str(app.purpose)) for app in applications() if app.commands}
    more = {one.name: (one.path, str(one.title)) for app in applications() for one in app.more_commands}
    return found | more


class Commands(click.Group):
    """Imports a command when it is called and sets Django up where it needs it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """All names: this table's in its order, then the applications'."""
        return [name for name, _ in self._described()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command; its settings must be readable if it needs them."""
        home = ctx.params.get("home")
        if home is not None:
            os.environ["ISTHMUS_HOME"] = str(home.absolute())
        if cmd_name in _COMMANDS:
            path, _, needs_django = _COMMANDS[cmd_name]
            if needs_django:
                _set_up_django()
        else:
            path, _ = _of_applications().get(cmd_name, ("", ""))
        if not path:
            return None
        module, _, name = path.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(self._described())

    def _described(self) -> list[tuple[str, str]]:
        own = [(name, text) for name, (_, text, _) in _COMMANDS.items()]
        try:
            return own + [(name, text) for name, (_, text) in _of_applications().items()]
        except IsthmusError:
            return own  # help must come also where the settings cannot be read


@click.command(cls=Commands)
@click.option("--home", type=click.Path(path_type=Path), help="The node's home folder (ISTHMUS_HOME).")
@click.version_option(__version__, prog_name="isthmus")
def root(home: Path | None) -> None:
    """Sovereign nodes that exchange signed records."""


def _report(error: IsthmusError) -> NoReturn:
    if "--json" in sys.argv:
        faults = [{"where": fault.where, "message": fault.message} for fault in error.faults]
        content: dict[str, Any] = {
            "error": error.code,
            "message": error.message,
            "next_step": error.next_step,
        }
        click.echo(json.dumps({**content, "faults": faults}, ensure_ascii=False, default=str))
    click.echo(f"isthmus: {error}", err=True)
    for fault in error.faults:
        click.echo(f"  {fault.where}: {fault.message}", err=True)
    sys.exit(error.exit_code)


def _as_fault(error: Exception) -> Fault:
    """What was not foreseen, in one line: what failed, and where a person can look."""
    kind = f"{type(error).__module__}.{type(error).__name__}"
    if kind.startswith("django.db"):
        return Fault(
            "node.database",
            f"The database cannot be used: {error}.",
            next_step="Run `isthmus doctor`, which also says whether the disk is full; in a new folder, run"
            " `isthmus init` first.",
        )
    if isinstance(error, OSError):
        return Fault("node.system", f"The system refuses: {error}.", next_step="Run `isthmus doctor`.")
    return Fault(
        "node.unforeseen",
        f"This failed in a way nobody foresaw: {kind}: {error}.",
        next_step="Nothing was half written. Set ISTHMUS_DEBUG=true to see where, and report it.",
    )


def main() -> None:
    """Run the command line and turn our errors into one line and an exit code."""
    try:
        code = root(prog_name="isthmus", standalone_mode=False)
        sys.stdout.flush()
    except IsthmusError as error:
        _report(error)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except BrokenPipeError:
        # Whoever read has seen enough; Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("ISTHMUS_DEBUG", "").lower() in {"1", "true", "yes"}:
            raise
        _report(_as_fault(error))
    if isinstance(code, int):
        sys.exit(code)
