"""Known weaknesses of what we install: an advisory database where one can be asked, a dated list where not.

The build of a ministry often stands in a closed network. So the gate has two ways, and says which it took:

- ``ADVISORY_DATABASE`` is set, to https://api.osv.dev or a mirror with the same interface: every pinned
  version is asked for. An advisory fails the gate, unless it is accepted with its reason in the list; so does
  a database that cannot be reached.
- It is not set: every pinned version must stand in the committed list, looked at no longer than half a year
  ago, and the gate says how many of them nobody has compared with a database yet.

The interface is OSV's (https://google.github.io/osv.dev/post-v1-querybatch/).
"""

import json
import os
import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import click

from isthmus.kit.errors import BadInput, Fault
from isthmus.node.checks.gate import ROOT
from isthmus.node.checks.locks import Pins, read_lock

LIST = Path("docs/security/reviewed-dependencies.toml")
VARIABLE = "ADVISORY_DATABASE"
LONGEST = timedelta(days=180)
COMPARED = "compared"
_SECONDS = 30
_LARGEST = 20 * 1024 * 1024
_HEAD = """\
# Which versions of what we install were looked at, when and how; the gate `advisories` reads it.
# Made anew by `python3 run.py advisories`, which asks the database that ADVISORY_DATABASE names.
#
# basis: compared  an advisory database was asked for this version and named nothing that is not accepted
#        index     the package index called it the newest version and named no advisory for it
#        pinned    chosen and pinned by its hash when the lock was made; compared with nothing
"""

Ask = Callable[[Mapping[str, str]], dict[str, list[str]]]


def pins_of(root: Path) -> Pins:
    """Every version that either lock pins: what runs, and what tests and builds."""
    found: Pins = {}
    for name in ("requirements.lock", "requirements-dev.lock"):
        found |= read_lock((root / name).read_text(encoding="utf-8"))[0]
    return found


def read_list(root: Path) -> dict[str, Any]:
    """The committed list: ``reviewed`` and ``accepted`` by name."""
    path = root / LIST
    if not path.is_file():
        return {"reviewed": {}, "accepted": {}}
    found: dict[str, Any] = {"reviewed": {}, "accepted": {}}
    return found | tomllib.loads(path.read_text(encoding="utf-8"))


def stale(pins: Pins, listed: Mapping[str, Any], today: date) -> list[str]:
    """What the list does not say about the pins, or said too long ago."""
    found = []
    for name, version in sorted(pins.items()):
        entry = listed["reviewed"].get(name)
        if entry is None:
            found.append(f"{name} {version} is pinned, but nobody has looked at it")
        elif entry["version"] != version:
            found.append(f"{name} {version} is pinned, but {entry['version']} was looked at")
        elif today - entry["on"] > LONGEST:
            found.append(
                f"{name} {version} was looked at on {entry['on']}, more than {LONGEST.days} days ago"
            )
    found += [f"{name} is in the list, but not pinned" for name in sorted(listed["reviewed"].keys() - pins)]
    return found


def weak(pins: Pins, listed: Mapping[str, Any], ask: Ask) -> list[str]:
    """Advisories about the pins that nobody accepted; Fault where the database gives no answer."""
    found = []
    for name, advisories in sorted(ask(pins).items()):
        accepted = listed["accepted"].get(name, {})
        found += [
            f"{name} {pins[name]}: {advisory}"
            for advisory in advisories
            if not str(accepted.get(advisory, ""))
        ]
    return found


def ask_osv(address: str) -> Ask:
    """A question to a database with OSV's interface: names and versions to the advisories about each."""

    def ask(pins: Mapping[str, str]) -> dict[str, list[str]]:
        names = sorted(pins)
        queries = [{"package": {"ecosystem": "PyPI", "name": name}, "version": pins[name]} for name in names]
        results = _post(f"{address.rstrip('/')}/v1/querybatch", {"queries": queries}).get("results")
        if not isinstance(results, list) or len(results) != len(names):
            raise Fault("checks.advisories", f"{address} gives another answer than OSV's.")
        return {
            name: sorted(str(one["id"]) for one in (result or {}).get("vulns", []))
            for name, result in zip(names, results, strict=True)
        }

    return ask


def _post(url: str, body: object) -> dict[str, Any]:
    if urlsplit(url).scheme not in {"https", "http"}:
        raise BadInput("checks.advisories", f"{VARIABLE} must be an address such as https://api.osv.dev.")
    headers = {"Content-Type": "application/json"}
    request = Request(url, json.dumps(body).encode(), headers)  # noqa: S310  the scheme is checked above
    try:
        with urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310  as above
            found = json.loads(answer.read(_LARGEST))
    except (URLError, OSError, ValueError) as error:
        raise Fault("checks.advisories", f"The advisory database gives no answer: {error}.") from error
    if not isinstance(found, dict):
        raise Fault("checks.advisories", "The advisory database gives another answer than OSV's.")
    return found


def findings_in(root: Path, address: str, today: date, say: Callable[[str], object] = print) -> list[str]:
    """What the gate finds; which way it took, it says."""
    pins, listed = pins_of(root), read_list(root)
    if address:
        say(f"       advisories: asking {address} about {len(pins)} versions")
        return weak(pins, listed, ask_osv(address))
    found = stale(pins, listed, today)
    never = sum(entry["basis"] != COMPARED for entry in listed["reviewed"].values())
    say(
        f"       advisories: by the committed list; {never} of {len(pins)} versions were never compared "
        f"with a database. Where one can be reached: {VARIABLE}=https://api.osv.dev"
    )
    return found


def gate() -> list[str]:
    """Advisories about what this project pins, or how old our look at it is."""
    return findings_in(ROOT, os.environ.get(VARIABLE, ""), datetime.now(UTC).date())


def written(pins: Pins, listed: Mapping[str, Any], basis: str, today: date) -> str:
    """The list for these pins; what stands in it already for the same version stays, unless compared anew."""
    lines = [_HEAD, "[reviewed]"]
    for name, version in sorted(pins.items()):
        entry = listed["reviewed"].get(name, {})
        kept = basis != COMPARED and entry.get("version") == version
        how, on = (entry["basis"], entry["on"]) if kept else (basis, today)
        lines.append(f'{name} = {{ version = "{version}", on = {on}, basis = "{how}" }}')
    for name, accepted in sorted(listed["accepted"].items()):
        lines += ["", f"[accepted.{name}]", *(f"{key} = {json.dumps(why)}" for key, why in accepted.items())]
    return "\n".join(lines) + "\n"


@click.command(name="advisories")
def command() -> None:
    """Look at the pinned versions and write the dated list; asks the database that is set, if any."""
    pins, listed = pins_of(ROOT), read_list(ROOT)
    address, basis = os.environ.get(VARIABLE, ""), "pinned"
    if address:
        found = weak(pins, listed, ask_osv(address))
        if found:
            raise BadInput(
                "checks.advisories",
                "There are advisories: " + "; ".join(found) + ".",
                next_step=f"Take newer versions, or accept each with its reason in {LIST}.",
            )
        basis = COMPARED
    path = ROOT / LIST
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(written(pins, listed, basis, datetime.now(UTC).date()), encoding="utf-8")
    click.echo(f"wrote {LIST}")
