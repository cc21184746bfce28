"""The only writer of reference data: a file is loaded whole, in one transaction, or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.etrade.reference.formats import duties, tables
from isthmus.apps.etrade.reference.models import (
    DutyRate,
    ExchangeRate,
    HsCode,
    HsSection,
    Place,
    ReferenceFile,
    ReferenceSort,
    UnitName,
)
from isthmus.apps.etrade.reference.rules.codes import folded
from isthmus.apps.etrade.rules.tariff import EDITIONS
from isthmus.kit import clock
from isthmus.kit.errors import BadInput

Step = Callable[[int, int], None]
"""Told ``done`` rows of ``total`` while a file is written."""

_PORTION = 1000
M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Loading:
    """What became of a file; ``is_new`` is False for one that was loaded before, which changes nothing."""

    file: ReferenceFile
    is_new: bool


def _quiet(_done: int, _total: int) -> None:
    """Nobody watches."""


def load_hs(path: Path, *, edition: str, actor: str, step: Step = _quiet) -> Loading:
    """Load an edition of the HS, or its sections, whichever the file holds.

    ``edition`` is the year, such as ``2022``; it may be empty where the file states it. Codes that an earlier
    file of the same edition had and this one has not are taken out. BadInput names the line that is wrong.
    """
    if tables.sort_of(path, ("hs", "sections")) == "sections":
        return _load(path, ReferenceSort.SECTIONS, "", actor, step, _sections(path))
    stated, codes = tables.read_hs(path)
    edition = _edition(path, edition, stated)
    rows = [
        HsCode(
            edition=edition,
            code=row.code,
            parent=row.code[:-2],
            section=row.section,
            words=row.words,
            sought=f"{row.code} {folded(row.words)}",
        )
        for row in codes
    ]
    return _load(path, ReferenceSort.HS, edition, actor, step, rows, HsCode.objects.filter(edition=edition))


def _edition(path: Path, given: str, stated: str | None) -> str:
    if given and stated and given != stated:
        raise BadInput(
            "etrade.reference-edition",
            _("%(file)s says of itself that it is HS %(stated)s, not HS %(given)s.")
            % {"file": path.name, "stated": stated, "given": given},
        )
    edition = given or stated or ""
    if edition not in {str(year) for year in EDITIONS}:
        raise BadInput(
            "etrade.reference-edition",
            _("%(file)s does not say which edition of the HS it is.") % {"file": path.name},
            next_step=_("Give the year with --edition: one of %(years)s.")
            % {"years": ", ".join(str(year) for year in EDITIONS)},
        )
    return edition


def _sections(path: Path) -> list[HsSection]:
    found = [
        HsSection(number=row.number, place=row.place, words=row.words) for row in tables.read_sections(path)
    ]
    return _last_of_each(found, "number")


def load_places(path: Path, *, actor: str, step: Step = _quiet) -> Loading:
    """Load the places of a UN/LOCODE file; places of other files stay. BadInput names the line."""
    tables.sort_of(path, ("places",))
    rows = [
        Place(
            code=row.code,
            country=row.country,
            name=row.name,
            functions=row.functions,
            subdivision=row.subdivision,
            latitude=row.latitude,
            longitude=row.longitude,
            sought=f"{row.code.lower()} {folded(row.name)} {folded(row.plain_name)}",
        )
        for row in tables.read_places(path)
    ]
    countries = {row.country for row in rows}
    scope = countries.pop() if len(countries) == 1 else ""
    return _load(path, ReferenceSort.PLACES, scope, actor, step, _last_of_each(rows, "code"))


def load_units(path: Path, *, actor: str, step: Step = _quiet) -> Loading:
    """Load words for further units of Recommendation 20. BadInput names the line."""
    tables.sort_of(path, ("units",))
    rows = [UnitName(code=row.code, name=row.name) for row in tables.read_units(path)]
    return _load(path, ReferenceSort.UNITS, "", actor, step, _last_of_each(rows, "code"))


def load_rates(path: Path, *, actor: str, step: Step = _quiet) -> Loading:
    """Load dated exchange rates; the rate of a day that is known already is replaced."""
    tables.sort_of(path, ("rates",))
    rows = [
        ExchangeRate(currency=row.currency, day=row.day, rate=row.rate) for row in tables.read_rates(path)
    ]
    return _load(path, ReferenceSort.RATES, "", actor, step, _last_of_each(rows, "currency", "day"))


def load_duties(path: Path, *, actor: str, step: Step = _quiet) -> Loading:
    """Load dated rates of duty; the rate of a code and day that is known already is replaced."""
    rows = [DutyRate(hs_code=row.code, day=row.day, rate=row.rate) for row in duties.read_duties(path)]
    return _load(path, ReferenceSort.DUTIES, "", actor, step, rows)


def _last_of_each(rows: Sequence[M], *names: str) -> list[M]:
    return list({tuple(getattr(row, name) for name in names): row for row in rows}.values())


_KEYS: dict[type[models.Model], tuple[str, ...]] = {
    HsCode: ("edition", "code"),
    HsSection: ("number",),
    Place: ("code",),
    UnitName: ("code",),
    ExchangeRate: ("currency", "day"),
    DutyRate: ("hs_code", "day"),
}


@transaction.atomic
def _load(
    path: Path,
    sort: ReferenceSort,
    scope: str,
    actor: str,
    step: Step,
    rows: Sequence[models.Model],
    before: "models.QuerySet[HsCode] | None" = None,
) -> Loading:
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    newest = ReferenceFile.objects.filter(sort=sort, scope=scope).first()
    known = ReferenceFile.objects.filter(sort=sort, scope=scope, sha256=digest).first()
    # A file that was followed by another one is loaded again: the later one may have changed its rows.
    if known is not None and known == newest:
        return Loading(known, is_new=False)
    if known is not None:
        known.delete()
    if before is not None:
        before.delete()
    _write(rows, step)
    loaded = ReferenceFile.objects.create(
        sort=sort,
        sha256=digest,
        file_name=path.name[-255:],
        scope=scope,
        rows=len(rows),
        loaded_at=clock.now(),
        loaded_by=actor,
    )
    audit.note(
        "etrade.reference-loaded",
        actor=actor,
        subject=loaded.file_name,
        detail={"sort": sort.value, "scope": scope, "rows": len(rows)},
    )
    return Loading(loaded, is_new=True)


def _write(rows: Sequence[models.Model], step: Step) -> None:
    if not rows:
        return
    model = type(rows[0])
    keys = _KEYS[model]
    others = [
        field.name for field in model._meta.local_fields if field.name not in keys and not field.primary_key
    ]
    for start in range(0, len(rows), _PORTION):
        portion = rows[start : start + _PORTION]
        model._base_manager.bulk_create(
            portion, update_conflicts=True, unique_fields=keys, update_fields=others
        )
        step(start + len(portion), len(rows))
