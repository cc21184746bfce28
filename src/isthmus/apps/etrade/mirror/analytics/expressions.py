"""Mirror statistics as Ibis expressions, in the subset that DuckDB and Spark share.

Both sides are first brought to cells (HS level, partner, period, currency), then joined in full: a cell that
only one side knows is kept, and so is what has no readable HS code, partner, day or currency, as `unknown`.

Millions of rows are grouped by their texts as they are written; only the groups, some ten thousand, are read
as codes and packed into one number, by which the sides are joined. Whatever is worked out for every row costs
more than all the rest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import or_
from string import ascii_uppercase
from typing import TYPE_CHECKING

from isthmus.apps.etrade.mirror.rules.cells import (
    LETTER_BITS,
    LEVELS,
    PERIODS,
    THIRD,
    UNKNOWN,
    Level,
    Period,
    currencies,
    factors,
    letters,
    masks,
    shifts,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir  # type: ignore[import-untyped]  # it carries no types

_MONEY = "decimal(38, 6)"
_FIGURE = "decimal(22, 6)"


def columns(table: "ir.Table") -> "ir.Table":
    """The columns that a mirror needs, typed; those that a file lacks are NULL, text is cast.

    Floats become decimals, because sums of floats differ between runs and engines. ``unreadable`` is 1 in a
    row whose day or figures say something that cannot be read, else 0.
    """
    import ibis

    known = {name.strip().lower(): name for name in table.columns}

    def of(name: str, kind: str) -> "ir.Value":
        if name not in known:
            return ibis.null(kind)
        column = table[known[name]]
        return column if column.type() == ibis.dtype(kind) else column.try_cast(kind)

    def figure(name: str) -> "ir.Value":
        exact = name in known and (table[known[name]].type().is_decimal())
        return table[known[name]] if exact else of(name, _FIGURE)

    return table.select(
        day=of("date", "date"),
        hs=of("hs", "string"),
        hs_version=of("hs_version", "int16"),
        partner=of("partner", "string"),
        currency=of("currency", "string"),
        value=figure("value"),
        kg=figure("net_kg"),
        unreadable=_any_of(unreadable(table).values()).cast("int64"),
    )


def unreadable(table: "ir.Table") -> "dict[str, ir.Value]":
    """Where the day or a figure of a row is text that is no such thing, by the name of the table's column."""
    kinds = {"date": "date", "value": _FIGURE, "net_kg": _FIGURE}
    found = {}
    for name in table.columns:
        kind, column = kinds.get(name.strip().lower()), table[name]
        if kind is not None and column.type().is_string():
            found[name] = column.notnull() & column.try_cast(kind).isnull()
    return found


def _any_of(conditions: "Iterable[ir.Value]") -> "ir.Value":
    import ibis

    return reduce(or_, conditions, ibis.literal(False))


def at_rates(rows: "ir.Table", rates: "ir.Table", account: str) -> "ir.Table":
    """Values in the currency of account, at the rate of each row's day (the newest one not after it).

    ``rates`` has currency, day and rate. A row whose currency has no rate by then keeps its own.
    """
    import ibis

    following = rates.day.lead().over(group_by=rates.currency, order_by=rates.day)
    spans = rates.select(rated="currency", since="day", until=following, rate="rate")
    there = rows.left_join(
        spans,
        [
            rows.currency.upper() == spans.rated,
            rows.day >= spans.since,
            (rows.day < spans.until) | spans.until.isnull(),
        ],
    )
    converted = (there.value * there.rate).cast(_FIGURE)
    return there.select(
        "day",
        "hs",
        "hs_version",
        "partner",
        "kg",
        "unreadable",
        currency=there.rate.isnull().ifelse(there.currency, ibis.literal(account)),
        value=there.rate.isnull().ifelse(there.value.cast(_FIGURE), converted),
    )


def _substr(column: "ir.Value", start: int, count: int) -> "ir.Value":
    import ibis

    @ibis.udf.scalar.builtin(signature=(("string", "int64", "int64"), "string"))
    def substr(text, start, count):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  the engine's own
        """Ibis's own asks for the length at every row, in case the start counts from the end."""

    return substr(column, start, count)


def _letters(text: "ir.Value", count: int) -> "ir.Value":
    """The number of a code of capital letters; 0 where another letter or another length is found, or none."""
    import ibis

    number, known = ibis.literal(0, "int64"), text.length() == count
    for place in range(1, count + 1):
        letter = _substr(text, place, 1).ascii_str().cast("int64") - (ord("A") - 1)
        number, known = number * (1 << LETTER_BITS) + letter, known & letter.between(1, 26)
    return known.ifelse(number, 0).fill_null(0)


def _code(number: "ir.Value", count: int) -> "ir.Value":
    """The capital letters of a code's number; `unknown` for 0."""
    import ibis

    alphabet, code = ibis.literal(ascii_uppercase), ibis.literal("")
    for place in reversed(range(count)):
        letter = (number >> (LETTER_BITS * place)) & ((1 << LETTER_BITS) - 1)
        code = code + _substr(alphabet, letter, 1)
    return (number == 0).ifelse(ibis.literal(UNKNOWN), code)


def _hs(column: "ir.Value", digits: int) -> "ir.Value":
    """The first digits of an HS code as a number, plus 1; 0 where they are no such code.

    Dots and spaces are left out (``0713.31``). A 1 before the digits keeps leading zeros and makes codes that
    are too short too small. Nothing else than digits can stand between it and ``.0``: neither an exponent
    nor a sign.
    """
    import ibis

    plain = column.replace(".", "").replace(" ", "")
    number = (ibis.literal("1") + _substr(plain, 1, digits) + ibis.literal(".0")).try_cast("int64")
    below = 10**digits - 1
    return (number > below).ifelse(number - below, 0).fill_null(0)


def _period(rows: "ir.Table", period: Period) -> "ir.Value":
    """The number of the period since year 0, from 1; 0 for no day, or one before year 0."""
    number = rows.year.cast("int64") * PERIODS[period] + rows.step
    return (number > 0).ifelse(number, 0).fill_null(0)


def _sums(rows: "ir.Table", count: "ir.Value | None" = None) -> "dict[str, ir.Value]":
    return {
        "value": rows.value.sum(),
        "kg": rows.kg.sum(),
        "count": rows["count"].sum() if count is None else count,
        "unreadable": rows.unreadable.sum(),
        "version_from": rows.version_from.min(),
        "version_to": rows.version_to.max(),
    }


def groups(rows: "ir.Table", period: Period) -> "ir.Table":
    """Sums by code, partner and currency as they are written, by year and by month or quarter in it."""
    import ibis

    steps = {"month": rows.day.month(), "quarter": rows.day.quarter(), "year": ibis.literal(1, "int32")}
    named = rows.select(
        "hs",
        "partner",
        "currency",
        "value",
        "kg",
        "unreadable",
        year=rows.day.year(),
        step=steps[period],
        version_from="hs_version",
        version_to="hs_version",
    )
    grouped = named.group_by("hs", "year", "step", "partner", "currency")
    return grouped.aggregate(**_sums(named, named.count()))


def cells(rows: "ir.Table", level: Level, period: Period) -> "ir.Table":
    """Sums by packed key: value, kg, count of declarations, and the HS editions from and to."""
    written, by = groups(rows, period), factors()
    currency = written.currency.upper()
    key = (
        _hs(written.hs, LEVELS[level]) * by["hs"]
        + _period(written, period) * by["period"]
        + _letters(written.partner.upper(), 2) * by["partner"]
        + currency.isin(currencies()).ifelse(_letters(currency, 3), 0).fill_null(0)
    )
    keyed = written.select(*(name for name in _sums(written)), key=key)
    return keyed.group_by("key").aggregate(**_sums(keyed))


@dataclass(frozen=True, slots=True)
class _Key:
    """The numbers in a packed key; each is 0 for `unknown`."""

    hs: "ir.Value"
    period: "ir.Value"
    partner: "ir.Value"
    currency: "ir.Value"


def _parts(key: "ir.Value") -> _Key:
    """Rooms are powers of two, because shifts and masks are exact where a division goes through floats."""
    above, mask = shifts(), masks()
    return _Key(
        hs=key >> above["hs"],
        period=(key >> above["period"]) & mask["period"],
        partner=(key >> above["partner"]) & mask["partner"],
        currency=key & mask["currency"],
    )


def _in_words(key: _Key, level: Level, period: Period) -> "dict[str, ir.Value]":
    """The parts as texts: ``071331``, ``2026-03`` (or ``2026-Q1``, ``2026``), ``USD``; not the partner."""
    import ibis

    digits, steps = LEVELS[level], PERIODS[period]
    year, step = (key.period - 1) // steps, (key.period - 1) % steps + 1
    texts = {
        "month": year.cast("string") + "-" + (step + 100).cast("string").substr(1),
        "quarter": year.cast("string") + "-Q" + step.cast("string"),
        "year": year.cast("string"),
    }
    unknown = ibis.literal(UNKNOWN)
    return {
        "hs": (key.hs == 0).ifelse(unknown, (key.hs + (10**digits - 1)).cast("string").substr(1)),
        "period": (key.period == 0).ifelse(unknown, texts[period]),
        "currency": _code(key.currency, 3),
    }


def _editions(first: "ir.Value", last: "ir.Value") -> "ir.Value":
    one = first.cast("string")
    return (first == last).ifelse(one, one + "-" + last.cast("string"))


def _one_way(imports: "ir.Table", facing: tuple[str, str]) -> "ir.Table":
    """Imports whose partner is the exporter get the exports' key of the same cell; others a room apart.

    Each side of a corridor names the other country as its partner; what names a third one, or none, has no
    cell on the other side.
    """
    exporter, importer = (letters(code) for code in facing)
    partner, factor = _parts(imports.key).partner, factors()["partner"]
    return imports.mutate(key=imports.key + (partner == exporter).ifelse(importer - exporter, THIRD) * factor)


def _way(number: "ir.Value", facing: tuple[str, str]) -> "ir.Value":
    """The way of the goods: ``MM>CN``, or ``TH>CN`` where the importer names a third country."""
    import ibis

    exporter, importer = facing
    return (number < THIRD).ifelse(
        ibis.literal(f"{exporter}>") + _code(number & (THIRD - 1), 2),
        _code(number & (THIRD - 1), 2) + ibis.literal(f">{importer}"),
    )


def mirror(
    exports: "ir.Table",
    imports: "ir.Table",
    *,
    level: Level,
    period: Period,
    margin: Decimal,
    facing: tuple[str, str] | None = None,
) -> "ir.Table":
    """Both sides' `cells` beside each other, in full: one row a cell that at least one side has.

    ``facing`` is (exporter, importer) of one corridor: there, each side's partner is the other country, and
    a cell's partner is written as the way of the goods: ``MM>CN``, or ``TH>CN`` where the importer names a
    third country. Without it the partners must be the same on both sides. ``gap`` is what was imported less
    what was exported times the CIF/FOB ``margin``; ``ratio`` is imports by exports.
    """
    import ibis

    if facing is not None:
        imports = _one_way(imports, facing)
    names = ("value", "kg", "count", "version_from", "version_to")
    left = exports.select(exports_key="key", **{f"exports_{name}": exports[name] for name in names})
    right = imports.select(imports_key="key", **{f"imports_{name}": imports[name] for name in names})
    joined = left.outer_join(right, [left.exports_key == right.imports_key])
    both = joined.mutate(key=ibis.coalesce(joined.exports_key, joined.imports_key))
    key = _parts(both.key)
    sent, received = both.exports_value.cast(_MONEY), both.imports_value.cast(_MONEY)
    # Ratios are for reading: their digits are bounded before they are divided, or engines would differ.
    expected = (sent.fill_null(0) * ibis.literal(margin, type="decimal(9, 4)")).cast(_MONEY)
    return both.select(
        partner=_code(key.partner, 2) if facing is None else _way(key.partner, facing),
        **_in_words(key, level, period),
        exports_value=sent,
        exports_kg=both.exports_kg.cast(_MONEY),
        exports_count=both.exports_count.fill_null(0),
        imports_value=received,
        imports_kg=both.imports_kg.cast(_MONEY),
        imports_count=both.imports_count.fill_null(0),
        gap=(received.fill_null(0) - expected).round(2),
        ratio=(sent > 0).ifelse(
            (received.cast("float64") / sent.cast("float64")).round(4), ibis.null("float64")
        ),
        exports_hs_versions=_editions(both.exports_version_from, both.exports_version_to),
        imports_hs_versions=_editions(both.imports_version_from, both.imports_version_to),
    )


def by_partner(side: "ir.Table") -> "ir.Table":
    """The partners of a side: declarations, cells and declarations without an HS code.

    The one with most declarations comes first; ties in alphabetical order.
    """
    import ibis

    key = _parts(side.key)
    named = side.select(
        "count", partner=_code(key.partner, 2), nameless=(key.hs == 0).ifelse(side["count"], 0)
    )
    counted = named.group_by("partner").aggregate(
        declarations=named["count"].sum(), cells=named.count(), without_hs=named.nameless.sum()
    )
    return counted.order_by([ibis.desc("declarations"), "partner"])


def facing_countries(
    exports: Sequence[tuple[str, int]], imports: Sequence[tuple[str, int]]
) -> tuple[str, str] | None:
    """(exporter, importer) where the two sides are one corridor; None where they are not.

    Each side lists its partners with their declarations, the weightiest first. In the files of one corridor
    most exports go to the importer and most imports come from the exporter, which are two countries.
    """
    if not exports or not imports:
        return None
    (importer, sent), (exporter, received) = exports[0], imports[0]
    most = 2 * sent > sum(count for _, count in exports) and 2 * received > sum(count for _, count in imports)
    return (
        (exporter, importer)
        if most and exporter != importer and UNKNOWN not in {exporter, importer}
        else None
    )
