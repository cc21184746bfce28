from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from isthmus.jobs import registry
from isthmus.jobs.declare import JobKind, every
from isthmus.kit import clock
from tests.jobs import handlers

HANDLERS = "tests.jobs.handlers"
KINDS = (
    JobKind("test.double", f"{HANDLERS}:double"),
    JobKind("test.break", f"{HANDLERS}:break_down", max_failures=3),
    JobKind("test.refuse", f"{HANDLERS}:refuse_input"),
    JobKind("test.count", f"{HANDLERS}:count_to", lease_seconds=60),
    JobKind("test.interrupted", f"{HANDLERS}:interrupted"),
    JobKind("test.meet", f"{HANDLERS}:meet"),
    JobKind("test.gone", f"{HANDLERS}:no_such_function"),
    JobKind("test.hourly", f"{HANDLERS}:double", schedule=every(hours=1)),
)


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def pass_time(self, **parts: float) -> None:
        self.moment += timedelta(**parts)


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The test kinds in place of what the installed applications declare."""
    table = {kind.name: kind for kind in KINDS}
    monkeypatch.setattr(registry, "kinds", lambda: table)
    handlers.done.clear()
    handlers.started.clear()
    handlers.carry_on.clear()
    yield
    handlers.carry_on.set()


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    still = Clock()
    monkeypatch.setattr(clock, "now", still.now)
    return still
