"""Lines of goods as columns, and the same lines one by one, from a seed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from isthmus.apps.excise.tariff.rules.columns import Columns
    from isthmus.apps.excise.tariff.rules.int64 import Ints
    from isthmus.apps.excise.tariff.rules.model import Line, Tariff
    from isthmus.apps.excise.tariff.rules.vectorised import Book

_SEED = 2022
_SIZES = (330_000, 355_000, 500_000, 568_000, 700_000, 750_000, 1_000_000, 30_000_000)
_LAST = date(2026, 10, 31)


def tariffs() -> list["Tariff"]:
    """The tariffs that come with the product."""
    from isthmus.apps.excise.tariff.formats.tariff_file import read_tariff
    from isthmus.apps.excise.tariff.queries import PARAMS

    files: list[Path] = sorted(PARAMS.rglob("*.toml"))
    return [read_tariff(path.read_bytes(), path.name) for path in files]


def make(known: list["Tariff"], count: int) -> "Columns":
    """Lines of every row that has a rate: country, day, strength and size are mixed at random."""
    from isthmus.apps.excise.tariff.rules.columns import MISSING, Columns, Key
    from isthmus.apps.excise.tariff.rules.model import ABV_SCALE, LITRE_SCALE

    rng = np.random.default_rng(_SEED)
    chosen = [(at, row) for at, tariff in enumerate(known) for row in tariff.rows if not row.missing]
    keys: dict[Key, int] = {}
    limits = []
    for at, row in chosen:
        small = row.discount is not None
        key = Key(at, row.code or row.group, "", "", small)
        number = keys.setdefault(key, len(keys))
        low, high = row.abv.whole(ABV_SCALE)
        largest = row.size_l.whole(LITRE_SCALE)[1]
        last = (row.last_day or _LAST).toordinal()
        top = int(row.discount.bands[-1].up_to * 1000) if row.discount is not None else 0
        limits.append(
            (number, row.first_day.toordinal(), last, max(low, 500), min(high, 96_000), largest, top)
        )
    # Countries weigh the same, however many rows they have.
    weights = np.array([1 / sum(other == at for other, _row in chosen) for at, _row in chosen])
    which = rng.choice(len(chosen), size=count, p=weights / weights.sum())
    table = np.array(limits, dtype=np.int64)[which]
    number, first, last, low, high, largest, top = (np.ascontiguousarray(part) for part in table.T)
    step = 100  # strengths stand on labels with one decimal
    abv = rng.integers(-(-low // step), high // step + 1) * step
    volume = np.minimum(np.array(_SIZES)[rng.integers(0, len(_SIZES), count)], largest)
    quantity = rng.integers(1, 5_000, count)
    producer = np.where(top > 0, rng.integers(1, np.maximum(top, 1) + 1), MISSING)
    nothing = np.full(count, MISSING, dtype=np.int64)
    return Columns(
        tuple(keys),
        number.astype(np.int32),
        rng.integers(first, last + 1),
        abv,
        volume,
        quantity,
        rng.integers(1, 10**9, count),
        nothing,
        nothing.copy(),
        producer,
    )


def one_by_one(columns: "Columns") -> Iterator[tuple[int, "Line"]]:
    """The number of the tariff and the line, for each line."""
    from isthmus.apps.excise.tariff.rules.columns import MISSING
    from isthmus.apps.excise.tariff.rules.model import Line

    plain = [Line(key.product, hs=key.hs, relief=key.relief) for key in columns.keys]
    figures = zip(
        columns.key.tolist(),
        columns.day.tolist(),
        columns.abv.tolist(),
        columns.volume.tolist(),
        columns.quantity.tolist(),
        columns.cif.tolist(),
        columns.producer.tolist(),
        strict=True,
    )
    for key, day, abv, volume, quantity, cif, producer in figures:
        line = replace(
            plain[key],
            day=date.fromordinal(day),
            abv=abv,
            volume=volume,
            quantity=quantity,
            cif=cif,
            producer=None if producer == MISSING else producer,
        )
        yield columns.keys[key].tariff, line


def for_peer(columns: "Columns", book: "Book", duty: "Ints", folder: Path) -> None:
    """Write for OpenFisca: the lines, the table of rows by product, day and bands, the rates, the right
    duties.
    """
    from isthmus.apps.excise.tariff.rules.lookup import table_of
    from isthmus.apps.excise.tariff.rules.model import At, Base, Direction

    names = ("per_litre", "per_alcohol", "per_value", "free", "step", "half", "per_charge")
    rates = {name: np.zeros(len(book.rows), dtype=np.float32) for name in names}
    places = {Base.LITRE: "per_litre", Base.LITRE_OF_ALCOHOL: "per_alcohol", Base.VALUE: "per_value"}
    for number, row in enumerate(book.rows):
        for one in row.parts:
            rates[places[one.base]][number] = float(one.rate)
        rates["free"][number] = float(row.free_abv)
        measure = row.rounding(At.MEASURE)
        rates["step"][number] = float(measure.to) if measure is not None else 0.0
        rates["half"][number] = 0.5 * (row.roundings[-1].direction is Direction.HALF_UP)
        rates["per_charge"][number] = sum(float(one.part.rate) for one in row.charges)
    table = table_of(book.tariffs, columns.keys, book.numbers)
    scales = {"day": 1.0, "abv": 1e3, "volume": 1e6}
    starts = {
        f"{axis.column}_starts": (axis.starts / scales[axis.column]).astype(np.float32) for axis in table.axes
    }
    figures = {
        "volume": (columns.volume / 1e6).astype(np.float32),
        "quantity": columns.quantity.astype(np.float32),
        "abv": (columns.abv / 1e3).astype(np.float32),
        "value": (columns.cif / 1e4).astype(np.float32),
        "product": columns.key.astype(np.int32),
        "day": columns.day.astype(np.int32),
        "producer": (np.maximum(columns.producer, 0) / 1e3).astype(np.float32),
        "duty": duty,
    }
    tables = {**rates, **starts, **_discounts(book), "numbers": table.numbers.astype(np.int32)}
    for name, values in (figures | {f"table_{name}": values for name, values in tables.items()}).items():
        np.save(folder / f"{name}.npy", values)


def _discounts(book: "Book") -> dict[str, "np.typing.NDArray[np.float64]"]:
    """The bands of discounts, those of one row after those of another; a row without has one band of
    nothing.
    """
    bands: list[tuple[float, float, float, float]] = []
    for number, row in enumerate(book.rows):
        start = number * 1e6
        bands += [
            (start + float(band.up_to), float(band.above), float(band.marginal), float(band.cumulative))
            for band in (row.discount.bands if row.discount is not None else ())
        ]
        bands.append((start + 999_999.0, 0.0, 0.0, 0.0))
    columns = np.array(bands).T
    return dict(zip(("ends", "above", "marginal", "cumulative"), columns, strict=True))
