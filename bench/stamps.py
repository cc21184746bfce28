"""Codes of stamps that one processor issues in a second: serial, tag and printed text of each.

The limit of the same run is the keyed hash alone (BLAKE2b of the same bytes by hashlib, one call a stamp):
no way of issuing is faster than that. With signatures is told beside it.

Then a batch is issued into a database of its own (SQLite), and single stamps of it are activated: drawn
numbers, packed rows, custody in the ledger and the audit trail, in the processor seconds of this process.
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

COUNT = 1_000_000
LEAST_A_SECOND = 300_000
LIMIT_RATIO = 4.0
LEAST_KEPT_A_SECOND, LEAST_ACTS_A_SECOND = 500_000, 50
ACTS = 500
GTIN, HOST = "04006381333931", "stamps.example"


def _spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def measured(count: int, runs: int) -> dict[str, Any]:
    """The whole report; every code of the last run is read back."""
    from isthmus.apps.excise.stamps.rules import codes, issuing

    key = os.urandom(codes.TAG_KEY_BYTES)
    tagged = issuing.Printing(HOST, GTIN, (0, key))
    signed = issuing.Printing(HOST, GTIN, (0, key), (0, Ed25519PrivateKey.generate()))
    made = b""

    def issue() -> None:
        nonlocal made
        made = issuing.lines(issuing.draw(count, os.urandom), tagged)

    messages = [os.urandom(24) for _ in range(count)]

    def hash_alone() -> None:
        for message in messages:
            hashlib.blake2b(message, digest_size=8, key=key, person=codes.PERSON).digest()

    issuing_seconds = min(_spent(issue) for _run in range(runs))
    hashing_seconds = min(_spent(hash_alone) for _run in range(runs))
    signatures = 20_000
    signing_seconds = _spent(lambda: issuing.lines(issuing.draw(signatures, os.urandom), signed))
    sample = made.decode("ascii").splitlines()
    wrong = len(sample) != count or len(set(sample)) != count
    for line in sample[:: max(1, count // 20_000)]:
        code = codes.parsed(line)
        wrong |= not codes.tag_holds(key, code.gtin, code.serial, code.tag)
    return {
        "bench": "stamps",
        "codes": count,
        "wrong": int(wrong),
        "codes_a_cpu_second": round(count / issuing_seconds),
        "least_a_cpu_second": LEAST_A_SECOND,
        "hashes_alone_a_cpu_second": round(count / hashing_seconds),
        "signed_codes_a_cpu_second": round(signatures / signing_seconds),
        "ratio": round(issuing_seconds / hashing_seconds, 3),
        "ratio_limit": LIMIT_RATIO,
    }


def kept(count: int, acts: int) -> dict[str, Any]:
    """What issuing into a database costs, and each act on it; the ledger must balance then."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "passphrase").write_text("a bench that nobody opens\n")
        os.environ |= {"ISTHMUS_HOME": str(home), "ISTHMUS_NODE_ID": "md"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.node.settings")
        import django
        from django.core.management import call_command

        django.setup(set_prefix=False)
        call_command("migrate", interactive=False, verbosity=0)
        return _kept(count, acts)


def _kept(count: int, acts: int) -> dict[str, Any]:
    from isthmus.apps.excise.stamps.rules.custody import Act
    from isthmus.apps.excise.stamps.services import book, issuing, moving, requesting

    asked = requesting.at_the_command_line(
        None, gtin=GTIN, product="Sample", count=count, proof="tagged", actor="bench"
    )
    made: list[Any] = []
    issuing_seconds = _spent(lambda: made.append(issuing.issue(asked, actor="bench")))
    (batch,) = made
    holder = batch.organisation
    moving.act_on(batch, Act.PRINT, 1, count, holder=holder, actor="bench")

    def activate() -> None:
        for number in range(1, acts + 1):
            moving.act_on(batch, Act.ACTIVATE, number, number, holder=holder, actor="bench")

    acting_seconds = _spent(activate)
    return {
        "unbalanced": sum(book.balances(batch).values()),
        "kept_a_cpu_second": round(count / issuing_seconds),
        "least_kept_a_cpu_second": LEAST_KEPT_A_SECOND,
        "acts_a_cpu_second": round(acts / acting_seconds),
        "least_acts_a_cpu_second": LEAST_ACTS_A_SECOND,
    }


def main() -> int:
    """Run the benchmark; exit code 1 for a wrong code or beyond a limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--codes", type=int, default=COUNT)
    parser.add_argument("--runs", type=int, default=3, help="take the best of so many of each")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    options = parser.parse_args()
    report = measured(options.codes, options.runs)
    report |= kept(options.codes, ACTS)
    if options.json:
        print(json.dumps(report, indent=1))
    else:
        for name, value in report.items():
            print(f"{name.replace('_', ' '):<40}{value!s:>14}")
    slow = report["codes_a_cpu_second"] < LEAST_A_SECOND or report["ratio"] > LIMIT_RATIO
    slow |= report["kept_a_cpu_second"] < LEAST_KEPT_A_SECOND
    slow |= report["acts_a_cpu_second"] < LEAST_ACTS_A_SECOND
    return 1 if report["wrong"] or report["unbalanced"] or slow else 0


if __name__ == "__main__":
    sys.exit(main())
