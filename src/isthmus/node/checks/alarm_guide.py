"""The page that says what to do about each alarm, written from the one table that the node itself reads."""

from pathlib import Path

from isthmus.exchange.advice import Advice
from isthmus.exchange.alarm_book import every_advice
from isthmus.node.checks.gate import ROOT

PAGE = ROOT / "docs" / "guide" / "alarms.md"
_HEAD = """# Alarms

An alarm is raised where the node cannot help itself. It stands on the front page, under Operations and under
Alarms, in `isthmus alarm list`, in `isthmus doctor` and in the metrics, once for each matter, until the node
or an operator has cleared it. The history stays. This page says of each what it means and what to do, in the
words that the node itself shows.

```
isthmus alarm list              what is open
isthmus alarm show NUMBER       what it means, and what to do
isthmus alarm clear NUMBER --reason "what you found out"
```

This page is written by `isthmus alarm document`; change the texts in `src/isthmus/exchange/alarm_book.py`.

"""


def _entry(advice: Advice) -> list[str]:
    ends = "The node clears it by itself once the matter is over." if advice.heals else ""
    stops = (
        "Something stands still until a person has acted; nothing is lost meanwhile." if advice.stops else ""
    )
    steps = [f"{number}. {step}" for number, step in enumerate(advice.steps, start=1)]
    told = [str(advice.meaning), *(text for text in (stops, ends) if text)]
    return [f"## {advice.title}", "", f"Code `{advice.code}`.", " ".join(told), "", *steps, ""]


def page() -> str:
    """The whole page as Markdown, in English."""
    from django.utils import translation

    with translation.override("en"):
        return _HEAD + "\n".join(line for advice in every_advice() for line in _entry(advice))


def gate() -> list[str]:
    """Whether the committed page says what the table says."""
    present = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
    if present == page():
        return []
    missing = sorted(set(page().splitlines()) - set(present.splitlines()))
    return [f"docs/guide/alarms.md lacks: {line}" for line in missing] or [
        "docs/guide/alarms.md says more than the table"
    ]


def write() -> Path:
    """Write the page; return where."""
    PAGE.write_text(page(), encoding="utf-8")
    return PAGE.relative_to(ROOT)
