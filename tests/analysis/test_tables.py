"""Tables in and out of the analytics engine, and what it may not touch."""

from pathlib import Path

import duckdb
import pytest

from isthmus.analysis.engine import open_workspace
from isthmus.analysis.tables import open_table, save_table
from isthmus.kit.errors import BadInput, Fault


def test_a_table_comes_in_as_text_and_goes_out_whole(tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("Id;kg\nB;007.50\nA;\n")
    with open_workspace(source) as workspace:
        assert open_table(workspace, source, "goods") == ("id", "kg")
        assert workspace.rows("SELECT id, kg FROM goods ORDER BY id") == [("A", None), ("B", "007.50")]
        save_table(workspace, "SELECT id, kg FROM goods ORDER BY id", out)
    assert out.read_text() == "id,kg\nA,\nB,007.50\n".replace("id", "Id", 1)
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_parquet_keeps_types(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "t.parquet") as workspace:
        save_table(workspace, "SELECT 1 AS n, DATE '2026-01-02' AS day", tmp_path / "t.parquet")
        open_table(workspace, tmp_path / "t.parquet", "t")
        assert [str(value) for value in workspace.rows("SELECT * FROM t")[0]] == ["1", "2026-01-02"]


def test_a_name_with_wildcards_means_that_file_alone(tmp_path: Path) -> None:
    (tmp_path / "a[1].csv").write_text("id\nright\n")
    (tmp_path / "a1.csv").write_text("id\nwrong\n")
    with open_workspace(tmp_path / "a[1].csv") as workspace:
        open_table(workspace, tmp_path / "a[1].csv", "t")
        assert workspace.rows("SELECT * FROM t") == [("right",)]


def test_no_statement_reaches_another_file_or_changes_the_settings(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("id\n1\n")
    with open_workspace() as workspace:
        for statement in (
            f"FROM read_csv('{tmp_path}/secret.csv')",
            f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
            "SET memory_limit = '100GB'",
            "SET enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                workspace.run(statement)
    assert not (tmp_path / "out.csv").exists()


def test_the_folder_goes_with_the_work(tmp_path: Path) -> None:
    with open_workspace(folder=tmp_path) as workspace:
        assert workspace.folder.parent == tmp_path
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.xlsx", b"id\n", "neither CSV nor Parquet"),
        ("t.parquet", b"id\n1\n", "cannot be read as PARQUET"),
        ("t.csv", b"id,name\n1,Caf\xe9\n", "cannot be read as CSV"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with open_workspace(tmp_path / name) as workspace, pytest.raises(BadInput, match=said):
        open_table(workspace, tmp_path / name, "t")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with open_workspace() as workspace, pytest.raises(BadInput, match="no file"):
        open_table(workspace, tmp_path / "none.csv", "t")


def test_a_failed_writing_leaves_the_old_file(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("old")
    with open_workspace() as workspace, pytest.raises(duckdb.Error):
        save_table(workspace, "SELECT 1 / CAST('x' AS INTEGER)", out)
    assert out.read_text() == "old"


def test_work_beyond_its_memory_says_so() -> None:
    with open_workspace(memory_mb=8) as workspace, pytest.raises(Fault, match="do not fit"):
        workspace.rows("SELECT list(range) FROM range(20000000)")
