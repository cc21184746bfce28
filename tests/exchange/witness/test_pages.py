"""Witnesses on the pages, in the shell and in the API; what people decide about a split view."""

import json
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from isthmus.accounts import audit
from isthmus.accounts.models import AuditEvent, Role
from isthmus.exchange.audit_trail import seal_audit_events
from isthmus.exchange.log_check import check_log
from isthmus.exchange.models import Alarm, Checkpoint, Cosignature, LogHead, LogHistory, LogSplit, Witnessed
from isthmus.exchange.services.witness import decide
from isthmus.exchange.services.witness.notes import head_of_partner
from isthmus.jobs.runner import run_one
from isthmus.jobs.services import enqueue
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, NotFound
from isthmus.node.commands.log import log as log_command
from isthmus.trust.models import Partner
from isthmus.trust.statements import insert
from isthmus.wire.cosignature import SplitView, check_split_view, verify_cosignature
from isthmus.wire.verify import verify_artefact
from tests.accounts.conftest import People
from tests.api_client import program
from tests.exchange.pages import text_of, visitor
from tests.exchange.witness.logs import Log
from tests.exchange.witness.talk import Talker
from tests.exchange.witness.test_calls import codes, grow_own_log

WITNESSES = "/exchange/log/witnesses/"


@pytest.fixture
def split(china: Talker) -> LogSplit:
    """China has shown us a log of 10 entries, and then another one."""
    china.say()
    true, china.log = china.log, china.log.fork(6).grow(4, "other")
    china.say()
    china.log = true
    return LogSplit.objects.get()


class TestPage:
    def test_before_anybody_has_cosigned(self, china: Talker, people: People) -> None:
        found = text_of(visitor(people.officer).get(WITNESSES))
        assert "None yet" in found
        assert "China test node" in found

    def test_says_how_far_the_log_is_known_abroad(self, china: Talker, people: People) -> None:
        china.greet()
        size = Cosignature.objects.get().size
        grow_own_log(4)
        found = text_of(visitor(people.auditor).get(WITNESSES))
        assert f"Over {size} entries" in found
        assert f"{size} entries" in found
        assert "10 entries" in found
        assert str(LogHead.objects.get().size - size) in found

    def test_a_checkpoint_is_downloaded_with_its_cosignatures(
        self, china: Talker, laos: Talker, people: People
    ) -> None:
        china.greet()
        laos.greet()
        row = Checkpoint.objects.get(node_id="mm", size=Cosignature.objects.first().size)
        browser = visitor(people.officer)
        page = text_of(browser.get(f"/exchange/log/checkpoints/{row.pk}/"))
        assert "China test node, Test node la" in page
        note = browser.get(f"/exchange/log/checkpoints/{row.pk}/?file=yes").content.decode()
        for talker in (china, laos):
            name = f"isthmus/{talker.node.node_id}"
            verify_cosignature(note, name=name, public_key=talker.node.log_key.public_key())

    def test_the_evidence_is_for_those_who_see_alarms(
        self, split: LogSplit, china: Talker, people: People
    ) -> None:
        url = f"/exchange/log/split-views/{split.pk}/"
        assert url not in text_of(visitor(people.officer).get(WITNESSES))
        browser = visitor(people.operator)
        assert url in text_of(browser.get(WITNESSES))
        page = text_of(browser.get(url))
        assert split.root in page
        assert split.other_root in page
        assert "Decide which history" not in page, "an approver's act"
        evidence = SplitView.from_bytes(browser.get(f"{url}?file=yes").content.strip())
        assert evidence == split.content
        finding = verify_artefact(browser.get(f"{url}?file=yes").content, china.node.card_token)
        assert (finding.ok, finding.signer) == (True, "cn")

    def test_an_approver_decides_with_a_reason(self, split: LogSplit, people: People) -> None:
        url = f"/exchange/log/split-views/{split.pk}/decide/"
        browser = visitor(people.approver)
        assert "continues what was known here" in text_of(browser.get(url))
        assert "required" in text_of(browser.post(url, {"reason": "They called."}))
        true = Log().grow(10).root(10).hex()
        answer = browser.post(url, {"root": true, "reason": "They called."}, follow=True)
        assert "Closed" in text_of(answer)
        assert codes() == []
        assert browser.get(url).status_code == 404


class TestDecision:
    def test_the_known_history_goes_on(self, split: LogSplit, china: Talker) -> None:
        decide(split, china.log.root(10).hex(), "A forged head; their key was stolen.", actor="approver")
        assert sorted(Checkpoint.objects.filter(node_id="cn").values_list("standing", flat=True)) == [
            "closed",
            "held",
        ]
        assert AuditEvent.objects.filter(kind="exchange.head-set-aside").count() == 1
        assert (codes(), LogHistory.objects.count()) == ([], 0)
        china.log.grow(3)
        china.say(proofs=(china.log.proof(10),))
        assert Witnessed.objects.get().tip_size == 13
        assert codes() == []

    def test_the_other_history_goes_on_as_a_new_one(self, split: LogSplit, china: Talker) -> None:
        china.log = china.log.fork(6).grow(4, "other")
        decide(split, china.log.root(10).hex(), "Restored from a backup.", actor="approver")
        accepted = LogHistory.objects.get()
        assert (accepted.number, accepted.kept_size) == (2, 0)
        china.say()
        assert Witnessed.objects.get().tip_root == china.log.root(10).hex()
        china.log.grow(3)
        china.say(proofs=(china.log.proof(10),))
        assert Witnessed.objects.get().tip_size == 13
        assert codes() == []

    def test_a_late_head_of_the_closed_history_is_no_alarm(self, split: LogSplit, china: Talker) -> None:
        old = china.log.fork(10).grow(5)
        china.log = china.log.fork(6).grow(4, "other")
        decide(split, china.log.root(10).hex(), "Restored from a backup.", actor="approver")
        china.log.grow(10, "other")
        china.say()
        late = clock.now() - timedelta(days=1)
        china.say(heads=(old.note(china.node, 12, issued=late), china.log.note(china.node, 12)))
        assert Checkpoint.objects.get(node_id="cn", size=12, root=old.root(12).hex()).standing == "closed"
        assert codes() == []

    def test_a_split_inside_a_closed_history_is_still_evidence_but_only_once(
        self, split: LogSplit, china: Talker
    ) -> None:
        china.log = china.log.fork(6).grow(4, "other")
        decide(split, china.log.root(10).hex(), "Restored from a backup.", actor="approver")
        late = clock.now() - timedelta(days=1)
        notes = tuple(Log().grow(12, flavour).note(china.node, 12, issued=late) for flavour in ("a", "b"))
        for _ in range(2):
            china.say(heads=notes)
        assert codes() == ["exchange.split-view"]
        assert Alarm.objects.get(cleared_at=None).times == 1

    def test_what_cannot_be_decided(self, split: LogSplit, china: Talker) -> None:
        with pytest.raises(BadInput):
            decide(split, "f" * 64, "why", actor="approver")
        with pytest.raises(BadInput):
            decide(split, split.root, " ", actor="approver")
        decide(split, china.log.root(10).hex(), "why", actor="approver")
        with pytest.raises(Conflict):
            decide(split, split.root, "why", actor="approver")
        own = LogSplit.objects.create(
            node_id="mm", size=1, root="a", other_root="b", evidence="{}", found_at=clock.now()
        )
        with pytest.raises(NotFound):
            decide(own, "a", "why", actor="approver")


class TestShell:
    def run(self, *arguments: str) -> Any:
        return CliRunner().invoke(log_command, arguments)

    def test_witnesses(self, china: Talker) -> None:
        assert "cosigned yet" in self.run("witnesses").output
        china.greet()
        size = Cosignature.objects.get().size
        said = json.loads(self.run("witnesses", "--json").stdout)
        assert (said["seen_abroad"]["size"], said["seen_abroad"]["by"]) == (size, ["cn"])
        assert said["partners"][0]["log"] == 10
        assert f"of {LogHead.objects.get().size} entries are cosigned by cn" in self.run("witnesses").output

    def test_split_views(self, split: LogSplit, china: Talker) -> None:
        listed = self.run("split-views", "--json")
        assert listed.exit_code == 3
        (row,) = json.loads(listed.stdout)
        assert (row["log"], row["size"]) == ("cn", 10)
        evidence = SplitView.from_bytes(self.run("evidence", str(split.pk)).stdout.strip().encode())
        check_split_view(evidence, public_key=china.node.log_key.public_key())
        root = china.log.root(10).hex()
        done = self.run("decide", str(split.pk), "--root", root[:12], "--reason", "They called.", "--json")
        assert json.loads(done.stdout)["reason"] == "They called."
        assert self.run("split-views").exit_code == 0
        assert len(json.loads(self.run("split-views", "--closed", "--json").stdout)) == 1
        assert isinstance(self.run("evidence", "999").exception, NotFound)


class TestProgram:
    def test_reads_witnesses_and_split_views(self, split: LogSplit, china: Talker) -> None:
        china.greet()
        auditor = program("customs", Role.AUDITOR)
        found = auditor.get("/log/witnesses").json()
        assert (found["seen_abroad"], found["by"]) == (Cosignature.objects.get().size, ["cn"])
        assert found["partners"][0]["split"] is True
        (item,) = auditor.get("/log/split-views").json()["items"]
        assert SplitView.from_bytes(item["evidence"].encode()) == split.content
        assert program("customs").get("/log/split-views").status_code == 403


class TestWalk:
    def test_says_how_much_is_cosigned(self, china: Talker) -> None:
        assert (check_log().witnessed, check_log().witnesses) == (0, [])
        china.greet()
        grow_own_log()
        report = check_log()
        assert report.ok
        assert (report.witnessed, report.witnesses) == (Cosignature.objects.get().size, ["cn"])

    def test_names_a_log_that_is_not_what_was_cosigned(self, china: Talker) -> None:
        china.greet()
        Cosignature.objects.update(root="a" * 64)
        assert [found.what for found in check_log().findings] == [
            f"The first {Cosignature.objects.get().size} entries are not those that cn cosigned."
        ]
        Cosignature.objects.update(size=999)
        assert "but cn cosigned it over 999" in check_log().findings[0].what


class TestRetention:
    def prune(self) -> dict[str, Any]:
        """Run the nightly job."""
        job = enqueue("exchange.heads-prune")
        run_one("test", kinds={"exchange.heads-prune"})
        job.refresh_from_db()
        assert job.state == "done", job.error
        return dict(job.result)

    def test_covered_heads_go_and_the_rest_stays(self, split: LogSplit, china: Talker) -> None:
        old = clock.now() - timedelta(days=3)
        Checkpoint.objects.filter(node_id="cn").update(issued=old)
        assert self.prune() == {"heads": 0, "cosignatures": 0}
        assert Checkpoint.objects.filter(node_id="cn").count() == 2
        assert LogSplit.objects.count() == 1

    def test_of_a_day_one_head_of_a_partner_stays(self, china: Talker) -> None:
        for size in (2, 3, 4):
            china.log = Log().grow(size)
            china.say(proofs=(china.log.proof(size - 1),) if size > 2 else ())
        china.log.grow(6)
        china.say(proofs=(china.log.proof(4),))
        day = clock.now().replace(hour=12) - timedelta(days=3)
        for size in (2, 3, 4):
            Checkpoint.objects.filter(node_id="cn", size=size).update(issued=day + timedelta(minutes=size))
        assert self.prune()["heads"] == 2
        assert list(Checkpoint.objects.filter(node_id="cn").values_list("size", flat=True)) == [10, 4]

    def test_heads_of_receipts_that_nobody_asked_about_go_but_no_question(
        self, china: Talker, partner: Partner
    ) -> None:
        china.say()
        old = clock.now() - timedelta(days=3)
        rows = [head_of_partner(partner, china.log.note(china.node, size, issued=old)) for size in (3, 4)]
        insert(rows)
        Checkpoint.objects.filter(node_id="cn", size=4).update(asked_at=clock.now())
        assert self.prune()["heads"] == 1
        assert sorted(Checkpoint.objects.filter(node_id="cn").values_list("size", flat=True)) == [4, 10]

    def test_own_heads_and_cosignatures(self, china: Talker) -> None:
        for _ in range(3):
            china.cosign(china.say().checkpoint)
            china.say()
            audit.note("test.event", actor="test")
            seal_audit_events()
        day = clock.now().replace(hour=12) - timedelta(days=3)
        Checkpoint.objects.filter(node_id="mm").update(issued=day)
        Cosignature.objects.update(cosigned_at=day)
        assert Cosignature.objects.count() == 3
        found = self.prune()
        assert found["cosignatures"] == 1, "the newest of all and the newest of that day stay"
        kept = set(Cosignature.objects.values_list("size", flat=True))
        assert kept <= set(Checkpoint.objects.filter(node_id="mm").values_list("size", flat=True))
