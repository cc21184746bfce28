"""A certificate is checked by whoever opens the page, with the network cut and by the telephone alone."""

from typing import Any

import pytest
from playwright.sync_api import Browser

_IS_KEPT = """async () => {
  const kept = await caches.open("isthmus-certificates-1");
  while (!(await kept.match("/C/KEYS.JSON"))) await new Promise((resolve) => setTimeout(resolve, 50));
}"""
"""Waits until the page has what it needs without a network."""

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_a_scanned_square_is_checked_without_a_network(
    browser: Browser, node: tuple[str, dict[str, Any]]
) -> None:
    address, story = node
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto("/C/")
    page.wait_for_selector("#check[data-ready=true]")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.evaluate(_IS_KEPT)
    context.set_offline(True)
    page.goto(f"/C/{story['ws_code']}")
    page.wait_for_selector("#check-answer[data-verdict=good]")
    code = story["ws_code"]
    for place in (40, len(code) - 2):
        other = "0" if code[place] != "0" else "1"
        page.fill("input[name=code]", code[:place] + other + code[place + 1 :])
        page.click("#check-form button[type=submit]")
        page.wait_for_selector("#check-answer:not([data-verdict=good])")
        page.fill("input[name=code]", code)
        page.click("#check-form button[type=submit]")
        page.wait_for_selector("#check-answer[data-verdict=good]")
    context.close()


def test_the_node_checks_without_javascript(browser: Browser, node: tuple[str, dict[str, Any]]) -> None:
    address, story = node
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/C/")
    page.fill("input[name=code]", story["ws_certificate"])
    page.click("#check-form button[type=submit]")
    assert page.get_by_text("This certificate is genuine.").is_visible()
    context.close()
