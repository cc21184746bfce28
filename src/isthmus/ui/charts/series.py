"""A named row of values, and the limits of what a person can tell apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from isthmus.kit.errors import Fault
from isthmus.ui.charts.scale import finite
from isthmus.ui.text import Text

MAX_SERIES = 6


@dataclass(frozen=True, slots=True)
class Series:
    """Values under one name; ``None`` where there is none."""

    name: Text
    values: Sequence[float | None]


def check_series(series: Sequence[Series], steps: int) -> None:
    """Fault for more than six series, for one of another length than the steps, and for NaN."""
    if len(series) > MAX_SERIES:
        raise Fault("ui.chart.series", f"A chart shows at most {MAX_SERIES} series, not {len(series)}.")
    for one in series:
        finite(one.values)
        if len(one.values) != steps:
            raise Fault(
                "ui.chart.length", f"The series {one.name} has {len(one.values)} values for {steps} steps."
            )
