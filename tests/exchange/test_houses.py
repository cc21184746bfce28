"""Houses of an application add up, and the navigation marks where one is."""

import pytest
from django.test import RequestFactory

from isthmus.exchange import navigation as module
from isthmus.exchange.house import House, Houses, Page


def test_what_houses_declare_adds_up_in_their_order():
    one = House(
        event_words={"x.a": "A"}, organisation_paths={"x.A": "o"}, pages=(Page("x.see", "One", "one"),)
    )
    two = House(event_words={"x.b": "B"}, pages=(Page("x.see", "Two", "two"),))
    both = Houses((one, two))
    assert both.event_words == {"x.a": "A", "x.b": "B"}
    assert both.organisation_paths == {"x.A": "o"}
    assert [page.label for page in both.pages] == ["One", "Two"]
    assert both.access_rules == both.record_types == both.jobs == ()


def test_an_event_worded_by_two_houses_is_named():
    one = House(event_words={"x.a": "A"})
    with pytest.raises(ValueError, match=r"x\.a"):
        _ = Houses((one, House(event_words={"x.a": "Other"}))).event_words


@pytest.mark.parametrize(
    ("path", "marked"),
    [("/list/", "List"), ("/list/7/", "List"), ("/list/old/", "Old"), ("/else/", "Old"), ("/none/", None)],
)
def test_the_longest_address_above_the_visitor_is_marked(monkeypatch, path, marked):
    pages = (Page("x", "List", "/list/"), Page("x", "Old", "/list/old/", beside=("/else/",)))
    monkeypatch.setattr(module, "reverse", lambda name: name)
    monkeypatch.setattr(module, "can", lambda _actor, _action: True)
    monkeypatch.setattr(module, "actor_of", lambda _request: None)
    items = module.navigation(RequestFactory().get(path), pages)
    assert [item.label for item in items if item.current] == ([marked] if marked else [])
