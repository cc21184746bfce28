"""What of a record's body an agreement lets through.

A field path is dotted (`match.net_kg`); lists are passed through, so `items.hs_code` names the field in every
item. A path covers itself and everything below it.
"""

from collections.abc import Collection, Iterator
from typing import get_args, get_origin

from pydantic import BaseModel

from isthmus.wire.codec import Json

Body = dict[str, Json]


def _is_covered(path: str, fields: Collection[str]) -> bool:
    if path in fields:
        return True
    parts = path.split(".")
    return any(".".join(parts[:end]) in fields for end in range(1, len(parts)))


def _leads_to(path: str, fields: Collection[str]) -> bool:
    return any(field.startswith(path + ".") for field in fields)


def _project(value: Json, path: str, fields: Collection[str], withheld: set[str]) -> Json:
    if isinstance(value, list):
        parts = [item for item in value if isinstance(item, dict | list)]
        if len(parts) < len(value):
            withheld.add(path)
        return [_project(item, path, fields, withheld) for item in parts]
    assert isinstance(value, dict)
    kept: Body = {}
    for name, inner in value.items():
        below = f"{path}.{name}" if path else name
        if _is_covered(below, fields):
            kept[name] = inner
        elif _leads_to(below, fields) and isinstance(inner, dict | list):
            kept[name] = _project(inner, below, fields, withheld)
        elif inner is not None and inner != []:
            withheld.add(below)
    return kept


def project(body: Body, fields: Collection[str]) -> tuple[Body, tuple[str, ...]]:
    """``body`` cut down to ``fields``, and the sorted paths of what was there and is withheld."""
    withheld: set[str] = set()
    kept = _project(body, "", frozenset(fields), withheld)
    assert isinstance(kept, dict)
    return kept, tuple(sorted(withheld))


def uncovered(body: Body, fields: Collection[str]) -> tuple[str, ...]:
    """The sorted paths in ``body`` that carry a value although ``fields`` does not cover them."""
    return project(body, fields)[1]


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is not None:
        for argument in get_args(annotation):
            yield from _models_in(argument)


def field_titles(model: type[BaseModel], prefix: str = "") -> dict[str, str]:
    """Every field path of a record model with the title officials know it by, in the model's order."""
    found: dict[str, str] = {}
    for name, field in model.model_fields.items():
        path = f"{prefix}{name}"
        found[path] = field.title or name.replace("_", " ")
        for inner in _models_in(field.annotation):
            found.update(field_titles(inner, f"{path}."))
    return found


def required_fields(model: type[BaseModel], prefix: str = "") -> tuple[str, ...]:
    """The paths without which a body of ``model`` has no meaning; an agreement must grant them."""
    found: list[str] = []
    for name, field in model.model_fields.items():
        if not field.is_required():
            continue
        path = f"{prefix}{name}"
        inner = [
            below for part in _models_in(field.annotation) for below in required_fields(part, f"{path}.")
        ]
        found.extend(inner or [path])
    return tuple(found)


def missing_fields(model: type[BaseModel], fields: Collection[str]) -> tuple[str, ...]:
    """The required paths of ``model`` that ``fields`` leaves out."""
    granted = frozenset(fields)
    return tuple(path for path in required_fields(model) if not _is_covered(path, granted))
