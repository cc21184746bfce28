"""Which row of a tariff counts for a line: by product, then by day, then by band. Nothing is guessed."""

from collections.abc import Iterable
from fractions import Fraction

from isthmus.apps.excise.tariff.rules.model import (
    ABV_SCALE,
    LITRE_SCALE,
    PLATO_SCALE,
    PRODUCER_SCALE,
    Band,
    Group,
    Line,
    LineFault,
    Row,
    Tariff,
)

SMALL_PRODUCER = "small producer"
"""The relief that a line asks for by stating its producer's yearly output."""


def plain(name: str) -> str:
    """A name as it is compared: small letters, one hyphen between words."""
    return "-".join(name.casefold().replace("_", " ").replace("-", " ").split())


def bare(hs: str) -> str:
    """An HS or CN code without the dots and spaces that people write into it."""
    return "".join(sign for sign in hs if sign not in ". ")


def _named(tariff: Tariff, product: str) -> list[Group]:
    return [
        group
        for group in tariff.groups
        if plain(product) in {plain(group.name), *map(plain, group.also), *map(plain, group.codes)}
    ]


def _one_group(tariff: Tariff, product: str, hs: str) -> Group:
    if product:
        found = _named(tariff, product)
        if not found:
            known = ", ".join(group.name for group in tariff.groups)
            raise LineFault("unknown-product", product=product, country=tariff.country, known=known)
        fitting = [group for group in found if not hs or not group.hs or group.covers(hs)]
        if not fitting:
            raise LineFault("hs-contradicts", product=product, hs=hs, allowed=", ".join(found[0].hs))
    elif hs:
        fitting = _nearest([group for group in tariff.groups if group.covers(hs)], hs)
        if not fitting:
            raise LineFault("unknown-hs", hs=hs, country=tariff.country)
    else:
        raise LineFault("no-product")
    if len(fitting) > 1:
        fitting = [group for group in fitting if plain(group.name) == plain(product)] or fitting
    if len(fitting) > 1:
        names = ", ".join(group.name for group in fitting)
        raise LineFault("several-products", product=product or hs, names=names)
    return fitting[0]


def _nearest(groups: list[Group], hs: str) -> list[Group]:
    """Of groups that cover a code, the one with the longest code above it, where none names it more
    narrowly.
    """
    if any(own.startswith(hs) and own != hs for group in groups for own in group.hs):
        return groups
    depth = {group.name: max(len(own) for own in group.hs if hs.startswith(own)) for group in groups}
    return [group for group in groups if depth[group.name] == max(depth.values())]


def _relief_of(line: Line) -> str:
    """The relief that a line asks for: in so many words, and by stating the producer's output."""
    asked = {plain(part) for part in line.relief.split("+") if part.strip()}
    if line.producer is not None:
        asked.add(plain(SMALL_PRODUCER))
    return "+".join(sorted(asked))


def reliefs_of(row: Row) -> str:
    """The reliefs of a row in the form in which lines ask for them."""
    return "+".join(sorted(plain(part) for part in row.relief.split("+") if part.strip()))


def candidates(tariff: Tariff, line: Line) -> tuple[Group, tuple[Row, ...]]:
    """The group of a line and all rows that its product may fall under, whatever the day and the strength.

    ``product`` is a national tax type, which names its rows, or a group. LineFault where it is neither,
    where the HS
    code contradicts it, or where the tariff knows no such relief.
    """
    hs = bare(line.hs)
    typed = [row for row in tariff.rows if row.code and plain(row.code) == plain(line.product)]
    if typed:
        group = tariff.group(typed[0].group)
        codes = [own for row in typed for own in tariff.group(row.group).hs]
        fits = not hs or not codes or any(tariff.group(row.group).covers(hs) for row in typed)
        if not fits:
            raise LineFault("hs-contradicts", product=line.product, hs=hs, allowed=", ".join(codes))
        return group, tuple(typed)
    group = _one_group(tariff, line.product, hs)
    rows = [row for row in tariff.rows if row.group == group.name]
    asked = _relief_of(line)
    found = [row for row in rows if reliefs_of(row) == asked]
    if not found and line.producer is not None and not line.relief:
        # The producer's output is stated for a country that has no such relief: it changes nothing.
        found = [row for row in rows if not row.relief]
    if not found and rows:
        raise LineFault("no-relief", product=group.name, relief=asked, country=tariff.country)
    return group, tuple(found)


def _measured(line: Line) -> tuple[tuple[str, int | None, int], ...]:
    return (
        ("abv", line.abv, ABV_SCALE),
        ("plato", line.plato, PLATO_SCALE),
        ("size_l", line.volume, LITRE_SCALE),
        ("producer_hl", line.producer, PRODUCER_SCALE),
    )


INPUTS = {"abv": "abv", "plato": "plato", "size_l": "volume_l", "producer_hl": "producer_hl"}


def _fits(row: Row, line: Line) -> str:
    """Empty where every band of the row holds the line; else the name of the first that does not."""
    for name, value, scale in _measured(line):
        band: Band = getattr(row, name)
        if band.low is None and band.high is None:
            continue
        if value is None:
            raise LineFault("missing", field=INPUTS[name])
        if not band.holds(Fraction(value, scale)):
            return name
    return ""


def row_of(tariff: Tariff, line: Line, group: Group, rows: Iterable[Row]) -> Row:
    """The row that counts. LineFault names the gap: no product, no day, or no band, never nothing."""
    assert line.day is not None
    rows = tuple(rows)
    if not rows:
        raise LineFault("no-rows", product=group.name, country=tariff.country)
    dated = [row for row in rows if row.in_force(line.day)]
    if not dated:
        raise _no_day(tariff, line, group, rows)
    misfits: list[tuple[Row, str]] = []
    for row in dated:
        misfit = _fits(row, line)
        if not misfit:
            return row
        misfits.append((row, misfit))
    what = misfits[0][1]
    given = {name: Fraction(value or 0, scale) for name, value, scale in _measured(line)}[what]
    bands: list[Band] = [getattr(row, name) for row, name in misfits if name == what]
    raise LineFault(
        "gap", product=group.name, country=tariff.country, day=line.day, what=what, given=given, bands=bands
    )


def _no_day(tariff: Tariff, line: Line, group: Group, rows: tuple[Row, ...]) -> LineFault:
    assert line.day is not None
    facts = {"product": group.name, "country": tariff.country, "day": line.day}
    first = min(row.first_day for row in rows)
    if line.day < first:
        return LineFault("before-first", **facts, first=first)
    ended = [row.last_day for row in rows if row.last_day is not None and row.last_day < line.day]
    return LineFault("after-last", **facts, last=max(ended))
