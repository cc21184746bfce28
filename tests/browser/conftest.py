"""One Chromium and one node in the middle of its work for each file of tests."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import chromium
from tests.processes.nodes import ROOT, RealNode


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser, and is skipped where there is none."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.skipif(chromium.PLACE is None, reason=chromium.MISSING))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright runs an event loop in this thread, which Django would take for asynchronous code.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        opened = playwright.chromium.launch(executable_path=chromium.PLACE, args=chromium.ARGUMENTS)
        yield opened
        opened.close()


class StoryNode(RealNode):
    """A node with the story in it; its pages alone, so that no delivery changes the story meanwhile."""

    @property
    def environment(self) -> dict[str, str]:
        return {
            **super().environment,
            "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
            "ISTHMUS_COUNTRY": "MM",
        }

    def write(self) -> dict[str, Any]:
        """Write the story and return what it tells about itself."""
        command = [sys.executable, "-m", "tests.browser.write_story"]
        told = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, timeout=120)
        assert told.returncode == 0, told.stderr.decode()[-3000:]
        found: dict[str, Any] = json.loads(told.stdout.decode().splitlines()[-1])
        return found

    def start(self) -> None:
        """The web server."""
        command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}", "--threads", "4"]
        with (self.home / "node.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "isthmus.node.wsgi:application"],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=ROOT,
            )


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, Any]]]:
    """Where the node with the story answers, and what the story tells about itself."""
    node = StoryNode("mm", tmp_path_factory.mktemp("mm"))
    node.make()
    story = node.write()
    node.start()
    try:
        node.wait_until_ready()
        yield node.url, story
    finally:
        node.stop()


class Desk:
    """Browser windows of the people of the story, kept open between pages; remembers every complaint."""

    def __init__(self, browser: Browser, address: str, story: dict[str, Any]) -> None:
        self.browser, self.address, self.story = browser, address, story
        self.complaints: list[str] = []
        self._kept: dict[Any, BrowserContext] = {}

    def context(self, who: str, **options: Any) -> BrowserContext:
        """The window of ``who``: a key of the story's sessions, or ``visitor`` for nobody."""
        key = (who, *sorted(options.items()))
        if key not in self._kept:
            context = self.browser.new_context(base_url=self.address, **options)
            if who != "visitor":
                name, value = "isthmus-mm-session", self.story["sessions"][who]
                context.add_cookies([{"name": name, "value": value, "url": self.address}])
            self._kept[key] = context
        return self._kept[key]

    def page(self, who: str, **options: Any) -> Page:
        """A new page in the window of ``who``."""
        page = self.context(who, **options).new_page()
        page.on("console", lambda said: self._note(said.text, said.location.get("url", "")))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _note(self, text: str, url: str) -> None:
        # Chromium says so of every page that answers 4xx; the tests look at the status themselves.
        expected = "Failed to load resource" in text and not urlsplit(url).path.startswith("/static/")
        # And at every sign-out, with some delay, that it did what the header asks for.
        if not expected and "Clear-Site-Data" not in text:
            self.complaints.append(f"{url}: {text}")

    def close(self) -> None:
        """Close all windows."""
        for context in self._kept.values():
            context.close()


@pytest.fixture(scope="module")
def _desk(browser: Browser, node: tuple[str, dict[str, Any]]) -> Iterator[Desk]:
    desk = Desk(browser, *node)
    yield desk
    desk.close()


@pytest.fixture
def desk(_desk: Desk) -> Iterator[Desk]:
    """The windows of the people; whatever the browser complains about fails the test that caused it."""
    _desk.complaints.clear()
    yield _desk
    assert _desk.complaints == []
