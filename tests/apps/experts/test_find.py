"""Find by need: on the page, for programs and in the shell; every hit's items sum to its score."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from isthmus.accounts.policy import actor_for
from isthmus.apps.experts import finding_queries as finding
from isthmus.apps.experts import front_queries as front
from isthmus.apps.experts.models import Expert
from isthmus.apps.experts.rules.matching import Need
from isthmus.apps.experts.services import profiles
from isthmus.kit import clock
from isthmus.kit.errors import BadInput
from tests.api_client import program
from tests.apps.experts.conftest import Office, profile
from tests.exchange.pages import text_of, visitor
from tests.node.test_cli import Run, isthmus  # noqa: F401  a fixture is found by its name


@pytest.fixture
def some(office: Office) -> Office:
    """Five experts: three here, of whom one consented to nothing; two from the partner, one overdue."""
    office.consent(office.expert(), "mm", "listed")
    other = {"name": "Cho Sample (sample)", "headline": "Solar engineer", "summary": "Excise for solar pumps"}
    row = office.consent(
        office.expert(**other, languages=[{"code": "en", "level": "C1"}], skills=[]), "mm", "listed"
    )
    profiles.verify(row, "node", "Seen", officer_id=None, actor="approver")
    office.expert(name="Hidden Sample (sample)", headline="Excise stamp secret")
    office.hear("experts.profile/1", profile())
    overdue = (clock.now().date() - timedelta(days=1)).isoformat()
    late = profile(expert="4" * 32, headline="Excise stamp overdue", review_by=overdue)
    office.hear("experts.profile/1", late)
    return office


def names(matches: Any) -> list[str]:
    return [one.expert.name.split()[0] for one in matches]


def find(office: Office, text: str, need: Need | None = None) -> list[str]:
    return names(finding.find(actor_for(office.people.elsewhere), text, need or Need()))


class TestFound:
    def test_words_rank_and_demands_leave_out(self, some: Office) -> None:
        assert sorted(find(some, "excise stamp")) == ["Ana", "Bo", "Cho"]
        assert find(some, "excise stamp", Need(("ro", "en"))) == ["Ana"]
        assert find(some, "", Need(("zh",), weeks=6)) == ["Bo"]
        assert find(some, "excise stamp", Need(("fr",))) == []
        assert find(some, "zebra") == []
        assert set(find(some, "")) == {"Ana", "Bo", "Cho"}

    def test_nobody_learns_of_whom_he_may_not_see(self, some: Office) -> None:
        before = finding.find(actor_for(some.people.elsewhere), "stamp", Need())
        some.expert(name="More (sample)", headline="Stamp stamp stamp")
        after = finding.find(actor_for(some.people.elsewhere), "stamp", Need())
        assert [one.score for one in before] == [one.score for one in after]
        assert finding.find(actor_for(some.people.nobody), "stamp", Need()) == []
        assert finding.find(actor_for(some.people.elsewhere), "secret overdue", Need()) == []

    def test_a_near_occupation_adds_points(self, some: Office) -> None:
        plain, near = (
            {one.expert.name: one.score for one in finding.find(None, "stamp", Need(isco=code))}
            for code in ("", "3351")
        )
        assert near["Ana Sample (sample)"] - plain["Ana Sample (sample)"] == 1_500_000
        assert near["Bo Sample (sample)"] == plain["Bo Sample (sample)"]

    def test_a_question_of_too_many_words_is_refused(self, some: Office) -> None:
        with pytest.raises(BadInput, match="at most 50"):
            finding.find(None, "word " * 51, Need())


class TestOnThePage:
    @pytest.mark.parametrize(
        "query",
        [
            {"q": "excise stamp specialist", "languages": ["ro", "en"], "weeks": 3},
            {"q": "excise stamp", "isco": "3351"},
            {"q": "stamp stamp solar 3354"},
            {"weeks": 1},
        ],
    )
    def test_the_items_of_every_hit_sum_to_its_score(self, some: Office, query: dict[str, Any]) -> None:
        response = visitor(some.people.elsewhere).get("/experts/find/", query)
        page, found = text_of(response), response.context["found"]
        assert found
        for one in found:
            assert one["reasons"]
            assert Decimal(one["score"]) == sum(Decimal(points) for _said, points in one["reasons"])
            items = (*one["match"].items, *one["match"].points)
            assert one["match"].score == sum(item.points for item in items)
            assert f"{one['score']} points" in page

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ({"q": "word " * 51}, "at most 50 are looked for"),
            ({"q": "stamp", "isco": "x"}, "one to four digits"),
            ({"since": "2027-03-31", "until": "2027-03-01"}, "The last day lies before the first."),
            ({"weeks": "many"}, "whole number"),
            ({"languages": "xx"}, "Select a valid choice"),
            ({"q": "zebra"}, "Nobody answers this need"),
            ({"q": "\x00"}, "Null characters"),
            ({}, "Skill, in words"),
        ],
    )
    def test_what_cannot_be_asked_is_said(self, some: Office, query: dict[str, Any], said: str) -> None:
        assert said in text_of(visitor(some.people.officer).get("/experts/find/", query))


class TestInTheNetwork:
    def test_experts_are_on_its_front_page_and_in_its_search(self, some: Office) -> None:
        page = text_of(visitor(some.people.elsewhere).get("/network/"))
        assert "Bo Sample (sample)" in page
        assert "plot-tiles" in page
        response = visitor(some.people.elsewhere).get("/network/search/", {"q": "stamp", "kind": "experts"})
        found = [one.result.sighting.title for one in response.context["results"]]
        assert found == ["Bo Sample (sample)", "Ana Sample (sample)"] or found == [
            "Ana Sample (sample)",
            "Bo Sample (sample)",
        ]
        assert "secret" not in text_of(response)

    def test_who_may_not_see_experts_sees_no_panel(self, some: Office) -> None:
        assert front.panel(actor_for(some.people.nobody)) is None

    def test_a_node_without_experts_says_how_they_get_here(self, office: Office) -> None:
        assert "writes a profile under Experts" in text_of(visitor(office.people.officer).get("/network/"))


class TestForPrograms:
    def test_list_show_and_find(self, some: Office) -> None:
        client = program("revenue")
        listed = client.get("/experts/profiles").json()["items"]
        assert {one["name"].split()[0] for one in listed} == {"Ana", "Bo", "Cho"}
        assert "sample.example" not in json.dumps(listed)
        key = next(one["key"] for one in listed if one["name"].startswith("Ana"))
        shown = client.get(f"/experts/profiles/{key}").json()
        assert shown["skills"] == [{"name": "Excise stamps", "scheme": "isco-08", "code": "3354"}]
        found = client.get("/experts/find", q="excise stamps", language="ro", weeks=3).json()["items"]
        assert {one["expert"]["name"].split()[0] for one in found} == {"Ana", "Bo"}
        for one in found:
            assert one["score_millionths"] == sum(item["points_millionths"] for item in one["items"])

    def test_the_hidden_are_not_there(self, some: Office) -> None:
        key = Expert.objects.get(name__startswith="Hidden").key
        assert program("customs").get(f"/experts/profiles/{key}").status_code == 404

    @pytest.mark.parametrize(
        "asked",
        [{"since": "2027-03-31", "until": "2027-03-01"}, {"level": "D"}, {"isco": "12345"}, {"since": "x"}],
    )
    def test_what_cannot_be_asked_is_a_problem(self, some: Office, asked: dict[str, Any]) -> None:
        assert program("customs").get("/experts/find", **asked).status_code == 422


class TestInTheShell:
    def test_list_find_and_card(self, some: Office, isthmus: Run, tmp_path: Path) -> None:  # noqa: F811  the fixture
        listed = isthmus("experts", "list", "--json").data
        assert [one["name"].split()[0] for one in listed] == ["Ana", "Bo", "Cho"]
        period = ("--weeks", "3", "--from", "2027-03-01", "--until", "2027-03-31")
        asked = ("experts", "find", "excise", "stamps", "--language", "ro", *period)
        found = isthmus(*asked, "--explain", "--json").data
        assert {one["name"].split()[0] for one in found} == {"Ana", "Bo"}
        for one in found:
            assert one["score_millionths"] == sum(item["points_millionths"] for item in one["items"])
        assert "1: " in isthmus(*asked, "--explain").out
        assert isthmus(*asked, "--json").data[0]["items"] is None
        out = tmp_path / "ana.vcf"
        key = next(one["key"] for one in listed if one["name"].startswith("Ana"))
        assert isthmus("experts", "export-vcard", key, "--out", str(out)).code == 0
        assert b"FN:Ana Sample (sample)" in out.read_bytes()
        assert b"EMAIL" not in out.read_bytes()
        assert isthmus("experts", "export-vcard", key, "--out", str(out)).code == 2
        some.consent(Expert.objects.get(key=key), "mm", "listed", "contacted")
        again = tmp_path / "again.vcf"
        isthmus("experts", "export-vcard", key, "--out", str(again))
        assert b"EMAIL:ana@sample.example" in again.read_bytes()

    def test_what_cannot_be_asked(self, some: Office, isthmus: Run, tmp_path: Path) -> None:  # noqa: F811  the fixture
        assert isthmus("experts", "find", "x", "--isco", "x").code == 2
        assert isthmus("experts", "find", "--from", "2027-03-31", "--until", "2027-03-01").code == 2
        assert isthmus("experts", "export-vcard", "nobody", "--out", str(tmp_path / "x.vcf")).code == 4
