"""The report of signs of copies, read back: a sign a line, with its evidence."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from isthmus.apps.excise.stamps.rules.production import serial_in
from isthmus.kit import clock

_NUMBERS = ("distance_km", "minutes", "least_speed_kmh", "clock_error_s")
_TEXTS = ("place_before", "time_before", "place", "time")


def read_signs(path: Path) -> Iterator[dict[str, Any]]:
    """Each sign: ``kind``, ``gtin``, ``serial``, ``at``, and the ``evidence`` by name."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            evidence: dict[str, Any] = {name: row[name] for name in _TEXTS if row.get(name)}
            evidence |= {name: float(row[name]) for name in _NUMBERS if row.get(name)}
            named = serial_in(row["serial"])
            yield {
                "kind": row["kind"],
                "gtin": "" if named is None else named[0],
                "serial": row["serial"] if named is None else named[1],
                "at": clock.from_text(row["time"]),
                "evidence": evidence,
            }
