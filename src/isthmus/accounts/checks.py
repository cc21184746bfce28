"""System checks on the access rules: a rule or a path that cannot mean anything stops the node at start."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error
from django.core.exceptions import FieldDoesNotExist
from django.db.models import IntegerField, Model

from isthmus.accounts.rules import Rule, fields_along


def check_access_rules(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001  Django's signature; rules are checked as a whole
    """Duplicate actions, rules that name no role, unknown models, paths that lead to no organisation."""
    return [*_check_rules(), *_check_paths()]


def _check_rules() -> list[CheckMessage]:
    stated: dict[str, list[str]] = defaultdict(list)
    found: list[CheckMessage] = []
    for config in apps.get_app_configs():
        rules: tuple[Rule, ...] = getattr(config, "access_rules", ())
        for rule in rules:
            stated[rule.action].append(config.name)
            if not rule.all_roles:
                found.append(Error(f"No role allows {rule.action}.", obj=config.name, id="accounts.E002"))
    found += [
        Error(
            f"The action {action} has {len(where)} rules: in {', '.join(where)}.",
            hint="Keep one of them: an action is allowed by one rule.",
            id="accounts.E001",
        )
        for action, where in stated.items()
        if len(where) > 1
    ]
    return found


def _check_paths() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    stated: dict[str, str] = {}
    for config in apps.get_app_configs():
        paths: dict[str, str] = getattr(config, "organisation_paths", {})
        for label, path in paths.items():
            if label.lower() in stated:
                message = f"{label} has a path in {stated[label.lower()]} already."
                found.append(Error(message, obj=config.name, id="accounts.E003"))
            stated[label.lower()] = config.name
            try:
                model = apps.get_model(label)
            except (LookupError, ValueError):
                found.append(Error(f"There is no model {label}.", obj=config.name, id="accounts.E004"))
                continue
            if path and (fault := _fault_of(model, path)):
                found.append(Error(f"{label}: {path} {fault}", obj=config.name, id="accounts.E005"))
    return found


def _fault_of(model: type[Model], path: str) -> str:
    """Why the path does not lead to an organisation's id; empty where it does."""
    from isthmus.accounts.models import Organisation

    try:
        last = fields_along(model, tuple(path.split("__")))[-1]
    except (FieldDoesNotExist, ValueError) as error:
        return f"is no path: {error}"
    if last.is_relation:
        return "" if last.related_model is Organisation else "does not lead to an organisation."
    if last.model is Organisation:
        return "" if last.primary_key else "is not the organisation's id."
    # A plain column is taken at its word: an id kept without a foreign key across applications.
    named = isinstance(last, IntegerField) and last.name.endswith("organisation_id")
    return "" if named else "does not lead to an organisation."
