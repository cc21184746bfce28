"""Backups from the shell: made, proved, kept in number, and the key pair that opens them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from isthmus.kit.errors import BadInput, Conflict
from isthmus.kit.terminal import json_option, say, show_one, who
from isthmus.node.backup import age
from isthmus.node.backup.archive import Lock
from isthmus.node.backup.manifest import Manifest

_FILE = click.Path(path_type=Path)
_KEY_HEAD = "# Opens the backups of a node. Keep it away from the node and from its backups.\n"


def lock_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What opens a backup: a key file, or a file with the passphrase; asked for where neither is given."""
    command = click.option(
        "--passphrase-file", type=_FILE, help="File with the passphrase that the backup was made under."
    )(command)
    return click.option("--key", "key_file", type=_FILE, help="Key file that `isthmus backup key` wrote.")(
        command
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes().strip()
    except OSError as error:
        raise BadInput("backup.file", f"{path} cannot be read: {error.strerror}.") from error


def read_lock(backup: Path, key_file: Path | None, passphrase_file: Path | None) -> Lock:
    """The lock of ``backup`` from the options, or from the person at the terminal."""
    if key_file is not None:
        lines = _read(key_file).decode("utf-8", "replace").splitlines()
        found = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        return Lock(tuple(age.Identity.parse(line) for line in found))
    if passphrase_file is not None:
        return Lock(passphrase=_read(passphrase_file))
    with backup.open("rb") as file:
        asks = age.needs_passphrase(file)
    if not asks:
        raise BadInput(
            "backup.no-key",
            "This backup opens with a key.",
            next_step="Give the key file with --key.",
        )
    return Lock(
        passphrase=click.prompt("Passphrase of the backup", hide_input=True, err=True).encode("utf-8")
    )


def _row(content: Manifest) -> dict[str, object]:
    return {
        "node": content.node_id,
        "made": content.made_at,
        "release": content.release,
        "database": content.database,
        "log_size": content.log.size,
        "log_root": content.log.root,
        "keys_passphrase": content.has_passphrase,
    }


class _Backup(click.Group):
    """`isthmus backup TARGET` makes one; the other words are commands of their own."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A first word that is no command is the target of `make`."""
        if args and args[0] not in self.commands:
            args = ["make", *args]
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Options of `make` may come before its target."""
        if args and args[0].startswith("-") and args[0] != "--help":
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Backup)
def backup() -> None:
    """Back this node up: `isthmus backup FILE|FOLDER --to KEY`."""


@backup.command()
@click.argument("target", metavar="FILE|FOLDER", type=_FILE, required=False)
@click.option(
    "--to", "recipients", multiple=True, metavar="KEY", help="Public key (age1...) that it is locked for."
)
@click.option("--passphrase-file", type=_FILE, help="File with a passphrase to lock it under instead.")
@click.option("--with-keys-passphrase", is_flag=True, help="Put the passphrase of the private keys in, too.")
@click.option("--keep", type=click.IntRange(1), help="Keep so many in the folder; remove older ones.")
@json_option
def make(
    target: Path | None,
    recipients: tuple[str, ...],
    passphrase_file: Path | None,
    keep: int | None,
    *,
    with_keys_passphrase: bool,
    as_json: bool,
) -> None:
    """Back this node up while it runs, and prove what was written."""
    from django.conf import settings

    from isthmus.node.backup.making import make as make_backup

    config = settings.ISTHMUS
    target = target or config.backup_folder
    if target is None:
        raise BadInput(
            "backup.target",
            "Say where to: a file, or a folder.",
            next_step="`isthmus backup FOLDER`, or set ISTHMUS_BACKUP_FOLDER.",
        )
    passphrase = _read(passphrase_file) if passphrase_file is not None else b""
    keys = recipients or (() if passphrase else config.backup_keys)
    if not keys and not passphrase:
        passphrase = click.prompt(
            "Passphrase of the backup", hide_input=True, confirmation_prompt=True, err=True
        ).encode("utf-8")
    done = make_backup(
        target,
        recipients=keys,
        passphrase=passphrase,
        with_passphrase=with_keys_passphrase,
        keep=keep,
        actor=who(),
    )
    show_one(
        {
            "file": str(done.path),
            "bytes": done.bytes,
            **_row(done.manifest),
            "removed": [str(path) for path in done.removed],
        },
        as_json=as_json,
    )
    say("It was opened again and is whole. Carry a copy to another place.")
    if not done.manifest.has_passphrase:
        say("The passphrase of the private keys is not in it: keep it somewhere else.")


@backup.command()
@click.argument("file", type=_FILE)
@lock_options
@json_option
def verify(file: Path, key_file: Path | None, passphrase_file: Path | None, *, as_json: bool) -> None:
    """Prove a backup without restoring it: it opens, nothing is missing or changed, database and log fit."""
    from isthmus.kit.errors import NotFound
    from isthmus.node.backup.checking import check

    if not file.is_file():
        raise NotFound("backup.no-file", f"There is no file {file}.")
    content = check(file, read_lock(file, key_file, passphrase_file))
    show_one({"file": str(file), **_row(content)}, as_json=as_json)
    say("It is whole: a node can be made from it.")


@backup.command()
@click.argument("file", type=_FILE)
@json_option
def key(file: Path, *, as_json: bool) -> None:
    """Make a key pair for backups: FILE opens them, the public key that is printed locks them."""
    from isthmus.kit.files import write_private

    if file.exists():
        raise Conflict("backup.exists", f"There is a file {file} already.", next_step="Choose another name.")
    made = age.Identity.generate()
    write_private(file, f"{_KEY_HEAD}# public key: {made.recipient}\n{made.text()}\n".encode("ascii"))
    show_one({"file": str(file), "public_key": made.recipient}, as_json=as_json)
    say("Keep the file away from this machine, twice. Set ISTHMUS_BACKUP_RECIPIENTS to the public key.")


@click.command()
@click.argument("file", type=_FILE)
@lock_options
@click.option(
    "--keys-passphrase-file", type=_FILE, help="File with the passphrase of the node's private keys."
)
@click.option("--database", default="", help="Another, empty database: postgres://USER@HOST/NAME.")
@json_option
def restore(
    file: Path,
    key_file: Path | None,
    passphrase_file: Path | None,
    keys_passphrase_file: Path | None,
    database: str,
    *,
    as_json: bool,
) -> None:
    """Make a node again from a backup, in an empty home folder; exit code 3 where its log is not sound."""
    import os

    from isthmus.kit.errors import NotFound
    from isthmus.node.backup.restoring import check_free
    from isthmus.node.backup.restoring import restore as restore_node

    home = Path(os.environ.get("ISTHMUS_HOME", "var/node")).absolute()
    if not file.is_file():
        raise NotFound("backup.no-file", f"There is no file {file}.")
    check_free(home)
    done = restore_node(
        file,
        home,
        read_lock(file, key_file, passphrase_file),
        database=database,
        keys_passphrase=keys_passphrase_file,
        actor=who(),
    )
    show_one(
        {
            "home": str(done.home),
            **_row(done.manifest),
            "log_ok": done.report.ok,
            "recovering": list(done.partners),
            "findings": [finding.what for finding in done.report.findings],
        },
        as_json=as_json,
    )
    say(f"The node {done.manifest.node_id} stands again as of {done.manifest.made_at:%d %b %Y %H:%M} UTC.")
    if not done.report.ok:
        say("Its log is not as it was written: read the findings before you start it.")
        raise SystemExit(3)
    say("Next: `isthmus start`. It asks every partner how far it got, and sends nothing before that.")
    say("`isthmus stream list` shows how far it is; docs/guide/backup-and-restore.md says what may be asked.")
