"""The machine: its clock, disk and memory, the way in, and what documents need."""

import ctypes
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

from isthmus.kit.config import Config
from isthmus.kit.errors import Fault
from isthmus.node.checkup.finding import Finding, Level

LITTLE_SPACE = 1_000_000_000
NO_SPACE = 200_000_000
LITTLE_MEMORY = 200_000_000
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
FONTS = {
    "Arabic": ("NotoSansArabic", "NotoNaskhArabic"),
    "Chinese, Japanese, Korean": ("NotoSansCJK", "NotoSansSC", "NotoSerifCJK"),
    "Devanagari": ("NotoSansDevanagari",),
    "Ethiopic": ("NotoSansEthiopic",),
    "Khmer": ("NotoSansKhmer",),
    "Lao": ("NotoSansLao",),
    "Myanmar": ("NotoSansMyanmar",),
    "Thaana": ("NotoSansThaana",),
    "Thai": ("NotoSansThai",),
}
"""Scripts of the partner countries and the Debian fonts that have them, by the start of their file names."""

_TIMEX_BYTES, _STATUS_AT, _UNSYNCHRONISED = 256, 40, 0x40  # struct timex of Linux on 64 bits, STA_UNSYNC


def free_bytes() -> int:
    """Room that is left where the node keeps its files."""
    home = Path(settings.ISTHMUS.home)
    return shutil.disk_usage(home if home.exists() else Path()).free


def disk() -> Iterator[Finding]:
    """Whether records and receipts still find room."""
    free = free_bytes()
    found = _("%(free)d MB are free in %(home)s.") % {
        "free": free // 1_000_000,
        "home": settings.ISTHMUS.home,
    }
    level: Level = "fault" if free < NO_SPACE else "warning" if free < LITTLE_SPACE else "ok"
    yield Finding(
        level, _("Disk"), found, _("Make room: without it nothing is received.") if level != "ok" else ""
    )


def static_files() -> Iterator[Finding]:
    """Whether pages find their style sheet."""
    what = _("Static files")
    if finders.find("ui/isthmus.css") is None:
        advice = _("Install the package again: files of it are missing.")
        yield Finding("fault", what, _("The style sheet is not there."), advice)
    else:
        yield Finding("ok", what, _("The style sheet is there."))


def fonts(folders: tuple[str, ...] = FONT_FOLDERS) -> Iterator[Finding]:
    """Which scripts a document made on this machine could not show."""
    names = {path.name for folder in folders for path in Path(folder).expanduser().rglob("*.[ot]t[fc]")}
    missing = [
        script for script, starts in FONTS.items() if not any(name.startswith(starts) for name in names)
    ]
    if missing:
        found = _("Documents cannot show: %(scripts)s.") % {"scripts": "; ".join(missing)}
        advice = _("sudo apt install fonts-noto-core fonts-noto-cjk")
        yield Finding("warning", _("Fonts"), found, advice)
    else:
        yield Finding("ok", _("Fonts"), _("Every script of the partner countries can be shown."))


def clock_is_set() -> bool | None:
    """Whether a time server disciplines the kernel's clock, as adjtimex(2) tells; None where it does not."""
    timex = (ctypes.c_char * _TIMEX_BYTES)()
    if ctypes.CDLL(None, use_errno=True).adjtimex(timex) < 0:
        return None
    status = int.from_bytes(timex.raw[_STATUS_AT : _STATUS_AT + 4], "little")
    return not status & _UNSYNCHRONISED


def time_server() -> Iterator[Finding]:
    """Whether somebody sets the clock."""
    what = _("Time server")
    known = clock_is_set()
    if known is None:
        yield Finding("ok", what, _("The kernel does not tell whether a time server sets the clock."))
    elif not known:
        found = _("No time server sets this clock: it will drift, and partners refuse what is dated wrongly.")
        yield Finding("warning", what, found, _("sudo apt install chrony"))
    else:
        yield Finding("ok", what, _("A time server sets the clock."))


def _memory_bytes() -> dict[str, int]:
    """What /proc/meminfo says, in bytes; empty where there is none."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return {}
    pairs = (line.partition(":") for line in lines)
    return {name: int(rest.split()[0]) * 1024 for name, _colon, rest in pairs if rest.split()}


def memory() -> Iterator[Finding]:
    """Whether there is room for a large bundle or a long list."""
    what = _("Memory")
    have = _memory_bytes()
    if "MemAvailable" not in have:
        return
    found = _("%(free)d of %(all)d MB are free.") % {
        "free": have["MemAvailable"] // 1_000_000,
        "all": have["MemTotal"] // 1_000_000,
    }
    if have["MemAvailable"] < LITTLE_MEMORY:
        yield Finding("warning", what, found, _("Stop what does not belong here, or give the machine more."))
    else:
        yield Finding("ok", what, found)


def measures() -> Iterator[Finding]:
    """Whether the monitoring system can show its token."""
    from isthmus.node.metrics.view import token_of

    path: Path | None = settings.ISTHMUS.metrics_token_file
    if path is None:
        return
    try:
        token_of(path)
    except Fault as error:
        yield Finding("fault", _("Metrics"), error.message, error.next_step)


_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def web() -> Iterator[Finding]:
    """Whether people and partners reach the node over HTTPS, and how it is shielded."""
    config: Config = settings.ISTHMUS
    what = _("Web")
    address = urlsplit(config.url)
    here = address.hostname in _LOOPBACK
    behind = config.bind.rpartition(":")[0].strip("[]") in _LOOPBACK
    if config.debug:
        found = _("ISTHMUS_DEBUG is on: strangers see the inside of errors.")
        yield Finding("fault", what, found, _("Remove it from isthmus.env and restart the node."))
    if address.scheme != "https" and not here:
        found = _("People reach %(url)s without encryption.") % {"url": config.url}
        advice = _("Set up a proxy with TLS (docs/guide/run-a-server.md) and an ISTHMUS_URL with https.")
        yield Finding("fault", what, found, advice)
    elif address.scheme == "https" and behind and not config.trusted_proxy:
        found = _("The proxy in front is not trusted: the node takes every visitor for one on this machine.")
        advice = _("Set ISTHMUS_TRUSTED_PROXY=true where the proxy strips foreign X-Forwarded headers.")
        yield Finding("warning", what, found, advice)
    elif config.trusted_proxy and not behind:
        found = _("The node listens on %(bind)s, past the proxy that it trusts.") % {"bind": config.bind}
        yield Finding("fault", what, found, _("Set ISTHMUS_BIND=127.0.0.1:8000."))
    elif not config.debug:
        yield Finding("ok", what, _("The node is reached at %(url)s.") % {"url": config.url})
    if os.geteuid() == 0 and not here:
        found = _("This runs as root.")
        yield Finding("warning", _("Account"), found, _("Run the node as the system user isthmus."))
