"""What happens in the demonstration, step by step, and what is verified at its end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from isthmus.node.demo import agreeing, excise_story, network_story, programme_story, solar_story
from isthmus.node.demo.countries import CORRIDORS, MATCHER
from isthmus.node.demo.link import Link
from isthmus.node.demo.processes import RunningNode
from isthmus.node.demo.screen import Screen, wait_until

MALFORMED = 5
"""Damaged sample documents where no real ones are given."""
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
    _reasons: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def tell(self) -> bool:
        """All of it; True where every check holds. What happened at an earlier start is not repeated."""
        agreeing.meet(self.nodes, self.screen)
        agreeing.agree(self.nodes, self.screen, self._wait)
        solar_story.plan(self.nodes)
        self._take()
        self._send()
        solar_story.ask(self.nodes, self.screen, self._wait)
        self._trade()
        excise_story.act(self.nodes, self.screen, self._wait)
        programme_story.act(self.nodes, self.screen, self._wait)
        network_story.act(self.nodes, self.screen, self._wait)
        solar_story.award(self.nodes, self.screen, self._wait)
        self._verify()
        return not self.failed

    def _wait(self, holds: Callable[[], bool], what: str) -> None:
        def alive() -> None:
            for node in self.nodes.values():
                node.check_alive()

        wait_until(holds, seconds=PATIENCE, what=what, alive=alive)

    def _take(self) -> None:
        self.screen.under_way("mm reads customs documents")
        taken = self.nodes["mm"].ask(
            "take", folder=self.documents, malformed=0 if self.documents else MALFORMED
        )
        other = f", {taken['other']} are messages of other kinds" if taken["other"] else ""
        self.screen.done(
            f"Customs in mm holds {taken['declarations']} export declarations;"
            f" {len(taken['refused'])} documents were refused{other}"
        )
        for name, reason, kept in taken["refused"]:
            self.screen.plain(f"           {name}: {reason[:90]}{'' if kept else ' (not kept)'}")
            if not kept:
                self.failed.append(f"{name} was not kept as it came")

    def _waiting(self, sender: str = "mm", receiver: str = "cn") -> int:
        waiting: int = self.nodes[sender].ask("stream", partner=receiver)["waiting"]
        return waiting

    def _drain(self, what: str, sender: str = "mm", receiver: str = "cn") -> None:
        def drained() -> bool:
            waiting = self._waiting(sender, receiver)
            self.screen.under_way(f"{waiting} records of {sender} wait for a receipt of {receiver}")
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
        self._carry_a_stick()
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

    def _carry_a_stick(self) -> None:
        """While the line is down, a file takes over what waits, and another brings the receipts back."""
        mm, cn = self.nodes["mm"], self.nodes["cn"]
        there, back = mm.home.parent / "mm-to-cn.isb", mm.home.parent / "cn-to-mm.isb"
        waiting = self._waiting()
        written = mm.ask("write_stick", partner="cn", file=str(there))
        self.screen.done(
            f"mm writes the {waiting} that wait to a bundle for a USB stick:"
            f" {there.name}, {written['size'] // 1000} kB, which only cn can open"
        )
        taken = cn.ask("read_stick", file=str(there))
        again = cn.ask("read_stick", file=str(there))
        cn.ask("write_stick", partner="mm", file=str(back))
        settled = mm.ask("read_stick", file=str(back))["settled"]
        self.screen.done(
            f"cn reads it twice: {taken['taken']} records are new, then {again['taken']}; its receipts come"
            f" back on {back.name}, and {self._waiting()} wait in mm, with the line still down"
        )
        for what in (*taken["problems"], *again["problems"]):
            self.screen.plain(f"           {what}")
        if (taken["taken"], again["taken"], settled, self._waiting()) != (waiting, 0, waiting, 0):
            self.failed.append("the stick did not carry everything once")

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

    def _trade(self) -> None:
        """What the other offices do with E-Trade: the rest of the exports, imports, papers."""
        partners = [corridor.partner for corridor in CORRIDORS]
        self._send_to_others(partners[1:])
        self._take_imports(partners)
        self._match()
        self._exchange_papers(partners)
        self._reconcile(partners)
        self._ask()

    def _send_to_others(self, partners: list[str]) -> None:
        mm, sent = self.nodes["mm"], {}
        for partner in partners:
            waiting = mm.ask("unsent", partner=partner)["count"]
            sent[partner] = mm.ask("send_some", partner=partner, count=waiting)["sent"] if waiting else 0
        for partner in partners:
            self._drain(f"receipts of {partner}", "mm", partner)
        if any(sent.values()):
            told = " and ".join(f"{count} to {partner}" for partner, count in sent.items())
            self.screen.done(f"The declarations for the other corridors crossed too: {told}")

    def _take_imports(self, partners: list[str]) -> None:
        counts = []
        for partner in partners:
            self.screen.under_way(f"{partner} reads its own imports")
            taken = self.nodes[partner].ask("take_imports")
            counts.append(f"{taken['declarations']} in {partner}")
            if taken["declarations"] != taken["expected"]:
                self.failed.append(
                    f"{partner} holds {taken['declarations']} imports: {taken['reason'][:200]}"
                )
        self.screen.done(
            f"Customs reads its own imports from tables in three languages, by mappings: {', '.join(counts)}"
        )

    def _match(self) -> None:
        """Bangladesh shows Myanmar no import but those that Myanmar knows as exports."""
        asking = self.nodes[MATCHER]
        asked = asking.ask("ask_matches")
        self._wait(lambda: bool(asking.ask("matches")["answered"]), f"the answer of mm to {asked['number']}")
        found = asking.ask("matches")
        sent = asking.ask("send_matches")["sent"]
        self._drain("receipts of mm for imports that match", MATCHER, "mm")
        if not sent:
            self.screen.done(f"What {MATCHER} and mm both know was found at an earlier start")
            return
        self.screen.done(
            f"{MATCHER} asked mm by keyed hashes about {asked['hashed']} imports before it showed one:"
            f" mm compared {found['compared']} exports, {len(found['sure'])} surely match and went"
        )

    def _exchange_papers(self, partners: list[str]) -> None:
        mm = self.nodes["mm"]
        papers = {partner: mm.ask("send_papers", partner=partner) for partner in partners}
        for partner in partners:
            self._drain(f"receipts of {partner} for papers", "mm", partner)
        if not any(one["sent"] for one in papers.values()):
            self.screen.done("The certificates, licences and movements crossed at an earlier start")
            return
        for partner in partners:
            self.nodes[partner].ask("use_papers")
        for partner in partners:
            self._drain(f"what {partner} did with papers", partner, "mm")
            mm.ask("change_papers", partner=partner)
        for partner in partners:
            self._drain(f"receipts of {partner} for changed papers", "mm", partner)
        count = sum(one["papers"] for one in papers.values())
        self.screen.done(
            f"{count} certificates, licences, movements and manifests crossed; of each partner's certificates"
            " one is over-used, one cancelled"
        )

    def _reconcile(self, partners: list[str]) -> None:
        for partner in partners:
            self.screen.under_way(f"{partner} reconciles what left mm with what it imported")
            self._reasons[partner] = self.nodes[partner].ask("reconcile")
        count = sum(len(one["reasons"]) for one in self._reasons.values())
        self.screen.done(f"{', '.join(partners)} reconcile: {count} cases for officers to look at")

    def _ask(self) -> None:
        """China asks about an export that has no import, and Myanmar answers; both are signed records."""
        mm, cn = self.nodes["mm"], self.nodes["cn"]
        number = cn.ask("ask_partner")["asked"]
        self._drain("the receipt for a question", "cn", "mm")
        mm.ask("answer_partner", partner="cn")
        self._wait(lambda: bool(cn.ask("thread")["answered"]), "the answer of mm at cn")
        self.screen.done(f"cn asked about an export without an import ({number}), and mm answered")

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
        for partner, found in self._reasons.items():
            self._check(
                found["reasons"] == found["expected"],
                f"{partner} finds what was put in, and nothing else: {', '.join(found['reasons'])}",
            )
        matched = self.nodes[MATCHER].ask("matches")["sure"]
        self._check(
            len(matched) > 0 and self.nodes["mm"].ask("imports_of", partner=MATCHER)["numbers"] == matched,
            f"mm holds the {len(matched)} imports of {MATCHER} that both know, and no other",
        )
        thread = self.nodes["cn"].ask("thread")
        self._check(
            thread["answered"],
            f"cn's question is answered ({thread.get('outcome')}) under a record that mm signed",
        )
        for node_id in ("mm", *(corridor.partner for corridor in CORRIDORS)):
            log = self.nodes[node_id].ask("verify_log")
            self._check(log["ok"], f"the log of {node_id}, {log['size']} entries, is as it was written")
            for finding in log["findings"]:
                self.screen.plain(f"           {finding}")
        excise_story.verify(self.nodes, self._check)
        solar_story.verify(self.nodes, self._check)
        programme_story.verify(self.nodes, self._check)
        network_story.verify(self.nodes, self._check)

    def _check(self, holds: bool, text: str) -> None:
        self.screen.check(holds=holds, text=text)
        if not holds:
            self.failed.append(text)
