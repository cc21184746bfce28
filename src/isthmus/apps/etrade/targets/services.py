"""Pushing to national systems what partners sent; what was pushed, and what could not be, is remembered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.etrade.formats.mapping.definition import ColumnTable
from isthmus.apps.etrade.formats.rendering import Rendered, as_json, as_mapped_table, as_table, as_wco
from isthmus.apps.etrade.records import ExportDeclarationV1, ImportDeclarationV1
from isthmus.apps.etrade.registered_records import RECORD_TYPES
from isthmus.apps.etrade.services.intake import mappings_of
from isthmus.apps.etrade.targets import rules
from isthmus.apps.etrade.targets.models import Push, PushState, Target, TargetForm, TargetKind
from isthmus.apps.etrade.targets.sinks import Busy, FolderSink, Sink, WebSink, folder_below
from isthmus.exchange import registry, tokens
from isthmus.exchange.models import Direction, Effect, Record, Verdict
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, IsthmusError, Refused
from isthmus.wire.record import read_record

PORTION = 200
"""Records that one run hands to one target; the next run goes on."""
RUN = "etrade.push"
DECLARATIONS = {"etrade.export-declaration/1", "etrade.import-declaration/1"}
_AMONG_NODES = {"etrade.match-tokens", "etrade.match-hits"}
HANDED_ON = tuple(kind for kind in RECORD_TYPES if kind.name not in _AMONG_NODES)
"""What national systems can be handed: keyed hashes mean something to nodes alone."""
_SETTLED_AFTER = timedelta(minutes=10)
Step = Callable[[int], None]


@dataclass(slots=True)
class Run:
    """What one run came to."""

    pushed: int = 0
    refused: int = 0
    error: str = ""


def root() -> Path:
    """The folder below which the folders of targets lie: pages may name no other."""
    return settings.ISTHMUS.home / "targets"


def secret_of(target: Target) -> str:
    """The token of a target, from its file in the node's home folder; empty without one."""
    path = root() / "secrets" / target.name
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def sink_of(target: Target) -> Sink:
    """The sink that a target describes; BadInput where it cannot be one."""
    if target.kind == TargetKind.FOLDER:
        return FolderSink(folder_below(root(), target.address))
    return WebSink(target.address, secret=secret_of(target))


def _table(target: Target) -> ColumnTable | None:
    if not target.mapping:
        return None
    for found in mappings_of(target.organisation, target.mapping):
        if isinstance(found.definition, ColumnTable):
            return found.definition
    raise BadInput(
        "etrade.target.mapping",
        _("%(organisation)s has no mapping of columns called %(name)s.")
        % {"organisation": target.organisation.name, "name": target.mapping},
        next_step=_("Make one on the page of a table, or leave the mapping empty."),
    )


@transaction.atomic
def add_target(target: Target, *, actor: str, from_the_beginning: bool = False) -> Target:
    """Keep a target; records that came before are pushed only ``from_the_beginning``.

    BadInput where no sink can be made of it, or its form cannot hold its types.
    """
    known = {kind.key for kind in HANDED_ON}
    types = set(target.record_types)
    if not types or types - known:
        raise BadInput("etrade.target.types", _("Choose at least one of the types that this node knows."))
    if target.form == TargetForm.WCO and types - DECLARATIONS:
        raise BadInput(
            "etrade.target.form",
            _("Only declarations are written as WCO XML."),
            next_step=_("Add another target, with JSON or tables, for the other types."),
        )
    table = _table(target)
    if table is not None and (target.form != TargetForm.CSV or types != {table.record}):
        raise BadInput(
            "etrade.target.mapping",
            _("This mapping writes tables of %(type)s, and nothing else.") % {"type": table.record},
            next_step=_("Choose that type and the form of a table, or leave the mapping empty."),
        )
    sink_of(target)
    if not from_the_beginning:
        target.after = Record.objects.aggregate(last=Max("pk"))["last"] or 0
    target.save()
    audit.note("etrade.target-added", actor=actor, subject=target.name, detail={"kind": target.kind})
    return target


@transaction.atomic
def set_enabled(target: Target, *, enabled: bool, actor: str) -> None:
    """Let the worker push to a target, or stop it."""
    Target.objects.filter(pk=target.pk).update(enabled=enabled, tries=0, next_try=None)
    audit.note(
        "etrade.target-changed", actor=actor, subject=target.name, detail={"enabled": str(enabled).lower()}
    )


@transaction.atomic
def try_again(target: Target, *, actor: str) -> int:
    """Let what needed a person be tried again, and the target at once; returns how many records."""
    count = target.pushes.filter(state=PushState.REFUSED).update(state=PushState.AGAIN, tries=0)
    Target.objects.filter(pk=target.pk).update(tries=0, next_try=None)
    audit.note("etrade.push-retried", actor=actor, subject=target.name, detail={"count": count})
    return count


def waiting(target: Target) -> QuerySet[Record]:
    """Records of partners that the target has not been offered yet, oldest first."""
    done = Push.objects.filter(target=target, leaf=OuterRef("leaf"))
    return _meant(target).filter(~Exists(done), effect=Effect.APPLIED).order_by("pk")


def _meant(target: Target) -> QuerySet[Record]:
    """Records of its types and partner, of its organisation or of none, that are not known to be done."""
    types = Q()
    for key in target.record_types:
        name, _slash, version = key.partition("/")
        types |= Q(type=name, version=int(version))
    rows = Record.objects.filter(
        types,
        Q(organisation=target.organisation_id) | Q(organisation=None),
        stream__direction=Direction.IN,
        pk__gt=target.after,
    )
    return rows.filter(stream__partner__node_id=target.partner) if target.partner else rows


def run_target(target: Target, *, step: Step | None = None) -> Run:
    """Offer a portion of records to a target, in the order in which they came, and note what became of each.

    A target that takes nothing now ends the run and is left alone for a while; a record that it refuses
    waits for a person and stops none of the others.
    """
    run = Run()
    Target.objects.filter(pk=target.pk).update(last_run=clock.now())
    try:
        sink, table = sink_of(target), _table(target)
        for done, record in enumerate(_todo(target), start=1):
            _offer(target, record, sink, table, run)
            if step is not None:
                step(done)
    except IsthmusError as error:
        run.error = str(error)
        tries = target.tries + 1
        Target.objects.filter(pk=target.pk).update(
            tries=tries, next_try=clock.now() + rules.wait_after(tries), last_error=run.error
        )
        return run
    moved = {"after": mark} if (mark := _dealt_with(target)) else {}
    Target.objects.filter(pk=target.pk).update(
        tries=0, next_try=None, last_error="", last_good_run=clock.now(), **moved
    )
    return run


def _todo(target: Target) -> Sequence[Record]:
    """New records first: one over which the target fails must not keep those behind it."""
    new = list(waiting(target).select_related("stream__partner")[:PORTION])
    again = target.pushes.filter(state=PushState.AGAIN).order_by("at").values_list("leaf", flat=True)
    leaves = list(islice(again, PORTION - len(new)))
    return [*new, *Record.objects.filter(leaf__in=leaves).select_related("stream__partner").order_by("pk")]


def _dealt_with(target: Target) -> int | None:
    """The key up to which every record is dealt with for good, if that has moved on.

    Young records are left out: one with a smaller key may still be on its way into the database.
    """
    rows = _meant(target).exclude(verdict=Verdict.REFUSED)
    done = Push.objects.filter(target=target, leaf=OuterRef("leaf"))
    open_ones = rows.filter(~Exists(done)).exclude(effect=Effect.DISMISSED)
    first_open = open_ones.order_by("pk").values_list("pk", flat=True).first()
    old = rows.filter(stored_at__lte=clock.now() - _SETTLED_AFTER)
    if first_open is not None:
        old = old.filter(pk__lt=first_open)
    last: int | None = old.aggregate(last=Max("pk"))["last"]
    return last


def _offer(target: Target, record: Record, sink: Sink, table: ColumnTable | None, run: Run) -> None:
    """Hand one record over and note it. Busy, and nothing noted, where the target takes nothing now."""
    state, reason = PushState.PUSHED, ""
    try:
        rendered = render(record, target.form, table)
        name = rules.file_name(
            record.type, record.stream.partner.node_id, record.subject, record.leaf, rendered.extension
        )
        sink.put(name, record.leaf, rendered)
    except Busy:
        raise
    except (BadInput, Refused) as error:
        state, reason = PushState.REFUSED, _said(error)
    except IsthmusError as error:
        state, reason = PushState.AGAIN, _said(error)
    _note(target, record, state, reason)
    run.pushed += state == PushState.PUSHED
    run.refused += state != PushState.PUSHED


def _said(error: IsthmusError) -> str:
    faults = "; ".join(f"{fault.where}: {fault.message}" for fault in error.faults)
    return " ".join(part for part in (error.message, faults, error.next_step) if part)


@transaction.atomic
def _note(target: Target, record: Record, state: PushState, reason: str) -> None:
    row, made = Push.objects.select_for_update().get_or_create(
        target=target,
        leaf=record.leaf,
        defaults={
            "record_type": record.key,
            "partner": record.stream.partner.node_id,
            "subject": record.subject,
            "state": state,
            "reason": reason,
            "at": clock.now(),
        },
    )
    if not made:
        row.tries += 1
        row.state, row.reason, row.at = state, reason, clock.now()
    if row.state == PushState.AGAIN and row.tries >= rules.MOST_TRIES:
        row.state = PushState.REFUSED
    row.save()


def render(record: Record, form: str, table: ColumnTable | None = None) -> Rendered:
    """A record as a document in one of the forms of ``TargetForm``.

    Refused where its text was erased, BadInput where the form or the mapping cannot hold it.
    """
    text = tokens.text_of(record.leaf)
    if text is None:
        raise Refused(
            "etrade.render.erased",
            _("The record was erased here before it was handed over."),
            next_step=_("Ask the partner, if it is needed after all."),
        )
    body = read_record(text)[1].body
    typed = registry.typed_body(record.key, body)
    if form == TargetForm.WCO:
        return as_wco(typed)
    if table is not None and isinstance(typed, ExportDeclarationV1 | ImportDeclarationV1):
        return as_mapped_table(typed, table)
    envelope = {
        "record": record.leaf,
        "type": record.key,
        "from": record.stream.partner.node_id,
        "issued": clock.to_text(record.issued),
    }
    whole = typed.model_dump(mode="json")
    return as_json(envelope, whole) if form == TargetForm.JSON else as_table(whole, envelope)


def due_targets() -> QuerySet[Target]:
    """Those that may be pushed to now."""
    rows = Target.objects.select_related("organisation").filter(enabled=True)
    return rows.filter(Q(next_try=None) | Q(next_try__lte=clock.now()))


def push_all(progress: Progress, target: int | None = None) -> dict[str, int]:
    """Job: push to the target named, or to every one that is due; one that fails stops no other."""
    rows = list(
        due_targets() if target is None else Target.objects.select_related("organisation").filter(pk=target)
    )
    pushed = refused = failed = 0
    for row in rows:

        def step(done: int, row: Target = row, before: int = pushed + refused) -> None:
            progress.step(before + done, None, row.name)

        run = run_target(row, step=step)
        pushed, refused, failed = pushed + run.pushed, refused + run.refused, failed + bool(run.error)
    return {"pushed": pushed, "refused": refused, "failed": failed}
