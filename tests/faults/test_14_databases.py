"""Group 14: the database goes away in the middle of a transfer, and two workers want one lease."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress

import pytest

from tests.faults.fleet import Fleet
from tests.faults.machine import COMPILER, MISSING
from tests.faults.matrix import POSTGRES, SQLITE, row
from tests.processes.nodes import ROOT, RealNode
from tests.processes.test_serving import session_of

pytestmark = pytest.mark.processes


@contextmanager
def second_worker(fleet: Fleet, node_id: str) -> "Iterator[subprocess.Popen[bytes]]":
    """Another worker of a node, as a hand that starts the service twice would start it."""
    with (fleet[node_id].home / "second.log").open("ab") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.rig", "worker"],
            env=fleet[node_id].environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd=ROOT,
        )
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def lets_others_write(node: RealNode) -> bool:
    """Whether no process holds the lock under which SQLite writes; PostgreSQL locks rows alone."""
    if node.database:
        return True
    with closing(sqlite3.connect(node.home / "node.sqlite3", timeout=0)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
    return True


def stop_between_writes(node: RealNode, pids: Sequence[int]) -> None:
    """Stop processes of a node, not in one of its writes: nobody else could write until they wake up."""
    for _ in range(50):
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        if lets_others_write(node):
            return
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
        time.sleep(0.01)
    raise AssertionError("the node never stops writing")


@row(
    "Two workers serve the same node and its streams while records are published.",
    "Nothing is taken twice, the order is kept, no alarm; either may be killed and the other goes on.",
)
def test_two_workers(fleet: Fleet):
    with second_worker(fleet, "mm") as worker:
        for _ in range(5):
            fleet.publish("mm", "cn", 6, portion=2)
            fleet.publish("mm", "md", 3, portion=1)
        fleet.drain()
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        fleet.publish("mm", "cn", 3)
        fleet.settled()


@pytest.mark.skipif(not COMPILER, reason=MISSING)
@row(
    "A worker is stopped (SIGSTOP) in the middle of a push until its lease has run out; a second worker takes"
    " over; then the first wakes up and goes on where it was.",
    "Both have sent the same batch; it is taken once, and its receipts settle it once.",
)
def test_worker_that_wakes_up_late(fleet: Fleet):
    line = fleet.lines["mm", "cn"]
    line.answer_delay = 1.5
    fleet.publish("mm", "cn", 4)
    fleet.until(lambda: line.calls, "nothing is sent")
    asleep = session_of(fleet["mm"])
    stop_between_writes(fleet["mm"], asleep)
    try:
        line.answer_delay = 0
        for machine in fleet.machines.values():
            machine.set_clock(0.5)
        with second_worker(fleet, "mm"):
            fleet.publish("mm", "cn", 2)
            fleet.drain()
            for pid in asleep:
                os.kill(pid, signal.SIGCONT)
            fleet.publish("mm", "cn", 2)
            fleet.drain()
    finally:
        for pid in asleep:
            # A web server that slept for longer than its arbiter waits was replaced when both woke up.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
    fleet.settled()


@row(
    "The database of the receiver, then that of the sender, drops every connection and lets none in for two"
    " seconds while records are under way, twice.",
    "No process ends; requests are answered 503 meanwhile; all goes on by itself once the database is back.",
    databases=POSTGRES,
)
def test_database_restarted(fleet: Fleet):
    for node_id in ("cn", "mm", "cn", "mm"):
        fleet.publish("mm", "cn", 20, portion=4)
        fleet.publish("cn", "mm", 8, portion=4)
        fleet.take_database_away(node_id)
        time.sleep(2)
        fleet.take_database_away(node_id, back=True)
    fleet.settled()


@row(
    "Another process holds the receiver's database locked for five seconds while records arrive.",
    "Requests wait or are answered 503; the sender tries again; no alarm.",
    databases=SQLITE,
)
def test_database_locked(fleet: Fleet):
    holder = fleet["cn"].begin("hold_database", "5")
    assert holder.stdout is not None
    holder.stdout.readline()
    fleet.publish("mm", "cn", 5)
    fleet.settled()
    holder.communicate()
