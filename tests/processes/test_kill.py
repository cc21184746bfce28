"""The power fails at either end in the middle of a transfer, again and again."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.nodes import RealNode, finish
from tests.processes.pairs import running

RECORDS = 1000
KILLS = 10
PORTION = RECORDS // (KILLS + 1)

pytestmark = pytest.mark.processes


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[RealNode, RealNode]]:
    """Two running nodes, ``mm`` and ``cn``, that have met and agreed."""
    with running(tmp_path, "kill") as (mm, cn):
        agreement = mm.run("propose", "mm", "cn")
        cn.run("sign", agreement)
        mm.run("in_force", agreement)
        yield mm, cn


def test_nothing_is_lost_doubled_or_reordered(pair: tuple[RealNode, RealNode]) -> None:
    mm, cn = pair
    chance = random.Random(20261123)
    publisher = mm.begin("publish", "cn", "5")
    assert publisher.stdin is not None
    assert publisher.stdout is not None
    # Ninety records stand before each kill and ninety behind the last, however fast or slow the machine is.
    for number in range(1, KILLS + 1):
        publisher.stdin.write(b"%d\n" % (number * PORTION))
        publisher.stdin.flush()
        time.sleep(chance.uniform(0.0, 0.6))
        victim = pair[number % 2]
        victim.kill()
        victim.start()
        victim.wait_until_ready()
        assert int(publisher.stdout.readline()) == number * PORTION
    publisher.stdin.write(b"%d\n" % RECORDS)
    publisher.stdin.close()
    publisher.stdin = None
    assert finish(publisher) == RECORDS
    mm.run("drained")
    sent, received = mm.run("account"), cn.run("account")
    expected = [f"EX-{number}" for number in range(RECORDS)]
    assert sent["subjects"] == expected
    assert received["subjects"] == expected
    assert received["effects"] == expected
    assert received["leaves"] == sent["leaves"]
    assert sent["verdicts"] == ["accepted"]
    assert sent["without_receipt"] == 0
    assert (sent["log_ok"], sent["findings"]) == (True, [])
    assert (received["log_ok"], received["findings"]) == (True, [])
    assert sent["alarms"] == received["alarms"] == []
