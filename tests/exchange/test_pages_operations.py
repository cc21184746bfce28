"""Streams, quarantine, alarms and desks: what an operator sees and does."""

import pytest

from isthmus.accounts.models import AuditEvent
from isthmus.exchange.models import Alarm, Desk, Direction, Effect, Record, Stream, StreamState
from isthmus.exchange.services.desks import remove_desk, set_desk
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.streams import thaw
from isthmus.kit.errors import BadInput, Conflict, NotFound
from tests.accounts.conftest import People
from tests.exchange.pages import KIND, World, declaration, text_of, visitor
from tests.foreign import ForeignNode

STREAMS = "/exchange/partner/cn/streams/"


@pytest.fixture
def frozen(world: World) -> Stream:
    """The incoming stream after the partner signed number 2 twice."""
    cn = ForeignNode.__new__(ForeignNode)
    cn.__dict__.update(world.cn.__dict__)
    known = Record.objects.get(subject="CN-1")
    cn.seq, cn.prev = known.seq - 1, Record.objects.get(stream=known.stream, seq=known.seq - 1).leaf
    twin = cn.send(KIND, declaration("CN-TWIN"), subject="CN-TWIN", agreement=world.agreement.uuid)
    receive(world.partner, [twin])
    return Stream.objects.select_related("partner").get(direction=Direction.IN)


class TestStreams:
    def test_says_how_far_each_stream_is(self, world: World, people: People) -> None:
        Stream.objects.filter(pk=world.out.pk).update(failures=4, last_error="The link was reset.")
        found = text_of(visitor(people.officer).get(STREAMS))
        for words in (
            "To China test node",
            "Receipted up to number",
            "Cannot get through",
            "The link was reset.",
            "Newest receipts",
        ):
            assert words in found

    def test_a_frozen_stream_shows_both_signed_texts_to_those_who_may(
        self, frozen: Stream, people: People
    ) -> None:
        assert frozen.state == StreamState.FROZEN
        evidence = text_of(visitor(people.operator).get(STREAMS))
        for words in (
            "A stream is frozen",
            "Held here",
            "Offered later",
            "CN-TWIN",
            "CN-1",
            "Thaw the stream",
        ):
            assert words in evidence
        plain = text_of(visitor(people.officer).get(STREAMS))
        assert "A stream is frozen" in plain
        assert "CN-TWIN" not in plain

    def test_thawing_needs_a_reason_and_clears_the_alarm(self, frozen: Stream, people: People) -> None:
        browser = visitor(people.operator)
        url = f"{STREAMS}{frozen.pk}/thaw/"
        assert "Something has to be corrected" in text_of(browser.post(url, {"reason": " "}))
        assert browser.post(url, {"reason": "The partner withdrew the second text."}).status_code == 302
        frozen.refresh_from_db()
        assert frozen.state == StreamState.OPEN
        assert not Alarm.objects.filter(subject=frozen.name, cleared_at=None).exists()
        event = AuditEvent.objects.get(kind="exchange.stream-thawed")
        assert (event.actor, event.detail) == (
            "operator@node.test",
            {"reason": "The partner withdrew the second text."},
        )

    def test_a_thawed_stream_takes_the_next_record(self, frozen: Stream, world: World) -> None:
        thaw(frozen, "compared", actor="operator")
        world.cn.seq = Stream.objects.get(pk=frozen.pk).last_seq
        world.cn.prev = Stream.objects.get(pk=frozen.pk).last_leaf
        token = world.cn.send(KIND, declaration("CN-3"), subject="CN-3", agreement=world.agreement.uuid)
        receive(world.partner, [token])
        assert Record.objects.filter(subject="CN-3").exists()

    def test_the_alarm_about_undelivered_records_outlives_a_thaw(self, world: World) -> None:
        Stream.objects.filter(pk=world.out.pk).update(state=StreamState.FROZEN, failures=3, last_error="x")
        thawed = thaw(world.out, "compared", actor="operator")
        assert (thawed.failures, thawed.last_error, thawed.next_attempt_at) == (0, "", None)
        assert Alarm.objects.filter(code="exchange.undelivered", cleared_at=None).exists()

    def test_only_a_frozen_stream_is_thawed_and_only_for_a_reason(self, world: World) -> None:
        with pytest.raises(Conflict):
            thaw(world.out, "why not", actor="operator")
        with pytest.raises(BadInput):
            thaw(world.out, "  ", actor="operator")


class TestQuarantine:
    def test_one_is_shown_with_its_error(self, world: World, people: People) -> None:
        assert "CN-Q" in text_of(visitor(people.auditor).get("/exchange/quarantine/"))
        found = text_of(visitor(people.auditor).get(f"/exchange/quarantine/{world.quarantined.leaf}/"))
        assert "RuntimeError: the shelf is full" in found
        assert "Run again" not in found

    def test_running_it_again_gives_it_its_effect(self, world: World, people: People) -> None:
        browser = visitor(people.operator)
        answer = browser.post(f"/exchange/quarantine/{world.quarantined.leaf}/run/", follow=True)
        assert "It worked" in text_of(answer)
        world.quarantined.refresh_from_db()
        assert world.quarantined.effect == Effect.APPLIED
        again = browser.post(f"/exchange/quarantine/{world.quarantined.leaf}/run/", follow=True)
        assert "does not wait in quarantine any more" in text_of(again)

    def test_setting_it_aside_needs_a_reason(self, world: World, people: People) -> None:
        browser = visitor(people.operator)
        url = f"/exchange/quarantine/{world.quarantined.leaf}/dismiss/"
        assert "Something has to be corrected" in text_of(browser.post(url, {}))
        browser.post(url, {"reason": "A test record of the partner."})
        world.quarantined.refresh_from_db()
        assert world.quarantined.effect == Effect.DISMISSED
        page = text_of(browser.get(f"/exchange/quarantine/{world.quarantined.leaf}/"))
        assert "A test record of the partner." in page
        assert "Nothing is in quarantine" in text_of(browser.get("/exchange/quarantine/"))


class TestDesks:
    def test_set_changed_and_removed(self, world: World, people: People) -> None:
        browser = visitor(people.approver)
        assert "Customs Department" in text_of(browser.get("/exchange/desks/"))
        given = {"record_type": KIND, "organisation": people.revenue.pk}
        assert browser.post("/exchange/desks/", given).status_code == 302
        assert Desk.objects.get().organisation == people.revenue
        browser.post(f"/exchange/desks/{world.desk.pk}/remove/")
        assert not Desk.objects.exists()
        gone = browser.post(f"/exchange/desks/{world.desk.pk}/remove/", follow=True)
        assert "No organisation is set" in text_of(gone)

    def test_a_closed_organisation_or_an_unknown_type_is_refused(self, world: World, people: People) -> None:
        people.revenue.active = False
        people.revenue.save()
        with pytest.raises(BadInput):
            set_desk(KIND, people.revenue, actor="t")
        for key in ("no.such/1", "exchange.agreement/1"):
            with pytest.raises(BadInput):
                set_desk(key, people.customs, actor="t")
        with pytest.raises(NotFound):
            remove_desk("no.such/1", actor="t")
        given = {"record_type": "exchange.agreement/1", "organisation": people.revenue.pk}
        found = text_of(visitor(people.operator).post("/exchange/desks/", given))
        assert found.count("field-error") == 2

    def test_records_go_to_the_desk_from_then_on(self, world: World, people: People) -> None:
        set_desk(KIND, people.revenue, actor="t")
        token = world.cn.send(KIND, declaration("CN-9"), subject="CN-9", agreement=world.agreement.uuid)
        receive(world.partner, [token])
        assert "CN-9" in text_of(visitor(people.elsewhere).get("/exchange/records/"))
        assert "CN-9" not in text_of(visitor(people.officer).get("/exchange/records/"))
