"""Every alarm that the code can raise has its advice, and every advice belongs to an alarm."""

import ast
from collections.abc import Iterator
from pathlib import Path

from isthmus.exchange.alarm_book import advice_on, every_advice
from isthmus.node.checks import alarm_guide

SOURCES = Path(__file__).resolve().parents[2] / "src" / "isthmus"
RAISE = "raise_alarm"
HANDED_ON = {
    # What a helper passes on from a signed answer or an error, and the codes that can come that way.
    "exchange/services/settle.py": {
        "exchange.equivocation",
        "exchange.frozen",
        "exchange.other-stream",
        "exchange.receipt-for-other-record",
    },
}


def constants(tree: ast.AST) -> dict[str, str]:
    """Module-level names that stand for a text."""
    return {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCES.rglob("*.py"))}
NAMES = {name: text for tree in TREES.values() for name, text in constants(tree).items()}


def parameters(function: ast.FunctionDef) -> list[str]:
    return [one.arg for one in [*function.args.args, *function.args.kwonlyargs]]


def given(call: ast.Call, name: str, place: int) -> ast.expr | None:
    """What a call hands over as a parameter, by name or by place."""
    named = next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
    return named or (call.args[place] if place < len(call.args) else None)


def calls(tree: ast.AST, name: str) -> Iterator[tuple[ast.FunctionDef | None, ast.Call]]:
    """Every call of a function by its bare name or as an attribute, with the function that it stands in."""

    def walk(
        node: ast.AST, inside: ast.FunctionDef | None
    ) -> Iterator[tuple[ast.FunctionDef | None, ast.Call]]:
        for child in ast.iter_child_nodes(node):
            here = child if isinstance(child, ast.FunctionDef) else inside
            if isinstance(child, ast.Call):
                func = child.func
                called = func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")
                if called == name:
                    yield inside, child
            yield from walk(child, here)

    yield from walk(tree, None)


def codes_in(path: Path) -> tuple[set[str], list[str]]:
    """The codes that a module raises, and the lines that this search cannot read."""
    found: set[str] = set()
    unread: list[str] = []

    def read(call: ast.Call, argument: ast.expr | None, inside: ast.FunctionDef | None) -> None:
        if isinstance(argument, ast.IfExp):
            read(call, argument.body, inside)
            read(call, argument.orelse, inside)
        elif isinstance(argument, ast.Constant):
            found.add(str(argument.value))
        elif isinstance(argument, ast.Name) and inside is not None and argument.id in parameters(inside):
            place = parameters(inside).index(argument.id)
            for outer, again in calls(TREES[path], inside.name):
                read(again, given(again, argument.id, place), outer)
        elif isinstance(argument, ast.Name) and argument.id in NAMES:
            found.add(NAMES[argument.id])
        elif isinstance(argument, ast.Attribute) and argument.attr in NAMES:
            found.add(NAMES[argument.attr])
        else:
            unread.append(f"{path.relative_to(SOURCES)}:{call.lineno}")

    for inside, call in calls(TREES[path], RAISE):
        read(call, given(call, "code", 0), inside)
    return found, unread


def raised() -> set[str]:
    found = set[str]()
    for path in TREES:
        codes, unread = codes_in(path)
        handed_on = HANDED_ON.get(str(path.relative_to(SOURCES)), set())
        assert not unread or handed_on, f"say in HANDED_ON which codes come through {unread}"
        found |= codes | handed_on
    return found


def test_every_alarm_that_can_be_raised_says_what_to_do() -> None:
    described = {advice.code for advice in every_advice()}
    missing = raised() - described
    assert not missing, (
        "write an entry in isthmus/exchange/alarm_book.py, then `python3 run.py alarm document`"
    )


def test_no_advice_is_about_an_alarm_that_nobody_raises() -> None:
    assert {advice.code for advice in every_advice()} <= raised()


def test_codes_are_described_once_with_steps_that_a_person_can_take() -> None:
    codes = [advice.code for advice in every_advice()]
    assert len(codes) == len(set(codes))
    for advice in every_advice():
        assert advice.steps, advice.code
        assert advice.title, advice.code
        assert str(advice.meaning).endswith("."), advice.code


def test_a_code_of_another_release_still_gets_an_answer() -> None:
    assert advice_on("future.unheard-of").steps


def test_the_guide_says_what_the_node_says() -> None:
    assert alarm_guide.gate() == []
