"""What people see and do: pages, commands and sticks."""

import io
import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.urls import reverse

from isthmus.exchange.models import AskedBack, Offer, OfferState, Record, Stream, StreamState
from isthmus.exchange.services import publish
from isthmus.exchange.services.bundles import import_bundle
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.recovery import sticks, taking
from isthmus.exchange.services.recovery.marking import log_size, mark_older
from isthmus.exchange.verification import check_record
from isthmus.kit.errors import Conflict, NotFound, Refused
from isthmus.node.commands.streams import stream as command
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose
from tests.accounts.conftest import People
from tests.exchange.pages import visitor
from tests.exchange.recovery.conftest import Lost, incoming, item, outgoing
from tests.exchange.recovery.test_calls import serving
from tests.exchange.recovery.test_two_histories import diverged, history, offered

__all__ = ["diverged", "offered"]
pytestmark = pytest.mark.django_db


def page(people: People, who: str = "operator", name: str = "streams", *args: Any) -> str:
    answer = visitor(getattr(people, who)).get(reverse(f"exchange:{name}", args=[*args] or ["cn"]))
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


class TestPages:
    def test_a_recovering_stream_says_so_and_offers_to_ask(self, lost: Lost, people: People):
        mark_older(actor="operator", kept_size=log_size())
        publish([item("EX-5")], to=["cn"])
        shown = page(people)
        assert "A stream recovers" in shown
        assert "1 record waits for its number" in shown
        assert "Not before the partner has said how far it got." in shown
        assert "Ask the partner now" in shown
        assert "Ask the partner now" not in page(people, "auditor")
        Stream.objects.update(next_attempt_at=lost.agreed.valid_until)
        browser = visitor(people.operator)
        browser.post(reverse("exchange:recover_streams", args=["cn"]))
        assert outgoing().next_attempt_at is None

    def test_a_record_that_waits_for_its_number_can_be_looked_at(self, lost: Lost, people: People):
        mark_older(actor="operator", kept_size=log_size())
        (row,) = publish([item("EX-5")], to=["cn"])
        shown = page(people, "operator", "record", row.leaf)
        assert "It waits for its number" in shown
        assert "Waits for its number in mm&gt;cn#1" in shown
        assert "No tombstone" not in shown
        (check,) = check_record(row)
        assert (check.ok, check.detail) == (False, "It waits for its number, and is signed only then.")
        assert "EX-5" in visitor(people.operator).get(reverse("exchange:records")).content.decode()

    def test_two_histories_lead_to_a_new_epoch(self, diverged: Lost, people: People):
        shown = page(people)
        assert "A number was signed twice" in shown
        url = reverse("exchange:begin_epoch", args=["cn", outgoing().pk])
        assert url in shown
        assert reverse("exchange:thaw", args=["cn", outgoing().pk]) not in shown
        browser = visitor(people.operator)
        assert "reason" in browser.post(url, {"reason": ""}).content.decode()
        browser.post(url, {"reason": "A snapshot was put back"})
        assert outgoing().name == "mm>cn#2"

    def test_an_approver_decides_what_a_partner_asks_for(self, offered: tuple[Lost, str], people: People):
        lost, token = offered
        receive(lost.partner, [token])
        offer = Offer.objects.get()
        assert "An approver decides." in page(people)
        shown = page(people, "approver")
        assert "A new epoch of its stream" in shown
        url = reverse("exchange:decide_offer", args=["cn", offer.pk, "accept"])
        assert url in shown
        approver = visitor(people.approver)
        assert approver.get(url.replace("accept", "forget")).status_code == 404
        approver.post(url, {"reason": "called"})
        offer.refresh_from_db()
        assert (offer.state, offer.reason) == (OfferState.ACCEPTED, "called")
        assert "A later epoch goes on" not in page(people, "approver")


def call(*words: str) -> Result:
    return CliRunner().invoke(command, [*words, "--json"])


class TestCommands:
    def test_streams_are_listed_with_what_waits(self, lost: Lost):
        mark_older(actor="operator", kept_size=log_size())
        publish([item("EX-5")], to=["cn"])
        rows = {row["stream"]: row for row in json.loads(call("list").stdout)}
        assert rows["mm>cn#1"]["state"] == "recovering"
        assert (rows["mm>cn#1"]["without_number"], rows["cn>mm#1"]["receipted"]) == (1, None)

    def test_a_partner_is_asked_at_once(self, lost: Lost):
        mark_older(actor="operator", kept_size=log_size())
        with serving(lost, lambda _path, _body: (200, lost.given().model_dump_json().encode())):
            done = call("recover", "cn")
        assert json.loads(done.stdout)["records_taken_back"] == 3
        assert CliRunner().invoke(command, ["list"]).exit_code == 0
        assert isinstance(call("recover", "nobody").exception, NotFound)

    def test_an_epoch_begins(self, diverged: Lost):
        assert json.loads(call("epoch", "cn", "--reason", "a snapshot").stdout)["stream"] == "mm>cn#2"
        assert isinstance(call("epoch", "cn", "--reason", "again").exception, NotFound)

    def test_requests_are_listed_and_decided(self, offered: tuple[Lost, str]):
        lost, token = offered
        assert json.loads(call("requests").stdout) == []
        receive(lost.partner, [token])
        lost.cn.seq, lost.cn.prev = incoming().last_seq, incoming().last_leaf
        receive(lost.partner, [lost.cn.send("exchange.recovery/1", history(lost.cn, 2))])
        asked = {row["asks_for"]: row["number"] for row in json.loads(call("requests").stdout)}
        declined = call("decline", str(asked["history"]), "--reason", "nobody knows")
        assert json.loads(declined.stdout)["state"] == "declined"
        # What came after the offer moved the stream on; the partner has to begin anew.
        assert isinstance(call("accept", str(asked["epoch"]), "--reason", "called").exception, Conflict)


class TestSticks:
    def carried(self, lost: Lost, recovery: tuple[str, ...]) -> Any:
        encryption = keystore.in_use(KeyPurpose.ENCRYPTION).certificate
        from isthmus.kit import clock
        from isthmus.wire.bundle import BundleContent, write_bundle

        content = BundleContent(lost.cn.checkpoint(), recovery=recovery)
        data = write_bundle(
            content,
            seal=lost.cn.certificates["seal"],
            seal_key=lost.cn.seal_key,
            encryption=encryption,
            created=clock.now(),
        )
        return import_bundle(io.BytesIO(data), actor="operator")

    def test_one_asks_and_the_next_brings(self, lost: Lost):
        assert sticks.to_carry(lost.partner) == ()
        mark_older(actor="operator", kept_size=log_size())
        (question,) = sticks.to_carry(lost.partner)
        assert json.loads(question)["says"] == "wanted"
        answer = json.dumps({"says": "given", "content": lost.given().model_dump(mode="json")})
        report = self.carried(lost, (answer,))
        assert report.problems == []
        assert outgoing().state == StreamState.OPEN
        assert Record.objects.filter(stream=outgoing(), seq=lost.last).exists()

    def test_a_partners_question_is_answered_until_it_stops_asking(self, lost: Lost):
        receive(lost.partner, [lost.theirs])
        wanted = {
            "stream": "cn>mm#1",
            "after": 0,
            "incoming": "mm>cn#1",
            "receipted": 0,
            "answers": [lost.cn.refusal("exchange.gap", expected=2)],
        }
        self.carried(lost, (json.dumps({"says": "wanted", "content": wanted}),))
        assert outgoing().settled_seq == 1
        (answer,) = sticks.to_carry(lost.partner)
        assert len(json.loads(answer)["content"]["records"]) == 2
        self.carried(lost, ('{"says": "given", "content": {"stream": "x"}}',))
        assert not AskedBack.objects.exists()

    def test_what_cannot_be_used_is_said(self, lost: Lost):
        mark_older(actor="operator", kept_size=log_size())
        given = lost.given(records=lost.tokens[1:]).model_dump(mode="json")
        report = self.carried(lost, ("nonsense", json.dumps({"says": "given", "content": given})))
        assert "cannot be read by this release" in report.problems[0]
        assert "does not follow" in report.problems[1]
        with pytest.raises(Refused):
            taking.take_back(lost.partner, lost.given(records=lost.tokens[1:]))
