"""Faults of a line that no tariff is needed to see, and those of its inputs that a row needs."""

from isthmus.apps.excise.tariff.rules.model import ABV_SCALE, LARGEST, MOST_PLATO, Group, Line, LineFault

POSITIVE = ("volume", "quantity")
NOT_NEGATIVE = ("abv", "plato", "cif", "retail", "producer")
WRITTEN = {"volume": "volume_l", "producer": "producer_hl"}


def check_line(line: Line, group: Group) -> None:
    """LineFault for a day that is missing and for inputs that no goods can have."""
    if line.day is None:
        raise LineFault("missing", field="date")
    for name in POSITIVE:
        value = getattr(line, name)
        if value is not None and value <= 0:
            raise LineFault("not-positive", field=WRITTEN.get(name, name))
    for name in NOT_NEGATIVE:
        value = getattr(line, name)
        if value is not None and value < 0:
            raise LineFault("negative", field=WRITTEN.get(name, name))
    for name in (*POSITIVE, *NOT_NEGATIVE):
        value = getattr(line, name)
        if value is not None and value > LARGEST:
            raise LineFault("overflow", field=WRITTEN.get(name, name))
    if line.abv is None and group.alcohol:
        raise LineFault("missing", field="abv")
    if line.abv is not None and line.abv > 100 * ABV_SCALE:
        raise LineFault("abv-over-100")
    if line.plato is not None and line.plato > MOST_PLATO:
        raise LineFault("plato-over-100")


def given(line: Line, name: str) -> int:
    """An input that the row needs; LineFault where the line does not give it."""
    value: int | None = getattr(line, name)
    if value is None:
        raise LineFault("missing", field=WRITTEN.get(name, name))
    return value
