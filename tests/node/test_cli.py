"""The command line: data on stdout, talk on stderr, exit codes to rely on, never a traceback."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest

from isthmus.exchange.models import Agreement, AgreementState
from isthmus.node import cli
from isthmus.trust.models import Partner, PartnerState
from isthmus.wire.card import read_card
from tests.foreign import ForeignNode, terms


@dataclass
class Done:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def isthmus(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, node: str) -> Run:
    """Run the `isthmus` command in this process against the test's node."""

    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["isthmus", *arguments])
        capsys.readouterr()
        try:
            cli.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        else:
            code = 0
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return Done(code, said.out, said.err)

    return run


@pytest.fixture
def card_file(tmp_path: Path) -> tuple[ForeignNode, str]:
    foreign = ForeignNode()
    path = tmp_path / "cn.card"
    path.write_text(foreign.card_token + "\n", encoding="ascii")
    return foreign, str(path)


class TestCommands:
    def test_help_names_those_of_the_node_and_those_of_applications(self, isthmus: Run) -> None:
        done = isthmus("--help")
        assert done.code == 0
        assert "doctor" in done.out
        assert "etrade" in done.out

    def test_an_unknown_one_is_bad_input(self, isthmus: Run) -> None:
        done = isthmus("conquer")
        assert (done.code, done.out) == (2, "")
        assert "No such command" in done.err

    @pytest.mark.parametrize("name", list(cli._COMMANDS))
    def test_every_one_of_the_table_can_be_imported(self, isthmus: Run, name: str) -> None:
        context = click.Context(cli.root)
        context.params["home"] = None
        command = cli.root.get_command(context, name)
        assert isinstance(command, click.Command)
        assert command.help or name == "verify"

    def test_one_that_fails_unforeseen_says_so_in_a_line(
        self, isthmus: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            raise KeyError("a bug")

        monkeypatch.setattr("isthmus.trust.services.own_card", fail)
        done = isthmus("card")
        assert (done.code, done.out) == (1, "")
        assert "builtins.KeyError: 'a bug'" in done.err

    def test_settings_that_cannot_be_read_leave_the_help(
        self, isthmus: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from isthmus.kit.errors import BadInput

        def fail() -> None:
            raise BadInput("config.invalid", "The settings cannot be used.")

        monkeypatch.setattr(cli, "_set_up_django", fail)
        done = isthmus("--help")
        assert done.code == 0
        assert "doctor" in done.out
        assert isthmus("card").code == 2


class TestCard:
    def test_prints_the_card_alone_and_says_its_words(self, isthmus: Run) -> None:
        done = isthmus("card")
        assert read_card(done.out.strip()).id == "mm"
        words = isthmus("card", "--words").out.strip()
        assert len(words.split()) == 12
        assert words in done.err
        assert isthmus("card", "--json").data["words"] == words


class TestPartner:
    def test_is_added_from_a_file_and_confirmed_by_its_words(
        self, isthmus: Run, card_file: tuple[ForeignNode, str]
    ) -> None:
        foreign, path = card_file
        added = isthmus("partner", "add", path, "--json")
        assert (added.code, added.data["state"]) == (0, "pending")
        wrong = isthmus("partner", "confirm", "cn", "--words", "abandon " * 12, "--json")
        assert (wrong.code, wrong.data["error"]) == (2, "trust.words-differ")
        assert wrong.data["faults"][0]["where"] == "words"
        right = isthmus("partner", "confirm", "cn", "--words", foreign.words.upper(), "--json")
        assert (right.code, right.data["state"]) == (0, "active")
        shown = isthmus("partner", "show", "cn", "--json").data
        assert shown["words"] == foreign.words
        assert {key["purpose"] for key in shown["keys"]} == {"root", "seal", "encryption", "log"}
        assert shown["confirmed_by"].startswith("command line (")

    def test_a_wrong_word_is_kept_in_the_audit_trail(
        self, isthmus: Run, card_file: tuple[ForeignNode, str]
    ) -> None:
        from isthmus.accounts.models import AuditEvent

        isthmus("partner", "add", card_file[1])
        isthmus("partner", "confirm", "cn", "--words", "wrong")
        assert AuditEvent.objects.filter(kind="trust.words-differ", subject="cn").count() == 1

    def test_is_suspended_and_resumed(self, isthmus: Run, partner: Partner) -> None:
        assert (
            isthmus("partner", "suspend", "cn", "--reason", "a doubt", "--json").data["state"] == "suspended"
        )
        assert isthmus("partner", "suspend", "cn", "--reason", "again").code == 2
        assert isthmus("partner", "resume", "cn", "--json").data["state"] == "active"

    def test_a_pending_one_is_forgotten_and_a_confirmed_one_is_not(
        self, isthmus: Run, card_file: tuple[ForeignNode, str]
    ) -> None:
        isthmus("partner", "add", card_file[1])
        assert isthmus("partner", "forget", "cn").code == 0
        assert isthmus("partner", "list", "--json").data == []
        isthmus("partner", "add", card_file[1])
        isthmus("partner", "confirm", "cn", "--words", card_file[0].words)
        assert isthmus("partner", "forget", "cn").code == 2
        assert Partner.objects.get().state == PartnerState.ACTIVE

    @pytest.mark.parametrize("content", ["no card", "é"])
    def test_a_file_that_is_no_card_is_bad_input(self, isthmus: Run, tmp_path: Path, content: str) -> None:
        path = tmp_path / "x.card"
        path.write_text(content, encoding="utf-8")
        assert isthmus("partner", "add", str(path)).code == 2
        assert isthmus("partner", "add", str(tmp_path / "absent")).code == 2

    def test_an_unknown_one_is_not_found(self, isthmus: Run) -> None:
        assert isthmus("partner", "show", "la").code == 4

    def test_a_list_is_a_table_for_people(self, isthmus: Run, partner: Partner) -> None:
        lines = isthmus("partner", "list").out.splitlines()
        assert lines[0].split() == ["id", "name", "state", "address", "confirmed"]
        assert lines[1].startswith("cn  China test node  active")


class TestAgreement:
    def test_is_proposed_from_a_file_and_shown_in_plain_words(
        self, isthmus: Run, partner: Partner, tmp_path: Path
    ) -> None:
        fields = ["consignee_name", "declaration_number", "items"]
        content = terms(grants=[("etrade.export-declaration/1", "mm", "cn", fields)])
        del content["agreement"]
        path = tmp_path / "terms.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        made = isthmus("agreement", "propose", str(path), "--json").data
        assert (made["state"], made["parties"]) == ("proposed", {"cn": "none", "mm": "signed"})
        shown = isthmus("agreement", "show", made["id"][:13])
        assert "Clearing goods before they arrive" in shown.out
        assert "  + Declaration number, Consignee name\n" in shown.out
        assert "Until: 2036-01-01 00:00 UTC" in shown.out
        assert isthmus("agreement", "sign", made["id"]).code == 2  # signed by proposing
        assert isthmus("agreement", "list", "--json").data[0]["id"] == made["id"]

    def test_terms_that_cannot_be_used_are_named_by_member(self, isthmus: Run, tmp_path: Path) -> None:
        path = tmp_path / "terms.json"
        path.write_text('{"title": "Half of it"}', encoding="utf-8")
        done = isthmus("agreement", "propose", str(path), "--json")
        assert done.code == 2
        assert {"purpose", "parties", "grants"} <= {fault["where"] for fault in done.data["faults"]}
        path.write_text("[1, 2]", encoding="utf-8")
        assert isthmus("agreement", "propose", str(path)).code == 2

    def test_one_in_force_is_withdrawn_for_a_reason(self, isthmus: Run, agreed: Agreement) -> None:
        assert isthmus("agreement", "withdraw", str(agreed.uuid)).code == 2  # no reason given
        done = isthmus("agreement", "withdraw", str(agreed.uuid), "--reason", "it ended", "--json")
        assert done.data["state"] == "withdrawn"
        agreed.refresh_from_db()
        assert agreed.state == AgreementState.WITHDRAWN

    def test_an_unknown_one_is_not_found(self, isthmus: Run) -> None:
        assert isthmus("agreement", "show", "0192").code == 4
