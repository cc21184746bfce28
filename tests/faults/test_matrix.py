"""The page about the fault matrix says what the tests do, and every group has its tests."""

import pytest

from tests.faults import matrix
from tests.faults.document import PAGE


def test_every_group_has_one_file():
    assert [matrix.group_of(module) for module in matrix.modules()] == list(matrix.GROUPS)


@pytest.mark.parametrize("module", matrix.modules())
def test_every_test_is_a_row(module: str):
    assert matrix.unmarked_in(module) == []


def test_the_page_says_what_the_tests_do():
    assert PAGE.read_text(encoding="utf-8") == matrix.document(), "run `python -m tests.faults.document`"
