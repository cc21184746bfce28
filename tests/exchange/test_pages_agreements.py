"""Agreements: in plain words, answered, tried out, and drafted question by question."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from isthmus.exchange.models import Agreement, AgreementState, Decision, Record
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.services.inbox import receive
from isthmus.wire import codec
from tests.accounts.conftest import People
from tests.exchange.pages import KIND, World, declaration, text_of, visitor
from tests.foreign import terms

NEW = "/exchange/agreements/new/"


@pytest.fixture
def proposal(world: World) -> Agreement:
    """What China proposes and this node has not answered."""
    grants = [(KIND, "cn", "mm", ["declaration_number", "items.number"])]
    content = terms(grants=grants, title="Transit, second phase")
    receive(world.partner, [world.cn.send("exchange.agreement/1", content, subject=content["agreement"])])
    return Agreement.objects.get(title="Transit, second phase")


class TestPlainWords:
    def test_says_who_gives_what_and_what_is_withheld(self, world: World, people: People) -> None:
        found = text_of(visitor(people.officer).get(f"/exchange/agreements/{world.agreement.pk}/"))
        for words in (
            "Myanmar test node gives China test node: Export declaration",
            "China test node gives Myanmar test node: Export declaration",
            "<span>Consignee name</span>",
            "Clearing goods before they arrive",
            "365 days, then it is erased",
            "Never: the receiver keeps it to itself.",
            "In force",
        ):
            assert words in found
        crossing, _, withheld = found.partition("These are withheld")
        assert "<span>Declaration number</span>" in crossing
        assert "Exporter identifier, Exporter name," in withheld
        assert "Exporter name" not in crossing

    def test_a_type_that_this_node_does_not_know_is_shown_by_its_name(
        self, world: World, people: People
    ) -> None:
        content = terms(grants=[("excise.movement/7", "cn", "mm", ["arc"])], title="From the future")
        receive(world.partner, [world.cn.send("exchange.agreement/1", content, subject="x")])
        row = Agreement.objects.get(title="From the future")
        found = text_of(visitor(people.officer).get(f"/exchange/agreements/{row.pk}/"))
        assert "excise.movement/7" in found
        assert "<span>arc</span>" in found

    def test_the_list_finds_what_waits_for_this_node(
        self, world: World, proposal: Agreement, people: People
    ) -> None:
        browser = visitor(people.approver)
        assert proposal.title in text_of(browser.get("/exchange/agreements/?state=to-answer"))
        assert world.agreement.title not in text_of(browser.get("/exchange/agreements/?state=to-answer"))
        both = text_of(browser.get("/exchange/agreements/?partner=cn"))
        assert proposal.title in both
        assert world.agreement.title in both


class TestAnswering:
    def answer(self, browser: Client, row: Agreement, how: str, **given: str) -> Any:
        return browser.post(f"/exchange/agreements/{row.pk}/{how}/", given)

    def test_signing_shows_the_terms_and_brings_them_into_force(
        self, proposal: Agreement, people: People
    ) -> None:
        browser = visitor(people.approver)
        asked = text_of(browser.get(f"/exchange/agreements/{proposal.pk}/sign/"))
        assert "China test node gives Myanmar test node" in asked
        assert self.answer(browser, proposal, "sign").status_code == 302
        proposal.refresh_from_db()
        assert proposal.state == AgreementState.IN_FORCE
        assert proposal.parties.get(node_id="mm").signer == "approver@node.test"
        assert Record.objects.filter(type="exchange.agreement-answer", stream__direction="out").count() == 1

    def test_declining_needs_a_reason_that_the_partner_reads(
        self, proposal: Agreement, people: People
    ) -> None:
        browser = visitor(people.approver)
        assert "Something has to be corrected" in text_of(self.answer(browser, proposal, "decline"))
        self.answer(browser, proposal, "decline", reason="The purpose is too wide.")
        proposal.refresh_from_db()
        assert proposal.state == AgreementState.DECLINED
        assert proposal.parties.get(node_id="mm").reason == "The purpose is too wide."

    def test_withdrawing_ends_it(self, world: World, people: People) -> None:
        browser = visitor(people.approver)
        self.answer(browser, world.agreement, "withdraw", reason="The treaty ended.")
        world.agreement.refresh_from_db()
        assert world.agreement.state == AgreementState.WITHDRAWN
        assert "Withdrawn" in text_of(browser.get(f"/exchange/agreements/{world.agreement.pk}/"))

    def test_an_answer_that_does_not_fit_the_state_is_refused_on_the_page(
        self, world: World, people: People
    ) -> None:
        found = text_of(self.answer(visitor(people.approver), world.agreement, "sign"))
        assert "cannot be signed now" in found
        assert self.answer(visitor(people.approver), world.agreement, "burn").status_code == 404


class TestDryRun:
    def run(self, browser: Client, world: World, **given: str) -> str:
        return text_of(browser.post(f"/exchange/agreements/{world.agreement.pk}/dry-run/", given))

    def test_a_pasted_record_is_shown_side_by_side(self, world: World, people: People) -> None:
        body = declaration("EX-9", exporter_name="Golden Pulses")
        found = self.run(visitor(people.officer), world, grant="0", pasted=codec.encode(body).decode())
        assert "What China test node would receive" in found
        assert "6 values cross" in found
        assert "1 value is withheld" in found
        row = found.partition(">Exporter name</th>")[2].partition("</tr>")[0]
        assert "Golden Pulses" in row
        assert "Withheld" in row
        sent = found.partition("What would be signed and sent")[2].partition("</details>")[0]
        assert "Yangon Wholesale" in sent
        assert "Golden Pulses" not in sent

    def test_what_the_partner_would_refuse_is_said(self, world: World, people: People) -> None:
        found = self.run(visitor(people.officer), world, grant="0", pasted='{"declaration_number": "A"}')
        assert "The partner would refuse it" in found
        assert "Items: Field required" in found

    def test_a_sent_record_can_be_tried_by_who_may_see_it(self, world: World, people: People) -> None:
        url = f"/exchange/agreements/{world.agreement.pk}/dry-run/"
        assert "MM-2 (as it was sent, already cut down)" in text_of(visitor(people.officer).get(url))
        assert "MM-2" not in text_of(visitor(people.elsewhere).get(url))
        found = self.run(visitor(people.officer), world, grant="0", body=world.sent.leaf)
        assert "MM-0" in found

    def test_an_application_offers_whole_records_to_try(self, world: World, people: People) -> None:
        from isthmus.apps.etrade.models import Declaration, Origin

        Declaration.objects.create(
            origin=Origin.OWN,
            organisation=people.customs,
            number="OWN-1",
            items=1,
            body=declaration("OWN-1", exporter_name="Golden Pulses"),
            received_at=world.sent.stored_at,
        )
        browser = visitor(people.officer)
        found = self.run(browser, world, grant="0", body=f"{KIND}:0")
        assert "OWN-1" in found
        assert "1 value is withheld" in found
        assert "OWN-1" not in self.run(visitor(people.elsewhere), world, grant="0", body=f"{KIND}:0")

    @pytest.mark.parametrize(
        ("pasted", "words"),
        [
            ("", "Choose a record, or paste one."),
            ("[1]", "starts with a brace"),
            ("{", "Something has to be corrected"),
            ('{"a": 1, "a": 2}', "Something has to be corrected"),
            ('{"a": 1.5}', "Something has to be corrected"),
            ("[" * 500, "Something has to be corrected"),
        ],
    )
    def test_hostile_json_is_refused_in_words(
        self, pasted: str, words: str, world: World, people: People
    ) -> None:
        assert words in self.run(visitor(people.officer), world, grant="0", pasted=pasted)


class TestDrafting:
    TERMS = {
        "title": "Pulses across Muse",
        "purpose": "Clearing goods before they arrive",
        "legal_basis": "Memorandum of 2025, article 4",
        "retention_days": "730",
        "onward_sharing": "with-consent",
        "valid_from": "2026-01-01",
        "valid_until": "2031-01-01",
    }

    def begin(self, browser: Client) -> None:
        browser.post(NEW, {"partners": ["cn"]})
        browser.post(f"{NEW}records/", {"flows": [f"{KIND} mm cn"]})

    def test_from_the_first_question_to_the_proposal(self, world: World, people: People) -> None:
        browser = visitor(people.operator)
        assert browser.post(NEW, {"partners": ["cn"]})["Location"] == f"{NEW}records/"
        answer = browser.post(f"{NEW}records/", {"flows": [f"{KIND} mm cn", f"{KIND} cn mm"]})
        assert answer["Location"] == f"{NEW}fields/1/"
        asked = text_of(browser.get(f"{NEW}fields/1/"))
        assert "Declaration number, always crosses" in asked
        assert "disabled" in asked
        answer = browser.post(
            f"{NEW}fields/1/", {"group_0": ["consignee_name"], "group_1": ["items.hs_code"]}
        )
        assert answer["Location"] == f"{NEW}fields/2/"
        assert browser.post(f"{NEW}fields/2/", {"group_0": []})["Location"] == f"{NEW}terms/"
        assert browser.post(f"{NEW}terms/", self.TERMS)["Location"] == f"{NEW}check/"
        checked = text_of(browser.get(f"{NEW}check/"))
        for words in (
            "Pulses across Muse",
            "Declaration number, Consignee name",
            "Items: Item number, HS code",
            "Only after the sender has agreed in each case.",
            "1 Jan 2031",
            "Dry run first",
        ):
            assert words in checked
        assert not Agreement.objects.filter(title="Pulses across Muse").exists()
        tried = browser.post(
            f"{NEW}dry-run/", {"grant": "0", "pasted": codec.encode(declaration("EX-1")).decode()}
        )
        assert "What China test node would receive" in text_of(tried)
        proposed = browser.post(f"{NEW}check/")
        made = Agreement.objects.get(title="Pulses across Muse")
        assert proposed["Location"] == f"/exchange/agreements/{made.pk}/"
        content: AgreementV1 = made.content
        assert {(g.sender, g.receiver): g.fields for g in content.grants} == {
            ("cn", "mm"): ("consignee_name", "declaration_number", "items.hs_code", "items.number"),
            ("mm", "cn"): ("declaration_number", "items.number"),
        }
        assert (content.retention_days, content.onward_sharing) == (730, "with-consent")
        assert content.valid_until == datetime(2031, 1, 1, tzinfo=UTC)
        assert made.parties.get(node_id="mm").decision == Decision.SIGNED
        assert browser.get(f"{NEW}check/")["Location"] == NEW, "the draft is gone once it is proposed"

    def test_the_other_direction_suggests_the_same_fields(self, world: World, people: People) -> None:
        browser = visitor(people.operator)
        browser.post(NEW, {"partners": ["cn"]})
        browser.post(f"{NEW}records/", {"flows": [f"{KIND} mm cn", f"{KIND} cn mm"]})
        browser.post(f"{NEW}fields/1/", {"group_0": ["agent_name"]})
        found = text_of(browser.get(f"{NEW}fields/2/"))
        box = found.partition('value="agent_name"')[2].partition(">")[0]
        assert "checked" in box

    @pytest.mark.parametrize("step", ["records/", "fields/1/", "check/", "dry-run/"])
    def test_a_question_asked_too_early_leads_to_the_first(
        self, step: str, world: World, people: People
    ) -> None:
        assert visitor(people.operator).get(NEW + step)["Location"] == NEW

    def test_each_question_says_what_it_misses(self, world: World, people: People) -> None:
        browser = visitor(people.operator)
        assert "Choose at least one partner." in text_of(browser.post(NEW, {}))
        assert "Something has to be corrected" in text_of(browser.post(NEW, {"partners": ["md"]}))
        browser.post(NEW, {"partners": ["cn"]})
        assert "Choose at least one." in text_of(browser.post(f"{NEW}records/", {}))
        self.begin(browser)
        bad = text_of(browser.post(f"{NEW}fields/1/", {"group_0": ["no_such_field"]}))
        assert "Something has to be corrected" in bad
        late = {**self.TERMS, "valid_until": "2025-01-01"}
        assert "must end after it begins" in text_of(browser.post(f"{NEW}terms/", late))
        assert browser.get(f"{NEW}fields/9/").status_code == 404

    def test_what_the_service_refuses_is_shown_and_the_draft_stays(
        self, world: World, people: People
    ) -> None:
        browser = visitor(people.operator)
        self.begin(browser)
        browser.post(f"{NEW}fields/1/", {})
        browser.post(f"{NEW}terms/", self.TERMS)
        from isthmus.trust.models import Partner, PartnerState

        Partner.objects.filter(node_id="cn").update(state=PartnerState.PENDING)
        found = text_of(browser.post(f"{NEW}check/"))
        assert "cn is not a confirmed partner of this node." in found
        assert "Pulses across Muse" in found

    def test_a_draft_can_be_discarded(self, world: World, people: People) -> None:
        browser = visitor(people.operator)
        self.begin(browser)
        assert browser.post(f"{NEW}discard/").status_code == 302
        assert browser.get(f"{NEW}records/")["Location"] == NEW
