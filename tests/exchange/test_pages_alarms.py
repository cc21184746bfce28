"""Alarms: what a person reads and does about them, on the pages and in the shell."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from isthmus.accounts.models import AuditEvent
from isthmus.exchange.models import Alarm, Direction, Stream, StreamState
from isthmus.exchange.services.alarms import clear_by_hand, raise_alarm
from isthmus.kit.errors import BadInput, Conflict, NotFound
from isthmus.node.commands.alarms import alarm as command
from tests.accounts.conftest import People
from tests.exchange.pages import World, text_of, visitor

STREAMS = "/exchange/partner/cn/streams/"


def freeze(world: World) -> Alarm:
    Stream.objects.filter(pk=world.out.pk).update(state=StreamState.FROZEN)
    raise_alarm("exchange.equivocation", world.out.name, "cn>mm: two records under number 2.")
    return Alarm.objects.get(code="exchange.equivocation")


class TestPages:
    def test_the_list_says_what_happened_and_leads_to_the_stream(self, world: World, people: People) -> None:
        found = text_of(visitor(people.auditor).get("/exchange/alarms/"))
        assert "Records wait too long for a partner" in found
        assert "Check the link." in found
        assert f'href="{STREAMS}"' in found

    def test_an_empty_history_says_what_would_be_here(self, db: None, people: People) -> None:
        page = text_of(visitor(people.operator).get("/exchange/alarms/?cleared=yes"))
        assert "No alarm was cleared yet" in page
        assert "filters" not in page

    def test_one_says_what_it_means_and_what_to_do(self, world: World, people: People) -> None:
        url = f"/exchange/alarms/{world.alarm.pk}/"
        found = text_of(visitor(people.operator).get(url))
        assert "carry a bundle on a USB stick" in found
        assert "clears this alarm by itself" in found
        assert "stands still" not in found
        assert f"{url}clear/" in found
        assert f"{url}clear/" not in text_of(visitor(people.auditor).get(url))

    def test_of_a_frozen_stream_the_evidence_is_looked_at_and_nothing_cleared(
        self, world: World, people: People
    ) -> None:
        row = freeze(world)
        found = text_of(visitor(people.operator).get(f"/exchange/alarms/{row.pk}/"))
        assert "Something stands still until a person has acted" in found
        assert "Look at the evidence" in found
        assert "/clear/" not in found
        with pytest.raises(Conflict, match="still frozen"):
            clear_by_hand(row, "I looked", actor="operator")

    def test_clearing_needs_a_reason_that_the_history_keeps(self, world: World, people: People) -> None:
        browser = visitor(people.operator)
        url = f"/exchange/alarms/{world.alarm.pk}/clear/"
        assert "1 record waits for China." in text_of(browser.get(url))
        assert "Something has to be corrected" in text_of(browser.post(url, {"reason": " "}))
        assert browser.post(url, {"reason": "Their line is being dug up."}).status_code == 302
        world.alarm.refresh_from_db()
        assert world.alarm.cleared_by == "operator@node.test"
        event = AuditEvent.objects.filter(kind="exchange.alarm-cleared").latest("pk")
        assert event.detail == {"code": "exchange.undelivered", "reason": "Their line is being dug up."}
        assert "No alarm is open" in text_of(browser.get("/exchange/alarms/"))
        history = text_of(browser.get("/exchange/alarms/?cleared=yes"))
        assert "Cleared by operator@node.test" in history
        assert "Their line is being dug up." in history
        assert browser.get(url).status_code == 404

    def test_one_that_comes_back_shows_what_became_of_it_before(self, world: World, people: People) -> None:
        clear_by_hand(world.alarm, "Their line is being dug up.", actor="operator")
        raise_alarm("exchange.undelivered", world.out.name, "2 records wait for China.")
        again = Alarm.objects.get(cleared_at=None)
        found = text_of(visitor(people.operator).get(f"/exchange/alarms/{again.pk}/"))
        assert "The same alarm before" in found
        assert "Their line is being dug up." in found

    def test_two_people_do_not_clear_one_alarm_twice(self, world: World) -> None:
        clear_by_hand(world.alarm, "settled", actor="one")
        with pytest.raises(Conflict, match="already"):
            clear_by_hand(world.alarm, "settled", actor="two")
        with pytest.raises(BadInput):
            clear_by_hand(world.alarm, "", actor="two")

    def test_an_alarm_of_a_later_release_can_be_read(self, world: World, people: People) -> None:
        row = Alarm.objects.create(
            code="later.release",
            subject="something",
            message="Something new.",
            raised_at=world.alarm.raised_at,
            last_seen_at=world.alarm.raised_at,
        )
        assert "Something new." in text_of(visitor(people.operator).get(f"/exchange/alarms/{row.pk}/"))


class TestShell:
    @staticmethod
    def run(*arguments: str) -> Any:
        return CliRunner().invoke(command, arguments)

    def test_lists_shows_and_clears(self, world: World) -> None:
        assert "exchange.undelivered" in self.run("list").stdout
        shown = self.run("show", str(world.alarm.pk)).stdout
        assert "1. Check the link." in shown
        assert "carry a bundle" in shown
        told = json.loads(self.run("show", str(world.alarm.pk), "--json").stdout)
        assert (told["code"], len(told["steps"])) == ("exchange.undelivered", 5)
        assert self.run("clear", str(world.alarm.pk), "--reason", "They answer again.").exit_code == 0
        assert "No alarm is open." in self.run("list").stderr
        (cleared,) = json.loads(self.run("list", "--cleared", "--json").stdout)
        assert cleared["reason"] == "They answer again."

    def test_says_that_there_is_no_such_alarm(self, db: None) -> None:
        assert isinstance(self.run("show", "99").exception, NotFound)


def test_a_frozen_incoming_stream_keeps_its_alarm_too(world: World) -> None:
    incoming = Stream.objects.get(direction=Direction.IN)
    Stream.objects.filter(pk=incoming.pk).update(state=StreamState.FROZEN)
    raise_alarm("exchange.equivocation", incoming.name, "two records under number 2.")
    with pytest.raises(Conflict):
        clear_by_hand(Alarm.objects.get(subject=incoming.name), "looked", actor="operator")
