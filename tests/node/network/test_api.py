"""The search for programs, and the same kinds on the command line."""

import pytest

from isthmus.node.network import kinds
from isthmus.search.services import Entry, put
from tests.api_client import Program, program
from tests.node.network.conftest import APPLICATIONS
from tests.node.test_cli import Run, isthmus  # noqa: F401  a fixture is found by its name


def test_a_program_sees_what_its_organisation_may_see(indexed: None) -> None:
    answer = program("customs").get("/search", q="secret", language="fr").json()
    (hit,) = answer["items"]
    assert (hit["kind"], hit["key"], hit["url"]) == ("files", "customs1", "/there/customs1/")
    assert hit["score_millionths"] == sum(item["points_millionths"] for item in hit["items"]) > 0
    assert hit["title"] == "The title of customs1"
    assert (answer["page"], answer["more"]) == (1, False)


def test_pages_of_a_chosen_size(indexed: None) -> None:
    client = program("customs")
    first = client.get("/search", q="excise", kind="notes", limit=8).json()
    second = client.get("/search", q="excise", kind="notes", limit=8, page=2).json()
    assert (len(first["items"]), first["more"]) == (8, True)
    assert (len(second["items"]), second["more"]) == (4, False)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 422),
        ({"q": ""}, 422),
        ({"q": "word " * 51}, 422),
        ({"q": "stamps", "kind": "ships"}, 422),
        ({"q": "stamps", "page": 0}, 422),
        ({"q": "stamps", "page": 1000}, 422),
        ({"q": "stamps", "limit": 101}, 422),
        ({"q": "stamps", "sort": "x"}, 422),
    ],
)
def test_bad_questions_are_problems(asked: dict[str, object], status: int, indexed: None) -> None:
    answer = program("customs").get("/search", **asked)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_needs_a_token(indexed: None) -> None:
    assert Program().get("/search", q="stamps").status_code == 401


def test_the_shell_refuses_an_unknown_kind_and_names_the_known_ones(
    isthmus: Run,  # noqa: F811  the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kinds, "applications", lambda: APPLICATIONS)
    put("file:papers", [Entry("1", "Stamps", "", "en")])
    refused = isthmus("search", "stamps", "--kind", "ships")
    assert refused.code == 2
    assert "Choose one of: alarms, file:papers, files, notes." in refused.err
    assert isthmus("search", "stamps", "--kind", "notes", "--json").data["hits"] == []
    assert isthmus("search", "stamps", "--kind", "file:papers", "--json").data["hits"][0]["key"] == "1"
