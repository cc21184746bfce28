"""Lock freshness: what pyproject.toml asks for is what the lock files pin, with hashes and no addresses."""

import re
import tomllib
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path
from typing import cast

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from isthmus.node.checks.gate import ROOT

_ENTRY = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*\\?$")
_HASH = re.compile(r"^\s+--hash=sha256:[0-9a-f]{64}(\s*\\)?$")
Pins = dict[str, str]
ReadRequires = Callable[[str], list[str] | None]


def read_lock(text: str) -> tuple[Pins, list[str]]:
    """Names and versions of a lock file, and what is wrong with its form."""
    pins: Pins = {}
    found: list[str] = []
    hashes: dict[str, int] = {}
    current = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if "://" in line or line.startswith("-") or " @ " in line:
            found.append(f"line {number} holds an address or an option: {line.strip()[:60]}")
        elif entry := _ENTRY.match(line):
            current = canonicalize_name(entry[1])
            pins[current] = entry[2]
            hashes[current] = 0
        elif _HASH.match(line) and current:
            hashes[current] += 1
        else:
            found.append(f"line {number} cannot be read: {line.strip()[:60]}")
    found += [f"{name} has no hash" for name, count in hashes.items() if not count]
    return pins, found


def requires_of(name: str) -> list[str] | None:
    """What an installed package asks for; None where it is not installed."""
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return None


def _belongs_to(requirement: Requirement, extra: str) -> bool:
    """Whether a requirement comes with this extra on this machine; with "", whether it always comes."""
    if requirement.marker is None:
        return not extra
    here = cast("dict[str, str]", default_environment())
    always = requirement.marker.evaluate({**here, "extra": ""})
    return always if not extra else not always and requirement.marker.evaluate({**here, "extra": extra})


def unmet(wanted: Iterable[str], pins: Pins, requires: ReadRequires = requires_of) -> list[str]:
    """Requirements that the pins do not meet, followed through what the packages themselves ask for."""
    found: list[str] = []
    queue = [(Requirement(text), "pyproject.toml") for text in wanted]
    seen: set[tuple[str, str]] = set()
    while queue:
        requirement, asker = queue.pop()
        name = canonicalize_name(requirement.name)
        version = pins.get(name)
        if version is None:
            found.append(f"{asker} asks for {requirement}, which is not in the lock")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            found.append(f"{asker} asks for {requirement}, but the lock holds {name} {version}")
        for extra in ("", *requirement.extras):
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            needed = (Requirement(text) for text in requires(name) or [])
            queue += [(further, name) for further in needed if _belongs_to(further, extra)]
    return found


def findings_in(root: Path, requires: ReadRequires = requires_of) -> list[str]:
    """What is stale or ill-formed in the lock files of a project folder."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    runtime_wanted = project["project"]["dependencies"]
    dev_wanted = [*runtime_wanted, *project["dependency-groups"]["dev"]]
    runtime, found_runtime = read_lock((root / "requirements.lock").read_text(encoding="utf-8"))
    dev, found_dev = read_lock((root / "requirements-dev.lock").read_text(encoding="utf-8"))
    found = [f"requirements.lock: {one}" for one in found_runtime + unmet(runtime_wanted, runtime, requires)]
    found += [f"requirements-dev.lock: {one}" for one in found_dev + unmet(dev_wanted, dev, requires)]
    for name, version in runtime.items():
        if dev.get(name) != version:
            held = dev.get(name, "nothing")
            found.append(f"{name} is {version} in requirements.lock, but {held} in requirements-dev.lock")
    return sorted(set(found))


def gate() -> list[str]:
    """The lock files of this project, and whether this environment holds what they say."""
    found = findings_in(ROOT)
    pins, _ = read_lock((ROOT / "requirements-dev.lock").read_text(encoding="utf-8"))
    for name, version in pins.items():
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue  # not for this platform
        if installed != version:
            found.append(f"{name} {installed} is installed, but the lock holds {version}")
    return found
