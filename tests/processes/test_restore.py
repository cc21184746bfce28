"""The drill of the guide on backups: its own commands, on real nodes, for both ways into an older state."""

import os
import shutil
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from tests.processes.databases import drop_postgres, make_postgres
from tests.processes.guide import commands, copy_folder, run
from tests.processes.nodes import RealNode

GUIDE = "backup-and-restore.md"
SERVER = os.environ.get("ISTHMUS_TEST_DATABASE", "")

pytestmark = pytest.mark.processes


class Pair:
    """Two nodes that have met and agreed, and the folders that stand for the guide's."""

    def __init__(self, folder: Path, nodes: dict[str, RealNode]) -> None:
        self.folder, self.nodes = folder, nodes
        self.places = {"/srv/isthmus": str(folder), "/media/stick": str(folder / "stick")}
        (folder / "stick").mkdir()

    def __getitem__(self, node_id: str) -> RealNode:
        return self.nodes[node_id]

    def database(self, node_id: str, mark: str = "") -> str:
        return f"isthmus_restore_{node_id}{mark}_{os.getpid()}"

    def type(self, command: str, *, code: int = 0) -> Any:
        """A command of the guide; the variables of tests come from no node's folder."""
        environment = {
            name: value for name, value in self.nodes["mm"].environment.items() if name != "ISTHMUS_HOME"
        }
        return run(command, self.places, environment, code=code)

    def empty_database(self, node_id: str) -> None:
        if SERVER:
            make_postgres(SERVER, self.database(node_id))

    def snapshot(self, node_id: str) -> None:
        """What a machine's snapshot holds of a stopped node."""
        copy_folder(self.nodes[node_id].home, self.folder / f"{node_id}.snapshot")
        if SERVER:
            make_postgres(SERVER, self.database(node_id, "_old"), template=self.database(node_id))

    def put_snapshot_back(self, node_id: str) -> None:
        shutil.rmtree(self.nodes[node_id].home)
        copy_folder(self.folder / f"{node_id}.snapshot", self.nodes[node_id].home)
        if SERVER:
            make_postgres(SERVER, self.database(node_id), template=self.database(node_id, "_old"))

    def start(self, node_id: str) -> None:
        self.nodes[node_id].start()
        self.nodes[node_id].wait_until_ready()

    def end(self, node_id: str) -> None:
        """kill -9, and the process that answers questions with it."""
        self.nodes[node_id].dismiss()
        self.nodes[node_id].kill()


def hand_over(sender: RealNode, receiver: RealNode) -> None:
    answers = receiver.ask("take", sender.node_id, sender.ask("waiting", receiver.node_id))
    assert sender.ask("settle", receiver.node_id, answers) == []


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """`mm` and `cn` run, know each other and share declarations both ways."""
    made = Pair(tmp_path, {})
    try:
        for node_id in ("cn", "mm"):
            address = make_postgres(SERVER, made.database(node_id)) if SERVER else ""
            node = RealNode(node_id, tmp_path / node_id, address, steps="tests.processes.recovery_steps")
            made.nodes[node_id] = node
            node.make()
        cards = {node_id: node.ask("card") for node_id, node in made.nodes.items()}
        for one, other in permutations(made.nodes, 2):
            made[one].ask("meet", cards[other]["card"], cards[other]["words"])
        made["cn"].ask("agree", "mm")
        hand_over(made["cn"], made["mm"])
        made["mm"].ask("sign_all")
        hand_over(made["mm"], made["cn"])
        for node_id in made.nodes:
            made.start(node_id)
        yield made
    finally:
        for node in made.nodes.values():
            node.dismiss()
            node.stop()
            for mark in ("", "_old") if SERVER else ():
                drop_postgres(SERVER, made.database(node.node_id, mark))


def cross(pair: Pair, first: int, count: int) -> None:
    """Declarations cross both ways, and their receipts."""
    for one, other in permutations(pair.nodes, 2):
        pair[one].ask("publish_numbers", other, first, count, 3)
    for one, other in permutations(pair.nodes, 2):
        pair[one].ask("quiet")
        assert pair[other].ask("quiet")


def numbers(sender: str, receiver: str, count: int) -> list[str]:
    return [f"EX-{sender}-{receiver}-{number}" for number in range(count)]


def check_equal(pair: Pair) -> dict[str, Any]:
    """Both hold the same records in the same places, each with a receipt, and both logs are sound."""
    told = {node_id: node.ask("tale") for node_id, node in pair.nodes.items()}
    for side in told.values():
        assert side["findings"] == []
    for name in {name for side in told.values() for name in side["streams"]}:
        sent, received = (side["streams"][name] for side in told.values())
        assert sent["records"] == received["records"], name
        assert sent["last"] == received["last"]
        assert [row[0] for row in sent["records"]] == list(range(1, len(sent["records"]) + 1))
        assert {row[2] for row in sent["records"]} <= {"accepted"}
        assert sent["without_receipt"] == received["without_receipt"] == 0
        incoming = received if received["direction"] == "in" else sent
        assert {effect for _leaf, effect in incoming["effects"]} <= {"applied"}, name
    return told


def test_a_node_restored_from_its_backup_loses_nothing_and_uses_no_number_twice(pair: Pair):
    cross(pair, 0, 6)
    (make_key,) = commands(GUIDE, "1.")
    pair.places["KEY"] = pair.type(make_key)["public_key"]
    (make_backup,) = commands(GUIDE, "2.")
    made = pair.type(make_backup)
    (prove,) = commands(GUIDE, "3.")
    proved = pair.type(prove)
    assert proved["log_root"] == made["log_root"]
    cross(pair, 6, 9)
    before = pair["mm"].ask("tale")["streams"]["mm>cn#1"]["records"]

    pair.end("mm")
    shutil.copy(pair["mm"].home / "passphrase", pair.folder / "stick" / "passphrase")
    restore, start, list_streams, verify = commands(GUIDE, "4.")
    assert "in " + str(pair["mm"].home) in _refused(pair, restore)
    shutil.move(pair["mm"].home, pair.folder / "mm.gone")
    if SERVER:
        _refused(pair, restore)
    pair.empty_database("mm")
    restored = pair.type(restore)
    assert restored["log_ok"]
    assert restored["recovering"] == ["cn"]
    assert restored["log_root"] == made["log_root"]

    # People go on working while nothing may be numbered yet.
    pair["mm"].ask("publish_numbers", "cn", 15, 4, 2)
    waiting = pair["mm"].ask("tale")["streams"]["mm>cn#1"]
    assert [row[0] for row in waiting["records"] if row[0] < 0] == [-4, -3, -2, -1]
    assert waiting["state"] == "recovering"
    assert start.endswith(" start")
    pair.start("mm")
    for node in pair.nodes.values():
        node.ask("quiet")
    assert {row["state"] for row in pair.type(list_streams)} == {"open"}
    assert pair.type(verify)["ok"]

    told = check_equal(pair)
    after = told["mm"]["streams"]["mm>cn#1"]["records"]
    assert after[: len(before)] == before
    declared = [row[5] for row in after if row[4] == "etrade.export-declaration/1"]
    assert declared == numbers("mm", "cn", 19)
    assert [number for _from, _leaf, number in told["cn"]["declarations"]] == numbers("mm", "cn", 19)
    assert [number for _from, _leaf, number in told["mm"]["declarations"]] == numbers("cn", "mm", 15)
    assert [number for _to, _leaf, number in told["mm"]["sendings"]] == numbers("mm", "cn", 15)[6:]

    assert pair["cn"].ask("open_alarms") == ["exchange.partner-behind", "exchange.partner-restored"]
    requests, accept = commands(GUIDE, "6.")
    (asked,) = pair.type(requests)
    assert asked["asks_for"] == "history"
    pair.type(accept.replace(" 1 ", f" {asked['number']} "))
    assert pair["cn"].ask("open_alarms") == ["exchange.partner-behind"]
    assert pair["mm"].ask("open_alarms") == []
    cross(pair, 19, 2)
    check_equal(pair)


def test_sticks_alone_bring_back_what_was_lost(pair: Pair):
    cross(pair, 0, 4)
    pair.places["KEY"] = pair.type(commands(GUIDE, "1.")[0])["public_key"]
    pair.type(commands(GUIDE, "2.")[0])
    cross(pair, 4, 7)
    pair.end("mm")
    pair.end("cn")
    pair["cn"].ask("publish_numbers", "mm", 11, 2, 1)
    shutil.copy(pair["mm"].home / "passphrase", pair.folder / "stick" / "passphrase")
    shutil.move(pair["mm"].home, pair.folder / "mm.gone")
    pair.empty_database("mm")
    pair.type(commands(GUIDE, "4.")[0])
    pair["mm"].ask("publish_numbers", "cn", 11, 2, 1)

    for turn in ("first", "second"):
        for command in commands(GUIDE, "5."):
            report = pair.type(command.replace(".isb", f"-{turn}.isb"))
            if " import " in command:
                assert report[0]["problems"] == []
    told = check_equal(pair)
    assert told["mm"]["streams"]["mm>cn#1"]["state"] == "open"
    assert [number for _from, _leaf, number in told["cn"]["declarations"]] == numbers("mm", "cn", 13)
    assert [number for _from, _leaf, number in told["mm"]["declarations"]] == numbers("cn", "mm", 13)


def _refused(pair: Pair, command: str) -> str:
    return str(pair.type(command, code=2)["message"])


def test_a_snapshot_put_back_silently_stops_before_a_number_goes_out_twice(pair: Pair):
    cross(pair, 0, 4)
    pair.end("mm")
    pair.snapshot("mm")
    pair.start("mm")
    cross(pair, 4, 5)
    pair.end("mm")
    pair.put_snapshot_back("mm")
    pair.start("mm")
    # Nobody published before the first contact: the node finds out and recovers without anybody's help.
    pair["cn"].ask("publish_numbers", "mm", 9, 1, 1)
    for node in pair.nodes.values():
        node.ask("quiet")
    told = check_equal(pair)
    assert [number for _from, _leaf, number in told["mm"]["declarations"]] == numbers("cn", "mm", 10)
    declared = [row[5] for row in told["mm"]["streams"]["mm>cn#1"]["records"]]
    assert declared[-len(numbers("mm", "cn", 9)) - 1 : -1] == numbers("mm", "cn", 9)


def test_two_histories_go_on_in_a_new_epoch_that_both_sides_sign(pair: Pair):
    cross(pair, 0, 4)
    pair.end("mm")
    pair.snapshot("mm")
    pair.start("mm")
    cross(pair, 4, 5)
    pair.end("mm")
    pair.put_snapshot_back("mm")
    pair["mm"].ask("publish_numbers", "cn", 100, 3, 1)
    pair.start("mm")
    pair["mm"].ask("until_alarm", "exchange.two-histories")
    held = pair["cn"].ask("tale")["streams"]["mm>cn#1"]["records"]

    begin, requests, accept = commands(GUIDE, "7.")
    assert pair.type(begin)["stream"] == "mm>cn#2"
    pair["cn"].ask("until_alarm", "exchange.partner-restored")
    asked = {row["asks_for"]: row["number"] for row in pair.type(requests)}
    pair.type(accept.replace(" 1 ", f" {asked['epoch']} "))
    for node in pair.nodes.values():
        node.ask("quiet")
    told = check_equal(pair)
    assert told["mm"]["streams"]["mm>cn#1"]["records"] == held
    assert told["mm"]["streams"]["mm>cn#1"]["state"] == told["cn"]["streams"]["mm>cn#1"]["state"] == "closed"
    second = [row[4] for row in told["mm"]["streams"]["mm>cn#2"]["records"]]
    assert second[:2] == ["exchange.stream-epoch/1", "exchange.recovery/1"]
    arrived = [number for _from, _leaf, number in told["cn"]["declarations"]]
    assert arrived == [*numbers("mm", "cn", 9), *(f"EX-mm-cn-{n}" for n in (100, 101, 102))]
    cross(pair, 200, 2)
    check_equal(pair)
