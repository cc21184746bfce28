"""What happens in the demonstration, step by step, and what is verified at its end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from isthmus.node.demo.countries import PARTNERS
from isthmus.node.demo.link import Link
from isthmus.node.demo.processes import RunningNode
from isthmus.node.demo.screen import Screen, wait_until

GOOD, MALFORMED = 60, 5
"""Sample declarations where no real ones are given."""
CUT_AFTER_BYTES = 2500
"""More than the headers of a request, less than any batch of several declarations."""
PATIENCE = 90.0


@dataclass
class Story:
    """The nodes, the line between ``mm`` and ``cn``, and how many checks failed."""

    nodes: Mapping[str, RunningNode]
    link: Link
    screen: Screen
    documents: str = ""
    failed: list[str] = field(default_factory=list)

    def tell(self) -> bool:
        """All of it; True where every check holds. What happened at an earlier start is not repeated."""
        self._meet()
        self._agree()
        self._take()
        self._send()
        self._verify()
        return not self.failed

    def _wait(self, holds: Callable[[], bool], what: str) -> None:
        def alive() -> None:
            for node in self.nodes.values():
                node.check_alive()

        wait_until(holds, seconds=PATIENCE, what=what, alive=alive)

    def _meet(self) -> None:
        words = {node_id: node.ask("words")["words"] for node_id, node in self.nodes.items()}
        new = 0
        for one, other in PARTNERS:
            for here, there in ((one, other), (other, one)):
                self.screen.under_way(f"{here} types the words of {there}: {words[there]}")
                met = self.nodes[here].ask("meet", address=self.nodes[there].url, words=words[there])
                new += met["new"]
        example = " ".join(words["cn"].split()[:4])
        self.screen.done(
            f"{new} ceremonies: each side fetched the other's card and typed its words ({example} …)"
            if new
            else "All partners know each other from an earlier start"
        )

    def _agree(self) -> None:
        mm, cn = self.nodes["mm"], self.nodes["cn"]
        made = mm.ask("propose", receiver="cn")
        if made["state"] == "in-force":
            self.screen.done("The agreement from Myanmar to China is in force")
            return
        number = made["agreement"]
        self.screen.under_way("mm has proposed an agreement; it travels to cn")
        self._wait(lambda: cn.ask("agreement", number=number)["state"] != "", "the proposal at cn")
        if cn.ask("agreement", number=number)["state"] == "proposed":
            cn.ask("sign", number=number)
        self.screen.under_way("cn has signed; its signature travels to mm")
        self._wait(lambda: mm.ask("agreement", number=number)["state"] == "in-force", "the signature at mm")
        self.screen.done("mm proposed an agreement on export declarations, cn signed it: it is in force")

    def _take(self) -> None:
        self.screen.under_way("mm reads customs documents")
        taken = self.nodes["mm"].ask("take", folder=self.documents, good=GOOD, malformed=MALFORMED)
        other = f", {taken['other']} are messages of other kinds" if taken["other"] else ""
        self.screen.done(
            f"Customs in mm holds {taken['declarations']} export declarations;"
            f" {len(taken['refused'])} documents were refused{other}"
        )
        for name, reason, kept in taken["refused"]:
            self.screen.plain(f"           {name}: {reason[:90]}{'' if kept else ' (not kept)'}")
            if not kept:
                self.failed.append(f"{name} was not kept as it came")

    def _waiting(self) -> int:
        waiting: int = self.nodes["mm"].ask("stream", partner="cn")["waiting"]
        return waiting

    def _drain(self, what: str) -> None:
        def drained() -> bool:
            waiting = self._waiting()
            self.screen.under_way(f"{waiting} records wait for a receipt")
            return waiting == 0

        self._wait(drained, what)

    def _send(self) -> None:
        mm = self.nodes["mm"]
        total = mm.ask("unsent", partner="cn")["count"]
        if total == 0:
            self._drain("receipts for what was sent earlier")
            self.screen.done("Every declaration was sent at an earlier start")
            return
        portion = max(1, total // 3)
        mm.ask("send_some", partner="cn", count=portion)
        self._drain("receipts for the first portion")
        self.screen.done(f"{portion} declarations crossed to cn, each with a signed receipt")
        self._break_in_the_middle(portion)
        self._pile_up()
        self.link.heal()
        self.screen.done("The line is back")
        self._drain("receipts after the line was cut")
        self.screen.done("Everything that waited has crossed; nothing was typed again")

    def _break_in_the_middle(self, portion: int) -> None:
        self.link.cut_after(CUT_AFTER_BYTES)
        before = self.link.cuts
        sent = self.nodes["mm"].ask("send_some", partner="cn", count=portion)["sent"]
        if sent == 0:
            self.link.cut()
        self._wait(lambda: self.link.cuts > before, "the cut of the line")
        self.screen.done(
            f"The line broke after {CUT_AFTER_BYTES} bytes of a batch: {self._waiting()} records wait in mm"
        )

    def _pile_up(self) -> None:
        mm = self.nodes["mm"]
        tried = mm.ask("stream", partner="cn")["failures"]
        while left := mm.ask("unsent", partner="cn")["count"]:
            mm.ask("send_some", partner="cn", count=max(1, left // 2))
            self.screen.done(f"Customs goes on working without the line: {self._waiting()} records wait")
        self._wait(
            lambda: mm.ask("stream", partner="cn")["failures"] > tried, "another attempt over the broken line"
        )
        state = mm.ask("stream", partner="cn")
        self.screen.done(f"mm has tried {state['failures']} times in vain: {state['error'][:80]}")

    def _verify(self) -> None:
        self.screen.done("Verifying on both sides:")
        sent = self.nodes["mm"].ask("records", partner="cn", direction="out")
        received = self.nodes["cn"].ask("records", partner="mm", direction="in")
        count = len(sent["leaves"])
        self._check(
            count > 0 and received["leaves"] == sent["leaves"],
            f"{count} records left mm, the same {len(received['leaves'])} arrived in cn, in the same order",
        )
        self._check(
            received["applied"] == received["leaves"],
            "each took effect in cn exactly once, in that order",
        )
        self._check(
            sent["receipted"] == sent["accepted"] == count,
            f"mm holds a signed receipt for each of the {count}",
        )
        for node_id in ("mm", "cn"):
            log = self.nodes[node_id].ask("verify_log")
            self._check(log["ok"], f"the log of {node_id}, {log['size']} entries, is as it was written")
            for finding in log["findings"]:
                self.screen.plain(f"           {finding}")

    def _check(self, holds: bool, text: str) -> None:
        self.screen.check(holds=holds, text=text)
        if not holds:
            self.failed.append(text)
