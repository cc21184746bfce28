"""Code lists as CSV: the HS of UN Comtrade's table, UN/LOCODE of the UN vocabulary, units and dated rates.

Each reader takes a path and yields rows in the order of the file; what is wrong is refused with its line, and
the whole file with it, because half a code list is worse than none.
"""

import csv
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal, TypeVar

from isthmus.apps.etrade.reference.rules.codes import functions_in_order, is_locode, level_of
from isthmus.kit.errors import BadInput, FieldFault
from isthmus.kit.text import nfc

Sort = Literal["hs", "sections", "places", "units", "rates"]
T = TypeVar("T")

LARGEST_BYTES = 64 * 1024 * 1024
_EDITION = re.compile(r"HS ?((?:19|20)[0-9]{2})")
_HEADS: dict[Sort, frozenset[str]] = {
    "hs": frozenset({"section", "hscode", "description", "parent", "level"}),
    "sections": frozenset({"section", "name"}),
    "places": frozenset({"label", "value", "unlcdv:functions", "unlcdv:countryCode"}),
    "units": frozenset({"code", "name"}),
    "rates": frozenset({"currency", "date", "rate"}),
}
_FIGURE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?", re.ASCII)
_ROMAN = {"I": 1, "V": 5, "X": 10}


@dataclass(frozen=True, slots=True)
class HsRow:
    """A code of the Harmonized System with its words."""

    code: str
    words: str
    section: str


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section of the nomenclature."""

    number: str
    place: int
    words: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place of UN/LOCODE; ``plain_name`` is its name without marks."""

    code: str
    country: str
    name: str
    plain_name: str
    functions: str
    subdivision: str
    latitude: Decimal | None
    longitude: Decimal | None


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit's code and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class RateRow:
    """What one unit of a currency was worth in the currency of account, from a day on."""

    currency: str
    day: date
    rate: Decimal


def _refuse(path: Path, line: int, message: str) -> BadInput:
    where = f"{path.name}, line {line}"
    return BadInput(
        "etrade.reference-line",
        f"{where}: {message}.",
        next_step="Nothing of this file was loaded. Correct the line and load it again.",
        faults=(FieldFault(where, message),),
    )


@contextmanager
def _opened(path: Path) -> Iterator["csv.DictReader[str]"]:
    if path.stat().st_size > LARGEST_BYTES:
        raise _refuse(path, 1, f"the file is larger than {LARGEST_BYTES // 1024 // 1024} MiB")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        try:
            yield reader
        except UnicodeDecodeError as error:
            raise _refuse(path, reader.line_num + 1, "the text is not UTF-8") from error
        except csv.Error as error:
            raise _refuse(path, reader.line_num, str(error)) from error


def sort_of(path: Path, expected: tuple[Sort, ...]) -> Sort:
    """Which of the expected lists a file holds, by its head; BadInput where it is none of them."""
    with _opened(path) as reader:
        heads = frozenset(reader.fieldnames or ())
        for sort in expected:
            if _HEADS[sort] <= heads:
                return sort
    wanted = " or ".join(", ".join(sorted(_HEADS[sort])) for sort in expected)
    raise _refuse(path, 1, f"these columns are needed: {wanted}")


def _rows(path: Path, read: Callable[[dict[str, str]], T]) -> Iterator[T]:
    """What ``read`` makes of each line; its ValueError becomes the refusal that names the line."""
    with _opened(path) as reader:
        for row in reader:
            try:
                if None in row or None in row.values():
                    raise ValueError("the number of columns is not that of the head")
                yield read({name: nfc(value.strip()) for name, value in row.items()})
            except ValueError as error:
                raise _refuse(path, reader.line_num, str(error)) from error


def read_hs(path: Path) -> tuple[str | None, list[HsRow]]:
    """The edition that the file states of itself (None where it does not), and its codes."""
    edition = None
    found: dict[str, HsRow] = {}
    for row in _rows(path, _hs_row):
        if row.code == "TOTAL":
            stated = _EDITION.search(row.words)
            edition = stated[1] if stated else edition
        elif row.code in found:
            raise _refuse(path, len(found) + 2, f"the code {row.code} stands there twice")
        else:
            found[row.code] = row
    orphans = [code for code in found if len(code) > 2 and code[:-2] not in found]
    if orphans:
        raise _refuse(path, 1, f"the code {orphans[0]} has no heading or chapter above it")
    if not found:
        raise _refuse(path, 1, "the file holds no code")
    return edition, list(found.values())


def _hs_row(row: dict[str, str]) -> HsRow:
    code, words = row["hscode"], row["description"]
    if code != "TOTAL" and level_of(code) is None:
        raise ValueError(f"“{code[:20]}” is no HS code of two, four or six digits")
    if not words:
        raise ValueError(f"the code {code} has no words")
    return HsRow(code, words, row["section"][:5])


def read_sections(path: Path) -> list[SectionRow]:
    """The sections of the nomenclature in their order."""
    return list(_rows(path, lambda row: SectionRow(row["section"], roman(row["section"]), row["name"])))


def roman(number: str) -> int:
    """The value of a Roman number up to XXXIX; ValueError for another text."""
    if not re.fullmatch(r"X{0,3}(IX|IV|V?I{0,3})", number) or not number:
        raise ValueError(f"“{number[:10]}” is no section's Roman number")
    values = [_ROMAN[sign] for sign in number]
    following = [*values[1:], 0]
    return sum(-one if one < then else one for one, then in zip(values, following, strict=True))


def read_places(path: Path) -> Iterator[PlaceRow]:
    """Places from a file of the UN/LOCODE vocabulary (one country a file, as the UN publishes it)."""
    return _rows(path, _place_row)


def _place_row(row: dict[str, str]) -> PlaceRow:
    code, country = row["value"], _after(row["unlcdv:countryCode"])
    if not is_locode(code):
        raise ValueError(f"“{code[:20]}” is no UN/LOCODE")
    if code[:2] != country:
        raise ValueError(f"{code} does not begin with its country {country[:10]}")
    if not row["label"]:
        raise ValueError(f"{code} has no name")
    functions = functions_in_order("".join(_after(one) for one in row["unlcdv:functions"].split(",")))
    return PlaceRow(
        code,
        country,
        row["label"],
        row.get("labelWithDiacritics") or row["label"],
        functions,
        _after(row.get("unlcdv:countrySubdivision", "")),
        _degrees(row.get("geo:lat", ""), 90),
        _degrees(row.get("geo:long", ""), 180),
    )


def _after(text: str) -> str:
    return text.rpartition(":")[2].strip()


def _degrees(text: str, most: int) -> Decimal | None:
    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,20})?", text, re.ASCII) or abs(Decimal(text)) > most:
        raise ValueError(f"“{text[:20]}” is no coordinate in degrees")
    return Decimal(text).quantize(Decimal("0.000001"))


def read_units(path: Path) -> Iterator[UnitRow]:
    """Further units of Recommendation 20: code and name. They get words here, and no conversion."""
    return _rows(path, _unit_row)


def _unit_row(row: dict[str, str]) -> UnitRow:
    if not re.fullmatch(r"[A-Z0-9]{1,3}", row["code"], re.ASCII):
        raise ValueError(f"“{row['code'][:20]}” is no unit code of Recommendation 20")
    if not row["name"]:
        raise ValueError(f"the unit {row['code']} has no name")
    return UnitRow(row["code"], row["name"])


def read_rates(path: Path) -> Iterator[RateRow]:
    """Dated exchange rates: ``currency,date,rate``, the rate being the worth of one unit of the currency."""
    return _rows(path, _rate_row)


def _rate_row(row: dict[str, str]) -> RateRow:
    if not re.fullmatch(r"[A-Z]{3}", row["currency"], re.ASCII):
        raise ValueError(f"“{row['currency'][:20]}” is no currency code of ISO 4217")
    if not _FIGURE.fullmatch(row["rate"]) or not Decimal(row["rate"]):
        raise ValueError(f"“{row['rate'][:30]}” is no rate: a plain number above zero")
    return RateRow(row["currency"], _day(row["date"]), Decimal(row["rate"]))


def _day(text: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
        raise ValueError(f"“{text[:20]}” is no day such as 2026-11-23")
    return date.fromisoformat(text)
