"""A topic that this node leads: joining, the quorum, gates signed by three, what is handed on."""

from datetime import timedelta

import pytest

from isthmus.apps.projects.models import Delivery, Statement, Topic
from isthmus.apps.projects.rules.gates import Standing
from isthmus.apps.projects.rules.passing import Hindrance
from isthmus.apps.projects.services import contributing, gating, joining, proposing, telling
from isthmus.jobs.models import Job
from isthmus.kit.errors import BadInput, Conflict, NotFound, Refused
from isthmus.search.queries import Question
from isthmus.search.queries import keys as found_by
from isthmus.trust.models import Partner, PartnerState
from isthmus.wire.record import read_record
from tests.apps.projects.conftest import PILOT, Strip, agree, later


def suspend(node: str) -> None:
    Partner.objects.filter(node_id=node).update(state=PartnerState.SUSPENDED)


class TestProposing:
    def test_a_topic_reaches_every_partner_and_can_be_found(self, strip: Strip):
        topic = strip.topic()
        for country in (strip.cn, strip.th):
            (told,) = country.heard()
            assert (told[0], told[1]["title"], told[1]["country"]) == ("topic", topic.title, "MM")
        assert found_by(Question("declaration border", collections=["topics"])) == [f"mm/{topic.reference}"]
        assert Statement.objects.get().leaf == Delivery.objects.order_by("pk")[0].leaf

    def test_it_is_shown_only_to_whom_it_should_be(self, strip: Strip):
        topic = proposing.propose(
            strip.ministry, {"title": "One", "text": "Two", "language": "en"}, told=["cn"], actor="officer"
        )
        assert (len(strip.cn.heard()), strip.th.heard()) == (1, [])
        proposing.share(topic, ["th"], actor="officer")
        assert (len(strip.cn.heard()), len(strip.th.heard())) == (1, 1)
        with pytest.raises(Refused, match="No agreement in force lets topics go to bd"):
            proposing.share(topic, ["bd"], actor="officer")
        with pytest.raises(BadInput, match="at least one"):
            proposing.share(topic, [], actor="officer")

    def test_what_cannot_be_said_leaves_nothing(self, strip: Strip):
        with pytest.raises(BadInput, match="no such application"):
            strip.topic(application="wool")
        with pytest.raises(BadInput, match="title"):
            strip.topic(title="")
        assert not Topic.objects.exists()

    def test_a_topic_is_closed_with_its_lesson_and_then_stays(self, strip: Strip):
        topic = strip.topic()
        with pytest.raises(BadInput, match="what was learned"):
            proposing.close(topic, "", actor="officer")
        proposing.close(topic, "The posts need power first.", actor="officer")
        assert strip.th.heard()[-1][1]["lesson"] == "The posts need power first."
        with pytest.raises(Conflict, match="closed"):
            joining.join(topic, strip.ministry, role="host", resources="", actor="officer")
        assert strip.cn.joins(topic.reference) == "This topic is closed; its story stays as it is."


class TestJoining:
    def test_who_joins_is_seen_by_all_and_gets_the_whole_story(self, strip: Strip):
        topic = strip.joined()
        assert topic.stage == "interest"
        assert [one.node for one in strip.story(topic).members.values()] == ["mm", "cn", "th"]
        relayed = [body for sort, body in strip.th.heard() if sort == "relay"]
        inside = read_record(relayed[0]["record"])[1]
        assert (relayed[0]["node"], inside.sender, inside.body["country"]) == ("cn", "cn", "CN")
        assert sum(sort == "interest" for sort, _body in strip.th.heard()) == 1

    def test_it_asks_the_worker_once_to_tell_the_others(self, strip: Strip):
        topic = strip.topic()
        strip.cn.joins(topic.reference)
        strip.th.joins(topic.reference)
        assert Job.objects.filter(kind="projects.hand-on").count() == 1

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"country": "LA"}, "A country joins for itself only."),
            ({"says": "left"}, "Who has not joined cannot leave."),
            ({"topic": "0" * 32}, "No topic of this name is known between both nodes."),
        ],
    )
    def test_what_cannot_be_is_refused_with_a_reason(self, strip: Strip, change: dict[str, str], reason: str):
        topic = strip.topic()
        assert strip.cn.joins(topic.reference, **change) == reason
        assert not Statement.objects.filter(sort="interest").exists()

    def test_a_second_interest_is_refused_and_the_first_stays(self, strip: Strip):
        topic = strip.topic()
        at = "2026-11-01T10:00:00Z"
        assert strip.cn.joins(topic.reference, at=at) == ""
        assert strip.cn.joins(topic.reference, at=at) == ""
        assert strip.cn.joins(topic.reference, role="funds") == "This country has joined the topic already."
        assert strip.story(topic).members["cn"].role == "know-how"
        assert Statement.objects.filter(node="cn").count() == 1
        joining.join(topic, strip.ministry, role="host", resources="", actor="officer")
        with pytest.raises(Conflict, match="joined the topic already"):
            joining.join(topic, strip.ministry, role="funds", resources="", actor="officer")

    def test_a_topic_that_was_not_shown_cannot_be_joined(self, strip: Strip):
        topic = proposing.propose(
            strip.ministry, {"title": "One", "text": "Two", "language": "en"}, told=["cn"], actor="officer"
        )
        assert strip.th.joins(topic.reference) == "This topic was not shown to th."

    def test_who_left_may_come_back_in_another_role(self, strip: Strip):
        topic = strip.joined()
        joining.leave(topic, "No budget", actor="officer")
        assert strip.story(topic).members["mm"].reason == "No budget"
        with pytest.raises(Conflict, match="not in the topic"):
            joining.leave(topic, "Again", actor="officer")
        joining.join(topic, strip.ministry, role="observer", resources="", actor="officer")
        assert strip.story(topic).members["mm"].role == "observer"


class TestPassingOn:
    def test_an_agreement_that_forbids_it_keeps_a_statement_here(self, strip: Strip):
        topic = strip.topic()
        strip.cn.agreement.terms = {**strip.cn.agreement.terms, "onward_sharing": "never"}
        strip.cn.agreement.save()
        strip.cn.joins(topic.reference)
        strip.th.joins(topic.reference)
        strip.work()
        assert [body["node"] for sort, body in strip.cn.heard() if sort == "relay"] == ["th"]
        assert not [body for sort, body in strip.th.heard() if sort == "relay"]
        (left,) = telling.untold(topic)
        assert (left.partner, left.hindrance) == ("th", Hindrance.NOT_PASSED_ON)

    def test_without_its_givers_consent_it_stays_here_too(self, strip: Strip):
        topic = strip.topic()
        strip.cn.joins(topic.reference, hand_on=False)
        strip.th.joins(topic.reference)
        strip.work()
        assert not [body for sort, body in strip.th.heard() if sort == "relay"]

    def test_what_a_suspended_partner_missed_is_told_later(self, strip: Strip):
        topic = strip.topic()
        strip.cn.joins(topic.reference)
        strip.th.joins(topic.reference)
        suspend("th")
        strip.work()
        assert {one.hindrance for one in telling.untold(topic)} == {Hindrance.SUSPENDED}
        Partner.objects.filter(node_id="th").update(state=PartnerState.ACTIVE)
        assert strip.work() > 0
        assert strip.work() == 0
        assert list(telling.untold(topic)) == []

    def test_an_agreement_that_came_later_lets_the_topic_go(self, strip: Strip):
        strip.th.agreement.delete()
        topic = strip.topic()
        assert topic.told == ["cn"]
        topic.told = ["cn", "th"]
        topic.save()
        assert [one.hindrance for one in telling.untold(topic)] == [Hindrance.NOT_AGREED]
        agree(strip.th.node)
        assert strip.work() == 1


class TestGates:
    def test_below_the_quorum_a_gate_is_refused_with_what_is_missing(self, strip: Strip):
        topic = strip.topic()
        strip.cn.joins(topic.reference)
        strip.th.joins(topic.reference, role="observer")
        topic.refresh_from_db()
        with pytest.raises(Refused, match=r"There are: CN. Wanting: 2."):
            gating.put_gate(topic, "group", {"text": "Charter"}, actor="officer")

    def test_gates_come_in_their_order_and_one_at_a_time(self, strip: Strip):
        topic = strip.joined()
        with pytest.raises(Conflict, match="follows another one"):
            gating.put_gate(topic, "pilot", PILOT, actor="officer")
        strip.put(topic, "group", {"text": "Charter"})
        with pytest.raises(Conflict, match="Another text waits"):
            gating.put_gate(topic, "group", {"text": "Another charter"}, actor="officer")

    def test_a_text_without_a_part_is_not_put(self, strip: Strip):
        topic = strip.joined()
        strip.passed(topic, "group", {"text": "Charter"})
        with pytest.raises(BadInput, match="This is missing: Baseline, Exit"):
            gating.put_gate(topic, "pilot", {**PILOT, "baseline": "", "exit": ""}, actor="officer")

    def test_two_signatures_do_not_open_it_and_the_third_does(self, strip: Strip):
        topic = strip.joined()
        gate, digest = strip.put(topic, "group", {"text": "Charter"})
        gating.sign(topic, gate, digest, actor="approver")
        assert strip.cn.answers(topic.reference, gate, "group", digest) == ""
        with pytest.raises(Refused, match=r"There are: CN, MM. Wanting: 1."):
            gating.open_gate(topic, gate, actor="officer")
        assert strip.th.answers(topic.reference, gate, "group", digest) == ""
        gating.open_gate(topic, gate, actor="officer")
        strip.work()
        assert strip.story(topic).topic.stage == "group"
        opened = [body for sort, body in strip.cn.heard() if body.get("says") == "opened"]
        assert [one["country"] for one in opened[0]["signed_by"]] == ["MM", "CN", "TH"]
        assert strip.cn.heard()[-1][1].get("stage") == "group" or any(
            body.get("stage") == "group" for _sort, body in strip.cn.heard()
        )

    def test_a_signature_for_an_altered_text_is_refused(self, strip: Strip):
        topic = strip.joined()
        gate, digest = strip.put(topic, "group", {"text": "Charter"})
        reason = strip.cn.answers(topic.reference, gate, "group", "0" * 64)
        assert reason == "This is about another text than the one that was put."
        with pytest.raises(Conflict, match="not the one that you have seen"):
            gating.sign(topic, gate, "0" * 64, actor="approver")
        assert strip.cn.answers(topic.reference, gate, "group", digest, country="TH") == (
            "A country signs for itself only."
        )
        assert strip.cn.answers(topic.reference, "9" * 32, "group", digest) == (
            "No text was put under this name."
        )
        assert strip.story(topic).gates[0].answers == ()

    def test_only_the_lead_puts_opens_and_drops(self, strip: Strip):
        topic = strip.joined()
        gate, digest = strip.put(topic, "group", {"text": "Charter"})
        for says in ("put", "opened", "dropped"):
            reason = strip.cn.answers(topic.reference, gate, "group", digest, says=says)
            assert reason == "Only the node that leads the topic says this."

    def test_a_signature_of_a_node_that_left_or_is_suspended_stays_and_does_not_count(self, strip: Strip):
        topic = strip.joined()
        gate, digest = strip.put(topic, "group", {"text": "Charter"})
        gating.sign(topic, gate, digest, actor="approver")
        for country in (strip.cn, strip.th):
            country.answers(topic.reference, gate, "group", digest)
        assert strip.th.says("interest", {"topic": topic.reference, "says": "left", "hand_on": True}) == ""
        suspend("cn")
        story = strip.story(topic)
        stands = {one.node: how for one, how in story.count(story.gates[0]).signatures}
        assert stands == {"mm": Standing.COUNTS, "cn": Standing.SUSPENDED, "th": Standing.LEFT}
        with pytest.raises(
            Refused, match=r"CN has signed, but its node is suspended. TH has signed, but it has left"
        ) as told:
            gating.open_gate(topic, gate, actor="officer")
        assert "every signature stays" in told.value.next_step
        Partner.objects.filter(node_id="cn").update(state=PartnerState.ACTIVE)
        assert strip.th.joins(topic.reference) == ""
        gating.open_gate(topic, gate, actor="officer")
        assert strip.story(topic).topic.stage == "group"

    def test_a_gate_that_is_open_stays_open_whoever_leaves(self, strip: Strip):
        topic = strip.joined()
        gate = strip.passed(topic, "group", {"text": "Charter"})
        strip.th.says("interest", {"topic": topic.reference, "says": "left", "hand_on": True})
        found = strip.story(topic).gate(gate)
        assert found.opened_at is not None
        assert [one["country"] for one in found.signed_by] == ["MM", "CN", "TH"]
        with pytest.raises(Conflict, match="open already"):
            gating.sign(topic, gate, found.digest, actor="approver")

    def test_a_refusal_takes_a_signature_back(self, strip: Strip):
        topic = strip.joined()
        gate, digest = strip.put(topic, "group", {"text": "Charter"})
        gating.sign(topic, gate, digest, actor="approver")
        with pytest.raises(Conflict, match="signed this text already"):
            gating.sign(topic, gate, digest, actor="approver")
        with pytest.raises(BadInput, match="Say why"):
            gating.refuse(topic, gate, "", actor="approver")
        gating.refuse(topic, gate, "Article 2 is unclear", actor="approver")
        answer = strip.story(topic).gate(gate).answer_of("mm")
        assert answer is not None
        assert (answer.signed, answer.reason) == (False, "Article 2 is unclear")

    def test_a_dropped_gate_makes_room_for_a_better_text(self, strip: Strip):
        topic = strip.joined()
        gate, digest = strip.put(topic, "group", {"text": "Charter"})
        with pytest.raises(BadInput, match="Say why"):
            gating.drop(topic, gate, "", actor="officer")
        gating.drop(topic, gate, "Article 2 is unclear", actor="officer")
        assert strip.cn.answers(topic.reference, gate, "group", digest) == "The lead has dropped this gate."
        strip.put(topic, "group", {"text": "Better charter"})
        assert [one.dropped_at is not None for one in strip.story(topic).gates] == [True, False]
        with pytest.raises(NotFound):
            gating.drop(topic, "9" * 32, "x", actor="officer")


class TestContributions:
    def test_each_kind_stands_in_the_story_and_is_handed_on(self, strip: Strip):
        topic = strip.joined()
        due = later(-1)
        assert strip.cn.contributes(topic.reference, "task", "1", title="Translate", due=due, who="cn") == ""
        assert strip.cn.contributes(topic.reference, "done", "2", about="1" * 32) == ""
        given = {"country": "CN", "aspect": "law", "fit": "fits", "source": "Customs law, article 4"}
        assert strip.cn.contributes(topic.reference, "fit", "3", **given) == ""
        strip.work()
        kinds = [
            read_record(body["record"])[1].body.get("kind")
            for sort, body in strip.th.heard()
            if sort == "relay"
        ]
        assert kinds[-3:] == ["task", "done", "fit"]

    @pytest.mark.parametrize(
        ("kind", "given", "reason"),
        [
            ("fit", {"country": "CN", "aspect": "law", "fit": "fits"}, "This is missing: source."),
            (
                "evidence",
                {"title": "It", "text": "Works", "grade": "result"},
                "This is missing: source.",
            ),
            ("comment", {}, "This is missing: text."),
        ],
    )
    def test_what_lacks_a_part_is_refused(self, strip: Strip, kind: str, given: dict[str, str], reason: str):
        topic = strip.joined()
        assert strip.cn.contributes(topic.reference, kind, **given) == reason

    def test_who_has_not_joined_does_not_contribute(self, strip: Strip):
        topic = strip.topic()
        reason = strip.cn.contributes(topic.reference, "comment", text="Hello")
        assert reason == "Who contributes joins the topic first."

    def test_a_task_is_done_once(self, strip: Strip):
        topic = strip.joined()
        task = contributing.contribute(
            topic, strip.ministry, "task", {"title": "Translate", "due": later(3)}, actor="officer"
        )
        about = {"about": task.body["contribution"]}
        contributing.contribute(topic, strip.ministry, "done", about, actor="officer")
        with pytest.raises(Conflict, match="done already"):
            contributing.contribute(topic, strip.ministry, "done", about, actor="officer")
        with pytest.raises(BadInput, match="no such task"):
            contributing.contribute(topic, strip.ministry, "done", {"about": "9" * 32}, actor="officer")
        with pytest.raises(BadInput, match="This is missing: Title"):
            contributing.contribute(topic, strip.ministry, "task", {"due": later(3)}, actor="officer")


def test_what_is_told_tomorrow_was_said_today(strip: Strip):
    """The moment of a statement is its giver's, however late it is handed on."""
    topic = strip.joined()
    first = Statement.objects.get(node="cn", sort="interest")
    assert first.at - topic.proposed_at < timedelta(minutes=1)
