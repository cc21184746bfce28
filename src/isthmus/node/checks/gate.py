"""What a gate is, and how several are run and told about."""

import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parents[4]
SOURCES = ROOT / "src" / "isthmus"


@dataclass(frozen=True, slots=True)
class Gate:
    """One check. ``run`` returns what it found, one line a finding: no line means passed.

    ``advice`` is the sentence that helps whoever broke it. A gate ``apart`` runs in a process of its own and
    may run beside others.
    """

    name: str
    run: Callable[[], Sequence[str]]
    advice: str
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one gate found and how long it took."""

    gate: Gate
    findings: tuple[str, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def try_gate(gate: Gate) -> Outcome:
    """Run one gate; a gate that breaks has not passed."""
    began = time.monotonic()
    try:
        findings = tuple(gate.run())
    except Exception as error:  # noqa: BLE001 - a broken gate must fail the check, not hide the others
        findings = (f"the gate itself broke: {type(error).__name__}: {error}",)
    return Outcome(gate, findings, time.monotonic() - began)


def run_gates(gates: Sequence[Gate], out: TextIO | None = None) -> int:
    """Run all gates, tell each outcome when it is known, then the summary; 0 if all passed, else 1.

    Those in processes of their own run beside the others, two at a time.
    """
    out = out or sys.stdout
    with ThreadPoolExecutor(max_workers=2) as pool:
        apart = [pool.submit(try_gate, gate) for gate in gates if gate.apart]
        outcomes = []
        for gate in gates:
            outcome = apart.pop(0).result() if gate.apart else try_gate(gate)
            outcomes.append(outcome)
            verdict = "ok" if outcome.passed else "FAILED"
            print(f"{verdict:<6} {gate.name} ({outcome.seconds:.1f} s)", file=out, flush=True)
            for finding in outcome.findings:
                print(f"       {finding}", file=out, flush=True)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if not failed:
        print(f"All {len(outcomes)} gates passed.", file=out, flush=True)
        return 0
    print(f"{len(failed)} of {len(outcomes)} gates failed. What to do:", file=out)
    for outcome in failed:
        print(f"  {outcome.gate.name}: {outcome.gate.advice}", file=out)
    out.flush()
    return 1
