"""A paper as values: sections of text and tables, and numbered sources that each figure points at."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PaperChart:
    """What is drawn above a table: lines with a value for each step, in one unit.

    Steps that follow each other in time may be drawn as lines on a page.
    """

    unit: str
    steps: tuple[str, ...]
    names: tuple[str, ...]
    values: tuple[tuple[Decimal, ...], ...]
    is_in_time: bool = True


@dataclass(frozen=True, slots=True)
class PaperTable:
    """Heads and rows of plain text; ``numbers`` are the places of columns that are set to the right.

    ``shares`` fixes the widths of columns, so that tables under each other line up.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()
    caption: str = ""
    chart: PaperChart | None = None
    shares: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its text and tables, which a page leaves to the file where they are too many for it."""

    heading: str
    text: tuple[str, ...] = ()
    tables: tuple[PaperTable, ...] = ()
    is_for_files: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """The whole paper. ``language`` is that of its headings, which may run from right to left."""

    title: str
    subtitle: str
    language: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    sources_heading: str
    sources_text: str
    sources: tuple[str, ...]
    is_rtl: bool = False


@dataclass(slots=True)
class Sources:
    """Sources in the order in which they are first named."""

    found: list[str] = field(default_factory=list)

    def mark(self, *sources: str) -> str:
        """The marks that stand behind a figure: ``[3]``, ``[3, 5]``; nothing without a source."""
        for source in sources:
            if source and source not in self.found:
                self.found.append(source)
        numbers = sorted({self.found.index(source) + 1 for source in sources if source})
        return f"[{', '.join(map(str, numbers))}]" if numbers else ""

    def after(self, text: str, *sources: str) -> str:
        """The text with its marks, which do not break from it."""
        return "\N{NO-BREAK SPACE}".join(part for part in (text, self.mark(*sources)) if part)
