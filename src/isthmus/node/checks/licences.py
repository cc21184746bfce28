"""Licences of what we install: nothing under GPL or AGPL, whose terms would reach a ministry's own code."""

import re
from collections.abc import Iterable
from importlib import metadata

from packaging.utils import canonicalize_name

from isthmus.node.checks.gate import ROOT
from isthmus.node.checks.locks import read_lock

# Each with the reason why it may stay.
EXCEPTIONS = {"axe-playwright-python": "its metadata is silent; the licence file in the package is MIT"}

_COPYLEFT = re.compile(r"\bA?GPL|affero|general public licen[sc]e", re.IGNORECASE)
_LESSER = re.compile(r"\bLGPL\S*|(library or )?lesser general public licen[sc]e", re.IGNORECASE)
_FIRST_LINE = 120


def _field(data: metadata.PackageMetadata, name: str) -> str:
    return (data[name] or "").strip() if name in data else ""


def stated(data: metadata.PackageMetadata) -> list[str]:
    """What a package says about its licence: its SPDX expression, its classifiers or its free text."""
    expression = _field(data, "License-Expression")
    if expression:
        return [expression]
    classifiers = [text for text in data.get_all("Classifier") or [] if text.startswith("License ::")]
    named = [text.rpartition(" :: ")[2] for text in classifiers if not text.endswith(":: OSI Approved")]
    if named:
        return named
    free = _field(data, "License")
    # Some packages paste the whole text; its first line names it.
    return [free.splitlines()[0][:_FIRST_LINE]] if free and free.upper() != "UNKNOWN" else []


def is_copyleft(licence: str) -> bool:
    """Whether a statement allows nothing but GPL or AGPL; with ``OR``, one free choice is enough."""
    choices = re.split(r"\s+OR\s+", licence.strip("()"))
    return all(bool(_COPYLEFT.search(_LESSER.sub("", choice))) for choice in choices)


def finding(name: str, licences: list[str]) -> str:
    """What is wrong with a package's licence; empty where nothing is."""
    if name in EXCEPTIONS:
        return ""
    if not licences:
        return f"{name} states no licence"
    # Several classifiers are a choice, as PyPI has it.
    if all(is_copyleft(licence) for licence in licences):
        return f"{name} is under {', '.join(licences)}"
    return ""


def findings_among(packages: Iterable[tuple[str, list[str]]]) -> list[str]:
    """Findings over names and their stated licences."""
    return [text for name, licences in sorted(packages) if (text := finding(name, licences))]


def gate() -> list[str]:
    """Every installed package that the development lock holds; the runtime lock is a part of it."""
    pins, _ = read_lock((ROOT / "requirements-dev.lock").read_text(encoding="utf-8"))
    installed = ((canonicalize_name(one.metadata["Name"]), one) for one in metadata.distributions())
    return findings_among((name, stated(one.metadata)) for name, one in installed if name in pins)
