"""The front page of the network: what each application shows of it, and how something gets here."""

import pytest

from isthmus.node.network import views
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
    monkeypatch.setattr(views, "applications", tuple)
    assert "Nothing of the network is here yet" in text_of(visitor(people.officer).get("/network/"))


def test_is_in_the_frame_and_on_the_front_page(people: People) -> None:
    front = text_of(visitor(people.officer).get("/"))
    assert front.count('href="/network/"') == 2
    here = text_of(visitor(people.officer).get("/network/"))
    assert 'href="/network/" aria-current="page"' in here
    assert visitor(people.nobody).get("/network/").status_code == 403
