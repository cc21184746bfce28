"""Two running nodes roll their keys over, at once and while one is away; nobody has to do anything."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.nodes import RealNode, finish
from tests.processes.pairs import running

pytestmark = [pytest.mark.processes, pytest.mark.once]
PORTION = 5


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[RealNode, RealNode]]:
    """Two nodes that have met and run."""
    with running(tmp_path, "keys") as nodes:
        yield nodes


def publish(node: RealNode, receiver: str, up_to: int) -> None:
    publisher = node.begin("publish", receiver, str(PORTION))
    assert publisher.stdin is not None
    publisher.stdin.write(b"%d\n" % up_to)
    publisher.stdin.close()
    publisher.stdin = None
    assert finish(publisher) == up_to


def test_keys_roll_over_on_both_sides_and_while_one_is_away(pair: tuple[RealNode, RealNode]) -> None:
    mm, cn = pair
    agreement = mm.run("propose", "mm", "cn")
    assert cn.run("sign", agreement) == "in-force"
    mm.run("in_force", agreement)
    publish(mm, "cn", PORTION)

    for node in (mm, cn):  # both at once: records and receipts cross each other under new keys
        for purpose in ("seal", "log", "encryption"):
            assert node.command("key", "roll", purpose)["told"] == ["cn" if node is mm else "mm"]
    publish(mm, "cn", PORTION)

    cn.kill()  # away while its partner rolls over twice, and revokes the key in between
    mm.command("key", "roll", "seal")
    first = next(
        row for row in mm.command("key", "list") if (row["purpose"], row["state"]) == ("seal", "in use")
    )
    mm.command("key", "revoke", first["key"], "--since", first["in_use_from"], "--reason", "Test")
    publish(mm, "cn", PORTION)
    cn.start()
    cn.wait_until_ready()

    for node in (mm, cn):
        node.run("drained")
    sent, received = mm.run("account"), cn.run("account")
    assert sent["log_ok"]
    assert received["log_ok"]
    assert sent["leaves"] == received["leaves"]
    assert len(received["effects"]) == 3 * PORTION
    for node in (mm, cn):
        alarms = {row["code"] for row in node.command("alarm", "list")}
        assert alarms <= {"trust.records-in-doubt"}, alarms
        states = {row["key"]: row["state"] for row in node.command("key", "list")}
        assert sorted(states.values()).count("in use") == 4
