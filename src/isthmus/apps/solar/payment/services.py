"""Making pay-as-you-go tokens: the count of a device moves on before anybody sees its token."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _

from isthmus.apps.solar.payment.formats.devices import Devices, read_devices, written
from isthmus.apps.solar.payment.rules.paying import Bought, bought
from isthmus.apps.solar.payment.rules.tokens import AHEAD, MOST_VALUE, Kind, Token, issue, recognised
from isthmus.kit.errors import BadInput
from isthmus.kit.files import write_private


def make_token(path: Path, device: str, kind: Kind, days: int = 0) -> Token:
    """The next token of a device of a list, whose count is moved on in the file. BadInput, NotFound.

    The file is private afterwards. A token that was made is never made again: if the power goes between, one
    place of the chain is left out, and devices look further than that.
    """
    with _held(path):
        devices = _read(path)
        known = devices.of(device)
        try:
            token = issue(known.chain, known.count, kind, days)
        except ValueError as error:
            raise BadInput("solar.token", _("A token of this kind does not carry these days.")) from error
        write_private(path, written(devices.counted(device, token.count)).encode())
    return token


def token_for_payment(
    path: Path, device: str, paid: Decimal, monthly: Decimal | None = None
) -> tuple[Token | None, Bought]:
    """The token of the days that a payment buys, with what is left of it; None where it buys no whole day.

    ``monthly`` is the instalment; without it that of the list. What is left stands in the list and counts
    with the next payment. BadInput, NotFound.
    """
    with _held(path):
        devices = _read(path)
        known = devices.of(device)
        instalment = known.monthly if monthly is None else monthly
        if instalment is None:
            raise BadInput(
                "solar.token",
                _("The instalment of %(name)s is not known.") % {"name": device[:60]},
                next_step=_(
                    "Give --monthly, which isthmus solar pay tells, or a column monthly in the list."
                ),
            )
        found = bought(paid, known.credit, instalment, MOST_VALUE)
        token = issue(known.chain, known.count, Kind.ADD, found.days) if found.days else None
        count = known.count if token is None else token.count
        write_private(path, written(devices.counted(device, count, found.credit)).encode())
    return token, found


def look_up_token(path: Path, device: str, digits: str) -> Token | None:
    """Which token of a device of a list these nine digits are; None where it is none of its own."""
    known = _read(path).of(device)
    return recognised(known.chain, digits, known.count + AHEAD)


def _read(path: Path) -> Devices:
    try:
        return read_devices(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            "solar.devices", _("%(file)s cannot be read as a text file.") % {"file": path.name}
        ) from error


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """One at a time for a list: two tokens made at once must not take the same place."""
    with path.with_name(path.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
