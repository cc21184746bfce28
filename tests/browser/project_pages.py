"""The pages of projects, for the tests that open every page."""

from collections.abc import Callable
from typing import Any

from tests.browser.page_of import PageOf, of


def each(key: str) -> Callable[[dict[str, Any]], list[Any]]:
    """Several arguments of the story."""
    return lambda found: [*found[key]]


PAGES = [
    PageOf("projects:topics", "officer"),
    PageOf("projects:propose", "officer"),
    PageOf("projects:tasks", "officer"),
    PageOf("projects:topic", "officer", of("pj_topic")),
    PageOf("projects:topic", "officer", of("pj_abroad")),
    PageOf("projects:join", "officer", of("pj_abroad")),
    PageOf("projects:leave", "officer", of("pj_topic")),
    PageOf("projects:share", "approver", of("pj_topic")),
    PageOf("projects:close", "officer", of("pj_topic")),
    PageOf("projects:fit", "officer", of("pj_topic")),
    PageOf("projects:add", "officer", each("pj_evidence")),
    PageOf("projects:done", "officer", each("pj_task")),
    PageOf("projects:gate-put", "officer", each("pj_new_gate")),
    PageOf("projects:gate", "approver", each("pj_gate")),
    PageOf("projects:gate-refuse", "approver", each("pj_gate")),
    PageOf("projects:gate-drop", "officer", each("pj_gate")),
]
NO_PAGES = {
    "projects:gate-sign": "a button",
    "projects:gate-open": "a button",
    "projects:file": "a file",
    "projects:export": "a file",
}
