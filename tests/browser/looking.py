"""What is measured on a page that is open in the browser."""

import gzip
from pathlib import Path
from typing import Any

import axe_playwright_python
from django.contrib.staticfiles import finders
from playwright.sync_api import Page

WIDTHS = (320, 360, 768, 1366)
PAPER = 718
"""The width of A4 in CSS pixels, within margins of 10 mm."""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = [
    "target-size",
    "scrollable-region-focusable",
    "label",
    "link-name",
    "button-name",
    "image-alt",
    "aria-hidden-focus",
    "landmark-unique",
    "html-has-lang",
    "html-lang-valid",
]
"""What else a narrow screen or another language can break; contrast, which costs the most, is the same."""
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What scrolls on a screen is cut off on paper.
_CUT_OFF = (
    """Math.max(0, ...[...document.querySelectorAll('.scroll')].map(e => e.scrollWidth - e.clientWidth))"""
)
_AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
# Only what is wrong comes back: the whole report is ten times as long as the page.
_RUN_AXE = """only => axe.run(document, {runOnly: only, resultTypes: ['violations']})
    .then(report => report.violations.map(
        ({id, nodes}) => [id, nodes.slice(0, 5).map(node => node.target), nodes[0].failureSummary]))"""
_ASSETS = (
    "[...document.querySelectorAll('link[rel=stylesheet], link[rel=icon], script[src]')]"
    ".map(e => new URL(e.href || e.src).pathname)"
)


def too_wide(page: Page, widths: tuple[int, ...] = WIDTHS) -> list[tuple[int, int]]:
    """The widths of the screen at which the page scrolls sideways, each with the pixels too many."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 768})
        if (more := page.evaluate(_OVERFLOW)) > 0:
            found.append((width, more))
    return found


def too_wide_for_paper(page: Page) -> int:
    """The pixels by which the page, or a table on it, is wider than A4."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1000})
    more = max(page.evaluate(_OVERFLOW), page.evaluate(_CUT_OFF))
    page.emulate_media(media="screen")
    return max(0, more)


def axe(page: Page, rules: list[str] | None = None) -> list[Any]:
    """What axe has to say by all of its rules or by some: the rule, the first places, what to do."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: list[Any] = page.evaluate(
        _RUN_AXE, {"type": "tag", "values": TAGS} if rules is None else {"type": "rule", "values": rules}
    )
    return found


def assets(page: Page) -> set[str]:
    """The paths of the style sheets, scripts and icons that the page asks for."""
    return set(page.evaluate(_ASSETS))


def weight(path: str) -> int:
    """The bytes of a static file, gzipped."""
    found = finders.find(path.removeprefix("/static/"))
    assert found is not None, path
    return len(gzip.compress(Path(found).read_bytes(), 6))
