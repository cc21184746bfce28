"""Bundles from the shell: written whole, read in their order, shown without being opened."""

import json
from pathlib import Path
from typing import Any

import pytest

from isthmus.exchange.models import Agreement, Record
from isthmus.exchange.services.bundles import exporting
from isthmus.node.commands import bundle as command
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose
from tests.exchange.test_bundles import out, send, stick
from tests.foreign import ForeignNode
from tests.node.test_cli import Run, isthmus

__all__ = ["isthmus", "out"]


def stored(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)


class TestExport:
    def test_writes_a_file_that_the_partner_opens(
        self, isthmus: Run, cn: ForeignNode, out: Any, tmp_path: Path
    ) -> None:
        path = tmp_path / "stick.isb"
        done = isthmus("bundle", "export", "--to", "cn", str(path), "--json")
        assert (done.code, done.data["records"], done.data["left"]) == (0, ["mm>cn#1 1-4"], 0)
        assert "Nothing is left behind" in done.err
        seal = keystore.in_use(KeyPurpose.SEAL).certificate
        assert len(cn.open(path.read_bytes(), seal).records) == 4
        assert [found.name for found in tmp_path.iterdir()] == ["stick.isb"]

    def test_writes_over_nothing_unless_told_to(self, isthmus: Run, out: Any, tmp_path: Path) -> None:
        path = stored(tmp_path / "stick.isb", b"keep me")
        done = isthmus("bundle", "export", "--to", "cn", path)
        assert (done.code, Path(path).read_bytes()) == (2, b"keep me")
        assert isthmus("bundle", "export", "--to", "cn", path, "--replace").code == 0
        assert Path(path).read_bytes() != b"keep me"

    def test_that_fails_leaves_the_old_file_and_no_half_one(
        self, isthmus: Run, out: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = stored(tmp_path / "stick.isb", b"keep me")

        def full(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(command.os, "fsync", full)
        done = isthmus("bundle", "export", "--to", "cn", path, "--replace")
        assert done.code == 1
        assert "No space left on device" in done.err
        assert [(found.name, found.read_bytes()) for found in tmp_path.iterdir()] == [
            ("stick.isb", b"keep me")
        ]

    def test_says_how_to_go_on_where_one_file_does_not_hold_all(
        self, isthmus: Run, out: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(exporting, "MAX_RECORDS", 3)
        first = isthmus("bundle", "export", "--to", "cn", str(tmp_path / "1.isb"), "--json")
        assert first.data["left"] == 1
        assert "--after 3" in first.err
        rest = isthmus("bundle", "export", "--to", "cn", str(tmp_path / "2.isb"), "--after", "3", "--json")
        assert (rest.data["records"], rest.data["left"]) == (["mm>cn#1 4-4"], 0)

    def test_for_a_node_that_nobody_knows_is_not_found(self, isthmus: Run, node: str, tmp_path: Path) -> None:
        assert isthmus("bundle", "export", "--to", "la", str(tmp_path / "x.isb")).code == 4
        assert list(tmp_path.iterdir()) == []


class TestImport:
    def test_puts_several_files_into_their_order(
        self, isthmus: Run, cn: ForeignNode, agreed: Agreement, tmp_path: Path
    ) -> None:
        tokens = send(cn, agreed, 4)
        late = stored(tmp_path / "a.isb", stick(cn, tokens[2:]))
        early = stored(tmp_path / "b.isb", stick(cn, tokens[:2]))
        done = isthmus("bundle", "import", late, early, "--json")
        assert done.code == 0
        assert [(row["file"], row["taken"]) for row in done.data] == [(early, 2), (late, 2)]
        assert "carry them back" in done.err

    def test_ends_with_3_where_a_record_is_missing_before_it(
        self, isthmus: Run, cn: ForeignNode, agreed: Agreement, tmp_path: Path
    ) -> None:
        done = isthmus("bundle", "import", stored(tmp_path / "a.isb", stick(cn, send(cn, agreed, 2)[1:])))
        assert done.code == 3
        assert "Record 2 is expected first" in done.err

    def test_reads_the_good_ones_beside_one_that_is_not(
        self, isthmus: Run, cn: ForeignNode, agreed: Agreement, tmp_path: Path
    ) -> None:
        bad = stored(tmp_path / "bad.isb", b"no bundle")
        good = stored(tmp_path / "good.isb", stick(cn, send(cn, agreed, 1)))
        done = isthmus("bundle", "import", bad, good, "--json")
        assert done.code == 2
        assert [row.get("error", row.get("taken")) for row in done.data] == ["wire.bundle.form", 1]

    @pytest.mark.parametrize(("name", "code"), [("gone.isb", 4), (".", 1)])
    def test_what_cannot_be_read_is_said_in_a_line(
        self, isthmus: Run, tmp_path: Path, name: str, code: int
    ) -> None:
        done = isthmus("bundle", "import", str(tmp_path / name), "--json")
        assert done.code == code
        assert "error" in json.loads(done.out)


class TestShow:
    def test_says_for_whom_it_is_and_takes_nothing(
        self, isthmus: Run, cn: ForeignNode, agreed: Agreement, tmp_path: Path
    ) -> None:
        path = stored(tmp_path / "a.isb", stick(cn, send(cn, agreed, 2)))
        shown = isthmus("bundle", "show", path, "--json")
        assert shown.code == 0
        row = shown.data
        assert (row["from"], row["to"], row["records"], row["whole"]) == ("cn", "mm", ["cn>mm#1 2-3"], True)
        assert not Record.objects.filter(stream__name="cn>mm#1", seq__gt=1).exists()

    def test_ends_with_3_where_it_is_damaged(
        self, isthmus: Run, cn: ForeignNode, node: str, tmp_path: Path
    ) -> None:
        data = stick(cn, receipts=["a.b.c"])
        done = isthmus("bundle", "show", stored(tmp_path / "a.isb", data[:-1]))
        assert done.code == 3
        assert "early" in done.out
