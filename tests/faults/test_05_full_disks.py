"""Group 5: no room left on the disk of the sender, of the receiver; it heals when there is room again."""

import pytest

from tests.faults.fleet import Fleet
from tests.faults.machine import COMPILER, MISSING
from tests.faults.matrix import SQLITE, row
from tests.processes.nodes import StepFailedError

pytestmark = [pytest.mark.processes, pytest.mark.skipif(not COMPILER, reason=MISSING)]


@row(
    "The receiver's disk is full while records arrive; then there is room again.",
    "It answers 503 and takes nothing by halves; the sender waits and says why; all crosses after; no alarm.",
    databases=SQLITE,
)
def test_receiver_full(fleet: Fleet):
    fleet.machines["cn"].fill_disk()
    fleet.publish("mm", "cn", 20, portion=20, padding=10_000)
    fleet.until(
        lambda: "503" in fleet["mm"].ask("position")["streams"]["mm>cn#1"][3], "the sender is not told"
    )
    fleet.machines["cn"].fill_disk(full=False)
    fleet.settled()


@row(
    "The sender's disk is full while it publishes and while records wait; then there is room again.",
    "Publishing fails whole and says so; the worker says why and lives on; numbers have no gap.",
    databases=SQLITE,
)
def test_sender_full(fleet: Fleet):
    line = fleet.lines["mm", "cn"]
    line.refuse()
    fleet.publish("mm", "cn", 5)
    fleet.machines["mm"].fill_disk()
    with pytest.raises(StepFailedError, match="full"):
        fleet["mm"].ask("publish_numbers", "cn", 900_000, 20, 20, 10_000)
    line.heal()
    log = fleet["mm"].home / "node.log"
    fleet.until(lambda: "is full" in log.read_text(), "the worker does not say why nothing goes")
    fleet.machines["mm"].fill_disk(full=False)
    fleet.publish("mm", "cn", 5)
    fleet.settled()


@row(
    "An operator exports a bundle on a full disk.",
    "The command says in a line what is wrong, leaves no half file, and works once there is room.",
    databases=SQLITE,
)
def test_commands_on_a_full_disk(fleet: Fleet):
    fleet.lines["mm", "cn"].refuse()
    fleet.publish("mm", "cn", 20, portion=20, padding=10_000)
    stick = fleet["mm"].home / "stick.isb"
    fleet.machines["mm"].fill_disk()
    done = fleet.command("mm", "bundle", "export", "--to", "cn", str(stick))
    assert done.returncode == 1
    said = done.stderr.decode()
    assert "Traceback" not in said
    assert "room" in said or "full" in said, said
    assert not list(fleet["mm"].home.glob("stick.isb*"))
    fleet.machines["mm"].fill_disk(full=False)
    done = fleet.command("mm", "bundle", "export", "--to", "cn", str(stick))
    assert done.returncode == 0, done.stderr
    fleet.lines["mm", "cn"].heal()
    fleet.settled()
