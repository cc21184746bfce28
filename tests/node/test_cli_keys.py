"""Keys from the shell, countersigning, and what `record export` writes beside a record."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from isthmus.exchange.models import Agreement, Record
from isthmus.exchange.services import publish
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.keys import revoke_own
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, NotFound, Refused
from isthmus.node.commands.keys import key
from isthmus.node.commands.partners import partner as partner_command
from isthmus.node.commands.records import record
from isthmus.trust.models import OwnKey, Partner, PartnerKey
from isthmus.wire.verify import main as verify
from tests.exchange.test_inbox import KIND, declaration
from tests.exchange.test_settle import item
from tests.foreign import ForeignNode

Run = Callable[..., Any]


@pytest.fixture
def run() -> Run:
    def called(command: Any, *words: str) -> Any:
        done = CliRunner().invoke(command, words, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout) if "--json" in words else done.stdout + done.stderr

    return called


def seal() -> OwnKey:
    return OwnKey.objects.get(purpose="seal", retired_at=None)


def test_every_key_is_listed_with_its_state(node: str, run: Run) -> None:
    rows = run(key, "list", "--json")
    assert {(row["purpose"], row["state"]) for row in rows} == {
        ("root", "in use"),
        ("seal", "in use"),
        ("encryption", "in use"),
        ("log", "in use"),
    }
    run(key, "roll", "seal")
    run(key, "roll", "log", "--in-days", "3")
    states = sorted((row["purpose"], row["state"]) for row in run(key, "list", "--json"))
    assert states[2:] == [("log", "waiting"), ("root", "in use"), ("seal", "in use"), ("seal", "retired")]


def test_rolling_over_says_who_is_told(cn: ForeignNode, run: Run) -> None:
    old = seal().kid
    done = run(key, "roll", "seal", "--json")
    assert (done["follows"], done["told"], done["by_card"]) == (old, ["cn"], False)
    assert "Partners are told in the stream: cn." in run(key, "roll", "seal")
    lost = run(key, "roll", "seal", "--old-key-lost")
    assert "Hand each the new card" in lost
    assert "Back up the keys folder now." in lost


def test_revoking_and_destroying(cn: ForeignNode, run: Run) -> None:
    run(key, "roll", "seal")
    kid = seal().kid
    done = run(key, "revoke", kid[:12], "--since", "2026-01-01", "--reason", "A laptop was stolen", "--json")
    assert (done["state"], done["revoked_because"]) == ("revoked", "A laptop was stolen")
    gone = run(key, "destroy", kid, "--early", "--json")
    assert gone["destroyed"] is not None
    run(key, "roll", "encryption")
    other = OwnKey.objects.filter(purpose="encryption", retired_at=None).get().kid
    run(key, "roll", "encryption")
    run(key, "destroy", other, "--early")
    assert next(row["state"] for row in run(key, "list", "--json") if row["key"] == other) == "destroyed"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["revoke", "nothing", "--since", "2026-01-01", "--reason", "x"], NotFound),
        (["revoke", "", "--since", "2026-01-01", "--reason", "x"], NotFound),
        (["destroy", "nothing"], NotFound),
    ],
)
def test_what_is_not_here(node: str, words: list[str], error: type[Exception]) -> None:
    with pytest.raises(error):
        CliRunner().invoke(key, words, catch_exceptions=False)


def test_a_moment_that_is_none_and_a_key_in_use(node: str) -> None:
    with pytest.raises(BadInput, match="is not a moment"):
        CliRunner().invoke(
            key, ["revoke", seal().kid, "--since", "yesterday", "--reason", "x"], catch_exceptions=False
        )
    with pytest.raises(Refused, match="in use"):
        CliRunner().invoke(key, ["destroy", seal().kid], catch_exceptions=False)


def test_a_partner_s_key_after_a_call(cn: ForeignNode, run: Run) -> None:
    since = ["--since", "2026-11-01T08:00:00Z", "--reason", "She called"]
    done = run(partner_command, "revoke-key", "cn", cn.kid, *since, "--json")
    assert done == {"partner": "cn", "purpose": "seal", "kid": cn.kid, "revoked": "2026-11-01T08:00:00Z"}
    assert PartnerKey.objects.get(kid=cn.kid).revoked_reason == "She called"
    shown = run(partner_command, "show", "cn", "--json")
    assert [row["revoked"] for row in shown["keys"] if row["kid"] == cn.kid] == ["2026-11-01T08:00:00Z"]


@pytest.mark.parametrize(
    "arguments", [("key", "destroy"), ("key", "revoke"), ("partner", "revoke-key", "cn")]
)
def test_a_key_whose_name_begins_with_a_hyphen_is_no_option(
    cn: ForeignNode, arguments: tuple[str, ...]
) -> None:
    group = {"key": key, "partner": partner_command}[arguments[0]]
    since = ["--since", "2026-11-01"] if "destroy" not in arguments else []
    reason = ["--reason", "lost"] if since else []
    done = CliRunner().invoke(group, [*arguments[1:], "-Tx" + "A" * 40, *since, *reason])
    assert isinstance(done.exception, NotFound | Refused)


def exported(run: Run, leaf: str, folder: Path) -> dict[str, Path]:
    done = run(record, "export", leaf, "--to", str(folder), "--json")
    return {Path(name).name: Path(name) for name in done["files"]}


def test_a_countersigned_record_leaves_with_both_texts_and_both_cards(
    cn: ForeignNode, partner: Partner, agreed: Agreement, run: Run, tmp_path: Path
) -> None:
    receive(partner, [cn.send(KIND, declaration("A"), subject="A", agreement=agreed.uuid)])
    leaf = Record.objects.get(subject="A").leaf
    done = run(record, "countersign", leaf, "--words", "We take it", "--json")
    assert (done["by"], done["words"]) == ("mm", "We take it")
    files = exported(run, leaf, tmp_path)
    cards = ["--card", str(files["cn.card"]), "--card", str(files["mm.card"])]
    assert verify([str(files[f"{leaf[:12]}-pair.jws"]), *cards]) == 0


def test_a_record_under_a_key_that_gave_way_leaves_with_what_proves_it(
    cn: ForeignNode, agreed: Agreement, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (row,) = publish([item("EX-1")], to=["cn"])
    before = clock.now()
    run(key, "roll", "seal")
    files = exported(run, row.leaf, tmp_path)
    keys = [word for name, path in files.items() if "-key-" in name for word in ("--keys", str(path))]
    command = [str(files[f"{row.leaf[:12]}-record.jws"]), "--card", str(files["mm.card"]), *keys]
    assert len(keys) == 4, "the earlier certificate and the roll-over"
    assert verify(command) == 0
    assert verify(command[:3]) == 3
    old = OwnKey.objects.get(purpose="seal", retired_at__isnull=False)
    revoke_own(old, revoked_from=before, ground="leaked", reason="Stolen", actor="t")
    (later,) = Record.objects.filter(type="exchange.key-rollover")
    files = exported(run, later.leaf, tmp_path)
    keys = [word for name, path in files.items() if "-key-" in name for word in ("--keys", str(path))]
    assert verify([str(files[f"{later.leaf[:12]}-record.jws"]), "--card", str(files["mm.card"]), *keys]) == 3
    assert "was revoked from" in capsys.readouterr().out


def test_a_received_record_under_a_newer_key_than_the_partner_s_card_names(
    cn: ForeignNode, partner: Partner, agreed: Agreement, run: Run, tmp_path: Path
) -> None:
    receive(partner, [cn.roll("seal"), cn.send(KIND, declaration("A"), subject="A", agreement=agreed.uuid)])
    leaf = Record.objects.get(subject="A").leaf
    files = exported(run, leaf, tmp_path)
    keys = [word for name, path in files.items() if "-key-" in name for word in ("--keys", str(path))]
    assert verify([str(files[f"{leaf[:12]}-record.jws"]), "--card", str(files["cn.card"]), *keys]) == 0
