"""What the doctor looks at; each look gives findings, and none changes anything."""

import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max
from django.utils.translation import gettext as _

from isthmus.exchange import figures, queries
from isthmus.exchange.delivery.heartbeat import last_beat
from isthmus.exchange.models import Direction, Receipt, Record, Stream, StreamState
from isthmus.exchange.wording import span
from isthmus.kit import clock
from isthmus.kit.config import Config
from isthmus.kit.errors import IsthmusError
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, PartnerKey

Level = Literal["ok", "warning", "fault"]
ENDING_SOON = timedelta(days=60)
LITTLE_SPACE = 1_000_000_000
NO_SPACE = 200_000_000
WORKER_SILENT = timedelta(minutes=3)
CLOCK_DOUBT = timedelta(minutes=5)
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


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what was found, and what to do where it is not ok."""

    level: Level
    what: str
    found: str
    to_do: str = ""


def database() -> Iterator[Finding]:
    """Whether the database answers and has every table; nothing else can be looked at where it does not."""
    what = _("Database")
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        advice = _("Look whether the server runs and ISTHMUS_DATABASE is right.")
        yield Finding("fault", what, _("It does not answer: %(error)s") % {"error": error}, advice)
        return
    if missing:
        found = _("%(count)d migrations are missing.") % {"count": len(missing)}
        yield Finding("fault", what, found, _("Run `isthmus migrate`."))
    else:
        yield Finding("ok", what, _("It answers and is up to date (%(kind)s).") % {"kind": connection.vendor})


def keys() -> Iterator[Finding]:
    """Whether each key opens and how long its certificate lasts; the partners' certificates as well."""
    moment = clock.now()
    for purpose in KeyPurpose:
        what = _("Key: %(purpose)s") % {"purpose": purpose.value}
        try:
            key = keystore.in_use(purpose)
        except IsthmusError as error:
            yield Finding("fault", what, error.message, error.next_step)
            continue
        yield _lasting(what, key.certificate.not_valid_after_utc, moment)
    for partner_key in PartnerKey.objects.filter(revoked_at=None).select_related("partner"):
        if partner_key.valid_until - moment < ENDING_SOON:
            name = {"name": partner_key.partner.name, "purpose": partner_key.purpose}
            yield _lasting(_("Key of %(name)s: %(purpose)s") % name, partner_key.valid_until, moment)
    yield from _secrets()


def _lasting(what: str, until: datetime, moment: datetime) -> Finding:
    left = until - moment
    if left < timedelta():
        found = _("Its certificate ended on %(day)s.") % {"day": f"{until:%Y-%m-%d}"}
        return Finding("fault", what, found, _("Roll the key over; nothing it signs is accepted."))
    if left < ENDING_SOON:
        found = _("Its certificate ends in %(span)s.") % {"span": span(left)}
        return Finding("warning", what, found, _("Roll the key over before that day."))
    return Finding(
        "ok", what, _("It opens; its certificate lasts until %(day)s.") % {"day": f"{until:%Y-%m-%d}"}
    )


def _secrets() -> Iterator[Finding]:
    config: Config = settings.ISTHMUS
    what = _("Secrets")
    if not (config.home / "secret_key").is_file():
        found = _("There is no secret_key: every restart signs everybody out.")
        yield Finding("warning", what, found, _("Run `isthmus init`, or put the file back from the backup."))
    secrets = [config.passphrase_path, config.home / "secret_key", *_key_files(config)]
    open_ones = [
        path
        for path in secrets
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    for path in open_ones:
        found = _("Others on this machine can read %(path)s.") % {"path": path}
        yield Finding("fault", what, found, f"chmod 600 {path}")


def _key_files(config: Config) -> list[Path]:
    return sorted(config.keys_folder.glob("*.pem"))


def time_of_day() -> Iterator[Finding]:
    """Whether this node's clock agrees with what partners wrote when they were last in contact."""
    what = _("Clock")
    moment = clock.now()
    theirs = [
        Receipt.objects.filter(stream__direction=Direction.OUT).aggregate(last=Max("issued"))["last"],
        Record.objects.filter(stream__direction=Direction.IN).aggregate(last=Max("issued"))["last"],
        Stream.objects.aggregate(last=Max("last_contact_at"))["last"],
    ]
    last = max((one for one in theirs if one is not None), default=None)
    shown = {"now": f"{moment:%Y-%m-%d %H:%M} UTC"}
    if last is not None and last - moment > CLOCK_DOUBT:
        found = _("It says %(now)s, %(span)s before the last contact with a partner.") % {
            **shown,
            "span": span(last - moment),
        }
        level: Level = "fault" if last - moment > settings.ISTHMUS.clock_tolerance else "warning"
        yield Finding(
            level, what, found, _("Set the clock, best by a time server (timedatectl set-ntp true).")
        )
    else:
        yield Finding("ok", what, _("It says %(now)s.") % shown)


def disk() -> Iterator[Finding]:
    """Whether records and receipts still find room."""
    home = Path(settings.ISTHMUS.home)
    place = home if home.exists() else Path()
    free = shutil.disk_usage(place).free
    found = _("%(free)d MB are free in %(home)s.") % {"free": free // 1_000_000, "home": home}
    level: Level = "fault" if free < NO_SPACE else "warning" if free < LITTLE_SPACE else "ok"
    yield Finding(
        level, _("Disk"), found, _("Make room: without it nothing is received.") if level != "ok" else ""
    )


def worker() -> Iterator[Finding]:
    """Whether somebody delivers."""
    what = _("Worker")
    beat = last_beat()
    if beat is None:
        yield Finding("warning", what, _("It has never run here."), _("Run `isthmus start`."))
        return
    silent = clock.now() - beat
    if silent > WORKER_SILENT:
        found = _("It was last seen %(span)s ago.") % {"span": span(silent)}
        yield Finding(
            "fault", what, found, _("Run `isthmus start`; look at the node's log for why it ended.")
        )
    else:
        yield Finding("ok", what, _("It was seen %(span)s ago.") % {"span": span(silent)})


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


def exchange() -> Iterator[Finding]:
    """What waits for a person or a partner."""
    what = _("Exchange")
    oldest = figures.oldest_undelivered(clock.now())
    waiting = queries.waiting_records().count()
    if oldest is not None:
        found = _("%(count)d records have no receipt yet, the oldest for %(span)s.") % {
            "count": waiting,
            "span": span(oldest),
        }
        late = oldest > timedelta(hours=settings.ISTHMUS.alarm_hours)
        advice = _("`isthmus partner show ID` says why; check the link with the partner.") if late else ""
        yield Finding("warning" if late else "ok", what, found, advice)
    else:
        yield Finding("ok", what, _("Every record that was sent has its receipt."))
    frozen = Stream.objects.filter(state=StreamState.FROZEN).count()
    for count, found, advice in (
        (
            frozen,
            _("%(count)d streams are frozen."),
            _("Look at the evidence under Alarms before you thaw one."),
        ),
        (
            figures.quarantined(),
            _("%(count)d records wait in quarantine."),
            _("`isthmus quarantine list` says why, `isthmus quarantine run LEAF` tries again."),
        ),
        (figures.open_alarms(), _("%(count)d alarms are open."), _("Look at them under Alarms.")),
    ):
        if count:
            yield Finding("warning", what, found % {"count": count}, advice)


def look() -> Iterator[Finding]:
    """Everything, in the order in which it should be put right."""
    first = list(database())
    yield from first
    if all(finding.level == "ok" for finding in first):
        yield from keys()
        yield from time_of_day()
        yield from exchange()
    yield from worker()
    yield from disk()
    yield from static_files()
    yield from fonts()
