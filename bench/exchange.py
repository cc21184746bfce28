"""What one exchange costs: a 10 kB declaration from a transaction here to an effect there and a proof back.

Two real nodes with homes, databases and web servers of their own. A record is published (cut down to the
agreement, signed, committed), pushed over HTTP, verified, agreement- and schema-checked, logged, applied,
receipted; the receipt is verified and settles it. The processor time of all processes of both nodes is
counted; with PostgreSQL that of its backends beside it. SQLite commits with synchronous=FULL.

singly       one record a transaction, and a turn of the worker with one push for each
batches      100 records a transaction, and one push for them

All of it runs on one core: a core-second is what one core does in a second. Spread over two (--spread), each
side wakes the other on a core whose caches hold something else, which costs more and differs more.

The limits of the same run: pairs of signature and verification of such a record, fsyncs of 4 kB, and calls
of a Python function that does next to nothing, for builds of the same version of Python differ by a third.
With --peer also django-pyas2 between the rows, with its HTTP and its database, and each row as so many times
that; it is installed into an environment of its own. The bars are 16 and 63 times it.
Ends with 1 where the one-row handler stays below its bar on SQLite, or where anything was lost or doubled.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))  # run with -P, or from another folder

from rig import cpu, declaration, nodes, peer, postgres

from isthmus.wire import codec, jws, keys

SIZES = {"singly": 1, "batches of 100": 100}
BARS = {"singly": 250, "batches of 100": 1000}
WARM_UP = {1: 30, 100: 300}


def signature_pairs(seconds: float = 1.0) -> float:
    """Signatures with their verification a core-second, over a payload of 10 kB."""
    key, payload = keys.generate_p256(), b"x" * declaration.RECORD_BYTES
    public_key = key.public_key()

    def pair() -> None:
        token = jws.sign(payload, key=key, kid="k" * 43, typ=jws.RECORD)
        jws.verify(jws.parse(token, typ=jws.RECORD), public_key)

    return cpu.rate(pair, seconds=seconds)


def calls(seconds: float = 1.0) -> float:
    """Calls of a small Python function a core-second, in millions: how fast this build of Python is."""

    def small(value: int) -> int:
        return value + 1

    def thousand() -> None:
        for value in range(1000):
            small(value)

    return cpu.rate(thousand, seconds=seconds) / 1000


def fsyncs(folder: Path, seconds: float = 1.0) -> float:
    """Writes of 4 kB a second, each with its fsync, on the file system of ``folder``."""
    done, start = 0, time.monotonic()
    with (folder / "fsync").open("wb", buffering=0) as file:
        while (passed := time.monotonic() - start) < seconds:
            file.write(b"\0" * 4096)
            os.fsync(file.fileno())
            done += 1
    return done / passed


def run(
    sender: nodes.Node,
    receiver: nodes.Node,
    stored: postgres.Databases | None,
    seconds: float,
    other: peer.Peer | None,
) -> list[Any]:
    """Measure each handler singly and in batches, and the peer before the first and after each."""
    rows = []
    if other:
        other.measure(seconds / 2)
    for handler, kind in nodes.KINDS.items():
        for manner, size in SIZES.items():
            task = {"kind": kind, "size": size, "to": receiver.node_id}
            sender.ask("exchange", seconds=60, most=WARM_UP[size], **task)
            before = nodes.spent(sender, receiver), stored.spent() if stored else 0.0
            parts = nodes.spent(sender), nodes.spent(receiver)
            outcome = sender.ask("exchange", seconds=seconds, most=1_000_000, **task)
            after = nodes.spent(sender, receiver), stored.spent() if stored else 0.0
            own, server = (then - now for then, now in zip(after, before, strict=True))
            done = outcome["done"]
            rows.append(
                {
                    "handler": handler,
                    "manner": manner,
                    "records": done,
                    "per_core_second": round(done / own, 1),
                    "per_core_second_with_database": round(done / (own + server), 1),
                    "ms_each_sender": round((nodes.spent(sender) - parts[0]) / done * 1000, 3),
                    "ms_each_receiver": round((nodes.spent(receiver) - parts[1]) / done * 1000, 3),
                    "ms_each_database": round(server / done * 1000, 3),
                    "per_second": round(done / outcome["seconds"], 1),
                    "bar": BARS[manner] if handler == "one-row" and stored is None else None,
                }
            )
            if other:
                other.measure(seconds / 2)
    for row in rows:
        told = other is not None and not other.failed
        row["times_peer"] = round(row["per_core_second"] / other.per_core_second, 1) if told else None
    return rows


def check_whole(sender: nodes.Node, receiver: nodes.Node) -> int:
    """How many records crossed; RuntimeError unless each was accepted, applied once and receipted."""
    sent, taken = sender.ask("state"), receiver.ask("state")
    out = sent["records"].get("out accepted none with receipt", 0)
    expected = {"out accepted none with receipt": out, "in accepted applied with receipt": 1}
    if sent["records"] != expected or taken["records"].get("in accepted applied with receipt") != out:
        raise RuntimeError(f"The nodes do not hold the same: {sent} and {taken}.")
    if taken["stored"] != out - 1:  # the first record was the agreement
        raise RuntimeError(f"{out - 1} declarations were sent, {taken['stored']} rows are stored.")
    return int(out)


def table(report: dict[str, Any]) -> str:
    """The report for a person."""
    counted = report["database"] == "postgres"
    cores = "all cores" if report["spread"] else "one core"
    lines = [
        f"Exchanges of {report['record_bytes']} bytes on {report['database']} and {cores}, both sides' time:",
        "",
        f"{'handler':<10}{'manner':<16}{'a core-second':>14}{'bar':>7}{'x AS2':>7}{'a second':>10}"
        f"{'sender ms':>11}{'receiver ms':>13}" + (f"{'database ms':>13}{'with it':>9}" if counted else ""),
    ]
    for row in report["rows"]:
        line = (
            f"{row['handler']:<10}{row['manner']:<16}{row['per_core_second']:>14}{row['bar'] or '-':>7}"
            f"{row['times_peer'] or '-':>7}{row['per_second']:>10}{row['ms_each_sender']:>11}"
            f"{row['ms_each_receiver']:>13}"
        )
        if counted:
            line += f"{row['ms_each_database']:>13}{row['per_core_second_with_database']:>9}"
        lines.append(line)
    limits = report["limits"]
    lines += [
        "",
        f"signature limit  {limits['signature_pairs_per_core_second']:>8} signed and verified a core-second",
        f"fsync limit      {limits['fsyncs_per_second']:>8} fsyncs of 4 kB a second on the same file system",
        (
            f"Python limit     {limits['million_python_calls_per_core_second']:>8} million calls"
            f" of a core-second, by Python {limits['python']}"
        ),
        _peer_line(report["peer"]),
        f"{report['crossed']} records crossed; each was applied once and has its receipt.",
    ]
    return "\n".join(lines)


def _peer_line(found: dict[str, Any]) -> str:
    if "per_core_second" in found:
        return f"AS2 peer         {found['per_core_second']:>8} a core-second by django-pyas2, in this run"
    known = f"AS2 peer         {found['known']:>8} a core-second by django-pyas2, measured before elsewhere"
    return f"{known}; here it cannot be: {found['not_measured']}" if "not_measured" in found else known


def _started(stack: ExitStack, folder: Path, size: int) -> tuple[peer.Peer | None, dict[str, Any]]:
    """The running peer; without it why not, as the report says it."""
    try:
        return stack.enter_context(peer.running(folder, size)), {}
    except peer.NotMeasuredError as error:
        return None, {"not_measured": str(error)}


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--seconds", type=float, default=10.0, help="time for each of the four rows")
    parser.add_argument("--folder", type=Path, help="where the nodes live while it runs (default: var/bench)")
    parser.add_argument("--peer", action="store_true", help="measure the AS2 peer in the same run")
    parser.add_argument("--spread", action="store_true", help="let the kernel use all cores")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    options = parser.parse_args()
    if not options.spread:
        cpu.keep_to_one_core()
    base = options.folder or Path(__file__).resolve().parent.parent / "var" / "bench"
    base.mkdir(parents=True, exist_ok=True)
    size = len(codec.encode(declaration.body(1))) + declaration.ENVELOPE_BYTES
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="exchange-", dir=base)))
        stored = stack.enter_context(postgres.databases()) if options.database == "postgres" else None
        addresses = stored.addresses if stored else {"mm": "", "cn": ""}
        sender, receiver = stack.enter_context(nodes.two_nodes(folder, addresses))
        limits = {
            "signature_pairs_per_core_second": round(signature_pairs()),
            "fsyncs_per_second": round(fsyncs(folder)),
            "python": f"{platform.python_version()}, {platform.python_compiler()}",
            "million_python_calls_per_core_second": round(calls(), 1),
        }
        other, found = _started(stack, base / "as2", size) if options.peer else (None, {})
        rows = run(sender, receiver, stored, options.seconds, other)
        if other and other.failed:
            found["not_measured"] = other.failed
        elif other:
            found["per_core_second"] = round(other.per_core_second, 1)
        crossed = check_whole(sender, receiver)
    report = {
        "bench": "exchange",
        "database": options.database,
        "record_bytes": size,
        "spread": options.spread,
        "rows": rows,
        "limits": limits,
        "peer": {"known": peer.KNOWN, **found},
        "crossed": crossed,
    }
    print(json.dumps(report, indent=1) if options.json else table(report))
    return 1 if any(row["bar"] and row["per_core_second"] < row["bar"] for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
