"""Making a node and running it."""

import os
import secrets
from pathlib import Path

import click

from isthmus.kit.config import ENV_FILE, read_config
from isthmus.kit.errors import Conflict, Refused


def _setup() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.node.settings")
    import django

    django.setup(set_prefix=False)


def prepare_database() -> None:
    """Make the tables, or apply the migrations that are missing.

    Refused where a newer release has made the database.
    """
    from django.core.management import call_command

    from isthmus.node.fresh import make_tables
    from isthmus.node.schema import refuse_newer, schema

    found = schema()
    refuse_newer(found)
    if found.fresh:
        make_tables()
    elif found.missing:
        call_command("migrate", interactive=False, verbosity=0)


def refuse_older() -> None:
    """Refused where an older release has left data here: it is brought up with care, not at a start."""
    from isthmus.node.schema import schema

    found = schema()
    if found.missing and not found.fresh:
        raise Refused(
            "node.upgrade-needed",
            f"The database is of an older release: {len(found.missing)} migrations are missing.",
            next_step="Run `isthmus upgrade`; with --dry-run it says first what it would do.",
        )


def write_env_file(home: Path, values: dict[str, str]) -> None:
    """Write the node's settings, so that ISTHMUS_HOME alone is enough from now on."""
    from isthmus.kit.files import write_private

    lines = ["# Settings of this node; docs/guide/settings.md explains each."]
    lines += [f"ISTHMUS_{name.upper()}={value}" for name, value in values.items() if value]
    write_private(home / ENV_FILE, ("\n".join(lines) + "\n").encode("utf-8"))


@click.command()
@click.option("--id", "node_id", required=True, help="Short name of the node, such as mm; it never changes.")
@click.option("--name", required=True, help="Full name, such as “Myanmar Customs”.")
@click.option("--country", default="", help="ISO code of the country; none for a secretariat.")
@click.option("--url", required=True, help="Address at which people and partners reach the node.")
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Host and port to listen on.")
@click.option(
    "--database", default="", help="postgres://USER@HOST/NAME; SQLite in the home folder if absent."
)
@click.option("--unreachable", is_flag=True, help="Partners cannot call this node; it fetches instead.")
def init(
    node_id: str, name: str, country: str, url: str, bind: str, database: str, *, unreachable: bool
) -> None:
    """Make this node in its home folder: settings, database, and its own keys."""
    home = Path(os.environ.get("ISTHMUS_HOME", "var/node")).absolute()
    if (home / ENV_FILE).exists():
        raise Conflict(
            "node.exists",
            f"There is a node in {home} already.",
            next_step="Choose another folder with --home, or run `isthmus start`.",
        )
    values = {
        "node_id": node_id,
        "node_name": name,
        "country": country.upper(),
        "url": url,
        "bind": bind,
        "database": database,
        "reachable": "false" if unreachable else "",
    }
    environment = {f"ISTHMUS_{key.upper()}": value for key, value in values.items() if value}
    read_config({**environment, "ISTHMUS_HOME": str(home)})
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ.update({**environment, "ISTHMUS_HOME": str(home)})
    _setup()
    from isthmus.kit.files import write_private

    write_private(home / "secret_key", secrets.token_urlsafe(48).encode("ascii"))
    initialise()
    write_env_file(home, values)
    click.echo(f"The node {node_id} is ready in {home}.")
    click.echo("Next: `isthmus officer add`, then `isthmus start`.")


def initialise() -> None:
    """Database and keys of a configured node; does nothing that was done before."""
    from isthmus.trust.services import initialise_keys

    prepare_database()
    initialise_keys(actor="isthmus init")


@click.command()
def start() -> None:
    """Run the node: pages, exchange and worker, until stopped."""
    from isthmus.node.serve import serve

    refuse_older()
    prepare_database()
    raise SystemExit(serve())


@click.command()
def web() -> None:
    """Run the web server alone."""
    from django.conf import settings

    from isthmus.node.serve import load, open_listener, run_web

    refuse_older()
    listener = open_listener(settings.ISTHMUS.bind)
    run_web(load(), listener)


@click.command()
def worker() -> None:
    """Run the worker alone."""
    from isthmus.node.serve import run_worker

    refuse_older()
    run_worker()


@click.command()
def migrate() -> None:
    """Bring the database up to date."""
    prepare_database()
    click.echo("The database is up to date.")
