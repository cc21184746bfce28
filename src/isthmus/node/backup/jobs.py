"""The daily backup, and the watch over its age."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from isthmus.exchange.services.alarms import clear_alarm, raise_alarm
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.kit.config import Config
from isthmus.node.backup.making import make
from isthmus.node.last_backup import last_backup
from isthmus.trust.models import OwnKey

BACKUP_OLD = "node.backup-old"


def back_up(progress: Progress) -> dict[str, object]:
    """Make the backup of the day, where a folder and a key are set; keeps as many as the settings say."""
    config: Config = settings.ISTHMUS
    progress.step(0, 1)
    if config.backup_folder is None or not config.backup_keys:
        return {"made": False, "why": "ISTHMUS_BACKUP_FOLDER and ISTHMUS_BACKUP_RECIPIENTS are not both set"}
    done = make(config.backup_folder, recipients=config.backup_keys, keep=config.backup_keep, actor="node")
    progress.step(1, 1)
    watch(progress)
    return {
        "made": True,
        "file": str(done.path),
        "bytes": done.bytes,
        "removed": [path.name for path in done.removed],
    }


def watch(progress: Progress) -> dict[str, object]:
    """Raise the alarm where the last good backup is too old, clear it where it is not."""
    progress.step(0, 1)
    limit = timedelta(hours=settings.ISTHMUS.backup_alarm_hours)
    last = last_backup()
    # A node that was just made has time for its first one.
    since = last or OwnKey.objects.order_by("valid_from").values_list("valid_from", flat=True).first()
    if since is None or clock.now() - since <= limit:
        clear_alarm(BACKUP_OLD, "node", actor="node")
        return {"old": False}
    raise_alarm(
        BACKUP_OLD,
        "node",
        _("The last good backup was made on %(day)s.") % {"day": clock.to_text(last)}
        if last is not None
        else _("No backup of this node was ever made."),
        next_step=_("Make one now: `isthmus backup FOLDER`."),
    )
    return {"old": True}
