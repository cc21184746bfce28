"""Every page that binds the country or opens the node asks again who is there."""

import ast
from pathlib import Path

import pytest

import isthmus

VIEWS = Path(isthmus.__file__).parent
BINDING = {
    "exchange/views/agreements.py": {"answer"},
    "exchange/views/drafting.py": {"check"},
    "exchange/views/ceremony.py": {"ceremony"},
    "exchange/views/partners.py": {"resume"},
    "exchange/views/countersigning.py": {"countersign"},
    "exchange/views/erasure.py": {"record", "file"},
    "exchange/views/keys.py": {"roll", "revoke", "destroy", "revoke_of_partner"},
    "exchange/views/recovery.py": {"begin_epoch", "decide"},
    "apps/projects/views/gates.py": {"sign"},
    "accounts/views/people.py": {"invite", "grant", "link", "remove_second_factors"},
    "accounts/views/tokens.py": {"issue"},
}


@pytest.mark.parametrize("path", BINDING)
def test_they_carry_the_question(path: str) -> None:
    tree = ast.parse((VIEWS / path).read_text(encoding="utf-8"))
    carrying = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(mark, ast.Name) and mark.id == "proven" for mark in node.decorator_list)
    }
    assert carrying == BINDING[path]


def test_no_other_page_is_forgotten_in_this_list() -> None:
    holding = {
        str(path.relative_to(VIEWS))
        for path in VIEWS.rglob("views/*.py")
        if "@proven\n" in path.read_text(encoding="utf-8")
    }
    assert holding == set(BINDING)
