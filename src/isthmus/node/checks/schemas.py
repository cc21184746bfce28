"""Schema drift: a published version of a record type never changes.

Each record type's JSON Schema is committed as ``<application>/schemas/<name>.<version>.json``. The gate
compares the model with the file and names the field that moved; a change of meaning is a new version.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from django.apps import apps
from pydantic import BaseModel

from isthmus.exchange.application import Application, RecordType
from isthmus.exchange.apps import CONTROL_TYPES
from isthmus.exchange.registry import resolve
from isthmus.node.checks.gate import ROOT


@dataclass(frozen=True, slots=True)
class Published:
    """A record type, the model that stands for it and the file that binds it."""

    key: str
    model: type[BaseModel]
    path: Path


def published_types() -> list[Published]:
    """Every record type of the installed applications and of the exchange itself."""
    found = []
    for config in apps.get_app_configs():
        application = getattr(config, "application", None)
        kinds: tuple[RecordType, ...] = ()
        if isinstance(application, Application):
            kinds = application.record_types
        elif config.label == "exchange":
            kinds = CONTROL_TYPES
        folder = Path(config.path) / "schemas"
        found += [
            Published(kind.key, resolve(kind.model), folder / f"{kind.name}.{kind.version}.json")
            for kind in kinds
        ]
    return found


def schema_text(model: type[BaseModel]) -> str:
    """The model's JSON Schema in the one form in which it is committed: sorted, so only meaning counts."""
    return json.dumps(model.model_json_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _steps(path: tuple[str, ...]) -> str:
    """A path inside a schema, as a person names a field: ``goods[].net_mass_kg``."""
    named = [step for step in path if step not in {"properties", "$defs"}]
    return ".".join(named).replace(".items", "[]") or "the record"


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 60 else text[:57] + "..."


def differences(old: Any, new: Any, path: tuple[str, ...] = ()) -> Iterator[str]:  # noqa: ANN401  any JSON
    """What differs between two JSON Schemas, one sentence a place."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            here = (*path, name)
            if name not in new:
                yield f"{_steps(here)} was removed"
            elif name not in old:
                yield f"{_steps(here)} was added: {_short(new[name])}"
            else:
                yield from differences(old[name], new[name], here)
    elif old != new:
        yield f"{_steps(path)} changed from {_short(old)} to {_short(new)}"


def drift(types: list[Published]) -> list[str]:
    """Record types that disagree with their committed schema or have none, and schemas without a type."""
    found = []
    for kind in types:
        if not kind.path.is_file():
            found.append(f"{kind.key} has no committed schema")
            continue
        committed = json.loads(kind.path.read_text(encoding="utf-8"))
        present = json.loads(schema_text(kind.model))
        found += [f"{kind.key}: {sentence}" for sentence in differences(committed, present)]
    known = {kind.path for kind in types}
    for folder in sorted({kind.path.parent for kind in types}):
        for path in sorted(folder.glob("*.json")):
            if path not in known:
                found.append(f"{path.name} is published, but no record type is declared for it any more")
    return found


def gate() -> list[str]:
    """Drift of all record types of this node."""
    return drift(published_types())


def write_missing() -> list[Path]:
    """Write the schemas that are not there yet, and only those; return where."""
    written = []
    for kind in published_types():
        if not kind.path.exists():
            kind.path.parent.mkdir(exist_ok=True)
            kind.path.write_text(schema_text(kind.model), encoding="utf-8")
            written.append(kind.path.relative_to(ROOT))
    return written


@click.group(name="schemas")
def command() -> None:
    """Keep the JSON Schemas of the record types."""


@command.command(name="write")
def write_command() -> None:
    """Write the schemas that are not there yet; a published one is never changed."""
    for path in write_missing():
        click.echo(f"wrote {path}", err=True)


@command.command(name="check")
@click.pass_context
def check_command(ctx: click.Context) -> None:
    """Say which fields of which record types no longer agree with their published schema."""
    found = gate()
    for sentence in found:
        click.echo(sentence)
    ctx.exit(1 if found else 0)
