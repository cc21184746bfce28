"""What the log costs: appends a second, a proof at 100,000 entries, and the verification of the whole log.

One node's database (SQLite with synchronous=FULL) in a folder of its own. Appends are counted singly (a
commit for each) and in transactions of 500; proofs are made from the tables and checked; the verification is
that of `isthmus log verify`. All times are processor time.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

BENCH = Path(__file__).resolve().parent
sys.path.insert(0, str(BENCH))  # the settings of the benchmarks and their application

ENTRIES = 100_000
SINGLE = 200
PORTION = 500
PROOFS = 200


def _set_up(home: Path) -> None:
    os.environ.update({"ISTHMUS_HOME": str(home), "ISTHMUS_NODE_ID": "mm", "ISTHMUS_LOG_LEVEL": "WARNING"})
    os.environ["DJANGO_SETTINGS_MODULE"] = "rig.settings"
    import django
    from django.core.management import call_command

    django.setup(set_prefix=False)
    call_command("migrate", interactive=False, verbosity=0, run_syncdb=True)
    from isthmus.trust.services import initialise_keys

    initialise_keys(actor="bench")


def _events(count: int) -> list[Any]:
    """Audit events that stand sealed: their leaves are appended next."""
    from isthmus.accounts.models import AuditEvent
    from isthmus.exchange.audit_trail import event_text
    from isthmus.wire import merkle

    events = [AuditEvent(kind="bench.entry", actor="bench", subject=str(number)) for number in range(count)]
    for event in events:
        event.leaf = merkle.hash_leaf(event_text(event).encode("utf-8"))
    return AuditEvent.objects.bulk_create(events)


def _append(count: int) -> float:
    """Append ``count`` events to the log in one transaction; returns the seconds that the appending took."""
    from django.db import transaction

    from isthmus.exchange.audit_trail import event_text
    from isthmus.exchange.ledger import open_ledger
    from isthmus.exchange.models import Sort

    texts = [event_text(event) for event in _events(count)]
    start = time.process_time()
    with transaction.atomic(), open_ledger() as ledger:
        for text in texts:
            ledger.append(Sort.AUDIT, text)
    return time.process_time() - start


def _checkpoint() -> Any:  # noqa: ANN401  the wire is imported where it is used
    from django.db import transaction

    from isthmus.exchange.ledger import open_ledger
    from isthmus.wire.checkpoint import read_checkpoint

    with transaction.atomic(), open_ledger() as ledger:
        return read_checkpoint(ledger.checkpoint())


def _proofs(size: int, root: bytes) -> dict[str, Any]:
    """What a proof costs, made at even distances over the whole log and checked."""
    from isthmus.exchange import ledger
    from isthmus.exchange.models import LogEntry
    from isthmus.wire import merkle

    places = [number * (size // PROOFS) + 7 for number in range(PROOFS)]
    leaves = [LogEntry.objects.get(index=place).leaf for place in places]
    start = time.process_time()
    proofs = [ledger.prove_inclusion(leaf) for leaf in leaves]
    inclusion = (time.process_time() - start) / PROOFS
    for proof in proofs:
        if not merkle.verify_inclusion(proof.leaf, proof.index, proof.size, proof.path, root):
            raise RuntimeError(f"The proof of entry {proof.index} does not hold.")
    start = time.process_time()
    for place in places:
        ledger.prove_consistency(place, size)
    consistency = (time.process_time() - start) / PROOFS
    return {
        "inclusion_proof_ms": round(inclusion * 1000, 3),
        "consistency_proof_ms": round(consistency * 1000, 3),
        "longest_path": max(len(proof.path) for proof in proofs),
    }


def measure(entries: int) -> dict[str, Any]:
    """All figures, in the order of the table."""
    from isthmus.exchange.log_check import check_log

    _append(1)
    singly = SINGLE / sum(_append(1) for _ in range(SINGLE))
    rest = entries - SINGLE - 1
    portions = [min(PORTION, rest - done) for done in range(0, rest, PORTION)]
    in_portions = rest / sum(_append(portion) for portion in portions)
    head = _checkpoint()
    proofs = _proofs(head.size, head.root)
    start = time.process_time()
    report = check_log()
    verified = report.size / (time.process_time() - start)
    if not report.ok:
        raise RuntimeError(f"The log does not verify: {report.findings[:3]}")
    return {
        "entries": head.size,
        "appends_singly_per_core_second": round(singly),
        "appends_in_portions_per_core_second": round(in_portions),
        **proofs,
        "verified_entries_per_core_second": round(verified),
    }


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    options = parser.parse_args()
    base = BENCH.parent / "var" / "bench"
    base.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="log-", dir=base) as folder:
        _set_up(Path(folder))
        report = {"bench": "log", "database": "sqlite", **measure(options.entries)}
    if options.json:
        print(json.dumps(report, indent=1))
        return 0
    for name, value in report.items():
        print(f"{name.replace('_', ' '):<40}{value!s:>14}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
