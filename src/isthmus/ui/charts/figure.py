"""A chart on a page: the picture for wide and for narrow screens, and its numbers below."""

from dataclasses import dataclass
from typing import Protocol

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from isthmus.ui.table import Table
from isthmus.ui.text import Text

WIDE = 680
NARROW = 320


@dataclass(frozen=True, slots=True)
class Reference:
    """A named line to compare with, such as a target or last year's mean."""

    value: float
    name: Text


class Chart(Protocol):
    """What every chart can do."""

    @property
    def title(self) -> Text:
        """What the picture shows."""

    @property
    def description(self) -> Text:
        """What one sees in it, in a sentence, for those who do not see it."""

    def draw(self, width: int, *, rtl: bool = False) -> SafeString:
        """The picture, ``width`` units wide; text has 12 units."""

    def figures(self) -> Table:
        """The numbers of the picture."""


def figure(chart: Chart, *, rtl: bool = False) -> SafeString:
    """The whole figure. Style shows one of the two pictures, by the room there is."""
    return render_to_string(
        "ui/parts/chart.html",
        {
            "title": chart.title,
            "description": chart.description,
            "wide": chart.draw(WIDE, rtl=rtl),
            "narrow": chart.draw(NARROW, rtl=rtl),
            "table": chart.figures(),
        },
    )
