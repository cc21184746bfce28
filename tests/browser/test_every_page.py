"""Every page of a node at every width, in both directions, on paper, by axe and by weight."""

import gzip
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Desk
from tests.browser.looking import NARROW, assets, axe, too_wide, too_wide_for_paper, weight
from tests.browser.page_of import PageOf
from tests.browser.pages import NO_PAGES, PAGES, addresses

FIRST_VISIT = 100_000
FOLLOWING = 25_000
"""Bytes of HTML, CSS and JavaScript, gzipped."""


def test_every_address_is_a_page_here_or_is_said_to_be_none() -> None:
    listed = {page.name for page in PAGES} | set(NO_PAGES)
    assert sorted(set(addresses()) - listed) == [], "place the new address in tests/browser/pages.py"
    assert sorted(listed - set(addresses())) == [], "these addresses are gone"


def one_of_each() -> list[PageOf]:
    """The first page of each address: what mirrors one mirrors the others."""
    return list({page.name: page for page in reversed(PAGES)}.values())[::-1]


def opened(desk: Desk, page: PageOf, language: str, width: int) -> tuple[Any, Any]:
    path = page.path(desk.story)
    window = desk.page(page.who, locale=language)
    window.set_viewport_size({"width": width, "height": 768})
    answer = window.goto(path)
    assert answer is not None
    assert answer.status == page.status
    assert urlsplit(window.url).path == urlsplit(path).path, "the page led elsewhere"
    return window, answer


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_fits_every_screen_and_paper_and_the_budget_and_axe(desk: Desk, page: PageOf) -> None:
    window, answer = opened(desk, page, "en-GB", 1366)
    html = len(gzip.compress(answer.body(), 6))
    files = {path: weight(path) for path in assets(window)}
    own = sum(size for path, size in files.items() if not path.startswith("/static/ui/isthmus."))
    assert html + sum(files.values()) <= FIRST_VISIT
    assert html + own <= FOLLOWING
    assert axe(window) == []
    assert too_wide(window) == []
    assert too_wide_for_paper(window) == 0
    window.close()


@pytest.mark.parametrize("page", one_of_each(), ids=str)
def test_reads_from_right_to_left_on_a_phone(desk: Desk, page: PageOf) -> None:
    window, _answer = opened(desk, page, "ar", 360)
    assert window.locator("html").get_attribute("dir") == "rtl"
    assert axe(window, NARROW) == []
    assert too_wide(window) == []
    window.close()
