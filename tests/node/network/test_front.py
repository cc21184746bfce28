"""The front page of the network: what each application shows of it, and how something gets here."""

import pytest

from isthmus.exchange.application import Application
from isthmus.node.network import kinds
from tests.accounts.conftest import People
from tests.exchange.pages import text_of, visitor


def test_shows_the_parts_of_the_applications(made: None, people: People) -> None:
    page = text_of(visitor(people.operator).get("/network/"))
    assert "Ideas &lt;here&gt;" in page
    assert '<a href="/ideas/1/">Idea 1</a>' in page
    assert "Idea 5" not in page
    assert '<a href="/ideas/">2 more</a>' in page
    assert "Tried" not in page
    assert "plot-tiles" in page
    assert "Myanmar" in page


def test_an_empty_part_says_how_something_gets_here(made: None, people: People) -> None:
    page = text_of(visitor(people.officer).get("/network/"))
    assert "Write the first idea." in page
    assert "plot-tiles" not in page


def test_a_node_without_such_applications_says_so(
    db: None, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "applications", tuple)
    assert "Nothing of the network is here yet" in text_of(visitor(people.officer).get("/network/"))


def test_is_in_the_frame_and_on_the_front_page(people: People) -> None:
    front = text_of(visitor(people.officer).get("/"))
    assert front.count('href="/network/"') == 2
    here = text_of(visitor(people.officer).get("/network/"))
    assert 'href="/network/" aria-current="page"' in here
    assert visitor(people.nobody).get("/network/").status_code == 403


def test_what_people_do_together_stands_before_what_feeds_it() -> None:
    order = [app.name for app in kinds.in_order() if app.panel]
    assert order == ["projects", "partners", "experts", "workshops"]
    assert [*kinds.declared()] == ["topics", "needs", "offers", "experts", "country-plans"]


def test_without_a_place_an_application_keeps_the_order_of_the_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = (
        Application("late", "", "", ""),
        Application("second", "", "", "", network_place=2),
        Application("first", "", "", "", network_place=1),
        Application("later", "", "", ""),
    )
    monkeypatch.setattr(kinds, "applications", lambda: made)
    assert [app.name for app in kinds.in_order()] == ["first", "second", "late", "later"]
