"""A topic that another node leads, as this country and a third see it."""

import pytest
from django.conf import settings

from isthmus.apps.projects import queries
from isthmus.apps.projects.models import Statement, Topic
from isthmus.apps.projects.services import contributing, gating, joining, keeping, proposing
from isthmus.exchange import tokens
from isthmus.exchange.handlers import Erasing, Received
from isthmus.exchange.models import Record
from isthmus.exchange.registry import typed_body
from isthmus.kit import clock
from isthmus.kit.errors import Conflict, NotFound, Refused
from isthmus.search.queries import Question
from isthmus.search.queries import keys as found_by
from isthmus.trust.models import Partner
from isthmus.wire.record import read_record
from tests.apps.projects.conftest import TOPIC, Abroad, Strip
from tests.foreign import ForeignNode

JOINED = {"says": "joined", "country": "TH", "role": "know-how", "organisation": "Sample ministry"}


class TestTopic:
    def test_it_is_known_here_moves_on_and_can_be_found(self, abroad: Abroad):
        assert abroad.tells() == ""
        assert abroad.tells(stage="interest") == ""
        assert (abroad.topic.stage, abroad.topic.lead, abroad.topic.country) == ("interest", "cn", "CN")
        assert found_by(Question("customs", collections=["topics"])) == [f"cn/{abroad.reference}"]

    def test_another_proposal_or_an_earlier_stage_is_refused(self, abroad: Abroad):
        abroad.tells(stage="group")
        assert abroad.tells(text="Something else") == "Another proposal was sent under this name."
        assert abroad.tells(themes=["wool"]) == "Another proposal was sent under this name."
        assert abroad.tells(stage="interest") == "A topic does not go back."
        assert abroad.topic.text == TOPIC["text"]

    def test_its_lesson_arrives_and_nothing_is_said_after_it(self, strip: Strip, abroad: Abroad):
        abroad.tells(stage="closed", lesson="First power.")
        assert abroad.topic.lesson == "First power."
        with pytest.raises(Conflict, match="closed"):
            joining.join(abroad.topic, strip.ministry, role="host", resources="", actor="officer")

    def test_only_its_lead_leads_it(self, abroad: Abroad):
        abroad.tells()
        with pytest.raises(NotFound, match="The node cn leads"):
            gating.put_gate(abroad.topic, "group", {"text": "x"}, actor="officer")
        with pytest.raises(NotFound, match="The node cn leads"):
            proposing.close(abroad.topic, "x", actor="officer")


class TestSpeaking:
    def test_this_country_joins_and_signs_by_records_to_the_lead(self, strip: Strip, abroad: Abroad):
        topic = abroad.joined()
        gate, digest, refusal = abroad.put()
        assert refusal == "This gate comes before its turn."
        abroad.tells(stage="interest")
        gate, digest, refusal = abroad.put()
        assert refusal == ""
        gating.sign(topic, gate, digest, actor="approver")
        contributing.contribute(topic, strip.ministry, "comment", {"text": "Good"}, actor="officer")
        told = [(sort, body.get("says") or body.get("kind")) for sort, body in strip.cn.heard()]
        assert told == [("interest", "joined"), ("gate", "signed"), ("contribution", "comment")]
        assert strip.th.heard() == []

    def test_without_an_agreement_nothing_is_said_and_nothing_written(self, strip: Strip, abroad: Abroad):
        abroad.tells()
        strip.cn.agreement.delete()
        with pytest.raises(Refused, match="No agreement in force"):
            joining.join(abroad.topic, strip.ministry, role="host", resources="", actor="officer")
        assert not Statement.objects.filter(sort="interest").exists()

    def test_who_is_not_in_neither_signs_nor_contributes(self, strip: Strip, abroad: Abroad):
        abroad.tells(stage="interest")
        gate, digest, _refusal = abroad.put()
        with pytest.raises(Conflict, match="not in the topic"):
            gating.sign(abroad.topic, gate, digest, actor="approver")
        with pytest.raises(Conflict, match="not in the topic"):
            contributing.contribute(abroad.topic, strip.ministry, "comment", {"text": "x"}, actor="officer")

    def test_a_node_of_no_country_does_not_sign(self, abroad: Abroad, monkeypatch: pytest.MonkeyPatch):
        topic = abroad.joined()
        abroad.tells(stage="interest")
        gate, digest, _refusal = abroad.put()
        config = settings.ISTHMUS.model_copy(update={"country": ""})
        monkeypatch.setattr(settings, "ISTHMUS", config)
        with pytest.raises(Refused, match="belongs to no country"):
            gating.sign(topic, gate, digest, actor="approver")


class TestGates:
    def test_a_text_that_is_not_whole_or_not_what_its_digest_says_is_refused(self, abroad: Abroad):
        abroad.joined()
        abroad.tells(stage="group")
        assert abroad.put("pilot", text="A plan")[2] == "The text lacks a part."
        _gate, digest, _refusal = abroad.put()
        assert abroad.put(text="Another text")[2] == "Another text was put under this name."
        body = {"topic": abroad.reference, "gate": "9" * 32, "says": "put", "kind": "group", "digest": digest}
        told = {**body, "terms": {"text": "We meet once a month."}}
        assert abroad.lead.says("gate", told) == "The digest is not that of the text."

    def test_it_does_not_open_without_three_or_with_a_signature_that_was_not_given(self, abroad: Abroad):
        abroad.joined()
        abroad.tells(stage="interest")
        gate, digest, _refusal = abroad.put()
        at = clock.to_text(clock.now())
        by = [{"node": one, "country": one.upper(), "at": at} for one in ("cn", "th", "mm")]
        body = {"topic": abroad.reference, "gate": gate, "says": "opened", "kind": "group", "digest": digest}
        told = {**body, "signed_by": by[:2]}
        assert abroad.lead.says("gate", told) == "Three countries must have signed."
        assert abroad.lead.says("gate", {**body, "signed_by": by}) == "This node has not signed the text."
        gating.sign(abroad.topic, gate, digest, actor="approver")
        assert abroad.lead.says("gate", {**body, "signed_by": by}) == ""
        assert queries.story_of(abroad.topic).gate(gate).opened_at is not None


class TestHandedOn:
    def test_what_a_third_country_said_is_proved_by_its_own_signature(self, abroad: Abroad):
        abroad.joined()
        assert abroad.relays(abroad.said_to_lead("interest", JOINED)) == ""
        row = Statement.objects.get(node="th")
        assert (row.proved, read_record(row.token)[1].sender) == (True, "th")
        assert queries.story_of(abroad.topic).members["th"].country == "TH"

    def test_of_a_country_that_is_no_partner_it_is_shown_as_told(self, abroad: Abroad):
        abroad.joined()
        token = abroad.said_to_lead("interest", JOINED)
        Partner.objects.filter(node_id="th").update(state="pending")
        assert abroad.relays(token) == ""
        assert Statement.objects.get(node="th").proved is False

    def test_under_a_key_that_is_not_known_yet_too(self, strip: Strip, abroad: Abroad):
        abroad.joined()
        strip.th.node.use("seal", *strip.th.node.successor("seal"))
        assert abroad.relays(abroad.said_to_lead("interest", JOINED)) == ""
        assert Statement.objects.get(node="th").proved is False

    def test_a_forged_statement_of_a_partner_is_refused(self, strip: Strip, abroad: Abroad):
        abroad.joined()
        forger = ForeignNode("th", "Forger", "TH")
        forger.kid = strip.th.node.kid
        strip.th.node, real = forger, strip.th.node
        token = abroad.said_to_lead("interest", JOINED)
        strip.th.node = real
        assert "signature" in abroad.relays(token).lower()
        assert not Statement.objects.filter(node="th").exists()

    def test_only_statements_to_the_lead_of_this_topic_are_handed_on(self, strip: Strip, abroad: Abroad):
        abroad.joined()
        about = "This is no statement of {} to the lead."
        token = abroad.said_to_lead("interest", JOINED)
        assert abroad.relays(token, "bd") == about.format("bd")
        assert abroad.relays(token, "cn") == about.format("cn")
        other = abroad.said_to_lead("interest", {**JOINED, "topic": "0" * 32})
        assert abroad.relays(other) == about.format("th")
        odd = abroad.said_to_lead("interest", {**JOINED, "role": "king"})
        assert abroad.relays(odd) == "The record inside does not fit its type."
        body = {"topic": abroad.reference, "node": "cn", "record": token, "files": []}
        assert strip.th.says("relay", body) == "No topic of this name is known between both nodes."
        assert not Statement.objects.filter(node="th").exists()

    def test_a_signature_for_another_text_is_refused_by_this_way_as_well(self, abroad: Abroad):
        abroad.joined()
        abroad.tells(stage="interest")
        gate, _digest, _refusal = abroad.put()
        abroad.relays(abroad.said_to_lead("interest", JOINED))
        signed = {"gate": gate, "says": "signed", "kind": "group", "digest": "0" * 64, "country": "TH"}
        reason = abroad.relays(abroad.said_to_lead("gate", signed))
        assert reason == "This is about another text than the one that was put."


class TestKeeping:
    def test_an_erased_text_takes_its_statement_along_and_the_topics_own_the_topic(
        self, abroad: Abroad, strip: Strip
    ):
        abroad.tells()
        abroad.lead.joins(abroad.reference)
        for row in list(Statement.objects.order_by("pk")[::-1]):
            erasing = Erasing(row.leaf, "projects.topic/1", "x", "cn", sent=False, ground="order")
            keeping.erase(Erasing(row.leaf, "", "x", "cn", sent=True, ground="order"))
            assert Statement.objects.filter(pk=row.pk).exists()
            keeping.erase(erasing)
        assert not Topic.objects.exists()
        assert found_by(Question("customs", collections=["topics"])) == []

    def test_what_this_node_lost_stands_again(self, strip: Strip):
        topic = strip.topic()
        joining.join(topic, strip.ministry, role="host", resources="A post", actor="officer")
        lost = Statement.objects.get(sort="interest")
        record = Record.objects.filter(type="projects.interest")
        assert not record.exists()
        strip.cn.joins(topic.reference)
        strip.work()
        row = record.get(stream__partner__node_id="cn", stream__direction="out")
        wire = next(body for sort, body in strip.cn.heard() if sort == "interest")
        lost.delete()
        unverified = read_record(tokens.text_of(row.leaf) or "")[1]
        body = typed_body("projects.interest/1", wire)
        given = Received(unverified, body, row.leaf, None)
        for _twice in range(2):
            keeping.restore(given)
        assert strip.story(topic).members["mm"].resources == "A post"

    def test_what_waited_for_a_number_gets_it(self, strip: Strip):
        topic = strip.topic()
        Statement.objects.update(leaf="stand-in")
        keeping.take_number("stand-in", "f" * 64)
        assert Statement.objects.get(topic=topic).leaf == "f" * 64
