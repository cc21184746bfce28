"""Records, log and quarantine from the shell: what is shown proves itself, what was altered is named."""

from pathlib import Path
from unittest.mock import patch

import pytest

from isthmus.exchange.models import Agreement, Effect, LogEntry, Record
from isthmus.exchange.services import publish
from isthmus.exchange.services.inbox import receive
from isthmus.trust.models import Partner
from isthmus.wire.checkpoint import read_checkpoint
from isthmus.wire.verify import verify_artefact
from tests.exchange.test_inbox import KIND, declaration
from tests.exchange.test_settle import item
from tests.foreign import ForeignNode
from tests.node.test_cli import Run, isthmus  # noqa: F401  a fixture is found by its name
from tests.texts import replace_text


@pytest.fixture
def received(cn: ForeignNode, partner: Partner, agreed: Agreement) -> Record:
    receive(partner, [cn.send(KIND, declaration(), agreement=agreed.uuid, subject="EX-1")])
    return Record.objects.get(subject="EX-1")


class TestRecord:
    def test_is_listed_and_shown_with_its_proofs(self, isthmus: Run, received: Record) -> None:  # noqa: F811  the fixture
        listed = isthmus("record", "list", "--partner", "cn", "--direction", "in", "--json").data
        assert listed[0]["leaf"] == received.leaf
        shown = isthmus("record", "show", received.leaf[:8], "--json")
        assert (shown.code, [check["ok"] for check in shown.data["checks"]]) == (0, [True] * 5)
        assert shown.data["body"]["declaration_number"] == "EX-1"

    def test_one_that_was_altered_is_named_and_gives_exit_code_3(
        self,
        isthmus: Run,  # noqa: F811  the fixture
        received: Record,
    ) -> None:
        replace_text(received.leaf, "altered")
        done = isthmus("record", "show", received.leaf)
        assert done.code == 3
        assert "NOT  Unchanged" in done.out
        assert "Not proved" in done.err

    def test_one_that_waits_for_its_receipt_is_no_doubt(self, isthmus: Run, agreed: Agreement) -> None:  # noqa: F811  the fixture
        (row,) = publish([item("EX-9")], to=["cn"])
        done = isthmus("record", "show", row.leaf)
        assert done.code == 0
        assert "has not receipted it yet" in done.out

    def test_is_exported_as_files_that_verify_without_a_node(
        self,
        isthmus: Run,  # noqa: F811  the fixture
        received: Record,
        tmp_path: Path,
    ) -> None:
        done = isthmus("record", "export", received.leaf, "--to", str(tmp_path / "evidence"))
        files = {Path(line).name: Path(line).read_bytes() for line in done.out.splitlines()}
        name = received.leaf[:12]
        assert set(files) == {f"{name}-record.jws", f"{name}-receipt.jws", "cn.card", "mm.card"}
        record = verify_artefact(files[f"{name}-record.jws"], files["cn.card"].decode())
        receipt = verify_artefact(files[f"{name}-receipt.jws"], files["mm.card"].decode())
        assert (record.signer, receipt.signer) == ("cn", "mm")
        assert not verify_artefact(files[f"{name}-record.jws"], files["mm.card"].decode()).ok

    @pytest.mark.parametrize(("leaf", "code"), [("abc", 2), ("0" * 64, 4)])
    def test_one_that_is_not_here(self, isthmus: Run, leaf: str, code: int) -> None:  # noqa: F811  the fixture
        assert isthmus("record", "show", leaf).code == code


class TestLog:
    def test_is_verified(self, isthmus: Run, received: Record) -> None:  # noqa: F811  the fixture
        done = isthmus("log", "verify", "--json")
        assert (done.code, done.data["ok"], done.data["size"]) == (0, True, LogEntry.objects.count())

    def test_an_altered_row_is_named_and_gives_exit_code_3(self, isthmus: Run, received: Record) -> None:  # noqa: F811  the fixture
        Record.objects.filter(pk=received.pk).update(subject="EX-2")
        done = isthmus("log", "verify")
        assert done.code == 3
        assert "Record EX-2 shows other values than its signed text" in done.out

    def test_shows_the_newest_first(self, isthmus: Run, received: Record) -> None:  # noqa: F811  the fixture
        rows = isthmus("log", "show", "--limit", "2", "--json").data
        assert rows[0]["index"] == rows[1]["index"] + 1 == LogEntry.objects.count() - 1

    def test_signs_its_head(self, isthmus: Run, received: Record) -> None:  # noqa: F811  the fixture
        note = isthmus("log", "checkpoint").out
        assert read_checkpoint(note).size == LogEntry.objects.count()

    def test_proves_that_a_leaf_is_in_it(self, isthmus: Run, received: Record) -> None:  # noqa: F811  the fixture
        proof = isthmus("log", "prove", received.leaf[:10], "--json").data
        assert proof["leaf"] == received.leaf
        assert f"\n{proof['size']}\n" in proof["checkpoint"]
        assert isthmus("log", "prove", "f" * 64).code == 4


class TestQuarantine:
    @pytest.fixture
    def failed(self, cn: ForeignNode, partner: Partner, agreed: Agreement) -> Record:
        with patch(
            "isthmus.apps.etrade.services.declarations.receive_declaration", side_effect=ValueError("full")
        ):
            receive(partner, [cn.send(KIND, declaration(), agreement=agreed.uuid, subject="EX-1")])
        return Record.objects.get(subject="EX-1")

    def test_is_listed_with_its_error_and_run_again(self, isthmus: Run, failed: Record) -> None:  # noqa: F811  the fixture
        (row,) = isthmus("quarantine", "list", "--json").data
        assert (row["leaf"], row["error"]) == (failed.leaf, "ValueError: full")
        (done,) = isthmus("quarantine", "run", failed.leaf, "--json").data
        assert done["effect"] == "applied"
        assert isthmus("quarantine", "list", "--json").data == []

    def test_what_fails_again_stays_and_gives_exit_code_1(self, isthmus: Run, failed: Record) -> None:  # noqa: F811  the fixture
        with patch(
            "isthmus.apps.etrade.services.declarations.receive_declaration", side_effect=ValueError("still")
        ):
            done = isthmus("quarantine", "run", "--all", "--json")
        assert (done.code, done.data[0]["error"]) == (1, "ValueError: still")
        assert isthmus("quarantine", "run").code == 2

    def test_is_set_aside_for_a_reason(self, isthmus: Run, failed: Record) -> None:  # noqa: F811  the fixture
        assert isthmus("quarantine", "dismiss", failed.leaf).code == 2
        assert isthmus("quarantine", "dismiss", failed.leaf, "--reason", "a test message").code == 0
        failed.refresh_from_db()
        assert (failed.effect, failed.effect_error) == (Effect.DISMISSED, "a test message")
