"""The systemd unit of a node, and the `isthmus` command of its server.

Source: systemd.exec(5), systemd.resource-control(5), systemd.service(5) of Debian 12 (systemd 252).
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from isthmus.kit.config import Config


@dataclass(frozen=True, slots=True)
class Place:
    """Where the release lies and as whom it runs. ``memory_mb`` is what the node may use at most."""

    code: Path = Path("/opt/isthmus")
    user: str = "isthmus"
    memory_mb: int = 1536

    @property
    def python(self) -> Path:
        """The interpreter of the release's own environment."""
        return self.code / ".venv" / "bin" / "python"


def writable(config: Config) -> tuple[Path, ...]:
    """The folders that the node writes to: its home, and the database's where that lies elsewhere."""
    folders = [config.home.absolute()]
    address = urlsplit(config.database_address)
    if address.scheme == "sqlite":
        folders.append(Path(unquote(address.path.removeprefix("/"))).absolute().parent)
    if config.backup_folder is not None:
        folders.append(config.backup_folder.absolute())
    kept: list[Path] = []
    for folder in folders:
        if not any(folder.is_relative_to(other) for other in kept):
            kept.append(folder)
    return tuple(kept)


def _needs(config: Config) -> str:
    address = urlsplit(config.database_address)
    here = address.scheme != "sqlite" and (address.hostname or "localhost") in {
        "localhost",
        "127.0.0.1",
        "::1",
    }
    return " postgresql.service" if here else ""


def service(config: Config, place: Place) -> str:
    """The unit of the whole node: web server and worker under their supervisor."""
    needs = _needs(config)
    home, *others = writable(config)
    # A disk for backups that is not mounted must not keep the node from starting.
    paths = " ".join([str(home), *(f"-{path}" for path in others)])
    return f"""# /etc/systemd/system/isthmus.service
# Written by `isthmus operate units` for the node {config.node_id}; write it again when its folders change.
[Unit]
Description=Isthmus node {config.node_id}
Wants=network-online.target{needs}
After=network-online.target time-sync.target{needs}
# A node that cannot start tries again for ever: a disk or a database may come back at night.
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
ExecStart={place.python} -m isthmus.node start
User={place.user}
Group={place.user}
WorkingDirectory={config.home.absolute()}
Environment=ISTHMUS_HOME={config.home.absolute()}
Restart=always
RestartSec=3
# Wrong settings (2) and a database that first needs `isthmus upgrade` (3) do not heal by trying again.
RestartPreventExitStatus=2 3
TimeoutStartSec=120
TimeoutStopSec=20
# The supervisor gives a sign of life while web server and worker give theirs.
WatchdogSec=60

# What it may use of a server with 4 GB: the rest belongs to PostgreSQL and the system.
MemoryHigh={place.memory_mb * 3 // 4}M
MemoryMax={place.memory_mb}M
TasksMax=256
LimitNOFILE=8192
OOMPolicy=continue

# What it may touch. No MemoryDenyWriteExecute: libffi and compiled rules make code at run time. No
# ProtectClock: it would forbid reading whether the clock is set; to set it, no capability is left.
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ReadWritePaths={paths}
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectProc=invisible
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
LockPersonality=yes
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service adjtimex
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
"""


def command(config: Config, place: Place) -> str:
    """The `isthmus` command: whoever may become the node's user runs it as that user."""
    return f"""#!/bin/sh
# /usr/local/bin/isthmus
# Written by `isthmus operate command`: runs the isthmus command of this server as the node's own user.
export ISTHMUS_HOME={config.home.absolute()}
if [ "$(id -un)" != {place.user} ]; then
    [ "$(id -u)" -eq 0 ] && exec runuser -u {place.user} -- "$0" "$@"
    exec sudo -u {place.user} -- "$0" "$@"
fi
umask 077
exec {place.python} -m isthmus.node "$@"
"""
