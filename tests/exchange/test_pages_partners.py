"""Partners: adding, the ceremony, suspending, and this node's own card."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from isthmus.exchange import front
from isthmus.exchange.views import partners as views
from isthmus.kit.errors import Fault
from isthmus.trust.models import Partner, PartnerState
from isthmus.trust.services import introduce
from isthmus.wire.card import fingerprint_words, read_card
from tests.accounts.conftest import People
from tests.exchange.pages import World, text_of, visitor
from tests.foreign import ForeignNode

ADD = "/exchange/partners/add/"


@pytest.fixture
def md() -> ForeignNode:
    return ForeignNode(node_id="md", name="Moldova test node", country="MD", url="http://md.example")


class TestAdding:
    def test_a_pasted_card_leads_to_the_ceremony(self, node: str, md: ForeignNode, people: People) -> None:
        answer = visitor(people.approver).post(ADD, {"card": md.card_token})
        assert (answer.status_code, answer["Location"]) == (302, "/exchange/partner/md/ceremony/")
        added = Partner.objects.get()
        assert (added.state, added.introduced_by) == (PartnerState.PENDING, "approver@node.test")

    def test_who_may_not_confirm_is_led_to_the_partner(
        self, node: str, md: ForeignNode, people: People
    ) -> None:
        browser = visitor(people.operator)
        answer = browser.post(ADD, {"card": md.card_token})
        assert (answer.status_code, answer["Location"]) == (302, "/exchange/partner/md/")
        assert "until an approver has heard" in text_of(browser.get("/exchange/partner/md/"))

    def test_a_card_comes_as_a_file(self, node: str, md: ForeignNode, people: People) -> None:
        file = SimpleUploadedFile("md.card", md.card_token.encode() + b"\n")
        assert visitor(people.operator).post(ADD, {"file": file}).status_code == 302
        assert Partner.objects.get().node_id == "md"

    def test_a_card_is_fetched_from_an_address(
        self, node: str, md: ForeignNode, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []

        def fetch(url: str) -> str:
            asked.append(url)
            return md.card_token

        monkeypatch.setattr(views, "fetch_card", fetch)
        assert visitor(people.operator).post(ADD, {"url": " http://md.example "}).status_code == 302
        assert asked == ["http://md.example"]

    def test_a_node_out_of_reach_is_named_on_the_form(
        self, node: str, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fetch(url: str) -> str:
            raise Fault("exchange.no-card", "No card could be fetched from md.example: refused.")

        monkeypatch.setattr(views, "fetch_card", fetch)
        found = text_of(visitor(people.operator).post(ADD, {"url": "http://md.example"}))
        assert "Something has to be corrected" in found
        assert "No card could be fetched from md.example" in found

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({}, "Give the address, or the card itself."),
            ({"url": "http://a.example", "card": "x"}, "Use one way only"),
            ({"card": "not a card"}, "Something has to be corrected"),
            ({"card": "x" * 200_000}, "Something has to be corrected"),
            ({"file": SimpleUploadedFile("x", b"\xff\xfe")}, "This file is not a card"),
            ({"file": SimpleUploadedFile("x", b"a" * 200_000)}, "too large"),
        ],
    )
    def test_what_is_no_card_is_refused_in_words(
        self, given: dict[str, Any], words: str, node: str, people: People
    ) -> None:
        found = text_of(visitor(people.operator).post(ADD, given))
        assert words in found
        assert not Partner.objects.exists()

    def test_the_own_card_is_refused(self, node: str, people: People) -> None:
        own = visitor(people.operator).get("/exchange/partners/our-card/file/").content.decode()
        found = text_of(visitor(people.operator).post(ADD, {"card": own}))
        assert "This is the card of this node itself." in found


class TestCeremony:
    def test_shows_the_own_words_and_never_the_partners(
        self, node: str, md: ForeignNode, people: People
    ) -> None:
        introduce(md.card_token, actor="t")
        own = front.own_words()
        found = text_of(visitor(people.approver).get("/exchange/partner/md/ceremony/"))
        for word in own.split():
            assert f"<li>{word}</li>" in found
        shown = [f"<li>{word}</li>" in found for word in md.words.split() if word not in own.split()]
        assert not any(shown)
        detail = text_of(visitor(people.approver).get("/exchange/partner/md/"))
        assert f"<li>{md.words.split()[0]}</li>" not in detail

    def test_the_right_words_confirm(self, node: str, md: ForeignNode, people: People) -> None:
        introduce(md.card_token, actor="t")
        answer = visitor(people.approver).post(
            "/exchange/partner/md/ceremony/", {"words": f"  {md.words.upper()}\n"}
        )
        assert answer.status_code == 302
        confirmed = Partner.objects.get()
        assert (confirmed.state, confirmed.confirmed_by) == (PartnerState.ACTIVE, "approver@node.test")
        detail = text_of(visitor(people.approver).get("/exchange/partner/md/"))
        assert f"<li>{md.words.split()[0]}</li>" in detail

    def test_wrong_words_are_an_error_beside_the_field(
        self, node: str, md: ForeignNode, people: People
    ) -> None:
        introduce(md.card_token, actor="t")
        found = text_of(visitor(people.approver).post("/exchange/partner/md/ceremony/", {"words": "one two"}))
        assert "These are not the words of the card." in found
        assert Partner.objects.get().state == PartnerState.PENDING

    def test_is_over_once_the_partner_is_confirmed(self, world: World, people: People) -> None:
        answer = visitor(people.approver).get("/exchange/partner/cn/ceremony/")
        assert (answer.status_code, answer["Location"]) == (302, "/exchange/partner/cn/")


class TestOwnCard:
    def test_the_words_are_those_of_the_card(self, node: str, people: People) -> None:
        card = visitor(people.auditor).get("/exchange/partners/our-card/file/").content.decode().strip()
        assert fingerprint_words(read_card(card)) == front.own_words()
        found = text_of(visitor(people.auditor).get("/exchange/partners/our-card/"))
        assert 'class="qr"' in found
        assert "Export declaration" in found

    def test_a_node_without_keys_has_no_words(self, db: None) -> None:
        assert front.own_words() == ""


class TestStates:
    def test_suspending_needs_a_reason(self, world: World, people: People) -> None:
        found = text_of(visitor(people.operator).post("/exchange/partner/cn/suspend/", {"reason": ""}))
        assert "Something has to be corrected" in found
        assert Partner.objects.get(node_id="cn").state == PartnerState.ACTIVE

    def test_suspend_and_resume(self, world: World, people: People) -> None:
        browser = visitor(people.operator)
        answer = browser.post("/exchange/partner/cn/suspend/", {"reason": "a <b>rumour</b>"})
        assert answer.status_code == 302
        found = text_of(browser.get("/exchange/partner/cn/"))
        assert "a &lt;b&gt;rumour&lt;/b&gt;" in found
        assert "Resume the exchange" in found
        assert browser.post("/exchange/partner/cn/resume/").status_code == 302
        assert Partner.objects.get(node_id="cn").is_active

    def test_resuming_who_is_not_suspended_is_said_on_the_page(self, world: World, people: People) -> None:
        found = text_of(visitor(people.operator).post("/exchange/partner/cn/resume/"))
        assert "is not suspended" in found

    def test_only_an_unconfirmed_card_is_forgotten(self, world: World, people: People) -> None:
        browser = visitor(people.operator)
        assert "its records still need its keys" in text_of(browser.post("/exchange/partner/cn/forget/"))
        answer = browser.post("/exchange/partner/md/forget/")
        assert (answer.status_code, answer["Location"]) == (302, "/exchange/partners/")
        assert list(Partner.objects.values_list("node_id", flat=True)) == ["cn"]

    def test_the_page_of_a_partner_tells_all_about_it(self, world: World, people: People) -> None:
        found = text_of(visitor(people.officer).get("/exchange/partner/cn/"))
        for words in (
            "To China test node",
            "From China test node",
            world.agreement.title,
            "Valid until",
            "Seal",
        ):
            assert words in found
        assert "Suspend" not in found
