"""What every file of the project keeps to: its length, its name, and the shortcuts nobody takes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src" / "isthmus"
LONGEST = 400
VAGUE_NAMES = {"core", "common", "utils", "helpers", "util", "helper", "misc"}


def modules(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*.py") if "migrations" not in path.parts)


def imported(tree: ast.AST) -> Iterator[str]:
    """Every dotted name that a module imports, with the names taken from it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def names_imported_by(path: Path) -> set[str]:
    return set(imported(ast.parse(path.read_text(encoding="utf-8"))))


def test_no_file_is_longer_than_a_person_reads_in_one_go():
    kinds = {".py", ".html", ".js"}
    places = [SOURCES, ROOT / "tests", ROOT / "bench"]
    files = [path for place in places for path in place.rglob("*") if path.suffix in kinds]
    files = [path for path in files if "migrations" not in path.parts]  # Django writes those, nobody reads on
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in [*files, ROOT / "run.py"]}
    too_long = {str(path.relative_to(ROOT)): length for path, length in lengths.items() if length > LONGEST}
    assert not too_long


def test_no_module_has_a_name_that_says_nothing():
    vague = [
        str(path.relative_to(ROOT))
        for path in [*modules(SOURCES, ROOT / "tests", ROOT / "bench")]
        if {path.stem, *path.relative_to(ROOT).parts[:-1]} & VAGUE_NAMES
    ]
    assert not vague


def test_nobody_uses_signals():
    forbidden = {"django.dispatch", "django.db.models.signals", "django.core.signals"}
    users = [str(path.relative_to(ROOT)) for path in modules(SOURCES) if names_imported_by(path) & forbidden]
    assert not users


def test_nobody_uses_generic_foreign_keys():
    users = [
        str(path.relative_to(ROOT))
        for path in modules(SOURCES)
        if any(name.startswith("django.contrib.contenttypes.fields") for name in names_imported_by(path))
    ]
    assert not users


WRITERS = {"save", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}


def writes(path: Path) -> list[str]:
    """Calls by which a module writes to the database itself."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        manager = isinstance(node.func.value, ast.Attribute) and node.func.value.attr == "objects"
        if node.func.attr in WRITERS or (manager and node.func.attr in {"create", "update"}):
            found.append(f"{path.relative_to(ROOT)}:{node.lineno} .{node.func.attr}()")
    return found


def test_edges_do_not_write_the_services_do():
    edges = {"views.py", "api.py", "cli.py", "urls.py"}
    found = [
        line
        for path in modules(SOURCES)
        if path.name in edges or "views" in path.parent.parts[-1:]
        for line in writes(path)
    ]
    assert not found


def test_the_search_for_writes_finds_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    planted = tmp_path / "views.py"
    planted.write_text("def view(request):\n    Thing.objects.create()\n    thing.save()\n    {}.update()\n")
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert writes(planted) == ["views.py:2 .create()", "views.py:3 .save()"]


SILENCED = re.compile(r"# (?:noqa|type: ?ignore)(?:: ?[A-Z][A-Z0-9, ]*[0-9]|\[[a-z, -]+\])?(?P<reason>.*)$")


def without_reason(line: str) -> bool:
    """Whether a line silences a checker and does not say why."""
    found = SILENCED.search(line)
    return found is not None and len(found["reason"].strip(" -#")) < 5


def test_nothing_silences_a_checker_without_a_reason():
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in [*modules(SOURCES, ROOT / "tests", ROOT / "bench"), ROOT / "run.py"]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if without_reason(line)
    ]
    assert not bare


@pytest.mark.parametrize(
    ("comment", "bare"),
    [
        ("noqa", True),
        ("noqa: S603", True),
        ("noqa: S603, E501", True),
        ("noqa: S603  the command is ours", False),
        ("noqa: S603 - the command is ours", False),
        ("type: ignore", True),
        ("type: ignore[arg-type]", True),
        ("type: ignore[arg-type]  # the stub is wrong", False),
    ],
)
def test_the_search_for_reasons_tells_them_apart(comment: str, *, bare: bool):
    assert without_reason(f"x = 1  # {comment}") is bare
