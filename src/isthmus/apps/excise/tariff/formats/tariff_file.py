"""Tariff files: bytes in, a sound tariff out, or everything that is wrong with the file."""

import tomllib
from decimal import Decimal
from fractions import Fraction

from pydantic import ValidationError

from isthmus.apps.excise.tariff.formats.lines import line_of
from isthmus.apps.excise.tariff.formats.schema import (
    BandFile,
    ChargeFile,
    DiscountFile,
    ExampleFile,
    RateFile,
    RoundingFile,
    RowFile,
    StampFile,
    TariffFile,
)
from isthmus.apps.excise.tariff.rules.model import (
    EVERYTHING,
    Band,
    Base,
    Charge,
    Discount,
    DiscountBand,
    Example,
    Group,
    LineFault,
    Part,
    Rounding,
    Row,
    StampExemption,
    Tariff,
)
from isthmus.apps.excise.tariff.rules.soundness import faults_of
from isthmus.kit.errors import BadInput, FieldFault

LARGEST_FILE = 5_000_000
MOST_FAULTS = 20
_NEXT = "Mend the file and read it again: a tariff is used whole or not at all."


def read_tariff(content: bytes, name: str) -> Tariff:
    """The tariff of a file. BadInput names every fault with its place; examples that fail are faults too.

    The format is that of ``schema.TariffFile`` written as TOML 1.0; numbers are exact decimals.
    """
    if len(content) > LARGEST_FILE:
        raise _refused(name, [("file", f"it is larger than {LARGEST_FILE} bytes")])
    try:
        read = tomllib.loads(content.decode("utf-8"), parse_float=Decimal)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _refused(name, [("file", f"it is no TOML: {error}")]) from error
    try:
        written = TariffFile.model_validate(read)
    except ValidationError as error:
        faults = [(".".join(map(str, one["loc"])) or "file", one["msg"]) for one in error.errors()]
        raise _refused(name, faults) from error
    tariff = _Builder(written, name).tariff()
    faults = faults_of(tariff)
    if faults:
        raise _refused(name, faults)
    return tariff


def _refused(name: str, faults: list[tuple[str, str]]) -> BadInput:
    shown = [f"{where}: {said}" for where, said in faults[:MOST_FAULTS]]
    more = len(faults) - len(shown)
    rest = f"; and {more} more" if more > 0 else ""
    return BadInput(
        "excise.tariff-refused",
        f"The tariff {name} is refused. {'; '.join(shown)}{rest}.",
        next_step=_NEXT,
        faults=tuple(FieldFault(where, said) for where, said in faults),
    )


def _band(written: BandFile | None) -> Band:
    if written is None:
        return EVERYTHING
    low = written.from_ if written.from_ is not None else written.above
    high = written.to if written.to is not None else written.below
    return Band(
        Fraction(low) if low is not None else None,
        Fraction(high) if high is not None else None,
        low_open=written.from_ is None and written.above is not None,
        high_open=written.to is None and written.below is not None,
    )


def _rounding(written: RoundingFile) -> Rounding:
    return Rounding(written.at, Fraction(written.to), written.direction, written.confirmed)


def _discount(written: DiscountFile) -> Discount:
    bands = tuple(
        DiscountBand(
            Fraction(one.above), Fraction(one.up_to), Fraction(one.marginal), Fraction(one.cumulative)
        )
        for one in written.bands
    )
    return Discount(written.name, bands, written.act, written.confirmed)


def _charge(written: ChargeFile) -> Charge:
    part = Part(Base.VALUE, Fraction(written.rate), written.of)
    return Charge(
        written.name, written.title, part, _rounding(written.rounding), written.act, written.confirmed
    )


def _part(written: RateFile) -> Part:
    return Part(written.base, Fraction(written.rate), written.of)


def _stamp(written: StampFile) -> StampExemption:
    return StampExemption(
        words=written.words,
        act=written.act,
        groups=tuple(written.groups),
        abv=_band(written.abv) if written.abv is not None else None,
        size_l=_band(written.size_l) if written.size_l is not None else None,
        sizes_l=tuple(Fraction(size) for size in written.sizes_l),
        purpose=written.purpose,
    )


class _Builder:
    """Turns what a file says into a tariff, and refuses names that lead nowhere."""

    def __init__(self, written: TariffFile, name: str) -> None:
        self._written = written
        self._name = name
        self._groups = {group.name for group in written.groups}
        self._discounts = {one.name: _discount(one) for one in written.discounts}
        self._charges = {one.name: _charge(one) for one in written.charges}
        self._rules: set[str] = set()

    def tariff(self) -> Tariff:
        """The whole tariff."""
        written = self._written
        self._check_names()
        return Tariff(
            country=written.country,
            title=written.title,
            currency=written.currency,
            minor_digits=written.minor_digits,
            groups=tuple(
                Group(one.name, one.title, tuple(one.hs), tuple(one.codes), tuple(one.also), one.alcohol)
                for one in written.groups
            ),
            rows=tuple(self._row(row) for row in written.rows),
            examples=tuple(self._example(one) for one in written.examples),
            checked_on=written.checked_on,
            is_example=written.is_example,
            stamp_exemptions=tuple(_stamp(one) for one in written.stamp_exemptions),
            stamp_act=written.stamp_act,
        )

    def _check_names(self) -> None:
        written, faults = self._written, []
        for place, row in enumerate(written.rows):
            where = f"rows.{place}"
            if row.group not in self._groups:
                faults.append((where, f"there is no group {row.group}"))
            if row.discount and row.discount not in self._discounts:
                faults.append((where, f"there is no discount {row.discount}"))
            faults += [
                (where, f"there is no charge {name}") for name in row.charges if name not in self._charges
            ]
            if row.parts and (row.base is not None or row.rate is not None):
                faults.append((where, "it has both parts and a rate of its own"))
            if (row.base is None) is not (row.rate is None):
                faults.append((where, "a rate needs its base, and a base its rate"))
        for name, known in (
            ("groups", len(self._groups)),
            ("discounts", len(self._discounts)),
            ("charges", len(self._charges)),
        ):
            if known != len(getattr(written, name)):
                faults.append((name, "a name stands there twice"))
        faults += [
            (f"stamp_exemptions.{place}", f"there is no group {name}")
            for place, one in enumerate(written.stamp_exemptions)
            for name in one.groups
            if name not in self._groups
        ]
        for place, row in enumerate(written.rows):
            bands = (row.abv, row.plato, row.size_l, row.producer_hl)
            if any(band is not None and _twice(band) for band in bands):
                faults.append((f"rows.{place}", "a band has two beginnings or two ends"))
        if faults:
            raise _refused(self._name, faults)

    def _rule(self, row: RowFile) -> str:
        names = (self._written.country, row.code, row.group, row.first_day.isoformat())
        wanted = "/".join(name for name in names if name)
        rule, number = wanted, 2
        while rule in self._rules:
            rule, number = f"{wanted}/{number}", number + 1
        self._rules.add(rule)
        return rule

    def _row(self, row: RowFile) -> Row:
        parts = tuple(_part(one) for one in row.parts)
        if row.base is not None and row.rate is not None:
            parts = (Part(row.base, Fraction(row.rate), row.of),)
        roundings = row.roundings if row.roundings is not None else self._written.roundings
        return Row(
            rule=self._rule(row),
            group=row.group,
            first_day=row.first_day,
            last_day=row.last_day,
            parts=parts,
            roundings=tuple(_rounding(one) for one in roundings),
            act=row.act or self._written.act,
            source=row.source or self._written.source,
            code=row.code,
            choose=row.choose,
            abv=_band(row.abv),
            plato=_band(row.plato),
            size_l=_band(row.size_l),
            producer_hl=_band(row.producer_hl),
            free_abv=Fraction(row.free_abv),
            relief=row.relief,
            discount=self._discounts.get(row.discount),
            charges=tuple(self._charges[name] for name in row.charges),
            exempt=row.exempt,
            confirmed=row.confirmed,
            note=row.note,
            missing=row.missing,
        )

    def _example(self, one: ExampleFile) -> Example:
        members = {
            name: format(value, "f") if isinstance(value, Decimal) else str(value)
            for name, value in one.model_dump(exclude={"title", "duty", "charges", "fault"}).items()
            if value is not None
        }
        where = f"example “{one.title}”"
        try:
            line = line_of(members)
        except LineFault as fault:
            raise _refused(self._name, [(where, f"its line cannot be read: {fault.code}")]) from fault
        if (one.duty is None) is not bool(one.fault):
            raise _refused(self._name, [(where, "it says either a duty or a fault")])
        return Example(
            one.title,
            line,
            self._minor(one.duty, where) if one.duty is not None else None,
            one.fault,
            {name: self._minor(amount, where) for name, amount in one.charges.items()},
        )

    def _minor(self, amount: Decimal, where: str) -> int:
        scaled = amount.scaleb(self._written.minor_digits)
        if scaled != int(scaled):
            raise _refused(self._name, [(where, f"{amount} is finer than the minor unit")])
        return int(scaled)


def _twice(band: BandFile) -> bool:
    return (band.from_ is not None and band.above is not None) or (
        band.to is not None and band.below is not None
    )
