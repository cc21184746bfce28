"""What the source does not hold: roads by which input becomes code, a query, a command or markup."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import isthmus

SOURCES = Path(isthmus.__file__).parent
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "mark_safe", "SafeString"}
FORBIDDEN_ATTRIBUTES = {
    ("os", "system"),
    ("os", "popen"),
    ("pickle", "loads"),
    ("pickle", "load"),
    ("marshal", "loads"),
    ("yaml", "load"),
    ("hashlib", "md5"),
    ("hashlib", "sha1"),
    ("hashlib", "new"),
    ("tempfile", "mktemp"),
}
ALLOWED = {
    # A checker of our own compiles nothing that comes from outside.
    "node/checks": FORBIDDEN_CALLS,
    # A piece of SVG or markup that is put together by format_html and escaped there.
    "ui/": {"mark_safe", "SafeString"},
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCES.rglob("*.py")):
        yield str(path.relative_to(SOURCES)), ast.parse(path.read_text(encoding="utf-8"))


def calls() -> Iterator[tuple[str, ast.Call]]:
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield name, node


def test_input_never_becomes_code_or_unescaped_markup() -> None:
    found = []
    for name, call in calls():
        allowed = {one for prefix, ones in ALLOWED.items() if name.startswith(prefix) for one in ones}
        if isinstance(call.func, ast.Name) and call.func.id in FORBIDDEN_CALLS - allowed:
            found.append(f"{name}:{call.lineno} {call.func.id}")
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
            pair = (call.func.value.id, call.func.attr)
            if pair in FORBIDDEN_ATTRIBUTES:
                found.append(f"{name}:{call.lineno} {'.'.join(pair)}")
    assert found == []


def test_no_command_goes_through_a_shell() -> None:
    found = [
        f"{name}:{call.lineno}"
        for name, call in calls()
        for word in call.keywords
        if word.arg == "shell" and not (isinstance(word.value, ast.Constant) and word.value.value is False)
    ]
    assert found == []


def test_no_query_is_put_together_from_text() -> None:
    """``execute`` and ``raw`` get a constant, a name, or SQL that the ORM compiled; never formatted input."""
    found = []
    for name, call in calls():
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if method not in {"execute", "executemany", "raw", "extra", "RawSQL"} or not call.args:
            continue
        first = call.args[0]
        formatted = isinstance(first, ast.JoinedStr | ast.BinOp) or (
            isinstance(first, ast.Call)
            and isinstance(first.func, ast.Attribute)
            and first.func.attr == "format"
        )
        if formatted:
            found.append(f"{name}:{call.lineno}")
    assert found == []


FORBIDDEN_IN_TEMPLATES = re.compile(r"\|\s*safe\b|autoescape\s+off|\son\w+\s*=\s*['\"]|javascript:|<style")
FORBIDDEN_IN_SCRIPTS = re.compile(
    r"innerHTML|outerHTML|document\.write|\beval\(|new Function|localStorage|sessionStorage"
)


def holding(pattern: re.Pattern[str], kind: str) -> list[str]:
    """The files of a kind that hold what the pattern looks for."""
    files = sorted(SOURCES.rglob(kind))
    assert files
    return [
        str(path.relative_to(SOURCES)) for path in files if pattern.search(path.read_text(encoding="utf-8"))
    ]


def test_templates_escape_everything_and_carry_no_script() -> None:
    assert holding(FORBIDDEN_IN_TEMPLATES, "*.html") == []


def test_scripts_write_no_markup_and_keep_nothing() -> None:
    assert holding(FORBIDDEN_IN_SCRIPTS, "*.js") == []
