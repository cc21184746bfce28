"""`isthmus demo`: the story holds, a second start repeats nothing, and no process is left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import signals
from tests.processes.nodes import ROOT

DATA = os.environ.get("ISTHMUS_CONFORMANCE_DATA", "")
pytestmark = [pytest.mark.processes, pytest.mark.once]
NODES = 8
PORTS = NODES + 1


def free_base() -> int:
    """The first of nine neighbouring ports that are all free."""
    for base in range(21_000 + os.getpid() % 500 * 20, 60_000, 20):
        probes = [socket.socket() for _ in range(PORTS)]
        try:
            for place, probe in enumerate(probes):
                probe.bind(("127.0.0.1", base + place))
        except OSError:
            continue
        else:
            return base
        finally:
            for probe in probes:
                probe.close()
    raise AssertionError("no free ports")


def start(folder: Path, *options: str, documents: str = "") -> "subprocess.Popen[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ISTHMUS_")}
    return subprocess.Popen(
        [sys.executable, "-m", "isthmus.node", "demo", "--folder", str(folder), *options],
        env={**clean, "PYTHONPATH": str(ROOT / "src"), "ISTHMUS_CONFORMANCE_DATA": documents},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        preexec_fn=signals.heed,
    )


def left_running(folder: Path) -> list[str]:
    """The command lines of processes that work in the demonstration's folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            environment = (entry / "environ").read_bytes()
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if f"ISTHMUS_HOME={folder}".encode() in environment:
            found.append(command)
    return found


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 240
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def test_the_story_holds_and_a_second_start_repeats_nothing(tmp_path: Path):
    base = str(free_base())
    first = start(tmp_path, "--once", "--base-port", base)
    _, said = first.communicate(timeout=560)
    assert first.returncode == 0, said
    assert "FAILS" not in said
    assert "28 ceremonies" in said
    assert "5 documents were refused" in said
    assert "without-number.xml: line" in said
    assert "The line broke after 2500 bytes of a batch: 20 records wait" in said
    assert "mm writes the 20 that wait to a bundle for a USB stick: mm-to-cn.isb" in said
    assert "cn reads it twice: 20 records are new, then 0" in said
    assert "and 0 wait in mm, with the line still down" in said
    assert "The declarations for the other corridors crossed too: 30 to th and 24 to bd" in said
    assert "by mappings: 61 in cn, 29 in th, 26 in bd" in said
    assert (
        "bd asked mm by keyed hashes about 26 imports before it showed one:"
        " mm compared 24 exports, 25 surely match and went" in said
    )
    assert "mm holds the 25 imports of bd that both know, and no other" in said
    assert "of each partner's certificates one is over-used, one cancelled" in said
    assert "cn, th, bd reconcile: 14 cases for officers to look at" in said
    assert (
        "cn finds what was put in, and nothing else: duplicate, hs-shift, low-value, missing-import, "
        "split-merged, timing, unit" in said
    )
    assert "cn asked about an export without an import (CN-Q-1), and mm answered" in said
    assert "cn's question is answered (confirmed) under a record that mm signed" in said
    assert "60 records left mm, the same 60 arrived in cn, in the same order" in said
    assert "receipt for each of the 60" in said
    assert "The registry of excise in md holds 3 operators and 5 products" in said
    assert "Guarantors signed for two producers in md: G-2026-17 with MDL" in said
    assert "G-2026-18 with MDL 49,500.00 of 80,000.00 free" in said
    assert "RET-2023-000001 v1 of MDL 61,000.00 paid" in said
    assert "RET-2023-000002 v1 of MDL 28,984.80 assessed" in said
    # 1,000 bottles of 0.7 l of 40 % at 50 rufiyaa a litre and 25 % of 80,000; 1 % of it as the fee beside.
    assert "Blue Lagoon island in mv used 280.000 l of pure alcohol of its quota of 850.000 l" in said
    assert " v1 of MVR 55,800.00, RET-" in said
    # Moldova's rate for spirits of 2023, the last that its tariff states: 120.77 lei a litre of pure alcohol.
    assert "md secured MDL 48,308.00 of duty and printed 2,000 tax stamps" in said
    assert "accounted for: 1,200 activated, 5 lost, 20 spoiled, 775 stock" in said
    assert "mv received it with a shortage, and the movement is closed in both" in said
    assert "is delivered in md and delivered in mv" in said
    assert "a second lorry under the same reference was stopped at another gate" in said
    assert "signed the result (md-ASM-" in said
    assert "they do not agree on: analytics.gap" in said
    assert "the introduction of md's excise to mv is the same twice, as PDF and as DOCX" in said
    assert "are told apart: in-order, not-active, forged" in said
    assert "ng and cn agreed that 6 kinds of record of solar cross" in said
    assert "The topic about trade became a pilot: mm, cn, th signed its charter and its terms" in said
    assert "mm, cn, th hold the same story of the pilot, signed by 3" in said
    assert "cn agreed to one, and only then details were opened" in said
    assert "mv found an expert of md for excise; both sides state the engagement" in said
    assert "cifal agreed with 7 countries about its programme and the network" in said
    assert (
        "cifal holds the programme of 2011: 4 workshops, 127 participants, a closed book of USD 59,780"
        in said
    )
    assert "Domestic Travel 13,945, International Travel 11,754, Daily Cost 18,030, Conference 11,560" in said
    assert "Subtotal 55,289, Overhead 4,491, Total 59,780" in said
    assert "the delegate of mv was nominated once and accepted once" in said
    assert "ng planned a solar system for each of 400 homes: 400 will miss at most 3 % of their use" in said
    assert "ng asked makers in cn for quotes (RFQ-2026-0001); two seals came back, 0 can be read" in said
    assert "tender RFQ-2026-0001 is awarded on 2 quotes that were sealed in time" in said
    assert "the 10 records of solar are the same in ng and cn, each with a signed receipt" in said
    assert left_running(tmp_path) == []

    second = start(tmp_path, "--once", "--base-port", base)
    _, said = second.communicate(timeout=560)
    assert second.returncode == 0, said
    assert "All partners know each other" in said
    assert "All 16 agreements are in force from an earlier start" in said
    assert "Every declaration was sent at an earlier start" in said
    assert "The solar systems of RFQ-2026-0001 were awarded at an earlier start" in said
    assert "by mappings: 61 in cn, 29 in th, 26 in bd" in said
    assert "What bd and mm both know was found at an earlier start" in said
    assert "The certificates, licences and movements crossed at an earlier start" in said
    assert "60 records left mm, the same 60 arrived" in said
    assert "accounted for: 1,200 activated, 5 lost, 20 spoiled, 775 stock" in said
    assert left_running(tmp_path) == []


@pytest.mark.skipif(
    not Path(DATA, "wco", "examples").is_dir() or not DATA,
    reason="ISTHMUS_CONFORMANCE_DATA names no folder with wco/examples in it",
)
def test_the_story_holds_with_the_documents_of_whoever_runs_it(tmp_path: Path):
    demo = start(tmp_path, "--once", "--base-port", str(free_base()), documents=DATA)
    _, said = demo.communicate(timeout=560)
    assert demo.returncode == 0, said
    assert "FAILS" not in said
    assert "93 records left mm, the same 93 arrived in cn, in the same order" in said
    assert "cn asked about an export without an import (CN-Q-1), and mm answered" in said
    assert left_running(tmp_path) == []


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_nothing_is_left_running_however_it_ends(tmp_path: Path, sign: signal.Signals):
    demo = start(tmp_path, "--base-port", str(free_base()))
    until(lambda: len(left_running(tmp_path)) >= NODES, "the nodes did not start")
    demo.send_signal(sign)
    demo.communicate(timeout=60)
    assert demo.returncode == (-signal.SIGKILL if sign is signal.SIGKILL else 0)
    until(lambda: left_running(tmp_path) == [], f"left running: {left_running(tmp_path)}")


def test_ports_in_use_are_named(tmp_path: Path):
    base = free_base()
    with socket.create_server(("127.0.0.1", base + 2)):
        demo = start(tmp_path, "--once", "--base-port", str(base))
        _, said = demo.communicate(timeout=60)
    assert demo.returncode == 1
    assert f"The ports {base} to {base + PORTS - 1} are in use. Choose others with --base-port." in said
    assert "Traceback" not in said
