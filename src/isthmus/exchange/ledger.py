"""Appending to the node's log and proving what is in it.

Every writer of the exchange takes the head's row lock first (``open_ledger``), so that streams and log are
written in one order on both databases and no two transactions can wait for each other.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import connection

from isthmus.exchange.models import Checkpoint, LogEntry, LogHead, Sort, Token
from isthmus.kit import clock
from isthmus.kit.errors import NotFound
from isthmus.trust import keystore
from isthmus.trust.keystore import KeyInUse
from isthmus.trust.models import KeyPurpose
from isthmus.trust.statements import Select, insert_values, savepoint, store_values
from isthmus.wire import checkpoint, merkle, packing


@dataclass(frozen=True, slots=True)
class Mark:
    """A point in a ledger's work that it can return to."""

    frontier: merkle.Frontier
    entries: int
    tokens: int


@dataclass
class Ledger:
    """The log inside one transaction: collects appends and writes them all at once."""

    frontier: merkle.Frontier
    _tokens: list[tuple[int, bytes]] = field(default_factory=list)
    _entries: list[tuple[int, str, Sort, datetime, bytes]] = field(default_factory=list)
    _savepoints: int = 0

    @property
    def stored_size(self) -> int:
        """Entries that the tables hold: without what was appended since."""
        return self.frontier.size - len(self._entries)

    def append(self, sort: Sort, text: str, packed: bytes | None = None, leaf: bytes | None = None) -> str:
        """Add a text as the next leaf; returns the leaf in hex. Nothing is stored before ``write``.

        Whoever has the parts of a token at hand gives it ``packed`` as well, and who has hashed it its
        ``leaf``.
        """
        leaf = merkle.hash_leaf(text.encode("utf-8")) if leaf is None else leaf
        self._tokens.append((self.frontier.size, packing.pack(text) if packed is None else packed))
        return self._enter(sort, leaf)

    def append_erased(self, sort: Sort, leaf: str) -> str:
        """Add the leaf (hex) of a text that was erased before it came here: a place without a text."""
        return self._enter(sort, bytes.fromhex(leaf))

    def _enter(self, sort: Sort, leaf: bytes) -> str:
        index, name = self.frontier.size, leaf.hex()
        self.frontier, (_, *completed) = self.frontier.append(leaf)
        subtrees = b"".join([node.hash for node in completed])
        self._entries.append((index, name, sort, clock.now(), subtrees))
        return name

    def checkpoint(self, moment: datetime | None = None, key: KeyInUse | None = None) -> str:
        """A signed note over everything appended so far, stored as this node's own head.

        Whoever has looked for the key of a ``moment`` gives both.
        """
        node_id = settings.ISTHMUS.node_id
        name = checkpoint.origin_of(node_id)
        moment = moment or clock.now()
        root = self.frontier.root()
        head = checkpoint.Checkpoint(origin=name, size=self.frontier.size, root=root, issued=moment)
        key = key or keystore.in_use(KeyPurpose.LOG, moment)
        note = checkpoint.sign_checkpoint(head, name=name, key=key.private_key)
        insert_values(
            Checkpoint,
            ("node_id", "size", "root", "note", "issued"),
            [(node_id, head.size, root.hex(), note, moment)],
            ignore_conflicts=True,
        )
        return note

    def mark(self) -> "Mark":
        """Where the log stands now, to return to if a savepoint is rolled back."""
        return Mark(self.frontier, len(self._entries), len(self._tokens))

    def return_to(self, mark: "Mark") -> None:
        """Forget what was appended since ``mark``."""
        self.frontier = mark.frontier
        del self._tokens[mark.tokens :]
        del self._entries[mark.entries :]

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Do something whole or not at all, the rest of the transaction left as it is.

        What was appended meanwhile is forgotten with it.
        """
        mark = self.mark()
        self._savepoints += 1
        try:
            with savepoint(f"ledger_{self._savepoints}"):
                yield
        except BaseException:
            self.return_to(mark)
            raise

    def write(self) -> None:
        """Store what was appended and the new head."""
        insert_values(Token, ("entry_id", "packed"), self._tokens)
        insert_values(LogEntry, ("index", "leaf", "sort", "logged_at", "subtrees"), self._entries)
        self._tokens, self._entries = [], []
        store_values(LogHead, ("size", "frontier"), [(self.frontier.size, self.frontier.to_bytes(), 1)])


_current: ContextVar[Ledger | None] = ContextVar("isthmus_ledger", default=None)


_HEAD = Select(lambda: LogHead.objects.select_for_update().filter(pk=1).values_list("frontier", flat=True))


def _locked_frontier() -> merkle.Frontier:
    found = _HEAD()
    if not found:
        LogHead.objects.bulk_create([LogHead(pk=1)], ignore_conflicts=True)
        found = _HEAD()
    (stored,) = found
    return merkle.Frontier.from_bytes(bytes(stored)) if stored else merkle.Frontier()


class open_ledger:  # noqa: N801  used like a function
    """Lock the log's head until the end of the transaction; what was appended is written on leaving.

    Every writer of the exchange starts here. A handler that publishes while a batch is being received gets
    the ledger of that batch.
    """

    __slots__ = ("_own", "_token")

    def __init__(self) -> None:
        self._own: Ledger | None = None

    def __enter__(self) -> Ledger:
        assert connection.in_atomic_block, "the log is written in the transaction of what it records"
        running = _current.get()
        if running is not None:
            return running
        self._own = Ledger(_locked_frontier())
        self._token = _current.set(self._own)
        return self._own

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._own is None:
            return
        try:
            if kind is None:
                self._own.write()
        finally:
            _current.reset(self._token)


_ENTRY = Select(lambda index: LogEntry.objects.filter(index=index).values_list("leaf", "subtrees"), int)


def read_node(level: int, index: int) -> bytes:
    """The hash of a complete subtree, from the tables; NotFound where it was removed."""
    # The hash stands with the last leaf that the subtree is over.
    found = _ENTRY.first((index + 1 << level) - 1)
    if found is not None:
        leaf, subtrees = found
        start = (level - 1) * merkle.HASH_BYTES
        kept = bytes.fromhex(leaf) if level == 0 else bytes(subtrees)[start : start + merkle.HASH_BYTES]
        if kept:
            return kept
    raise NotFound(
        "exchange.log-incomplete",
        f"The log lacks the hash {index} of level {level}.",
        next_step="Run `isthmus log verify`, which names what was removed.",
    )


@dataclass(frozen=True, slots=True)
class Inclusion:
    """A leaf, its place, and the path of hashes from it to the root of a log of ``size`` leaves."""

    index: int
    size: int
    leaf: bytes
    path: tuple[bytes, ...]
    root: bytes


def prove_inclusion(leaf: str) -> Inclusion:
    """Prove that a leaf (hex) is in the present log; NotFound where it is not."""
    entry = LogEntry.objects.filter(leaf=leaf).first()
    head = LogHead.objects.filter(pk=1).first()
    if entry is None or head is None or entry.index >= head.size:
        raise NotFound("exchange.not-logged", "This is not in the log of this node.")
    path: Sequence[bytes] = merkle.inclusion_proof(entry.index, head.size, read_node)
    root = merkle.Frontier.from_bytes(bytes(head.frontier)).root()
    return Inclusion(entry.index, head.size, bytes.fromhex(leaf), tuple(path), root)


def prove_consistency(old_size: int, new_size: int) -> tuple[bytes, ...]:
    """Prove that the first ``old_size`` leaves are the same in the log of ``new_size``."""
    return tuple(merkle.consistency_proof(old_size, new_size, read_node))
