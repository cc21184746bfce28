"""The rules of access as plain data: who may do what, and how far. No model is imported here.

Every layer and application states its own rules on its ``AppConfig``:

- ``access_rules``: a tuple of ``Rule``, one an action;
- ``organisation_paths``: model label -> ORM path to the id of the organisation that a row belongs to, such
  as ``"organisation_id"`` or ``"case__organisation_id"``; ``""`` where rows belong to the node as a whole.
"""

from dataclasses import dataclass
from enum import Enum
from functools import cache

from django.apps import apps
from django.db.models import Field, Model
from django.utils.functional import Promise

from isthmus.accounts.roles import Role


class Reach(Enum):
    """How far a role carries."""

    NODE = "node"  # everything on this node, whichever organisation gave the role
    ORGANISATION = "organisation"  # what belongs to the organisation that gave the role


@dataclass(frozen=True, slots=True)
class Rule:
    """One action, and the roles that allow it.

    ``everywhere`` names roles that reach the whole node although the rule reaches an organisation: an
    auditor reads what all organisations do, an officer what his or her own does.
    """

    action: str
    title: str | Promise
    roles: frozenset[Role]
    reach: Reach
    everywhere: frozenset[Role] = frozenset()

    @property
    def all_roles(self) -> frozenset[Role]:
        """Every role that allows the action somewhere."""
        return self.roles | self.everywhere


@dataclass(frozen=True, slots=True)
class OrganisationPath:
    """How to come from a row to its organisation; ``steps`` is empty where it belongs to the node."""

    steps: tuple[str, ...]
    many: bool

    @property
    def lookup(self) -> str:
        """The path as the ORM writes it."""
        return "__".join(self.steps)


@cache
def rules() -> dict[str, Rule]:
    """Action -> its rule, over all installed applications; the first of two wins, and a check names both."""
    found: dict[str, Rule] = {}
    for config in apps.get_app_configs():
        for rule in getattr(config, "access_rules", ()):
            found.setdefault(rule.action, rule)
    return found


@cache
def organisation_path(model: type[Model]) -> OrganisationPath | None:
    """The stated path of a model; None where no application states one, which denies."""
    label = model._meta.concrete_model._meta.label if model._meta.concrete_model else model._meta.label
    for config in apps.get_app_configs():
        paths: dict[str, str] = getattr(config, "organisation_paths", {})
        for stated, path in paths.items():
            if stated.lower() == label.lower():
                steps = tuple(path.split("__")) if path else ()
                return OrganisationPath(steps, _crosses_many(model, steps))
    return None


def fields_along(model: type[Model], steps: tuple[str, ...]) -> list[Field]:  # type: ignore[type-arg]  # any column
    """The fields a path walks over, one a step; raises FieldDoesNotExist for a misspelt step.

    Raises ValueError where a path goes on behind a column that leads nowhere.
    """
    found = []
    at: type[Model] | None = model
    for step in steps:
        if at is None:
            raise ValueError(f"{step} follows a column that leads to no other model")
        field = at._meta.pk if step == "pk" else at._meta.get_field(step)
        found.append(field)
        at = field.related_model if field is not None and field.is_relation else None
    return found  # type: ignore[return-value]  # reverse relations behave as fields here


def _crosses_many(model: type[Model], steps: tuple[str, ...]) -> bool:
    return any(field.one_to_many or field.many_to_many for field in fields_along(model, steps))


def forget() -> None:
    """Collect anew at the next question; for tests that state rules of their own."""
    rules.cache_clear()
    organisation_path.cache_clear()
