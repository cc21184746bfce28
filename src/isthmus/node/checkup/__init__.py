"""Whether this node and its server are fit; each look gives findings, and none changes anything."""

from collections.abc import Iterator

from isthmus.node.checkup import exchange, keys, machine, people, search, storage
from isthmus.node.checkup.finding import Finding

__all__ = ["Finding", "look", "look_while_running"]


def _around_it() -> Iterator[Finding]:
    yield from exchange.worker()
    yield from exchange.backups()
    yield from machine.time_server()
    yield from machine.disk()
    yield from machine.memory()
    yield from machine.web()
    yield from machine.measures()


def look_while_running() -> Iterator[Finding]:
    """What can change while the node runs; a page asks for it, so it costs few queries and no search."""
    yield from storage.durability()
    yield from keys.keys()
    yield from exchange.time_of_day()
    yield from exchange.exchange()
    yield from exchange.jobs()
    yield from _around_it()


def look() -> Iterator[Finding]:
    """Everything, in the order in which it should be put right."""
    first = list(storage.database())
    yield from first
    if all(finding.level != "fault" for finding in first):
        yield from keys.keys()
        yield from people.people()
        yield from exchange.time_of_day()
        yield from exchange.exchange()
        yield from exchange.jobs()
        yield from search.search()
    yield from _around_it()
    yield from machine.static_files()
    yield from machine.fonts()
