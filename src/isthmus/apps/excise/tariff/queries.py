"""Which tariffs this node has: the product's own and its examples, read once and kept while they stay
unchanged.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from isthmus.apps.excise.tariff.formats.tariff_file import read_tariff
from isthmus.apps.excise.tariff.rules.model import Tariff, ValueOf
from isthmus.kit.errors import NotFound

PARAMS = Path(__file__).resolve().parent / "params"


def _files() -> Iterator[Path]:
    yield from sorted(PARAMS.glob("*.toml"))
    yield from sorted((PARAMS / "examples").glob("*.toml"))


@lru_cache(maxsize=32)
def _read(path: Path, _changed_ns: int) -> Tariff:
    return read_tariff(path.read_bytes(), path.name)


def tariff_in(path: Path) -> Tariff:
    """The tariff of a file. BadInput where it is refused."""
    return _read(path, path.stat().st_mtime_ns)


def tariffs() -> list[Tariff]:
    """Every tariff that comes with the product: those of use first, then those that show the format."""
    return [tariff_in(path) for path in _files()]


def tariff_of(country: str) -> Tariff:
    """The tariff of a country, by its ISO code. NotFound where there is none."""
    found = next((path for path in _files() if path.stem == country.upper()), None)
    if found is None:
        known = ", ".join(path.stem for path in _files())
        raise NotFound(
            "excise.no-tariff",
            _("There is no tariff of %(country)s here.") % {"country": country},
            next_step=_("There are %(known)s; a tariff of your own is a file.") % {"known": known},
        )
    return tariff_in(found)


def charges_on_cif(tariff: Tariff, day: date) -> bool:
    """Whether any rate of a day is a share of the CIF value."""
    parts = [part for row in tariff.rows if row.in_force(day) for part in row.parts]
    return any(part.of is ValueOf.CIF for part in parts)


def both_in_force(country: str, code: str, hs: str, until: date) -> tuple[Tariff, Tariff, date] | None:
    """Two tariffs in use, that of ``country`` first, and the last day up to ``until`` that both have rows of.

    The day is chosen among the rows of the goods with this excise code or HS code where a tariff knows them,
    else among all its rows. None where fewer than two tariffs are in use or no day is common to both.
    """
    used = sorted((one for one in tariffs() if not one.is_example), key=lambda one: one.country != country)
    if len(used) < 2:
        return None
    first, second = used[:2]

    def last_day(tariff: Tariff) -> date:
        groups = {
            group.name
            for group in tariff.groups
            if code in group.codes or any(hs.startswith(heading) for heading in group.hs)
        }
        rows = [row for row in tariff.rows if row.group in groups] or list(tariff.rows)
        return max(until if row.last_day is None else min(row.last_day, until) for row in rows)

    day = min(last_day(first), last_day(second))
    begun = all(any(row.first_day <= day for row in one.rows) for one in (first, second))
    return (first, second, day) if begun else None
