"""`isthmus operate`: writes what a server needs around the node, from the node's own settings."""

import os
from pathlib import Path
from typing import Literal

import click

from isthmus.kit.config import Config, read_config
from isthmus.kit.errors import Fault
from isthmus.kit.terminal import say, write_json
from isthmus.node.operate import logs, proxies, units

_PATH = click.Path(path_type=Path)
_to = click.option("--to", type=_PATH, help="Write to this file instead of showing the text.")
_json = click.option("--json", "as_json", is_flag=True, help="Print the text as a member of a JSON object.")


@click.group()
def operate() -> None:
    """Write the unit, the proxy's site and the log rules of this node's server."""


def _config() -> Config:
    return read_config(os.environ)


def _give(text: str, to: Path | None, next_step: str, *, as_json: bool, mode: int = 0o644) -> None:
    if to is None:
        if as_json:
            write_json({"text": text})
        else:
            click.echo(text, nl=False)
    else:
        try:
            to.parent.mkdir(parents=True, exist_ok=True)
            draft = to.with_name(to.name + ".part")
            draft.write_text(text, encoding="utf-8")
            draft.chmod(mode)
            draft.replace(to)
        except OSError as error:
            raise Fault(
                "operate.file",
                f"{to} cannot be written: {error.strerror}.",
                next_step="Run this as root, or choose another file.",
            ) from error
        say(f"Wrote {to}.")
        if as_json:
            write_json({"file": str(to)})
    say(next_step)


@operate.command(name="units")
@click.option(
    "--code", type=_PATH, default=Path("/opt/isthmus"), show_default=True, help="The release's folder."
)
@click.option("--user", default="isthmus", show_default=True, help="The account under which the node runs.")
@click.option(
    "--memory",
    type=click.IntRange(512),
    default=1536,
    show_default=True,
    help="MB that the node may use at most.",
)
@_to
@_json
def units_(code: Path, user: str, memory: int, to: Path | None, *, as_json: bool) -> None:
    """The systemd unit: /etc/systemd/system/isthmus.service."""
    text = units.service(_config(), units.Place(code, user, memory))
    _give(text, to, "Next: systemctl daemon-reload && systemctl enable --now isthmus", as_json=as_json)


@operate.command()
@click.option(
    "--code", type=_PATH, default=Path("/opt/isthmus"), show_default=True, help="The release's folder."
)
@click.option("--user", default="isthmus", show_default=True, help="The account under which the node runs.")
@_to
@_json
def command(code: Path, user: str, to: Path | None, *, as_json: bool) -> None:
    """The isthmus command of this server: /usr/local/bin/isthmus."""
    text = units.command(_config(), units.Place(code, user))
    _give(text, to, "From now on `isthmus doctor` and all other commands work.", as_json=as_json, mode=0o755)


@operate.command()
@click.argument("kind", type=click.Choice(["nginx", "caddy"]))
@click.option("--certificate", type=_PATH, help="The certificate with its chain; Let's Encrypt's if absent.")
@click.option("--key", type=_PATH, help="Its private key.")
@click.option(
    "--http-port", type=click.IntRange(1, 65535), default=80, show_default=True, help="Port for HTTP."
)
@click.option(
    "--https-port", type=click.IntRange(1, 65535), default=443, show_default=True, help="Port for HTTPS."
)
@_to
@_json
def proxy(
    kind: Literal["nginx", "caddy"],
    certificate: Path | None,
    key: Path | None,
    http_port: int,
    https_port: int,
    to: Path | None,
    *,
    as_json: bool,
) -> None:
    """The site of the TLS proxy in front of the node."""
    if (certificate is None) != (key is None):
        raise click.UsageError("Give --certificate and --key together.")
    config = _config()
    listening = proxies.Listening(certificate, key, http_port, https_port)
    text = proxies.nginx(config, listening) if kind == "nginx" else proxies.caddy(config, listening)
    test = "nginx -t && systemctl reload nginx" if kind == "nginx" else "systemctl reload caddy"
    _give(text, to, f"Next: {test}", as_json=as_json)
    if not config.trusted_proxy:
        say("Set ISTHMUS_TRUSTED_PROXY=true in isthmus.env, or the node takes every visitor for the proxy.")


@operate.command(name="logs")
@click.option("--file", "of_file", is_flag=True, help="Rules of logrotate for log files in the home folder.")
@_to
@_json
def logs_(to: Path | None, *, of_file: bool, as_json: bool) -> None:
    """How long messages are kept: by journald, or by logrotate with --file."""
    text = logs.logrotate(_config()) if of_file else logs.journald()
    step = "logrotate takes it up by itself." if of_file else "Next: systemctl restart systemd-journald"
    _give(text, to, step, as_json=as_json)
