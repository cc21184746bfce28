"""Fetching documents from sources: each is kept and read; what it became can go to a partner at once."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.models import Declaration, DocumentVerdict, Origin, Source, SourceKind
from isthmus.apps.etrade.services import declarations
from isthmus.apps.etrade.services.intake import Intake, refuse_unread
from isthmus.apps.etrade.services.portions import Handed, take_documents
from isthmus.apps.etrade.sources.feeds.contract import Feed, Found, Outcome
from isthmus.apps.etrade.sources.feeds.folder import FolderFeed
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, IsthmusError

RUN = "etrade.run-sources"
SEND_PORTION = 200
PORTION = 100
"""Documents that are kept in one transaction: others wait for the database a second at most."""
PORTION_BYTES = 8 * 1024 * 1024
Step = Callable[["Tally"], None]


@dataclass(slots=True)
class Tally:
    """What became of the documents of one run."""

    seen: int = 0
    new: int = 0
    mapped: int = 0
    refused: int = 0
    unsupported: int = 0
    sent: int = 0
    unsent: list[Declaration] = field(default_factory=list)


def root() -> Path:
    """The folder below which all watched folders of sources lie: pages may name no other."""
    return settings.ISTHMUS.home / "sources"


def secret_of(source: Source) -> str:
    """The password or token of a source, from its file in the node's home folder; empty without one."""
    path = root() / "secrets" / source.name
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def feed_of(source: Source) -> Feed:
    """The feed that a source describes; BadInput where it cannot be one."""
    if source.kind == SourceKind.FOLDER:
        folder = (root() / source.address).resolve()
        if not folder.is_relative_to(root().resolve()) or folder == root().resolve():
            raise BadInput(
                "etrade.source.folder", _("The folder must lie below %(root)s.") % {"root": root()}
            )
        return FolderFeed(folder)
    if source.kind == SourceKind.SQL:
        from isthmus.apps.etrade.sources.feeds.view import ViewFeed

        return ViewFeed(source.address, source.view, source.watermark, secret=secret_of(source))
    from isthmus.apps.etrade.sources.feeds.web import WebFeed

    return WebFeed(source.address, secret=secret_of(source))


def take_all(
    feed: Feed,
    organisation: Organisation,
    *,
    actor: str,
    cursor: str = "",
    mapping: str = "",
    partner: str = "",
    step: Step | None = None,
    reached: Callable[[str], None] | None = None,
    portion: int = PORTION,
) -> Tally:
    """Take every document that a feed has now; one that is refused stops none of the others.

    Documents are kept ``portion`` at once, in one transaction; with a ``partner``, the declarations go to it
    in portions too. ``step`` and ``reached``, which hears the cursor, are called after each portion is kept,
    so that a run that was killed goes on where it was: what is told again is known by its hash.
    """
    tally = Tally()
    for some in _portions(feed.discover(cursor), portion):
        outcomes = _take(some, organisation, actor, mapping, tally, to_send=bool(partner))
        if len(tally.unsent) >= SEND_PORTION:
            _send(tally, partner, actor)
        for (found, _content), outcome in zip(some, outcomes, strict=True):
            feed.settle(found, outcome)
        if reached is not None and some[-1][0].cursor:
            reached(some[-1][0].cursor)
        if step is not None:
            step(tally)
    if partner:
        _send(tally, partner, actor)
    return tally


def _portions(
    found: Iterator[Found], most: int
) -> Iterator[list[tuple[Found, bytes | IsthmusError | OSError]]]:
    """Documents with their bytes, or why there are none, so many at once as fit into little memory."""
    some: list[tuple[Found, bytes | IsthmusError | OSError]] = []
    weight = 0
    try:
        for one in found:
            content = _read(one)
            some.append((one, content))
            weight += len(content) if isinstance(content, bytes) else 0
            if len(some) >= most or weight >= PORTION_BYTES:
                yield some
                some, weight = [], 0
    except (IsthmusError, OSError):
        # What was found before the source failed is taken all the same.
        if some:
            yield some
        raise
    if some:
        yield some


def _read(found: Found) -> bytes | IsthmusError | OSError:
    try:
        return found.read()
    except (IsthmusError, OSError) as error:
        return error


def _take(
    some: Sequence[tuple[Found, bytes | IsthmusError | OSError]],
    organisation: Organisation,
    actor: str,
    mapping: str,
    tally: Tally,
    *,
    to_send: bool,
) -> list[Outcome]:
    handed = [Handed(one.name, said, one.adapter) for one, said in some if isinstance(said, bytes)]
    intakes = iter(take_documents(handed, organisation=organisation, actor=actor, mapping=mapping))
    outcomes = []
    for found, said in some:
        tally.seen += 1
        if isinstance(said, bytes):
            intake = next(intakes)
            outcomes.append(_counted(intake, tally))
            if to_send:
                tally.unsent += [one for one in intake.declarations if one.origin == Origin.OWN]
        elif isinstance(said, FileNotFoundError):
            outcomes.append(Outcome(refused=False))
        else:
            reason = str(said)
            digest = hashlib.sha256(f"{found.name}\n{reason}".encode()).hexdigest()
            refuse_unread(found.name, digest, 0, reason, organisation=organisation, actor=actor)
            tally.refused += 1
            outcomes.append(Outcome(refused=True, reason=reason, sha256=digest))
    return outcomes


def _counted(intake: Intake, tally: Tally) -> Outcome:
    document = intake.document
    is_refused = document.verdict in {DocumentVerdict.MALFORMED, DocumentVerdict.PARTLY}
    if intake.is_new:
        tally.new += 1
        tally.mapped += document.verdict in {DocumentVerdict.MAPPED, DocumentVerdict.PARTLY}
        tally.unsupported += document.verdict == DocumentVerdict.UNSUPPORTED
        tally.refused += is_refused
    return Outcome(refused=is_refused, reason=document.reason, sha256=document.sha256)


def _send(tally: Tally, partner: str, actor: str) -> None:
    tally.sent += len(declarations.send(tally.unsent, partner, actor=actor))
    tally.unsent = []


def run_source(source: Source, *, actor: str, step: Step | None = None) -> Tally:
    """Fetch what a source has since its cursor, and note how it went; the error is noted and raised."""

    def reached(cursor: str) -> None:
        Source.objects.filter(pk=source.pk).update(cursor=cursor)

    now = clock.now()
    Source.objects.filter(pk=source.pk).update(last_run=now)
    try:
        tally = take_all(
            feed_of(source),
            source.organisation,
            actor=actor,
            cursor=source.cursor,
            mapping=source.mapping,
            partner=source.partner,
            step=step,
            reached=reached,
        )
    except IsthmusError as error:
        Source.objects.filter(pk=source.pk).update(last_error=str(error))
        raise
    with transaction.atomic():
        row = Source.objects.select_for_update().get(pk=source.pk)
        row.last_error, row.last_good_run = "", clock.now()
        row.taken += tally.new
        row.refused += tally.refused
        row.save(update_fields=["last_error", "last_good_run", "taken", "refused"])
    return tally


def due(sources: Iterable[Source]) -> list[Source]:
    """Those whose time has come."""
    now = clock.now()
    return [
        source
        for source in sources
        if source.last_run is None or source.last_run + timedelta(minutes=source.every_minutes) <= now
    ]


def run_sources(progress: Progress, source: int | None = None) -> dict[str, int]:
    """Job: run the source named, or every enabled one that is due; one that fails stops no other."""
    rows = Source.objects.select_related("organisation")
    chosen = list(rows.filter(pk=source)) if source is not None else due(rows.filter(enabled=True))
    done = failed = documents = 0
    for row in chosen:

        def step(tally: Tally, row: Source = row, before: int = documents) -> None:
            progress.step(before + tally.seen, None, row.name)

        try:
            documents += run_source(row, actor=f"source {row.name}", step=step).seen
            done += 1
        except IsthmusError:
            failed += 1
        progress.step(documents)
    return {"done": done, "failed": failed, "documents": documents}


@transaction.atomic
def add_source(source: Source, *, actor: str) -> Source:
    """Keep a source; BadInput where no feed can be made of it."""
    feed_of(source)
    source.save()
    audit.note("etrade.source-added", actor=actor, subject=source.name, detail={"kind": source.kind})
    return source


@transaction.atomic
def set_enabled(source: Source, *, enabled: bool, actor: str) -> None:
    """Let the worker run a source, or stop it."""
    Source.objects.filter(pk=source.pk).update(enabled=enabled)
    audit.note(
        "etrade.source-changed", actor=actor, subject=source.name, detail={"enabled": str(enabled).lower()}
    )
