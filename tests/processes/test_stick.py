"""Two nodes without any line between them: from the first agreement to the last receipt by stick alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.processes.nodes import RealNode, finish
from tests.processes.pairs import met

RECORDS = 30

pytestmark = [pytest.mark.processes, pytest.mark.once]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[RealNode, RealNode]]:
    """Two nodes that have met; neither is ever started, so that nothing can go over the network."""
    with met(tmp_path, "stick") as nodes:
        yield nodes


def bundle(node: RealNode, *words: str, code: int = 0) -> Any:
    return node.command("bundle", *words, code=code)


def carry(sender: RealNode, receiver: RealNode, path: Path) -> Any:
    """Write a bundle on one side and read it on the other."""
    bundle(sender, "export", "--to", receiver.node_id, str(path))
    (report,) = bundle(receiver, "import", str(path))
    return report


def test_sticks_alone_do_what_a_cable_does(pair: tuple[RealNode, RealNode], tmp_path: Path) -> None:
    mm, cn = pair
    agreement = mm.run("propose", "mm", "cn")
    assert carry(mm, cn, tmp_path / "proposal.isb")["taken"] == 1
    assert cn.run("sign", agreement) == "in-force"
    signed = carry(cn, mm, tmp_path / "signature.isb")
    assert (signed["taken"], signed["settled"]) == (1, 1)
    mm.run("in_force", agreement)

    publisher = mm.begin("publish", "cn", "5")
    assert publisher.stdin is not None
    publisher.stdin.write(b"%d\n" % RECORDS)
    assert publisher.stdin.close() is None
    publisher.stdin = None
    assert finish(publisher) == RECORDS
    first, rest = tmp_path / "z-first.isb", tmp_path / "a-rest.isb"
    bundle(mm, "export", "--to", "cn", str(rest), "--after", "11")
    assert "Record 2 is expected first" in bundle(cn, "import", str(rest), code=3)[0]["problems"][0]
    bundle(mm, "export", "--to", "cn", str(first))
    taken = {row["file"]: row["taken"] for row in bundle(cn, "import", str(rest), str(first))}
    assert taken == {str(first): RECORDS, str(rest): 0}

    home = carry(cn, mm, tmp_path / "receipts.isb")
    assert (home["settled"], home["problems"]) == (RECORDS, [])
    sent, received = mm.run("account"), cn.run("account")
    assert sent["leaves"] == received["leaves"]
    assert received["effects"] == [f"EX-{number}" for number in range(RECORDS)]
    assert (sent["verdicts"], sent["without_receipt"]) == (["accepted"], 0)
    assert sent["log_ok"]
    assert received["log_ok"]
