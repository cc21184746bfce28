"""Work on a stranger's bytes in a process of its own, with a bound on memory, time and answer.

Spreadsheets, JSONata and XPath are read by libraries that can be led to ask for more memory than there is,
or to run for ever; what happens to the process that does so must not happen to the node. The child has no
shell, no environment but its path, and a stated share of the machine.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from functools import partial

from isthmus.kit.errors import BadInput, FieldFault

MEMORY_BYTES = 768 * 1024 * 1024
CPU_SECONDS = 15
WALL_SECONDS = 60
ANSWER_BYTES = 64 * 1024 * 1024
TOO_MUCH = 9
"""How a child ends that was asked for more than it may give."""


def _limit(cpu_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run_bounded(module: str, request: bytes, *, subject: str, cpu_seconds: int = CPU_SECONDS) -> bytes:
    """The answer of ``python -m module`` to ``request``; BadInput (``bounds``) where it gave none.

    ``subject`` names what was worked on, such as "The workbook", in the sentence of the refusal.
    """
    try:
        done = subprocess.run(  # noqa: S603  the module is one of ours
            [sys.executable, "-I", "-c", _START, module, *filter(None, sys.path)],
            input=request,
            capture_output=True,
            timeout=WALL_SECONDS,
            env={},
            preexec_fn=partial(_limit, cpu_seconds),
            check=False,
        )
    except subprocess.TimeoutExpired:
        done = None
    if done is not None and done.returncode == 0 and len(done.stdout) <= ANSWER_BYTES:
        return done.stdout
    message = f"{subject} needs more memory or time than one document may take."
    raise BadInput(
        "bounds",
        message,
        next_step="Split it into smaller files.",
        faults=(FieldFault("file", message),),
    )


# The child looks for modules where its parent does, and nowhere else.
_START = (
    "import sys, runpy; module, *sys.path = sys.argv[1:]; sys.argv = [module]; "
    "runpy.run_module(module, run_name='__main__')"
)


def serve(answer: Callable[[bytes], bytes]) -> None:
    """The child's side: one request from stdin, one answer to stdout; its end says if it was too much."""
    request = sys.stdin.buffer.read()
    try:
        said = answer(request)
    except (MemoryError, RecursionError):
        os._exit(TOO_MUCH)
    sys.stdout.buffer.write(said)
    sys.stdout.buffer.flush()
