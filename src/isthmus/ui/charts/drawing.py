"""A sheet to draw a chart on: SVG elements by class, without style attributes; mirrored for right-to-left."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

Anchor = Literal["start", "middle", "end"]
FONT = 12
LINE = 16
_TURNED: dict[Anchor, Anchor] = {"start": "end", "middle": "middle", "end": "start"}
_NARROW_LETTERS = frozenset("iljtfrI.,:;'|!()[] \u00a0")


def text_width(text: str, *, bold: bool = False) -> float:
    """A cautious guess of a text's width in pixels: no font can be measured on the server."""
    total = 0.0
    for letter in text:
        if unicodedata.combining(letter):
            continue
        if unicodedata.east_asian_width(letter) in {"W", "F"}:
            total += 1.0
        elif letter in _NARROW_LETTERS:
            total += 0.36
        elif letter.isupper() or letter in "mw%@—":
            total += 0.78
        else:
            total += 0.6
    return total * FONT * (1.1 if bold else 1.0)


def shorten(text: str, room: float, *, bold: bool = False) -> str:
    """The text, cut with an ellipsis where it is wider than ``room``."""
    if text_width(text, bold=bold) <= room:
        return text
    while text and text_width(text + "…", bold=bold) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def number(value: float) -> str:
    """A coordinate with one decimal at most."""
    text = f"{value:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text


@dataclass(slots=True)
class Drawing:
    """The sheet. ``mirror`` turns all that is drawn round, text stays readable."""

    width: float
    height: float
    mirror: bool = False
    parts: list[str] = field(default_factory=list)

    def x(self, value: float) -> float:
        """The pixel across, turned round on a mirrored sheet."""
        return self.width - value if self.mirror else value

    def line(self, x1: float, y1: float, x2: float, y2: float, css: str) -> None:
        """A straight line."""
        a, b = number(self.x(x1)), number(self.x(x2))
        self.parts.append(f'<line class="{css}" x1="{a}" y1="{number(y1)}" x2="{b}" y2="{number(y2)}"/>')

    def rect(self, x: float, y: float, width: float, height: float, css: str, title: str = "") -> None:
        """A box; ``title`` is what a pointer that rests on it reads."""
        start = self.x(x + width) if self.mirror else x
        tip = f"<title>{escape(title)}</title>" if title else ""
        self.parts.append(
            f'<rect class="{css}" x="{number(start)}" y="{number(y)}" width="{number(width)}"'
            f' height="{number(height)}">{tip}</rect>'
        )

    def circle(self, x: float, y: float, radius: float, css: str, title: str = "") -> None:
        """A dot."""
        tip = f"<title>{escape(title)}</title>" if title else ""
        place = f'cx="{number(self.x(x))}" cy="{number(y)}" r="{number(radius)}"'
        self.parts.append(f'<circle class="{css}" {place}>{tip}</circle>')

    def diamond(self, x: float, y: float, radius: float, css: str, title: str = "") -> None:
        """A square on its corner: told from dots in black and white as well."""
        r, cx = radius, self.x(x)
        tip = f"<title>{escape(title)}</title>" if title else ""
        points = f"M{number(cx - r)} {number(y)}L{number(cx)} {number(y - r)}"
        points += f"L{number(cx + r)} {number(y)}L{number(cx)} {number(y + r)}z"
        self.parts.append(f'<path class="{css}" d="{points}">{tip}</path>')

    def path(self, points: Sequence[tuple[float, float]], css: str) -> None:
        """A line through points."""
        joined = "L".join(f"{number(self.x(x))} {number(y)}" for x, y in points)
        self.parts.append(f'<path class="{css}" d="M{joined}"/>')

    def area(self, points: Sequence[tuple[float, float]], css: str) -> None:
        """What lies within points."""
        joined = "L".join(f"{number(self.x(x))} {number(y)}" for x, y in points)
        self.parts.append(f'<path class="{css}" d="M{joined}z"/>')

    def text(self, x: float, y: float, text: str, css: str = "", anchor: Anchor = "start") -> None:
        """Text on the baseline ``y``; start and end change places on a mirrored sheet."""
        if self.mirror:
            anchor = _TURNED[anchor]
        place = "" if anchor == "start" else f' text-anchor="{anchor}"'
        name = f' class="{css}"' if css else ""
        self.parts.append(f'<text{name} x="{number(self.x(x))}" y="{number(y)}"{place}>{escape(text)}</text>')

    def svg(self, title: str, description: str, css: str) -> SafeString:
        """The picture. Its direction is fixed, or a page from right to left would turn the anchors."""
        body = "".join(self.parts)
        described = f"<desc>{escape(description)}</desc>" if description else ""
        return mark_safe(  # noqa: S308  every text above went through escape
            f'<svg class="plot {css}" role="img" direction="ltr" viewBox="0 0 {number(self.width)} '
            f'{number(self.height)}"><title>{escape(title)}</title>{described}{body}</svg>'
        )
