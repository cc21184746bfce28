"""The keys: whether each opens, how long it lasts, and whether its secrets are kept."""

import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from isthmus.exchange.wording import span
from isthmus.kit import clock
from isthmus.kit.config import ENV_FILE, Config
from isthmus.kit.errors import IsthmusError
from isthmus.node.checkup.finding import Finding
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, PartnerKey

ENDING_SOON = timedelta(days=60)


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
    named = [config.passphrase_path, config.home / "secret_key", config.home / ENV_FILE]
    secrets = [*named, *_key_files(config)]
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
