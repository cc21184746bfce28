"""What the demonstration says while it runs: one line a step, with the seconds since the start."""

import sys
import time
from collections.abc import Callable, Sequence

import click

from isthmus.kit.errors import Fault

Wait = Callable[[Callable[[], bool], str], None]
"""Waits until something holds; the words say what for."""


class Screen:
    """Lines on stderr; on a terminal the last one changes while a step is under way."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._live = sys.stderr.isatty()
        self._open = False

    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._start

    def under_way(self, text: str) -> None:
        """How far the present step is; only where somebody looks."""
        if self._live:
            click.echo(f"\r\x1b[2K{self._stamp()}  … {text}", nl=False, err=True)
            self._open = True

    def done(self, text: str) -> None:
        """A step that is done."""
        self._line(f"{self._stamp()}  {text}")

    def check(self, *, holds: bool, text: str) -> None:
        """One thing that was verified."""
        self._line(f"         {'holds' if holds else 'FAILS'}  {text}")

    def plain(self, text: str = "") -> None:
        """A line without a time."""
        self._line(text)

    def _stamp(self) -> str:
        return f"{self.seconds():5.1f} s"

    def _line(self, text: str) -> None:
        clear = "\r\x1b[2K" if self._open else ""
        self._open = False
        click.echo(f"{clear}{text}", err=True)


def wait_until(
    holds: Callable[[], bool], *, seconds: float, what: str, alive: Callable[[], None], pause: float = 0.1
) -> None:
    """Look again and again until something holds; Fault that says what did not come.

    ``alive`` raises where waiting has become pointless.
    """
    end = time.monotonic() + seconds
    while not holds():
        alive()
        if time.monotonic() > end:
            raise Fault("demo.timeout", f"This did not come within {seconds:.0f} seconds: {what}.")
        time.sleep(pause)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Aligned columns, for stdout."""
    lines = [list(headings), *[list(row) for row in rows]]
    widths = [max(len(line[place]) for line in lines) for place in range(len(headings))]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
