"""A list of devices with their keys: CSV with a head, a line for each, as makers hand it out.

`device` and `key` (32 hexadecimal digits) are required; `starting_code` is left empty where it comes from the
key, `count` where no token was made yet. `monthly` is the instalment of the device's plan and `credit` what
was paid beyond whole days; both are empty where there is none. Other columns stay as they are.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from isthmus.apps.solar.payment.rules.tokens import MOST_COUNT, Chain, chain_of
from isthmus.kit.errors import BadInput, NotFound

_NEEDED = ("device", "key")
_MONEY = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class Device:
    """A device's chain, the place in it of the last token that was made, its instalment and its credit."""

    chain: Chain
    count: int
    monthly: Decimal | None = None
    credit: Decimal = Decimal(0)


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
        monthly, credit = (self._money(at, column) for column in ("monthly", "credit"))
        return Device(chain, count, monthly or None, credit or Decimal(0))

    def counted(self, name: str, count: int, credit: Decimal | None = None) -> "Devices":
        """The same list with another count for one device, and another credit where one is given."""
        at = self._at(name)
        said = {"count": str(count), **({} if credit is None else {"credit": f"{credit:.2f}"})}
        columns = [*self.columns, *(column for column in said if column not in self.columns)]
        lines = [{**line, **said} if place == at else line for place, line in enumerate(self.lines)]
        return Devices(columns, lines)

    def _money(self, at: int, column: str) -> Decimal | None:
        told = self.lines[at].get(column, "").strip()
        if not told:
            return None
        if not _MONEY.fullmatch(told):
            raise _bad(
                _("Row %(row)d: %(column)s is no amount of money.") % {"row": at + 2, "column": column},
                _("Write it with at most two decimals and a point, such as 12.50."),
            )
        return Decimal(told)

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
