"""The node's front page, its frame and its health."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from isthmus.accounts.models import Membership
from isthmus.exchange import figures, front
from isthmus.exchange.delivery import heartbeat
from isthmus.exchange.models import Alarm, Direction, Record, Stream, StreamState, Verdict
from isthmus.exchange.services import publish
from isthmus.trust.services import introduce
from tests.accounts.conftest import People, people
from tests.exchange.pages import World, outgoing, text_of, visitor, world
from tests.foreign import ForeignNode

__all__ = ["people", "world"]


class TestVisitors:
    def test_learn_who_the_node_is_and_nothing_of_its_business(self, world: World, client: Client) -> None:
        found = text_of(client.get("/"))
        assert "Myanmar test node" in found
        for word in front.own_words().split():
            assert f"<li>{word}</li>" in found
        for secret in ("China", "cn", "quarantine", "Streams", "People"):
            assert f">{secret}<" not in found
        assert "China test node" not in found

    def test_of_a_node_without_keys_are_told_so(self, db: None, client: Client) -> None:
        assert "This node has no keys yet" in text_of(client.get("/"))


class TestFront:
    def test_says_what_waits_by_role(self, world: World, people: People) -> None:
        operator = text_of(visitor(people.operator).get("/"))
        assert "Record in quarantine" in operator
        assert "Alarm that will not heal by itself" in operator
        assert "Partner to confirm" not in operator
        approver = text_of(visitor(people.approver).get("/"))
        assert "Partner to confirm by its words" in approver
        officer = text_of(visitor(people.officer).get("/"))
        assert "Record in quarantine" not in officer

    def test_every_number_leads_to_the_records_behind_it(self, world: World, people: People) -> None:
        browser = visitor(people.operator)
        found = text_of(browser.get("/"))
        glance = next(line for line in figures.glances() if line.partner.node_id == "cn")
        assert (glance.sent, glance.waiting, glance.received) == (4, 2, 4)
        assert (glance.quarantined, glance.refused, glance.days[-1]) == (1, 1, 8)
        for query, number in (
            ("partner=cn&direction=out", glance.sent),
            ("partner=cn&direction=out&verdict=waiting", glance.waiting),
            ("partner=cn&direction=in", glance.received),
            ("partner=cn&effect=quarantined", glance.quarantined),
        ):
            assert f'?{query.replace("&", "&amp;")}">{number}</a>' in found
            rows = json.loads(browser.get(f"/exchange/records/?{query}&export=json").getvalue())
            assert rows["total"] == number

    def test_applications_show_their_figure(self, world: World, people: People) -> None:
        found = text_of(visitor(people.officer).get("/"))
        assert "E-Trade" in found
        assert "figure-big" in found

    def test_a_frozen_or_failing_stream_is_said_to_be(self, world: World) -> None:
        def state() -> str:
            line = next(line for line in figures.glances() if line.partner.node_id == "cn")
            return f"{line.state.kind} {line.state}"

        assert state() == "ok Open"
        Stream.objects.filter(pk=world.out.pk).update(failures=2)
        assert state() == "warn Cannot get through"
        Stream.objects.filter(direction=Direction.IN).update(state=StreamState.FROZEN)
        assert state() == "bad Frozen"

    def test_costs_as_many_queries_for_many_partners_as_for_one(self, world: World, people: People) -> None:
        browser = visitor(people.operator)

        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                text_of(browser.get("/"))
            return len(queries)

        few = cost()
        for number in range(5):
            other = ForeignNode(node_id=f"p{number}", name=f"Partner {number}", country="NG")
            introduce(other.card_token, actor="t")
        publish([outgoing(f"MORE-{n}") for n in range(5)], to=["cn"])
        assert cost() == few <= 24

    def test_a_node_without_partners_says_how_they_get_here(self, node: str, people: People) -> None:
        assert "Add a partner" in text_of(visitor(people.operator).get("/"))
        found = text_of(visitor(people.officer).get("/"))
        assert "No partner yet" in found
        assert "Add a partner" not in found
        assert "Nothing waits for you now." in found


class TestFrame:
    def test_shows_what_the_person_may_open(self, world: World, people: People) -> None:
        officer = text_of(visitor(people.officer).get("/exchange/records/"))
        assert ">Quarantine" not in officer
        assert "Customs Department" in officer
        operator = text_of(visitor(people.operator).get("/exchange/records/"))
        assert '<span class="count">1<' in operator

    def test_marks_where_one_is(self, world: World, people: People) -> None:
        found = text_of(visitor(people.officer).get(f"/exchange/records/{world.sent.leaf}/"))
        assert 'href="/exchange/records/" aria-current="page"' in found
        assert 'href="/exchange/log/" aria-current' not in found

    def test_costs_as_many_queries_for_many_roles_as_for_one(self, world: World, people: People) -> None:
        browser = visitor(people.operator)

        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                text_of(browser.get("/exchange/partners/our-card/"))
            return len(queries)

        few = cost()
        for role in ("approver", "officer", "auditor"):
            Membership.objects.create(officer=people.operator, organisation=people.revenue, role=role)
        assert cost() == few

    def test_frames_an_error_page_too(self, world: World, people: People) -> None:
        answer = visitor(people.officer).get("/exchange/desks/")
        assert answer.status_code == 403
        assert b"Myanmar test node" in answer.content
        assert b"Say which organisation receives which records" in answer.content


class TestHealth:
    @pytest.fixture(autouse=True)
    def _alive(self) -> None:
        settings.ISTHMUS.home.mkdir(parents=True, exist_ok=True)
        (settings.ISTHMUS.home / "worker-alive").unlink(missing_ok=True)
        heartbeat.beat()

    def ask(self, client: Client) -> tuple[int, dict[str, Any]]:
        answer = client.get("/health")
        return answer.status_code, answer.json()

    def test_a_node_that_works_says_so(self, world: World, client: Client) -> None:
        status, said = self.ask(client)
        assert status == 200
        assert (said["status"], said["database"], said["keys"], said["worker"]) == ("ok",) * 4
        assert said["oldest_undelivered_seconds"] >= 0
        assert said["alarms"] == Alarm.objects.filter(cleared_at=None).count() == 1

    def test_a_silent_worker_is_a_failure(self, node: str, client: Client) -> None:
        (settings.ISTHMUS.home / "worker-alive").unlink()
        status, said = self.ask(client)
        assert (status, said["status"], said["worker"], said["worker_last_seen"]) == (
            503,
            "failing",
            "silent",
            None,
        )

    def test_missing_keys_are_a_failure(self, db: None, client: Client) -> None:
        status, said = self.ask(client)
        assert (status, said["keys"], said["oldest_undelivered_seconds"]) == (503, "failing", None)

    def test_a_database_that_is_away_is_a_failure_in_words(
        self, node: str, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(*_: object) -> None:
            raise OperationalError("gone")

        monkeypatch.setattr(figures, "open_alarms", away)
        status, said = self.ask(client)
        assert (status, said["database"], said["alarms"]) == (503, "failing", None)

    def test_costs_few_queries(
        self, world: World, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        with django_assert_max_num_queries(3):
            client.get("/health")

    def test_the_oldest_is_the_first_without_a_receipt(self, world: World) -> None:
        moment = Record.objects.filter(verdict=Verdict.WAITING).order_by("seq")[0].issued
        assert figures.oldest_undelivered(moment) is not None
        assert figures.oldest_undelivered(moment).total_seconds() == 0  # type: ignore[union-attr]  # asserted above

    def test_a_beat_is_written_at_most_every_ten_seconds(self) -> None:
        first = heartbeat.last_beat()
        heartbeat.beat()
        assert heartbeat.last_beat() == first
