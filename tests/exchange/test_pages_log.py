"""The log's pages: entries, proofs, checkpoints, and the walk over the whole of it."""

from django.test import Client

from isthmus.accounts.models import AuditEvent
from isthmus.exchange import tokens
from isthmus.exchange.audit_trail import seal_audit_events
from isthmus.exchange.models import LogEntry, LogHead
from isthmus.jobs import runner
from isthmus.jobs.models import Job, State
from isthmus.jobs.services import enqueue
from isthmus.wire.verify import verify_artefact
from tests.accounts.conftest import People
from tests.exchange.pages import World, text_of, visitor
from tests.texts import replace_text


def entry(leaf: str) -> str:
    return f"/exchange/log/entries/{leaf}/"


class TestEntries:
    def test_the_newest_come_first_and_can_be_filtered(self, world: World, people: People) -> None:
        browser = visitor(people.auditor)
        found = text_of(browser.get("/exchange/log/"))
        assert "Record received" in found
        only = text_of(browser.get("/exchange/log/?sort=receipt-obtained"))
        assert only.count("/exchange/log/entries/") == 1

    def test_an_entry_is_proved_in_words_and_hashes(self, world: World, people: People) -> None:
        found = text_of(visitor(people.auditor).get(entry(world.received.leaf)))
        size = LogHead.objects.get().size
        index = LogEntry.objects.get(leaf=world.received.leaf).index
        assert f"This is entry {index} of {size}." in found
        assert "The hashes lead to the log’s root" in found
        assert tokens.text_of(world.received.leaf) in found

    def test_a_tree_that_was_altered_is_said_to_be(self, world: World, people: People) -> None:
        neighbour = LogEntry.objects.get(leaf=world.received.leaf).index ^ 1
        LogEntry.objects.filter(index=neighbour).update(leaf="ab" * 32)
        found = text_of(visitor(people.auditor).get(entry(world.received.leaf)))
        assert "The hashes do not lead to the log’s root" in found

    def test_the_text_is_shown_to_those_who_may_read_it(self, world: World, people: People) -> None:
        seal_audit_events()
        event = bytes(AuditEvent.objects.get(kind="trust.partner-introduced", subject="md").leaf).hex()
        assert "trust.partner-introduced" in text_of(visitor(people.auditor).get(entry(event)))
        assert "trust.partner-introduced" not in text_of(visitor(people.officer).get(entry(event)))
        elsewhere = text_of(visitor(people.elsewhere).get(entry(world.received.leaf)))
        assert tokens.text_of(world.received.leaf) not in elsewhere
        assert "The text behind the leaf is not shown" in elsewhere


class TestCheckpoints:
    def test_the_note_of_a_partner_can_be_checked_by_anybody(self, world: World, people: People) -> None:
        browser = visitor(people.officer)
        assert "China test node" in text_of(browser.get("/exchange/log/checkpoints/"))
        url = f"/exchange/log/checkpoints/{world.checkpoint.pk}/"
        assert world.checkpoint.root in text_of(browser.get(url))
        finding = verify_artefact(browser.get(f"{url}?file=yes").content, world.cn.card_token)
        assert (finding.kind, finding.ok, finding.signer) == ("checkpoint", True, "cn")


class TestWalk:
    def walk(self, browser: Client) -> str:
        answer = browser.post("/exchange/log/verify/")
        assert answer.status_code == 302
        return str(answer["Location"])

    def test_runs_as_a_job_and_says_that_all_holds(self, world: World, people: People) -> None:
        browser = visitor(people.auditor)
        page = self.walk(browser)
        waiting = text_of(browser.get(page))
        assert "Waiting" in waiting
        assert "http-equiv" in waiting, "the page renews itself without a script"
        assert self.walk(browser) == page, "one walk at a time"
        runner.run_one("worker")
        found = text_of(browser.get(page))
        size = LogHead.objects.get().size
        assert f"All {size} entries hold" in found
        assert "http-equiv" not in found

    def test_names_what_was_altered(self, world: World, people: People) -> None:
        browser = visitor(people.auditor)
        page = self.walk(browser)
        replace_text(world.received.leaf, "other")
        runner.run_one("worker")
        found = text_of(browser.get(page))
        assert "Something was altered" in found
        assert "its text was altered" in found
        assert entry(world.received.leaf) in found

    def test_the_fragment_stands_alone_until_it_is_done(self, world: World, people: People) -> None:
        browser = visitor(people.auditor)
        page = self.walk(browser)
        fragment = browser.get(page, headers={"HX-Request": "true"})
        assert "<html" not in text_of(fragment)
        assert "HX-Refresh" not in fragment
        runner.run_one("worker")
        assert browser.get(page, headers={"HX-Request": "true"})["HX-Refresh"] == "true"

    def test_can_be_stopped_once(self, world: World, people: People) -> None:
        browser = visitor(people.auditor)
        page = self.walk(browser)
        assert "It stops at its next step." in text_of(browser.post(f"{page}stop/", follow=True))
        assert Job.objects.get(kind="exchange.log-verify").state == State.CANCELLED
        assert "can no longer be stopped" in text_of(browser.post(f"{page}stop/", follow=True))

    def test_other_jobs_are_not_shown_here(self, world: World, people: People) -> None:
        other = enqueue("jobs.prune")
        browser = visitor(people.auditor)
        assert browser.get(f"/exchange/log/verify/{other.pk}/").status_code == 404
        assert browser.post(f"/exchange/log/verify/{other.pk}/stop/").status_code == 404
        other.refresh_from_db()
        assert other.state == State.WAITING
