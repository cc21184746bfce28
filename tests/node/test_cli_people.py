"""Organisations, officers and desks from the shell."""

from pathlib import Path

from isthmus.accounts.models import Membership, Officer
from isthmus.exchange.models import Desk
from tests.node.test_cli import Run, isthmus  # noqa: F401  a fixture is found by its name

KIND = "etrade.export-declaration/1"


class TestPeople:
    def test_an_officer_gets_a_role_and_a_link_to_choose_a_password(self, isthmus: Run) -> None:  # noqa: F811  the fixture
        assert isthmus("organisation", "add", "customs", "--name", "Customs", "--kind", "agency").code == 0
        command = ("officer", "add", "Chen@cn.example", "--name", "Chen Jing", "--organisation", "customs")
        made = isthmus(*command, "--role", "officer", "--json").data
        assert made["email"] == "chen@cn.example"
        assert made["roles"] == ["officer of customs"]
        assert made["link"].startswith("http://localhost:8000/account/")
        assert not Officer.objects.get().has_usable_password()

    def test_one_who_is_here_gets_a_second_role_and_no_second_account(self, isthmus: Run) -> None:  # noqa: F811  the fixture
        isthmus("organisation", "add", "customs", "--name", "Customs")
        command = (
            "officer",
            "add",
            "chen@cn.example",
            "--name",
            "Chen",
            "--organisation",
            "customs",
            "--role",
        )
        isthmus(*command, "officer")
        assert isthmus(*command, "auditor", "--json").data["link"] == ""
        assert Membership.objects.count() == 2
        assert isthmus("officer", "list", "--json").data[0]["roles"] == [
            "auditor of customs",
            "officer of customs",
        ]

    def test_a_password_is_read_from_a_file_and_a_weak_one_changes_nothing(
        self,
        isthmus: Run,  # noqa: F811  the fixture
        tmp_path: Path,
    ) -> None:
        isthmus("organisation", "add", "customs", "--name", "Customs")
        path = tmp_path / "password"
        command = (
            "officer",
            "add",
            "a@cn.example",
            "--name",
            "A",
            "--organisation",
            "customs",
            "--role",
            "operator",
        )
        path.write_text("short\n", encoding="utf-8")
        assert isthmus(*command, "--password-file", str(path)).code == 2
        assert not Officer.objects.exists()
        path.write_text("a long enough phrase\n", encoding="utf-8")
        assert isthmus(*command, "--password-file", str(path)).code == 0
        assert Officer.objects.get().check_password("a long enough phrase")

    def test_an_unknown_organisation_is_not_found(self, isthmus: Run) -> None:  # noqa: F811  the fixture
        command = (
            "officer",
            "add",
            "a@cn.example",
            "--name",
            "A",
            "--organisation",
            "none",
            "--role",
            "officer",
        )
        assert isthmus(*command).code == 4
        assert not Officer.objects.exists()

    def test_a_desk_is_set_listed_and_removed(self, isthmus: Run) -> None:  # noqa: F811  the fixture
        isthmus("organisation", "add", "customs", "--name", "Customs")
        assert isthmus("desk", "set", KIND, "customs").code == 0
        assert isthmus("desk", "list", "--json").data == [{"type": KIND, "organisation": "customs"}]
        assert isthmus("desk", "set", "no.such-type/1", "customs").code == 2
        assert isthmus("desk", "remove", KIND).code == 0
        assert not Desk.objects.exists()
