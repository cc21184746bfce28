"""The pages of records: what they show, how they are filtered, what the verify button answers."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from isthmus.exchange import tokens
from isthmus.exchange.models import Record
from isthmus.exchange.services import publish
from isthmus.exchange.services.inbox import receive
from isthmus.wire.verify import verify_artefact
from tests.accounts.conftest import People
from tests.exchange.pages import KIND, World, declaration, outgoing, text_of, visitor
from tests.texts import alter_text, replace_text

RECORDS = "/exchange/records/"


def page(row: Record) -> str:
    return reverse("exchange:record", args=[row.leaf])


class TestList:
    def test_an_officer_sees_the_records_of_the_own_organisation_alone(
        self, world: World, people: People
    ) -> None:
        customs = text_of(visitor(people.officer).get(RECORDS))
        assert "MM-0" in customs
        assert "CN-1" in customs
        elsewhere = text_of(visitor(people.elsewhere).get(RECORDS))
        assert "MM-0" not in elsewhere
        assert "No records yet" in elsewhere

    @pytest.mark.parametrize(
        ("query", "shown", "hidden"),
        [
            ("q=MM-2", ["MM-2"], ["MM-0", "CN-1"]),
            ("direction=in", ["CN-1", "CN-2"], ["MM-0"]),
            ("verdict=refused", ["CN-2"], ["CN-1", "MM-0"]),
            ("verdict=waiting&direction=out", ["MM-2"], ["CN-1"]),
            ("effect=quarantined", ["CN-Q"], ["CN-1"]),
            (f"type={KIND}&partner=cn", ["MM-0", "CN-1"], []),
            ("type=exchange.agreement/1", [], ["MM-0", "CN-1"]),
            ("until=2020-01-01", [], ["MM-0", "CN-1"]),
            ("since=2020-01-01", ["MM-0", "CN-1"], []),
        ],
    )
    def test_a_filter_leaves_what_fits(
        self, query: str, shown: list[str], hidden: list[str], world: World, people: People
    ) -> None:
        found = text_of(visitor(people.operator).get(f"{RECORDS}?{query}"))
        assert [subject for subject in shown if f">{subject}</a>" not in found] == []
        assert [subject for subject in hidden if f">{subject}</a>" in found] == []

    @pytest.mark.parametrize(
        "query",
        ["q=" + "x" * 10_000, "q=%00", "partner=nobody", "since=yesterday", "type=%27%3B--/x", "page=-9"],
    )
    def test_a_hostile_filter_is_answered_in_words(self, query: str, world: World, people: People) -> None:
        text_of(visitor(people.operator).get(f"{RECORDS}?{query}"))

    def test_costs_as_many_queries_for_many_rows_as_for_few(self, world: World, people: People) -> None:
        browser = visitor(people.operator)

        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                text_of(browser.get(RECORDS))
            return len(queries)

        few = cost()
        publish([outgoing(f"MORE-{n}") for n in range(15)], to=["cn"])
        assert cost() == few <= 14


class TestRecord:
    def test_shows_the_content_under_the_titles_that_officials_know(
        self, world: World, people: People
    ) -> None:
        found = text_of(visitor(people.officer).get(page(world.received)))
        for words in (
            "Declaration number",
            "Consignee name",
            "Yangon Wholesale",
            "Net weight (kg)",
            "1,120.5",
        ):
            assert words in found

    def test_carries_its_passport(self, world: World, people: People) -> None:
        found = text_of(visitor(people.officer).get(page(world.sent)))
        for words in (
            "Signed by",
            "Myanmar test node",
            world.agreement.title,
            f"Number {world.sent.seq} of mm&gt;cn#1",
            "Accepted",
            "Given by China test node",
            "Exporter name",
            "Departure date",
        ):
            assert words in found

    def test_says_why_a_record_was_refused(self, world: World, people: People) -> None:
        found = text_of(visitor(people.operator).get(page(world.refused)))
        assert "Refused" in found
        assert "The agreement does not cover: agent_name." in found

    def test_the_verify_button_answers_in_words(self, world: World, people: People) -> None:
        answer = visitor(people.officer).post(f"{page(world.received)}verify/")
        found = text_of(answer)
        assert "Unchanged since it was sealed on" in found
        assert "Not a byte has changed since it was signed." in found
        assert "Proved" in found

    def test_the_verify_button_names_a_changed_byte(self, world: World, people: People) -> None:
        alter_text(world.received.leaf)
        found = text_of(visitor(people.officer).post(f"{page(world.received)}verify/"))
        assert "Not proved" in found
        assert "The stored text is not the one that was signed." in found

    def test_a_text_that_is_gone_or_garbled_is_said_to_be(self, world: World, people: People) -> None:
        browser = visitor(people.officer)
        replace_text(world.received.leaf, "garbled")
        assert "cannot be read" in text_of(browser.get(page(world.received)))
        tokens.erase([world.received.leaf])
        assert "The signed text is missing" in text_of(browser.get(page(world.received)))
        assert browser.get(f"{page(world.received)}token/").status_code == 404

    def test_text_of_the_partner_is_never_markup(self, world: World, people: People) -> None:
        hostile = "<script>alert(1)</script>"
        body = declaration("X", consignee_name=hostile)
        receive(world.partner, [world.cn.send(KIND, body, subject=hostile, agreement=world.agreement.uuid)])
        row = Record.objects.get(subject=hostile)
        for address in (RECORDS, page(row)):
            found = text_of(visitor(people.officer).get(address))
            assert hostile not in found
            assert "&lt;script&gt;alert(1)&lt;/script&gt;" in found

    def test_costs_a_bounded_number_of_queries(
        self, world: World, people: People, django_assert_max_num_queries: Any
    ) -> None:
        browser = visitor(people.officer)
        with django_assert_max_num_queries(16):
            text_of(browser.get(page(world.sent)))


class TestFiles:
    def test_the_downloads_are_what_isthmus_verify_reads(self, world: World, people: People) -> None:
        browser = visitor(people.officer)
        record = browser.get(f"{page(world.sent)}token/")
        assert 'filename="record-mm-cn-1-2.jws"' in record["Content-Disposition"]
        card = browser.get("/exchange/partners/our-card/file/").content.decode()
        finding = verify_artefact(record.content, card)
        assert (finding.kind, finding.ok, finding.signer) == ("record", True, "mm")
        receipt = browser.get(f"{page(world.sent)}receipt/")
        finding = verify_artefact(receipt.content, world.cn.card_token)
        assert (finding.kind, finding.ok, finding.signer) == ("receipt", True, "cn")

    def test_there_is_no_receipt_to_download_before_it_came(self, world: World, people: People) -> None:
        assert visitor(people.officer).get(f"{page(world.waiting)}receipt/").status_code == 404
