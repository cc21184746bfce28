"""What of a record's body an agreement lets through.

A field path is dotted (`match.net_kg`); lists are passed through, so `items.hs_code` names the field in every
item. A path covers itself and everything below it.
"""

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import get_args, get_origin

from pydantic import BaseModel, RootModel
from pydantic_core import PydanticSerializationError

from isthmus.exchange.rules import reading
from isthmus.wire import codec
from isthmus.wire.codec import Json

Body = dict[str, Json]


_Grants = dict[str, "_Grants | None"]
"""What is let through, by name: all of it (None), or parts of it."""
_NOTHING: _Grants = {}


@lru_cache(maxsize=200)
def _grants(fields: frozenset[str]) -> _Grants:
    granted: _Grants = {}
    for path in sorted(fields):  # a field comes before what lies below it
        *above, name = path.split(".")
        place: _Grants | None = granted
        for part in above:
            place = place.setdefault(part, {}) if place is not None else None
        if place is not None:
            place[name] = None
    return granted


def _project(value: Json, path: str, granted: _Grants, withheld: set[str]) -> Json:
    if isinstance(value, list):
        parts = [item for item in value if isinstance(item, dict | list)]
        if len(parts) < len(value):
            withheld.add(path)
        return [_project(item, path, granted, withheld) for item in parts]
    assert isinstance(value, dict)
    kept: Body = {}
    for name, inner in value.items():
        part = granted.get(name, _NOTHING)
        if part is None:
            kept[name] = inner
        elif part and isinstance(inner, dict | list):
            kept[name] = _project(inner, f"{path}.{name}" if path else name, part, withheld)
        elif inner is not None and inner != []:
            withheld.add(f"{path}.{name}" if path else name)
    return kept


def project(body: Body, fields: Collection[str]) -> tuple[Body, tuple[str, ...]]:
    """``body`` cut down to ``fields``, and the sorted paths of what was there and is withheld."""
    withheld: set[str] = set()
    kept = _project(body, "", _grants(frozenset(fields)), withheld)
    assert isinstance(kept, dict)
    return kept, tuple(sorted(withheld))


@lru_cache(maxsize=200)
def _whole_fields(model: type[BaseModel], fields: tuple[str, ...]) -> frozenset[str] | None:
    """The fields of ``model`` that ``fields`` names, where it names whole fields only; None otherwise.

    None as well for a model that writes itself in a way of its own: there only its own words count.
    """
    own = model.__pydantic_decorators__
    plain = not (own.model_serializers or own.field_serializers or own.computed_fields)
    if not plain or issubclass(model, RootModel) or model.model_config.get("extra") == "allow":
        return None
    if any("." in path for path in fields):
        return None
    return frozenset(fields) & model.model_fields.keys()


def project_model(body: BaseModel, fields: tuple[str, ...]) -> tuple[bytes, tuple[str, ...], bool]:
    """What ``project`` keeps of a typed body, as JSON, and what is withheld.

    The third says whether the JSON is sound: then the strict codec reads it as a member of a record. What is
    not known to be sound has to be read to know. A grant of whole fields needs no walk: the model writes what
    is granted. BadInput of the codec for what cannot be written.
    """
    granted = _whole_fields(type(body), fields)
    if granted is None:
        cut, withheld = project(body.model_dump(mode="json"), fields)
        kept = codec.encode(cut)
        return kept, withheld, codec.is_sound(kept)
    others = type(body).model_fields.keys() - granted
    if any(getattr(body, name) is not None for name in others):
        written = body.model_dump(mode="json", include=others)
        withheld = tuple(sorted(name for name, value in written.items() if value is not None and value != []))
    else:
        withheld = ()
    kept, sound = _written(body, set(granted))
    return kept, withheld, sound


def _written(body: BaseModel, names: set[str]) -> tuple[bytes, bool]:
    """These fields as JSON, and whether it is known to be sound."""
    if reading.writes_no_fractions(type(body)):
        try:
            written = body.model_dump_json(include=names, warnings="error").encode("utf-8")
        except PydanticSerializationError:
            pass  # a value that is not of its field's type: it may be a float
        else:
            return written, codec.is_sound(written, reading.levels_of(type(body)))
    return body.model_dump_json(include=names).encode("utf-8"), False


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


def _demanded(model: type[BaseModel], granted: frozenset[str], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        path = f"{prefix}{name}"
        opened = any(field.startswith(f"{path}.") for field in granted)
        if path in granted or not (opened or field.is_required()):
            continue
        below = [
            demand for part in _models_in(field.annotation) for demand in _demanded(part, granted, f"{path}.")
        ]
        yield from below
        if not below and not opened:
            yield path


def missing_fields(model: type[BaseModel], fields: Collection[str]) -> tuple[str, ...]:
    """The required paths of ``model`` that ``fields`` leaves out.

    A part that may be absent makes its own demands as soon as any of it is granted: without its required
    fields the receiver would refuse what is left of it.
    """
    return tuple(dict.fromkeys(_demanded(model, frozenset(fields), "")))
