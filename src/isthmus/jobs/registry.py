"""Which kinds of jobs this node can do: what the AppConfigs of its applications declare as ``jobs``."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps

from isthmus.jobs.declare import JobKind
from isthmus.kit.errors import Fault


@cache
def kinds() -> dict[str, JobKind]:
    """All job kinds by name; Fault where two applications use one name."""
    found: dict[str, JobKind] = {}
    for config in apps.get_app_configs():
        declared: tuple[JobKind, ...] = getattr(config, "jobs", ())
        for kind in declared:
            if kind.name in found:
                raise Fault("jobs.kind.twice", f"Two applications declare the job {kind.name}.")
            found[kind.name] = kind
    return found


def kind_of(name: str) -> JobKind:
    """The job kind of this name; Fault where no installed application declares it."""
    kind = kinds().get(name)
    if kind is None:
        raise Fault(
            "jobs.kind.unknown",
            f"No application of this node declares the job {name}.",
            next_step="Install the application that did, or cancel the job.",
        )
    return kind


def handler_of(kind: JobKind) -> Callable[..., Any]:
    """Import the function that does jobs of this kind; only now, because handlers may be heavy."""
    module, _, name = kind.handler.partition(":")
    try:
        handler: Callable[..., Any] = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise Fault(
            "jobs.handler.missing", f"The handler {kind.handler} of {kind.name} cannot be loaded."
        ) from error
    return handler
