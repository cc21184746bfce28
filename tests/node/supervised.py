"""A supervisor over small parts: `python supervised.py FOLDER PART...`; each part writes its pid down."""

import logging
import os
import signal
import sys
import time
from pathlib import Path

from isthmus.node import serve

FOLDER = Path(sys.argv[1])


def note(name: str) -> None:
    with (FOLDER / name).open("a") as stream:
        stream.write(f"{os.getpid()}\n")


def steady() -> None:
    note("steady")
    time.sleep(600)


def brief() -> None:
    note("brief")
    raise RuntimeError("it crashed at its start")


def stubborn() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    note("stubborn")
    time.sleep(600)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    serve.FIRST_PAUSE_SECONDS = 0.02
    serve.LONGEST_PAUSE_SECONDS = 0.08
    serve.GRACE_SECONDS = 1
    parts = {"steady": steady, "brief": brief, "stubborn": stubborn}
    sys.exit(serve.Supervisor({name: parts[name] for name in sys.argv[2:]}).run())
