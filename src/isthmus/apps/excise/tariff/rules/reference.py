"""The duty of one line by exact fractions, with every step: what all faster ways are measured against."""

from dataclasses import dataclass, field
from fractions import Fraction

from isthmus.apps.excise.tariff.rules.checking import check_line, given
from isthmus.apps.excise.tariff.rules.choosing import candidates, row_of
from isthmus.apps.excise.tariff.rules.model import (
    ABV_SCALE,
    LARGEST,
    LITRE_SCALE,
    PLATO_SCALE,
    PRODUCER_SCALE,
    VALUE_SCALE,
    At,
    Base,
    Choose,
    Discount,
    Group,
    Line,
    LineFault,
    Part,
    Rounding,
    Row,
    Tariff,
)
from isthmus.apps.excise.tariff.rules.rounding import rounded, written


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its kind, the arithmetic in figures, the result and its unit, and the rounding if it is
    one.
    """

    kind: str
    sum: str
    value: Fraction
    unit: str
    rounding: Rounding | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A charge beside the duty, in minor units; None where the line does not state its value."""

    name: str
    title: str
    amount_minor: int | None
    act: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a line owes, in minor units of the currency, under which row, by which steps."""

    duty_minor: int
    currency: str
    row: Row
    steps: tuple[Step, ...]
    charges: tuple[Due, ...]


@dataclass(slots=True)
class _Work:
    """A line on its way through a row."""

    line: Line
    row: Row
    tariff: Tariff
    steps: list[Step] = field(default_factory=list)

    def note(self, kind: str, arithmetic: str, value: Fraction, unit: str) -> Fraction:
        self.steps.append(Step(kind, arithmetic, value, unit))
        return value

    def rounded_at(self, at: At, value: Fraction, unit: str) -> Fraction:
        rounding = self.row.rounding(at)
        return value if rounding is None else self.round_by(rounding, value, unit)

    def round_by(self, rounding: Rounding, value: Fraction, unit: str) -> Fraction:
        result = rounded(value, rounding.to, rounding.direction)
        self.steps.append(Step("rounding", written(value), result, unit, rounding))
        return result

    def bounded(self, value: Fraction, scale: Fraction | int, where: str) -> Fraction:
        if value * scale > LARGEST:
            raise LineFault("overflow", field=where)
        return value

    def litres(self) -> Fraction:
        volume, quantity = given(self.line, "volume"), given(self.line, "quantity")
        each = Fraction(volume, LITRE_SCALE)
        litres = self.note("litres", f"{written(each)} × {quantity}", each * quantity, "l")
        self.bounded(litres, LITRE_SCALE, At.LITRES)
        return self.rounded_at(At.LITRES, litres, "l")

    def degrees(self) -> Fraction:
        abv, free = Fraction(given(self.line, "abv"), ABV_SCALE), self.row.free_abv
        if not free:
            return abv
        return self.note("degrees", f"{written(abv)} - {written(free)}", max(abv - free, Fraction(0)), "%")

    def value(self, part: Part) -> Fraction:
        assert part.of is not None
        return Fraction(given(self.line, part.of.value), VALUE_SCALE)

    def measure(self, part: Part) -> tuple[Fraction, str]:
        if part.base is Base.VALUE:
            return self.value(part), self.tariff.currency
        litres = self.litres()
        if part.base is Base.LITRE:
            return litres, "l"
        if part.base is Base.HECTOLITRE:
            return self.note("hectolitres", f"{written(litres)} ÷ 100", litres / 100, "hl"), "hl"
        if part.base is Base.HECTOLITRE_DEGREE_PLATO:
            plato = Fraction(given(self.line, "plato"), PLATO_SCALE)
            arithmetic = f"{written(litres)} ÷ 100 × {written(plato)}"
            return self.note("plato", arithmetic, litres / 100 * plato, "hl °P"), "hl °P"
        degrees = self.degrees()
        if part.base is Base.LITRE_OF_ALCOHOL:
            arithmetic = f"{written(litres)} × {written(degrees)} ÷ 100"
            return self.note("alcohol", arithmetic, litres * degrees / 100, "l"), "l"
        arithmetic = f"{written(litres)} × {written(degrees)}"
        return self.note("alcohol", arithmetic, litres * degrees, "cl"), "cl"

    def discount(self, discount: Discount) -> Fraction:
        produced = Fraction(given(self.line, "producer"), PRODUCER_SCALE)
        band = next((one for one in discount.bands if one.above < produced <= one.up_to), None)
        if band is None:
            raise LineFault(
                "no-discount",
                given=produced,
                above=discount.bands[0].above,
                up_to=discount.bands[-1].up_to,
            )
        amount = max((band.cumulative + band.marginal * (produced - band.above)) / produced, Fraction(0))
        arithmetic = (
            f"({written(band.cumulative)} + {written(band.marginal)} × "
            f"({written(produced)} - {written(band.above)})) ÷ {written(produced)}"
        )
        currency = self.tariff.currency
        self.note("discount", arithmetic, amount, currency)
        return self.rounded_at(At.DISCOUNT, amount, currency)

    def rate(self, part: Part) -> Fraction:
        if self.row.discount is None:
            return part.rate
        off = self.discount(self.row.discount)
        left = max(part.rate - off, Fraction(0))
        return self.note("rate", f"{written(part.rate)} - {written(off)}", left, self.tariff.currency)

    def part(self, part: Part) -> Fraction:
        measure, unit = self.measure(part)
        rounding = self.row.rounding(At.MEASURE)
        if rounding is not None:
            measure = self.round_by(rounding, measure, unit)
            self.bounded(measure, 1 / rounding.to, At.MEASURE)
        rate = self.rate(part)
        if part.base is Base.VALUE:
            arithmetic, amount = f"{written(measure)} × {written(rate)} %", measure * rate / 100
        else:
            arithmetic, amount = f"{written(measure)} × {written(rate)}", measure * rate
        self.note("value" if part.base is Base.VALUE else "amount", arithmetic, amount, self.tariff.currency)
        self.bounded(amount, self.tariff.minor, At.PART)
        return self.rounded_at(At.PART, amount, self.tariff.currency)

    def duty(self) -> int:
        amounts = [self.part(part) for part in self.row.parts]
        if not amounts:
            return int(self.note("exempt", "0", Fraction(0), self.tariff.currency))
        total = amounts[0]
        if len(amounts) > 1:
            both = [written(amount) for amount in amounts]
            if self.row.choose is Choose.SUM:
                total = self.note("sum", " + ".join(both), sum(amounts, Fraction(0)), self.tariff.currency)
            else:
                total = self.note("greater", "; ".join(both), max(amounts), self.tariff.currency)
        return self.minor(self.rounded_at(At.DUTY, total, self.tariff.currency))

    def minor(self, amount: Fraction) -> int:
        counted = self.bounded(amount, self.tariff.minor, At.DUTY) * self.tariff.minor
        assert counted.denominator == 1, "a tariff whose rows do not end in minor units is refused"
        return counted.numerator

    def charges(self) -> tuple[Due, ...]:
        found = []
        for charge in self.row.charges:
            settled = charge.confirmed and charge.rounding.confirmed
            assert charge.part.of is not None
            if self.line.value(charge.part.of) is None:
                self.note("charge-unknown", charge.part.of, Fraction(0), self.tariff.currency)
                found.append(Due(charge.name, charge.title, None, charge.act, settled))
                continue
            value = self.value(charge.part)
            arithmetic = f"{written(value)} × {written(charge.part.rate)} %"
            amount = self.note("charge", arithmetic, value * charge.part.rate / 100, self.tariff.currency)
            self.bounded(amount, self.tariff.minor, At.PART)
            amount = self.round_by(charge.rounding, amount, self.tariff.currency)
            found.append(Due(charge.name, charge.title, self.minor(amount), charge.act, settled))
        return tuple(found)


def assess(tariff: Tariff, line: Line) -> Assessment:
    """The duty of a line with every step. LineFault where it has none; never an amount that is a guess."""
    return assess_among(tariff, line, *candidates(tariff, line))


def assess_among(tariff: Tariff, line: Line, group: Group, rows: tuple[Row, ...]) -> Assessment:
    """As ``assess``, where the rows that the line's product may fall under are known already."""
    check_line(line, group)
    row = row_of(tariff, line, group, rows)
    if row.missing:
        raise LineFault("missing-rate", rule=row.rule, why=row.missing)
    work = _Work(line, row, tariff)
    duty = work.duty()
    charges = work.charges()
    return Assessment(duty, tariff.currency, row, tuple(work.steps), charges)
