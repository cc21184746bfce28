"""The fleet that the rows share: started once, healed between rows, made anew where a row spoiled it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.faults.fleet")

from tests.faults.fleet import SERVER, Fleet, Stage  # noqa: E402  its assertions explain themselves from here on
from tests.faults.matrix import POSTGRES, SQLITE, Row  # noqa: E402  as above

LONG = os.environ.get("FAULTS_LONG", "") == "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave long rows to the benchmark, and rows for one database to it."""
    here = POSTGRES if SERVER else SQLITE
    kept, left = [], []
    for item in items:
        mark = item.get_closest_marker("fault")
        found: Row | None = mark.args[0] if mark else None
        if found is not None and (found.databases not in {"both", here} or (found.long and not LONG)):
            left.append(item)
        else:
            kept.append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember that a row failed: its fleet is not lent again."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Stage]:
    """Nodes that have met and agreed, at rest."""
    made = Stage(tmp_path_factory.mktemp("stage"), SERVER, f"{os.getpid()}_{worker_id}")
    try:
        made.build()
        yield made
    finally:
        made.drop()


class Harbour:
    """Keeps one fleet running for the rows that leave it sound."""

    def __init__(self, stage: Stage, folders: pytest.TempPathFactory) -> None:
        self.stage = stage
        self.folders = folders
        self.fleet: Fleet | None = None

    def lend(self) -> Fleet:
        """The fleet, healed; a new one where there is none."""
        if self.fleet is None:
            fleet = Fleet(self.stage, self.folders.mktemp("fleet"))
            try:
                self.fleet = fleet.start()
            except BaseException:
                fleet.stop()
                raise
        self.fleet.heal()
        self.fleet.begin_row()
        return self.fleet

    def sink(self) -> None:
        """End the fleet."""
        fleet, self.fleet = self.fleet, None
        if fleet is not None:
            fleet.stop()


@pytest.fixture(scope="package")
def harbour(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harbour]:
    """Where the shared fleet lies; it ends with the last row of the matrix."""
    made = Harbour(stage, tmp_path_factory)
    yield made
    made.sink()


@pytest.fixture
def fleet(harbour: Harbour, request: pytest.FixtureRequest) -> Iterator[Fleet]:
    """Three running nodes. A row that fails, or says that it spoiled them, leaves none for the next."""
    lent = harbour.lend()
    lent.spoiled = True
    yield lent
    if lent.spoiled or request.node.stash.get(FAILED, False):
        harbour.sink()


@pytest.fixture
def own_fleet(stage: Stage, tmp_path: Path) -> Iterator[Fleet]:
    """Nodes for one row alone, not started."""
    made = Fleet(stage, tmp_path)
    try:
        yield made
    finally:
        made.stop()
