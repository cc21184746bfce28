"""A list of devices with their keys: CSV with a head, a line for each, as makers hand it out.

`device` and `key` (32 hexadecimal digits) are required; `starting_code` is left empty where it comes from the
key, `count` where no token was made yet. Other columns stay as they are.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from isthmus.apps.solar.payment.rules.tokens import MOST_COUNT, Chain, chain_of
from isthmus.kit.errors import BadInput, NotFound

_NEEDED = ("device", "key")


@dataclass(frozen=True, slots=True)
class Device:
    """A device's chain, and the place in it of the last token that was made."""

    chain: Chain
    count: int


@dataclass(frozen=True, slots=True)
class Devices:
    """The lines of a list as they stand in the file."""

    columns: Sequence[str]
    lines: Sequence[dict[str, str]]

    def of(self, name: str) -> Device:
        """The device of a name. NotFound where none is called so, BadInput for a wrong line."""
        at = self._at(name)
        line = self.lines[at]
        try:
            key, start = bytes.fromhex(line["key"]), line.get("starting_code", "").strip()
            chain = Chain(key, int(start)) if start else chain_of(key)
            count = int(line.get("count", "").strip() or 0)
        except ValueError as error:
            raise _bad(
                _("Row %(row)d: the key, the starting code or the count is none.") % {"row": at + 2},
                _("A key is 32 hexadecimal digits, a starting code at most nine digits, a count a number."),
            ) from error
        if not 0 <= count <= MOST_COUNT:
            raise _bad(
                _("Row %(row)d: the count is not from 0 to %(most)d.") % {"row": at + 2, "most": MOST_COUNT}
            )
        return Device(chain, count)

    def counted(self, name: str, count: int) -> "Devices":
        """The same list with another count for one device."""
        at = self._at(name)
        columns = [*self.columns, *(["count"] if "count" not in self.columns else [])]
        lines = [
            {**line, "count": str(count)} if place == at else line for place, line in enumerate(self.lines)
        ]
        return Devices(columns, lines)

    def _at(self, name: str) -> int:
        places = [at for at, line in enumerate(self.lines) if line["device"].strip() == name.strip()]
        if not places:
            raise NotFound(
                "solar.device", _("No device of the list is called %(name)s.") % {"name": name[:60]}
            )
        if len(places) > 1:
            raise _bad(_("%(name)s stands in the list more than once.") % {"name": name[:60]})
        return places[0]


def read_devices(text: str) -> Devices:
    """The list of a file's text; BadInput where a column or a cell is missing."""
    rows = csv.DictReader(io.StringIO(text))
    columns = [column.strip() for column in rows.fieldnames or ()]
    missing = [column for column in _NEEDED if column not in columns]
    if missing:
        raise _bad(_("The list has no column %(name)s.") % {"name": missing[0]})
    rows.fieldnames = columns
    lines = []
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise _bad(_("Row %(row)d has more or fewer cells than the head.") % {"row": number})
        lines.append(row)
    return Devices(columns, lines)


def written(devices: Devices) -> str:
    """The text of a list."""
    out = io.StringIO()
    table = csv.DictWriter(out, devices.columns, restval="", lineterminator="\n")
    table.writeheader()
    table.writerows(devices.lines)
    return out.getvalue()


def _bad(message: str, step: str = "") -> BadInput:
    return BadInput("solar.devices", message, next_step=step)
