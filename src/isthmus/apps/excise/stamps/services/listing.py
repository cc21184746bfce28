"""The status filter of all stamps on sale, for checks without a network."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from isthmus.apps.excise.stamps import queries
from isthmus.apps.excise.stamps.rules import codes
from isthmus.kit import clock
from isthmus.kit.errors import NotFound
from isthmus.kit.files import write_private


def status_filter() -> bytes:
    """The filter as a file. It takes two seconds a million stamps, and 80 bytes a stamp meanwhile."""
    import numpy as np

    from isthmus.apps.excise.stamps.rules.filter_building import built

    serials = b"".join(queries.on_sale())
    return built(np.frombuffer(serials, dtype=np.uint8).reshape(-1, codes.SERIAL_BYTES), clock.now())


def _path() -> Path:
    home: Path = settings.ISTHMUS.home
    return home / "excise" / "stamps.filter"


def keep() -> Path:
    """Make the filter anew for the inspectors' page."""
    path = _path()
    write_private(path, status_filter())
    return path


def kept() -> Path:
    """The file for the inspectors' page; NotFound before it was made once."""
    path = _path()
    if not path.is_file():
        raise NotFound(
            "excise.no-stamp-filter",
            _("The list of stamps in use was not made yet."),
            next_step=_("The worker makes it every hour; `isthmus excise stamps filter` makes it now."),
        )
    return path
