"""Spark lines: a small picture of the last days, for a table's cell."""

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from isthmus.ui.charts.drawing import number
from isthmus.ui.charts.scale import brief, finite
from isthmus.ui.text import Text

_WIDTH, _HEIGHT, _PAD = 104.0, 24.0, 3.0


def spark(values: Sequence[float | None], label: Text) -> SafeString:
    """A line through the values, the last one dotted; gaps stay gaps. ``label`` says what and since when."""
    found = finite(values)
    low, high = (min(0.0, *found), max(0.0, *found)) if found else (0.0, 0.0)
    span = (high - low) or 1.0
    step = (_WIDTH - 2 * _PAD) / max(len(values) - 1, 1)
    base = _HEIGHT - _PAD - (0 - low) / span * (_HEIGHT - 2 * _PAD)
    strokes: list[list[str]] = [[]]
    last = ""
    for i, value in enumerate(values):
        if value is None:
            strokes.append([])
            continue
        x, y = _PAD + i * step, _HEIGHT - _PAD - (value - low) / span * (_HEIGHT - 2 * _PAD)
        strokes[-1].append(f"{number(x)} {number(y)}")
        last = f'<circle class="dot" cx="{number(x)}" cy="{number(y)}" r="2.2"/>'
    path = "".join("M" + "L".join(stroke) for stroke in strokes if len(stroke) > 1)
    if found:
        numbers = {"least": brief(min(found)), "most": brief(max(found)), "last": brief(found[-1])}
        said = _("least %(least)s, most %(most)s, last %(last)s") % numbers
    else:
        said = _("no values yet")
    line = f'<path class="line" d="{path}"/>' if path else ""
    end = number(_WIDTH)
    return mark_safe(  # noqa: S308  the label is escaped, the rest are numbers
        f'<svg class="spark" role="img" direction="ltr" viewBox="0 0 {end} {number(_HEIGHT)}">'
        f"<title>{escape(f'{label}: {said}')}</title>"
        f'<line class="axis" x1="0" y1="{number(base)}" x2="{end}" y2="{number(base)}"/>{line}{last}</svg>'
    )
