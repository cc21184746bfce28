"""One search box over all kinds: what one may see, why it is there, and clear answers to bad questions."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from isthmus.accounts.models import Officer
from tests.accounts.conftest import People
from tests.exchange.pages import text_of, visitor

SEARCH = "/network/search/"


def asked(officer: Officer, **query: Any) -> Any:
    response = visitor(officer).get(SEARCH, query)
    assert response.status_code == 200
    return response


def keys(response: Any) -> list[str]:
    return [one.result.hit.key for one in response.context["results"]]


def found(officer: Officer, text: str, **query: Any) -> list[str]:
    return keys(asked(officer, q=text, **query))


class TestWhatIsFound:
    def test_every_kind_that_one_may_see_and_nothing_else(self, indexed: None, people: People) -> None:
        assert found(people.officer, "secret") == ["customs1"]
        assert found(people.elsewhere, "secret") == ["revenue1"]
        assert found(people.officer, "alarm") == []
        assert found(people.operator, "alarm") == ["alarm"]
        assert found(people.operator, "nobody") == []

    def test_scores_tell_nothing_of_what_one_may_not_see(self, indexed: None, people: People) -> None:
        from isthmus.search.services import Entry, put

        before = asked(people.officer, q="secret").context["results"][0].score
        put("files", [Entry(f"revenue{n}", "Secret", "secret secret", "en") for n in range(2, 9)])
        assert asked(people.officer, q="secret").context["results"][0].score == before

    def test_one_kind_alone(self, indexed: None, people: People) -> None:
        assert found(people.officer, "stamps", kind="files") == ["customs1"]
        assert {one[:4] for one in found(people.officer, "stamps", kind="notes")} == {"note"}

    def test_what_its_application_no_longer_shows_is_left_out(self, indexed: None, people: People) -> None:
        assert found(people.officer, "rare") == []

    def test_pages_lead_on_and_back(self, indexed: None, people: People) -> None:
        first = asked(people.officer, q="excise stamps", kind="notes")
        assert (len(keys(first)), first.context["before"]) == (10, "")
        second = visitor(people.officer).get(SEARCH + first.context["after"])
        assert second.context["before"] == "?q=excise+stamps&kind=notes"
        assert second.context["after"] == ""
        assert 'start="11"' in text_of(second)
        assert not set(keys(first)) & set(keys(second))

    @pytest.mark.parametrize("page", ["x", "0", "-3", "99999", "٣"])
    def test_a_page_that_is_no_number_is_the_first(self, page: str, indexed: None, people: People) -> None:
        assert asked(people.officer, q="stamps", page=page).context["answer"].page == 1


class TestWhyItIsThere:
    @pytest.mark.parametrize(
        "text", ["stamps", "excise stamps bottles", "stamps stamps 3", "quay", "of file"]
    )
    def test_the_items_of_every_result_sum_to_its_score(
        self, text: str, indexed: None, people: People
    ) -> None:
        results = asked(people.operator, q=text).context["results"]
        assert results
        for one in results:
            assert one.result.items
            assert one.result.score == sum(item.points for item in one.result.items) > 0
            assert Decimal(one.score) == sum(Decimal(reason.points) for reason in one.reasons)

    def test_is_on_the_page(self, indexed: None, people: People) -> None:
        response = asked(people.officer, q="excise", kind="notes")
        page, first = text_of(response), response.context["results"][0]
        assert "<mark>Excise</mark> stamps on bottles" in page
        assert first.score in page
        assert f'in the text <span class="number">{first.reasons[0].points}</span>' in page
        assert "Notes · A fact" in page
        assert 'href="/there/note' in page

    def test_what_people_wrote_is_text(self, indexed: None, people: People) -> None:
        page = text_of(asked(people.officer, q="quay <script>"))
        assert "&lt;b&gt;<mark>Quay</mark>&lt;/b&gt;" in page
        assert "The title of bare" in page
        assert "<script>" not in page.partition("<main")[2]


class TestBadQuestions:
    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ({"q": ""}, "There is no word to look for."),
            ({"q": " \x00\x07?! "}, "There is no word to look for."),
            ({"q": "word " * 10_000}, "This question has 10000 words; at most 50 are looked for."),
            ({"q": "stamps", "page": 101}, "Only the first 1000 documents are listed."),
            ({"q": "stamps", "kind": "ships"}, "Choose one of: files, notes."),
            ({"q": "stamps", "kind": "alarms"}, "Choose one of: files, notes."),
        ],
    )
    def test_are_answered_in_words(
        self, query: dict[str, Any], said: str, indexed: None, people: People
    ) -> None:
        response = asked(people.officer, **query)
        assert said in text_of(response)
        assert response.context["answer"] is None
        assert len(response.content) < 80_000  # the address itself has 50,000 signs, and stands in it once

    def test_control_characters_part_words(self, indexed: None, people: People) -> None:
        assert found(people.officer, "secret\x00\x1b[31m\r\nfile") == ["customs1"]

    def test_scripts_may_be_mixed(self, indexed: None, people: People) -> None:
        assert found(people.officer, "secret 太阳 الشمس солнце") == ["customs1"]

    def test_no_question_yet_says_what_to_write(self, indexed: None, people: People) -> None:
        page = text_of(asked(people.officer))
        assert "Write what you need in your own words" in page
        assert "Alarms" not in page

    def test_nothing_found_leads_to_all_kinds(self, indexed: None, people: People) -> None:
        response = asked(people.officer, q="bottles", kind="files")
        assert "Nothing was found" in text_of(response)
        assert response.context["everywhere"] == "?q=bottles"
        assert asked(people.officer, q="zebra").context["everywhere"] == ""

    def test_without_a_kind_nothing_can_be_found(
        self, db: None, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from isthmus.node.network import kinds

        monkeypatch.setattr(kinds, "applications", tuple)
        assert "Nothing was found" in text_of(asked(people.officer, q="stamps"))
        assert "Leave the kind out" in text_of(asked(people.officer, q="stamps", kind="notes"))


def test_visitors_are_asked_to_sign_in(indexed: None, client: Client) -> None:
    assert client.get(SEARCH, {"q": "stamps"}).status_code == 302
    assert 'role="search"' not in text_of(client.get("/"))


def test_the_box_is_on_every_page_of_who_may_search(indexed: None, people: People) -> None:
    assert f'action="{SEARCH}"' in text_of(visitor(people.officer).get("/"))
    assert SEARCH not in text_of(visitor(people.nobody).get("/people/profile/"))
