"""Figures and the introduction on pages and for programs."""

from django.urls import reverse

from isthmus.accounts.roles import Role
from isthmus.apps.excise.stamps.rules.custody import Act
from isthmus.wire.file_statement import read_file_statement
from tests.api_client import program
from tests.apps.excise.stamps.conftest import People, done, on_the_bottle, people
from tests.second_factors import browser_of

__all__ = ["people"]
GIVEN = {"giver": "MD", "taker": "MV", "day": "2026-11-20", "language": "en"}


class TestFigures:
    def test_says_what_to_do_while_there_is_nothing(self, people: People) -> None:
        page = browser_of(people.approver).get(reverse("excise:figures")).content.decode()
        assert "Nothing to draw yet" in page
        assert "Stamps by place" not in page

    def test_draws_stamps_and_names_sources(self, people: People) -> None:
        batch = on_the_bottle(people, 10)
        done(batch, Act.SELL, 1, 4, people.revenue)
        page = browser_of(people.approver).get(reverse("excise:figures")).content.decode()
        assert "Stamps by place" in page
        assert "Stamps by act and month" in page
        assert "Operators in the registry" in page
        assert "custody of stamps, acts: entry" in page

    def test_an_officer_of_a_firm_sees_none(self, people: People) -> None:
        assert browser_of(people.distiller).get(reverse("excise:figures")).status_code == 403


class TestIntroduction:
    def test_is_shown_and_downloaded(self, people: People) -> None:
        client = browser_of(people.approver)
        page = client.get(reverse("excise:introduction")).content.decode()
        assert "Introduction of excise control: Moldova to Maldives" in page
        for kind, start in (("pdf", b"%PDF"), ("docx", b"PK")):
            answer = client.post(reverse("excise:introduction-file"), {**GIVEN, "kind": kind})
            assert answer.content.startswith(start)
            assert f"introduction-md-mv-2026-11-20-en.{kind}" in answer["Content-Disposition"]

    def test_each_table_says_what_it_is_and_flows_are_drawn(self, people: People) -> None:
        on_the_bottle(people, 10)
        page = browser_of(people.approver).get(reverse("excise:introduction"), {"giver": "MV", "taker": "MD"})
        content = page.content.decode()
        assert "<h4>The two tariffs</h4>" in content
        assert "<h4>Maldives (MVR)</h4>" in content

    def test_a_day_that_is_none_is_named(self, people: People) -> None:
        page = browser_of(people.approver).get(reverse("excise:introduction"), {"day": "never"})
        assert "Download as PDF" not in page.content.decode()

    def test_only_what_the_page_offers(self, people: People) -> None:
        answer = browser_of(people.approver).post(
            reverse("excise:introduction-file"), {**GIVEN, "kind": "exe"}
        )
        assert answer.status_code == 422

    def test_the_signature_is_of_the_file(self, node: str, people: People) -> None:
        client = browser_of(people.approver)
        asked = {**GIVEN, "kind": "docx"}
        made = client.post(reverse("excise:introduction-file"), asked).content
        answer = client.post(reverse("excise:introduction-signature"), asked).content.decode()
        statement = read_file_statement(answer.strip())[1]
        assert (statement.sender, statement.size) == ("mm", len(made))


class TestPrograms:
    def test_count_and_ask(self, people: People) -> None:
        on_the_bottle(people, 10)
        client = program("revenue", Role.AUDITOR)
        figures = {row["name"]: row for row in client.get("/excise/figures").json()}
        assert figures["stamps.activated"]["value"] == 10
        asked = {row["clause"]: row for row in client.get("/excise/questions").json()}
        assert asked["marking.custody"]["score"] == 4
        assert len(asked) == 48
