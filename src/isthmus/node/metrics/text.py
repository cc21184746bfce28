"""Prometheus' text format 0.0.4, written by hand: families, their samples, and the escapes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Kind = Literal["gauge", "counter"]
Number = int | float


@dataclass(frozen=True, slots=True)
class Family:
    """A measure: its name with its unit, what it says, and when somebody should be called.

    ``labels`` are the names that every sample of it carries.
    """

    name: str
    kind: Kind
    help: str
    alert: str = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of a family."""

    family: Family
    value: Number
    labels: Mapping[str, str] = field(default_factory=dict)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _help(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _number(value: Number) -> str:
    return str(value) if isinstance(value, int) else f"{value:.6g}"


def _line(sample: Sample) -> str:
    assert tuple(sample.labels) == sample.family.labels, (sample.family.name, tuple(sample.labels))
    labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in sample.labels.items())
    return (
        f"{sample.family.name}{{{labels}}} {_number(sample.value)}"
        if labels
        else (f"{sample.family.name} {_number(sample.value)}")
    )


def write(families: Iterable[Family], samples: Iterable[Sample]) -> str:
    """All samples under their families, in the families' order; a family without a sample is left out."""
    of: dict[str, list[str]] = {}
    for sample in samples:
        of.setdefault(sample.family.name, []).append(_line(sample))
    lines: list[str] = []
    for family in families:
        if family.name in of:
            lines += [f"# HELP {family.name} {_help(family.help)}", f"# TYPE {family.name} {family.kind}"]
            lines += of[family.name]
    return "\n".join(lines) + "\n"
