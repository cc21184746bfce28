"""What the doctor says about who signs in."""

from typing import Any

from isthmus.accounts.roles import Role
from isthmus.accounts.services import grant
from isthmus.node.checkup.people import people as look
from tests.accounts.conftest import People, people

__all__ = ["people"]


def test_one_approver_is_one_too_few(people: People) -> None:
    (found,) = look()
    assert (found.level, "one approver" in found.found) == ("warning", True)
    grant(people.operator, people.customs, Role.APPROVER, actor="test")
    (found,) = look()
    assert found.level == "ok"


def test_a_node_without_second_factors_is_a_demonstration(people: People, settings: Any) -> None:
    settings.ISTHMUS = settings.ISTHMUS.model_copy(update={"second_factor": "nobody"})
    (found,) = look()
    assert found.level == "warning"
    assert "ISTHMUS_SECOND_FACTOR" in found.to_do
