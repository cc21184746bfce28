"""Files and erasures from the shell."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from isthmus.exchange import tokens
from isthmus.exchange.models import Attachment, Carriage, Record, SubjectKey, Tombstone
from isthmus.kit import clock
from tests.exchange import attached
from tests.exchange.attached import keep, send_report
from tests.exchange.crossed import row_of, settle_all
from tests.foreign import ForeignNode
from tests.node import test_cli
from tests.node.test_cli import Run

isthmus, reports = test_cli.isthmus, attached.reports  # fixtures are found by their names
WHY = ("--ground", "person", "--reason", "The person asked for it.")


@pytest.fixture
def row(cn: ForeignNode, reports: Any) -> Record:
    send_report("R-1", keep(b"a file"))
    settle_all(cn)
    return row_of("R-1")


class TestAttachment:
    def test_a_file_is_kept_listed_shown_and_taken_out(
        self, isthmus: Run, row: Record, tmp_path: Path
    ) -> None:
        source = tmp_path / "letter.txt"
        source.write_bytes(b"about one person")
        kept = isthmus(
            "attachment", "keep", str(source), "--kind", "text/plain", "--subject", "4711", "--json"
        )
        digest = kept.data["sha256"]
        listed = isthmus("attachment", "list", "--json").data
        assert [(one["about_a_person"], one["state"]) for one in listed] == [
            (True, "whole"),
            (False, "whole"),
        ]
        assert "MiB are kept" in isthmus("attachment", "list", "--state", "whole").err
        shown = isthmus("attachment", "show", digest[:10], "--json").data
        assert (shown["named_by"], shown["chunks_here"]) == ([], 1)
        named = isthmus("attachment", "show", keep(b"a file").sha256)
        assert "invoice.pdf" in named.out
        target = tmp_path / "out.txt"
        assert isthmus("attachment", "export", digest, "--to", str(target)).code == 0
        assert target.read_bytes() == b"about one person"
        assert isthmus("attachment", "export", digest, "--to", str(target)).code == 2
        assert isthmus("attachment", "export", digest, "--to", str(target), "--replace").code == 0

    def test_with_whom_files_are_under_way_is_shown(self, isthmus: Run, row: Record) -> None:
        (told,) = isthmus("attachment", "partners", "--json").data
        assert (told["partner"], told["to_bring"], told["to_come"]) == ("cn", 1, 0)
        Carriage.objects.create(partner=row.stream.partner, failures=3, last_error="no room there")
        assert "no room there" in isthmus("attachment", "partners").out

    def test_a_hash_that_is_too_short_or_unknown_is_told(self, isthmus: Run, row: Record) -> None:
        assert isthmus("attachment", "show", "abc").code == 2
        assert isthmus("attachment", "show", "f" * 64).code == 4

    def test_a_plain_file_is_kept_under_its_own_name(self, isthmus: Run, row: Record, tmp_path: Path) -> None:
        source = tmp_path / "plain.txt"
        source.write_bytes(b"plain")
        reference = isthmus("attachment", "keep", str(source), "--json").data
        assert (reference["name"], reference["size"]) == ("plain.txt", 5)

    def test_what_cannot_be_written_is_a_fault_in_words(
        self, isthmus: Run, row: Record, tmp_path: Path
    ) -> None:
        (tmp_path / "file").write_text("x")
        target = tmp_path / "file" / "below"
        done = isthmus("attachment", "export", keep(b"a file").sha256, "--to", str(target))
        assert done.code == 1


class TestErase:
    def test_a_dry_run_says_what_would_go_and_erases_nothing(self, isthmus: Run, row: Record) -> None:
        told = isthmus("erase", "record", row.leaf[:12], *WHY, "--dry-run", "--json").data
        assert told == {"records": 1, "files": 1, "partners": ["cn"]}
        digest = keep(b"a file").sha256
        told = isthmus("erase", "attachment", digest, *WHY, "--dry-run", "--json").data
        assert told["files"] == 1
        assert not Tombstone.objects.exists()

    def test_a_record_goes_and_the_shell_says_under_which_tombstone(self, isthmus: Run, row: Record) -> None:
        (made,) = isthmus("erase", "record", row.leaf, *WHY, "--json").data
        assert (made["ground"], made["signed_by"], made["erased"]) == ("person", "mm", 2)
        shown = isthmus("record", "show", row.leaf)
        assert shown.code == 0
        assert "erased under tombstone mm>cn#1" in shown.out
        assert isthmus("erase", "list").out.count("mm>cn#1") == 1
        assert isthmus("erase", "record", row.leaf, *WHY).code == 2
        assert isthmus("log", "verify").code == 0

    def test_a_file_or_all_about_a_person_goes(self, isthmus: Run, row: Record, tmp_path: Path) -> None:
        assert isthmus("erase", "attachment", keep(b"a file").sha256, *WHY).code == 0
        source = tmp_path / "letter.txt"
        source.write_bytes(b"about one person")
        isthmus("attachment", "keep", str(source), "--subject", "4711")
        assert isthmus("erase", "person", "4711", *WHY).code == 0
        assert SubjectKey.objects.get().destroyed_at is not None
        assert isthmus("erase", "person", "4711", *WHY).code == 4
        assert set(Attachment.objects.values_list("state", flat=True)) == {"erased"}

    def test_what_retention_has_ended_for_is_shown_and_then_goes(self, isthmus: Run, row: Record) -> None:
        assert "Nothing is due" in isthmus("erase", "due", "--dry-run").err
        Record.objects.filter(pk=row.pk).update(issued=clock.now() - timedelta(days=366))
        (due,) = json.loads(isthmus("erase", "due", "--dry-run", "--json").out)
        assert due["leaf"] == row.leaf
        assert tokens.text_of(row.leaf) is not None
        assert isthmus("erase", "due", "--json").data == {"erased": 1}
        assert "Records erased: 0" in isthmus("erase", "due").err
        assert tokens.text_of(row.leaf) is None

    @pytest.mark.parametrize("missing", ["--ground", "--reason"])
    def test_ground_and_reason_are_needed(self, isthmus: Run, row: Record, missing: str) -> None:
        given = [*WHY]
        at = given.index(missing)
        del given[at : at + 2]
        assert isthmus("erase", "record", row.leaf, *given).code == 2
        assert tokens.text_of(row.leaf) is not None
