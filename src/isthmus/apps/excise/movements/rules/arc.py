"""Administrative reference codes (ARC), which name a movement.

The form is that of the EMCS schemas (``AdministrativeReferenceCodeType``): two digits of the year, the
country, sixteen letters or digits, one check digit. The schemas do not say how the digit is worked out; ISO
6346:2022, clause 4.2.3 and annex A, which marks containers, is inferred from references in public messages.
So ours carry it, and a received reference with another digit is only doubted.
"""

import re
from dataclasses import dataclass

PATTERN = re.compile(r"(?P<year>[0-9]{2})(?P<country>[A-Z]{2})(?P<serial>[A-Z0-9]{16})(?P<digit>[0-9])")
SERIAL_LENGTH = 16


def _values() -> dict[str, int]:
    """ISO 6346: digits are worth themselves; letters go on from 10, without the multiples of 11."""
    found = {digit: int(digit) for digit in "0123456789"}
    value = 10
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        if value % 11 == 0:
            value += 1
        found[letter] = value
        value += 1
    return found


_VALUES = _values()


@dataclass(frozen=True, slots=True)
class Reference:
    """The parts of an ARC; ``sound`` says whether its last digit is the one that ISO 6346 gives."""

    arc: str
    year: int
    country: str
    serial: str
    check_digit: int
    expected_digit: int

    @property
    def sound(self) -> bool:
        """Whether the check digit is the one that ISO 6346 gives."""
        return self.check_digit == self.expected_digit


def check_digit(body: str) -> int:
    """The check digit over the first twenty characters of an ARC (ISO 6346: weights 2^0, 2^1 ...).

    A remainder of 10 is written as 0. Raises KeyError for a character that is neither a digit nor A to Z.
    """
    return sum(_VALUES[sign] << place for place, sign in enumerate(body)) % 11 % 10


def compose(year: int, country: str, serial: str) -> str:
    """A reference of our own: ``year`` as 2026 or 26, ``country`` as MD, ``serial`` filled up with zeros.

    Raises ValueError where the parts do not make an ARC.
    """
    body = f"{year % 100:02}{country}{serial.rjust(SERIAL_LENGTH, '0')}"
    if not PATTERN.fullmatch(f"{body}0"):
        raise ValueError(f"{body} is not the beginning of an ARC")
    return f"{body}{check_digit(body)}"


def read(arc: str) -> Reference | None:
    """The parts of a reference; None where it has not the form of one."""
    found = PATTERN.fullmatch(arc)
    if found is None:
        return None
    return Reference(
        arc,
        2000 + int(found["year"]),
        found["country"],
        found["serial"],
        int(found["digit"]),
        check_digit(arc[:-1]),
    )
