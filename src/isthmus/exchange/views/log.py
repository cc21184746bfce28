"""The log: its newest entries, the proof of one, the checkpoints, and walking the whole of it."""

import json
from collections.abc import Mapping
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import Actor, can, visible
from isthmus.exchange import ledger, queries, tokens, wording
from isthmus.exchange.forms import LogFilter
from isthmus.exchange.models import Checkpoint, Cosignature, LogEntry, Record, Sort, Standing
from isthmus.exchange.views.acts import carry_out, download, find
from isthmus.exchange.witnesses import with_cosignatures
from isthmus.jobs import queries as job_queries
from isthmus.jobs import services as jobs
from isthmus.jobs.models import FINISHED
from isthmus.jobs.models import State as JobState
from isthmus.ui.components import Empty, Fact, Link, Progress, State, StateKind, Tile
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column
from isthmus.wire import merkle

VIEW = "exchange.log.view"
VERIFY = "exchange.log-verify"
_RECORDS = frozenset({Sort.SENT, Sort.RECEIVED})


def crumb() -> Link:
    """The step of the breadcrumbs that leads to the list."""
    return Link(_("Log"), reverse("exchange:log"))


_COLUMNS: tuple[Column[LogEntry], ...] = (
    Column(
        "index",
        gettext_lazy("Entry"),
        "index",
        kind="number",
        sort="index",
        url=lambda row: reverse("exchange:log_entry", args=[row.leaf]),
    ),
    Column("sort", gettext_lazy("Kind"), lambda row: Sort(row.sort).label, sort=("sort", "index")),
    Column("leaf", gettext_lazy("Leaf"), lambda row: f"{row.leaf[:16]}…"),
    Column("logged", gettext_lazy("Logged"), "logged_at", kind="date"),
)


@require_GET
@authorised(VIEW)
def log(request: ActorRequest) -> HttpResponseBase:
    """The newest entries, the size, the newest checkpoint."""
    page = ListPage(
        request,
        visible(request.actor, VIEW, LogEntry.objects.all()),
        _COLUMNS,
        name="log",
        filters=LogFilter,
        default_sort="-index",
        empty=Empty(
            _("The log is empty"),
            _(
                "Every record, receipt, refusal and event of this node gets an entry that nobody can "
                "change unnoticed."
            ),
        ),
    )
    lead = _("Everything sent, received and done here, in an order that cannot be rewritten unnoticed.")
    return page.respond(_("Log"), "exchange/log.html", {"lead": lead})


def _content(actor: Actor, entry: LogEntry) -> tuple[Link | None, str | None]:
    """Where the entry is shown, and its text as far as this person may read it."""
    text = tokens.text_of(entry.leaf)
    if entry.sort in _RECORDS:
        row = visible(actor, "exchange.record.view", Record.objects.filter(leaf=entry.leaf)).first()
        if row is None:
            return None, None
        return Link(row.subject, reverse("exchange:record", args=[row.leaf])), text
    if entry.sort == Sort.AUDIT:
        if not can(actor, "accounts.audit.view") or text is None:
            return None, None
        return Link(_("Events"), reverse("accounts:events")), json.dumps(json.loads(text), indent=2)
    return None, text


@require_GET
@authorised(VIEW)
def entry(request: ActorRequest, leaf: str) -> HttpResponse:
    """One entry: its place and the path of hashes that proves it, in words."""
    row = find(visible(request.actor, VIEW, LogEntry.objects.all()), leaf=leaf)
    proof = ledger.prove_inclusion(leaf)
    holds = merkle.verify_inclusion(proof.leaf, proof.index, proof.size, list(proof.path), proof.root)
    head = Checkpoint.objects.filter(node_id=queries.me(), size__gt=proof.index).order_by("size").first()
    shown, text = _content(request.actor, row)
    facts = [
        Fact(_("Kind"), Sort(row.sort).label),
        Fact(_("Logged"), row.logged_at),
        Fact(_("Stands for"), shown or _("Not shown here")),
        Fact(
            _("Proof"),
            State("ok", _("The hashes lead to the log’s root"))
            if holds
            else State("bad", _("The hashes do not lead to the log’s root")),
        ),
        Fact(
            _("First checkpoint over it"),
            _("None was signed yet; the next receipt brings one.")
            if head is None
            else _("Over %(size)d entries") % {"size": head.size},
            url=reverse("exchange:checkpoint", args=[head.pk]) if head else "",
        ),
    ]
    context = {
        "title": _("Entry %(index)d") % {"index": row.index},
        "crumbs": [crumb()],
        "entry_facts": facts,
        "proof": proof,
        "leaf": leaf,
        "path": [part.hex() for part in proof.path],
        "root": proof.root.hex(),
        "text": text,
    }
    return render(request, "exchange/log_entry.html", context)


_STANDINGS: dict[str, StateKind] = {
    Standing.NEW: "wait",
    Standing.HELD: "ok",
    Standing.CLOSED: "off",
    Standing.SPLIT: "bad",
}


def standing_of(row: Checkpoint) -> State:
    """What is known of a head; this node's own need no proof here."""
    if row.node_id == queries.me():
        return State("ok", _("Our own"))
    return State(_STANDINGS[row.standing], Standing(row.standing).label)


@require_GET
@authorised(VIEW)
def checkpoints(request: ActorRequest) -> HttpResponseBase:
    """Signed heads: this node's own, and those that partners gave with their receipts."""
    known = wording.known_nodes()
    columns: tuple[Column[Checkpoint], ...] = (
        Column("node", _("Log of"), lambda row: wording.tile_of(row.node_id, known), sort="node_id"),
        Column("size", _("Entries"), "size", kind="number", sort="size"),
        Column(
            "root",
            _("Root"),
            lambda row: f"{row.root[:16]}…",
            kind="link",
            url=lambda row: reverse("exchange:checkpoint", args=[row.pk]),
        ),
        Column("issued", _("Signed"), "issued", kind="date", sort="issued"),
        Column("standing", _("Known"), standing_of, kind="state"),
    )
    page = ListPage(
        request,
        visible(request.actor, VIEW, Checkpoint.objects.all()),
        columns,
        name="checkpoints",
        default_sort="-issued",
        empty=Empty(
            _("No checkpoint yet"),
            _(
                "A checkpoint is signed with every receipt; partners keep each other’s, so that no log "
                "can be rewritten."
            ),
        ),
    )
    return page.respond(
        _("Checkpoints"),
        context={
            "crumbs": [crumb()],
            "lead": _("Signed heads of this node’s log and of its partners’ logs."),
        },
    )


def _cosigners(row: Checkpoint, known: Mapping[str, Tile]) -> list[str]:
    rows = Cosignature.objects.filter(size=row.size, root=row.root).order_by("partner__node_id")
    names = rows.values_list("partner__node_id", flat=True)
    return [wording.name_of(node_id, known) for node_id in names]


@require_GET
@authorised(VIEW)
def checkpoint(request: ActorRequest, pk: int) -> HttpResponse:
    """One signed head as a note that anybody can check."""
    row = find(visible(request.actor, VIEW, Checkpoint.objects.all()), pk=pk)
    note = with_cosignatures(row)
    if request.GET.get("file") == "yes":
        return download(note.rstrip("\n"), f"checkpoint-{row.node_id}-{row.size}.txt")
    known = wording.known_nodes()
    context = {
        "title": _("Checkpoint over %(size)d entries") % {"size": row.size},
        "crumbs": [crumb(), Link(_("Checkpoints"), reverse("exchange:checkpoints"))],
        "row": row,
        "note": note,
        "row_facts": [
            Fact(_("Log of"), wording.tile_of(row.node_id, known)),
            Fact(_("Entries"), row.size),
            Fact(_("Signed"), row.issued),
            Fact(_("Root"), row.root),
            Fact(_("Known"), standing_of(row)),
            *(
                [Fact(_("Cosigned by"), ", ".join(_cosigners(row, known)) or _("Nobody yet"))]
                if row.node_id == queries.me()
                else []
            ),
        ],
    }
    return render(request, "exchange/checkpoint.html", context)


@require_POST
@authorised(VIEW)
def verify(request: ActorRequest) -> HttpResponse:
    """Ask the worker to walk the whole log; one walk at a time, whoever asks."""
    job = jobs.enqueue(VERIFY, unique_key=VERIFY, actor=request.actor.label)
    return redirect("exchange:log_verification", job.pk)


_STATES: dict[str, StateKind] = {
    JobState.WAITING: "wait",
    JobState.RUNNING: "wait",
    JobState.DONE: "ok",
    JobState.FAILED: "bad",
    JobState.CANCELLED: "off",
}


def _state(job_id: UUID) -> job_queries.JobState:
    found = job_queries.state_of(job_id)
    if found.kind != VERIFY:
        raise Http404
    return found


def _progress(found: job_queries.JobState) -> Progress:
    finished = found.state in FINISHED
    result = found.result if isinstance(found.result, Mapping) else {}
    altered = finished and found.state == JobState.DONE and not result.get("ok")
    total = found.total if found.total is not None else result.get("size")
    state = (
        State("bad", _("Something was altered"))
        if altered
        else State(_STATES[found.state], found.state.label)
    )
    if found.state == JobState.WAITING:
        note = _("It begins at the worker’s next turn.")
    elif finished and not altered and found.state == JobState.DONE:
        note = _("Every entry, every row and every checkpoint is as it was written.")
    else:
        note = found.error
    return Progress(
        _("Verifying the log"),
        url=reverse("exchange:log_verification", args=[found.id]),
        done=total if finished and found.state == JobState.DONE and isinstance(total, int) else found.done,
        total=total if isinstance(total, int) else None,
        state=state,
        finished=finished,
        note=note,
        stop_url=reverse("exchange:stop_log_verification", args=[found.id]) if found.can_stop else "",
    )


@require_GET
@authorised(VIEW)
def verification(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """How far the walk is and what it found; the fragment alone where the page asks for it."""
    found = _state(job_id)
    work = _progress(found)
    result = found.result if isinstance(found.result, Mapping) else None
    context = {
        "title": _("Verify the log"),
        "lead": _(
            "Texts, tree, rows and signed checkpoints are compared entry by entry. Nothing is changed."
        ),
        "crumbs": [crumb()],
        "work": work,
        "result": result,
    }
    if request.headers.get("HX-Request") == "true" and not work.finished:
        return render(request, "exchange/log_progress.html", context)
    response = render(request, "exchange/log_verification.html", context)
    if request.headers.get("HX-Request") == "true":
        # The findings stand outside the fragment: the finished page is shown whole.
        response["HX-Refresh"] = "true"
    return response


@require_POST
@authorised(VIEW)
def stop(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """Stop a walk."""
    found = _state(job_id)
    return carry_out(
        request,
        lambda: jobs.cancel(found.id),
        _("It stops at its next step."),
        reverse("exchange:log_verification", args=[job_id]),
    )
