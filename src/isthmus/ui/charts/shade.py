"""Five steps of shade for a value: sea above zero, sand below."""

from collections.abc import Sequence
from dataclasses import dataclass

from isthmus.ui.charts.drawing import Drawing, text_width
from isthmus.ui.charts.scale import Scale, nice
from isthmus.ui.text import Text

STEPS = 5


@dataclass(frozen=True, slots=True)
class Shades:
    """Classes of equal width from zero to the largest absolute value, its end on a nice tick."""

    top: float
    scale: Scale
    negative: bool

    def css(self, value: float | None) -> str:
        """The class of a box: ``q0`` without a value, ``q1``..``q5`` above zero, ``n1``..``n5`` below."""
        if value is None:
            return "q0"
        step = min(int(abs(value) / self.top * STEPS), STEPS - 1) + 1
        return f"n{step}" if value < 0 else f"q{step}"

    def text_css(self, value: float | None) -> str:
        """The class of text upon that box, so that it can be read."""
        return "over" if value is not None and self.css(value)[1] in "45" else "on"

    def key(self, sheet: Drawing, y: float, unit: Text) -> None:
        """What the shades mean, under the picture; a chart of shades is the one that needs a key."""
        steps = [*(f"n{i}" for i in range(STEPS, 0, -1)), *(f"q{i}" for i in range(1, STEPS + 1))]
        steps = steps if self.negative else steps[STEPS:]
        low = self.scale.exact(-self.top) if self.negative else self.scale.label(0)
        sheet.text(0, y + 11, low)
        x = text_width(low) + 6
        size = 12 if len(steps) > STEPS else 18
        for css in steps:
            sheet.rect(x, y, size, 14, css)
            x += size
        sheet.text(x + 6, y + 11, f"{self.scale.exact(self.top)} {self.scale.unit(unit)}".strip())


def shades(values: Sequence[float]) -> Shades:
    """The shades that fit the values."""
    top = max((abs(value) for value in values), default=0.0) or 1.0
    scale = nice((0.0, top), zero=True)
    return Shades(scale.high, scale, any(value < 0 for value in values))
