"""`isthmus demo`: eight nodes on this machine, a story, and then the nodes to look around in."""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from isthmus.kit.errors import BadInput, Conflict, Fault
from isthmus.node.demo.countries import NODES, PASSWORD, ROLES
from isthmus.node.demo.databases import lay_out
from isthmus.node.demo.link import Link
from isthmus.node.demo.processes import RunningNode, running, write_settings
from isthmus.node.demo.screen import Screen, table
from isthmus.node.demo.story import Story

BASE_PORT = 8100
BLOCK = len(NODES) + 1
"""Ports that are needed: one for each node and one for the line between mm and cn."""
LOCK = "demo.lock"
_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody wants the demonstration to end; no handler of errors may take it for one."""


def _deaf() -> None:
    for sign in _ENDS:
        signal.signal(sign, signal.SIG_IGN)


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    _deaf()  # a second Ctrl-C must not interrupt the stopping
    raise Stopped


@contextlib.contextmanager
def _until_stopped() -> Iterator[None]:
    """Turn Ctrl-C, SIGTERM and the end of the terminal into an orderly end; further ones change nothing."""
    before = {sign: signal.signal(sign, _stop) for sign in _ENDS}
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def find_base(wanted: int | None) -> int:
    """The first port of a free block: the one asked for, else the usual one or the next that is free."""
    candidates = [wanted] if wanted is not None else list(range(BASE_PORT, BASE_PORT + 1000, 20))
    for base in candidates:
        if all(is_free(port) for port in range(base, base + BLOCK)):
            return base
    raise Fault(
        "demo.ports",
        f"The ports {candidates[0]} to {candidates[0] + BLOCK - 1} are in use.",
        next_step="Choose others with --base-port.",
    )


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """One demonstration a folder; the lock goes with the process."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                "demo.running",
                f"A demonstration runs in {folder} already.",
                next_step="Stop it with Ctrl-C, or choose another folder with --folder.",
            ) from error
        yield


def _forget(folder: Path) -> None:
    for sample in NODES:
        shutil.rmtree(folder / sample.id, ignore_errors=True)


def _make_nodes(folder: Path, base: int) -> dict[str, RunningNode]:
    nodes = {}
    for place, sample in enumerate(NODES):
        node = RunningNode(sample, (folder / sample.id).absolute(), base + place)
        values = {
            "node_id": sample.id,
            "node_name": sample.name,
            "country": sample.country,
            "url": node.url,
            "bind": f"127.0.0.1:{node.port}",
            "time_zone": sample.time_zone,
            "poll_seconds": "0.5",
            "retry_limit_seconds": "2",
            # The accounts are printed for everybody to try: a second factor would guard nothing.
            "second_factor": "nobody",
            # The secretariat's programme can be handed over as an IATI file; the identifier is no real one.
            "iati_organisation": "XI-SAMPLE-CIFAL" if sample.id == "cifal" else "",
            # The line that the demonstration cuts; cn itself and its card know nothing of it.
            "routes": f"cn=http://127.0.0.1:{base + len(NODES)}" if sample.id == "mm" else "",
        }
        write_settings(node.home, values)
        nodes[sample.id] = node
    return nodes


def _documents() -> str:
    data = os.environ.get("ISTHMUS_CONFORMANCE_DATA")
    if not data:
        return ""
    folder = Path(data) / "wco" / "examples"
    if not folder.is_dir():
        raise BadInput(  # untranslated: the demonstration speaks English
            "demo.documents",
            f"There is no folder {folder}.",
            next_step="Set ISTHMUS_CONFORMANCE_DATA to a folder with wco/examples, or to nothing.",
        )
    return str(folder.absolute())


def _guide(nodes: dict[str, RunningNode]) -> str:
    rows = [[sample.name, nodes[sample.id].url, f"{ROLES[0]}@{sample.id}.example"] for sample in NODES]
    roles = ", ".join(ROLES)
    return f"""
{table(["node", "address", "sign in as"], rows)}

Password of every account: {PASSWORD}
Each node has the accounts {roles}, all @ID.example.

Look first at
  {nodes["cn"].url}/etrade/cases/  as officer@cn.example: what does not tally, the worst first
  {nodes["cn"].url}/etrade/corridors/mm/  what left Myanmar for China, what China imported, and the gaps
  {nodes["cn"].url}/etrade/certificates/check/  try SAMPLE-CO-CN-002, which is over-used
  {nodes["mm"].url}  as approver@mm.example: a record, who signed it, which receipt it has
  {nodes["md"].url}/excise/stamps/  as officer@md.example: tax stamps, and where each of them is
  {nodes["th"].url}  as approver@th.example: propose an agreement to Moldova
"""


def _show(nodes: dict[str, RunningNode], screen: Screen) -> None:
    click.echo(_guide(nodes))
    screen.plain("Ctrl-C stops all eight nodes. What they hold stays in their folders.")


def _run(folder: Path, base: int, *, once: bool) -> int:
    screen = Screen()
    documents = _documents()
    nodes = _make_nodes(folder, base)
    ports = {sample.id: base + place for place, sample in enumerate(NODES)}
    lay_out(list(nodes.values()), screen)
    with Link(base + len(NODES), ports["cn"]) as link, running(list(nodes.values()), screen):
        screen.done("Eight nodes are running, each with its own keys, people and database")
        story = Story(nodes, link, screen, documents)
        good = story.tell()
        if once:
            return 0 if good else 1
        for node in nodes.values():
            node.hang_up()
        try:
            _show(nodes, screen)
            while True:
                signal.pause()
        finally:
            with contextlib.suppress(OSError):  # the terminal may be gone
                screen.plain("\nStopping the nodes.")
    return 0


@click.command()
@click.option("--once", is_flag=True, help="End after the story; exit code 0 if every check holds.")
@click.option("--reset", is_flag=True, help="Forget what an earlier demonstration left.")
@click.option("--base-port", type=click.IntRange(1024, 65_000), help="First of nine ports; 8100 if free.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/demo"),
    show_default=True,
    help="Where the eight nodes keep what they hold.",
)
def demo(*, once: bool, reset: bool, base_port: int | None, folder: Path) -> None:
    """Run eight nodes on this machine: they meet, agree, and let records cross a line that breaks."""
    code = 0
    with _alone_in(folder), _until_stopped():
        if reset:
            _forget(folder)
        try:
            code = _run(folder, find_base(base_port), once=once)
        except Stopped:
            if once:
                code = 130
        finally:
            _deaf()
    raise SystemExit(code)
