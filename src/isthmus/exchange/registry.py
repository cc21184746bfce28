"""The registry of applications and record types, read from the AppConfigs when first asked."""

from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from pydantic import BaseModel, ValidationError

from isthmus.exchange.application import Application, RecordType
from isthmus.exchange.rules import reading
from isthmus.wire import codec
from isthmus.wire.codec import Json

_module = cache(import_module)


def resolve(path: str) -> Any:  # noqa: ANN401  a dotted path can name anything
    """The object at ``module:name``."""
    module, _, name = path.partition(":")
    return getattr(_module(module), name)


@cache
def applications() -> tuple[Application, ...]:
    """The applications of this node, in the order of the settings."""
    found = (getattr(config, "application", None) for config in apps.get_app_configs())
    return tuple(app for app in found if isinstance(app, Application))


@cache
def record_types() -> dict[str, RecordType]:
    """All record types by their key; the exchange's own ones included."""
    from isthmus.exchange.apps import CONTROL_TYPES

    listed = [*CONTROL_TYPES, *(kind for app in applications() for kind in app.record_types)]
    return {kind.key: kind for kind in listed}


def offered_types() -> tuple[str, ...]:
    """The keys that this node's card names: what partners may agree on."""
    return tuple(sorted(key for key, kind in record_types().items() if not kind.control))


@cache
def model_of(key: str) -> type[BaseModel]:
    """The Pydantic model of a record type; KeyError where this node does not know the type."""
    model: type[BaseModel] = resolve(record_types()[key].model)
    return model


def typed_body(key: str, body: dict[str, Json]) -> BaseModel:
    """The body of a record, as the strict codec read it, in the words of its type.

    ValidationError where it does not fit the type's schema, KeyError as for ``model_of``.
    """
    model = model_of(key)
    if reading.reads_alike(model):
        try:
            return model.model_validate(body)
        except ValidationError:
            pass  # its text may fit all the same; if not, that is what the fault is about
    return model.model_validate_json(codec.encode(body))
