"""Walking the whole log: find and name what was altered, removed or inserted behind the exchange's back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from isthmus.accounts.models import AuditEvent
from isthmus.exchange import queries, tokens
from isthmus.exchange.audit_trail import event_text
from isthmus.exchange.erasures import Prover
from isthmus.exchange.log_witnesses import CosignedHeads
from isthmus.exchange.models import (
    Checkpoint,
    LogEntry,
    LogHead,
    Receipt,
    Record,
    Refusal,
    Sort,
    Superseded,
)
from isthmus.kit.errors import IsthmusError
from isthmus.trust.keystore import parse_certificate
from isthmus.trust.models import KeyPurpose
from isthmus.trust.validation import own_ring
from isthmus.wire import merkle
from isthmus.wire.checkpoint import origin_of, verify_checkpoint
from isthmus.wire.record import read_record

PORTION = 1000
Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written. ``index`` is the entry, None where no single one is meant."""

    index: int | None
    leaf: str
    what: str


@dataclass
class LogReport:
    """The outcome of a walk: how far it went, the root it computed, and every finding.

    ``erased`` counts the texts that are gone under a tombstone which proves itself. ``witnessed`` is the
    largest size at which partners, ``witnesses``, have cosigned the log as it is.
    """

    size: int = 0
    root: str = ""
    checkpoints: int = 0
    erased: int = 0
    witnessed: int = 0
    witnesses: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything is as it was written."""
        return not self.findings

    def add(self, what: str, *, index: int | None = None, leaf: str = "") -> None:
        """Note a finding."""
        self.findings.append(Finding(index, leaf, what))


def _portions(total: int) -> Iterator[list[LogEntry]]:
    last = -1
    below = LogEntry.objects.filter(index__lt=total).order_by("index")
    while portion := list(below.filter(index__gt=last)[:PORTION]):
        yield portion
        last = portion[-1].index


def _lawfully_gone(leaves: Sequence[str], prover: Prover) -> set[str]:
    """Those of the leaves without a text whose erasure is proved."""
    rows = Record.objects.filter(leaf__in=leaves).select_related("stream__partner", "receipt")
    moved = Superseded.objects.filter(leaf__in=leaves).values_list("leaf", "stream__partner")
    gone = {leaf for leaf, partner in moved if prover.erasure_of(leaf, partner) is not None}
    return gone | {row.leaf for row in rows if prover.is_accounted_for(row)}


def _check_texts(entries: Sequence[LogEntry], report: LogReport, prover: Prover) -> None:
    """Each leaf must still be the hash of its text, unless a tombstone says that it was erased."""
    texts = tokens.as_found([entry.leaf for entry in entries])
    gone = _lawfully_gone([entry.leaf for entry in entries if entry.leaf not in texts], prover)
    report.erased += len(gone)
    for entry in entries:
        text = texts.get(entry.leaf)
        label = entry.get_sort_display()
        if entry.leaf in gone:
            continue
        if text is None:
            report.add(
                f"Entry {entry.index} ({label}): its text is not here, and no tombstone says that it was"
                " erased.",
                index=entry.index,
                leaf=entry.leaf,
            )
        elif merkle.hash_leaf(text.encode("utf-8")).hex() != entry.leaf:
            report.add(
                f"Entry {entry.index} ({label}): its text was altered, or its leaf was.",
                index=entry.index,
                leaf=entry.leaf,
            )


def _check_subtrees(entry: LogEntry, expected: Sequence[merkle.Node], report: LogReport) -> None:
    """Each hash that is kept with an entry must be the one that the leaves give."""
    kept = entry.subtree_hashes
    for at, node in enumerate(expected):
        if at >= len(kept) or kept[at] != node.hash:
            first = node.index << node.level
            report.add(
                f"The tree over entries {first} to {entry.index} does not match its leaves.", index=first
            )
    if len(kept) > len(expected):
        report.add(
            f"More tree hashes stand with entry {entry.index} than its leaf completes.", index=entry.index
        )


def _check_rows(entries: Sequence[LogEntry], report: LogReport) -> None:
    """The columns that lists show must say what the signed text says."""
    leaves = [entry.leaf for entry in entries if entry.sort in {Sort.SENT, Sort.RECEIVED}]
    texts = tokens.as_found(leaves)
    rows = {row.leaf: row for row in Record.objects.filter(leaf__in=leaves).select_related("stream")}
    moved = set(Superseded.objects.filter(leaf__in=leaves).values_list("leaf", flat=True))
    for entry in entries:
        if entry.sort not in {Sort.SENT, Sort.RECEIVED} or entry.leaf not in texts:
            continue
        row = rows.get(entry.leaf)
        if row is None and entry.leaf in moved:
            continue  # signed anew in a later epoch
        if row is None:
            report.add(f"The record of entry {entry.index} was removed.", index=entry.index, leaf=entry.leaf)
            continue
        try:
            _, wire = read_record(texts[entry.leaf])
        except IsthmusError:
            continue  # the altered text was named already
        said = (wire.id, wire.stream, wire.seq, wire.type, wire.version, wire.subject, wire.issued)
        shown = (row.uuid, row.stream.name, row.seq, row.type, row.version, row.subject, row.issued)
        if said != shown:
            report.add(
                f"Record {row.subject} shows other values than its signed text (entry {entry.index}).",
                index=entry.index,
                leaf=entry.leaf,
            )


def _check_answers(entries: Sequence[LogEntry], report: LogReport) -> None:
    """Every logged receipt, refusal and audit event must still have its row."""
    by_sort: dict[str, list[LogEntry]] = {}
    for entry in entries:
        by_sort.setdefault(entry.sort, []).append(entry)
    for sorts, model in (
        ((Sort.RECEIPT_GIVEN, Sort.RECEIPT_OBTAINED), Receipt),
        ((Sort.REFUSAL_GIVEN, Sort.REFUSAL_OBTAINED), Refusal),
    ):
        wanted = {entry.leaf: entry for sort in sorts for entry in by_sort.get(sort, [])}
        kept = set(model.objects.filter(leaf__in=wanted).values_list("leaf", flat=True))
        for leaf, entry in wanted.items():
            if leaf not in kept:
                report.add(
                    f"{entry.get_sort_display()}: the row of entry {entry.index} was removed.",
                    index=entry.index,
                    leaf=leaf,
                )
    audits = {entry.leaf: entry for entry in by_sort.get(Sort.AUDIT, [])}
    events = {
        bytes(event.leaf or b"").hex(): event
        for event in AuditEvent.objects.filter(leaf__in=[bytes.fromhex(leaf) for leaf in audits])
    }
    for leaf, entry in audits.items():
        event = events.get(leaf)
        if event is None or merkle.hash_leaf(event_text(event).encode("utf-8")).hex() != leaf:
            report.add(
                f"The audit event of entry {entry.index} was altered or removed.",
                index=entry.index,
                leaf=leaf,
            )


def _check_orphans(report: LogReport) -> None:
    """What the node shows must be in the log; a row without its entry means that entries were removed."""
    logged = LogEntry.objects.filter(leaf=OuterRef("leaf"))
    for name, rows in (
        ("Record", Record.objects.filter(seq__gt=0)),  # one below zero waits for its number
        ("Receipt", Receipt.objects.all()),
        ("Refusal", Refusal.objects.all()),
    ):
        for row in rows.filter(~Exists(logged)).order_by("id")[:PORTION]:
            report.add(f"{name} “{row}” is not in the log any more.", leaf=row.leaf)
    sealed = AuditEvent.objects.exclude(leaf=None)
    removed = sealed.count() - LogEntry.objects.filter(sort=Sort.AUDIT).count()
    if removed > 0:
        report.add(f"{removed} sealed audit events are not in the log any more.")


class _Heads:
    """This node's own checkpoints, met one after another while the log is walked."""

    def __init__(self, report: LogReport) -> None:
        self._report = report
        self._failed = False
        self._by_size: dict[int, list[Checkpoint]] = {}
        self._keys = [
            parse_certificate(key.certificate) for key in own_ring("", KeyPurpose.LOG).keys.values()
        ]
        for head in Checkpoint.objects.filter(node_id=queries.me()):
            self._by_size.setdefault(head.size, []).append(head)

    def meet(self, frontier: merkle.Frontier) -> None:
        """Compare what was signed at this size; only the first failure is named, all later ones follow."""
        for head in self._by_size.pop(frontier.size, ()):
            self._report.checkpoints += 1
            if not self._signed(head):
                self._report.add(f"The checkpoint of size {head.size} does not carry this node's signature.")
            elif head.root != frontier.root().hex() and not self._failed:
                self._failed = True
                self._report.add(
                    f"The first {head.size} entries are not those of the checkpoint signed on"
                    f" {head.issued:%d %b %Y %H:%M} UTC.",
                    index=head.size - 1,
                )

    def _signed(self, head: Checkpoint) -> bool:
        name = origin_of(queries.me())
        for certificate in self._keys:
            try:
                signed = verify_checkpoint(head.note, name=name, public_key=certificate.public_key())
            except IsthmusError:
                continue
            return (signed.size, signed.root.hex()) == (head.size, head.root)
        return False

    def finish(self, size: int) -> None:
        """Heads beyond the end prove that a tail is gone."""
        if self._by_size:
            longest = max(self._by_size)
            self._report.add(
                f"The log ends after {size} entries, but a checkpoint over {longest} was signed:"
                " its tail was removed."
            )


def check_log(progress: Report | None = None) -> LogReport:
    """Walk every entry of this node's log against texts, tree, rows and signed checkpoints.

    The log may grow meanwhile: what is walked is what its head covers, and whatever is compared with the head
    is read before it. ``progress`` is called with entries done and in all. Changes nothing.
    """
    report = LogReport()
    newest = LogEntry.objects.order_by("-index").values_list("index", flat=True).first()
    heads = _Heads(report)
    cosigned = CosignedHeads()
    head = LogHead.objects.filter(pk=1).first()
    total = head.size if head is not None else 0
    prover = Prover()
    frontier = merkle.Frontier()
    heads.meet(frontier)
    for index in range(total, newest + 1 if newest is not None else total):
        report.add(f"Entry {index} stands behind the head of the log.", index=index)
    for entries in _portions(total):
        for entry in entries:
            if entry.index != frontier.size:
                report.add(f"Entries {frontier.size} to {entry.index - 1} were removed.", index=frontier.size)
                return report
            frontier, (_, *completed) = frontier.append(bytes.fromhex(entry.leaf))
            _check_subtrees(entry, completed, report)
            heads.meet(frontier)
            cosigned.meet(frontier, report.add)
        _check_texts(entries, report, prover)
        _check_rows(entries, report)
        _check_answers(entries, report)
        if progress is not None:
            progress(frontier.size, total)
    if head is not None and bytes(head.frontier) and bytes(head.frontier) != frontier.to_bytes():
        report.add(f"The head of the log (size {total}) does not match its entries ({frontier.size}).")
    heads.finish(frontier.size)
    cosigned.finish(frontier.size, report.add)
    report.witnessed, report.witnesses = cosigned.size, cosigned.by
    _check_orphans(report)
    report.size, report.root = frontier.size, frontier.root().hex()
    return report
