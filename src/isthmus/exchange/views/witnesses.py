"""Who has cosigned this node's log, what is known of partners' logs, and evidence of split views."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, visible
from isthmus.exchange import queries, wording
from isthmus.exchange.alarm_book import advice_on
from isthmus.exchange.forms import HeadForm
from isthmus.exchange.models import Checkpoint, LogSplit
from isthmus.exchange.services.witness import decide as decide_split
from isthmus.exchange.services.witness.codes import OWN_FORKED, SPLIT_VIEW
from isthmus.exchange.views.acts import ask, download, find, posted
from isthmus.exchange.witnesses import Coverage, Line, coverage, lines
from isthmus.ui.components import Fact, Link, State
from isthmus.ui.table import Column, tabulate
from isthmus.wire.checkpoint import read_checkpoint

VIEW = "exchange.log.view"
EVIDENCE = "exchange.alarm.view"
ACCEPT = "exchange.history.accept"


def _crumbs() -> list[Link]:
    return [Link(_("Log"), reverse("exchange:log")), Link(_("Witnesses"), reverse("exchange:witnesses"))]


def _cosigned(line: Line) -> State:
    if not line.cosigned:
        return State("wait", _("Not yet"))
    return State("ok", _("%(size)d entries") % {"size": line.cosigned})


def _known(line: Line) -> State:
    if line.split:
        return State("bad", _("Two histories"))
    if not line.tip:
        return State("wait", _("Not yet"))
    return State("ok", _("%(size)d entries") % {"size": line.tip})


_COLUMNS: tuple[Column[Line], ...] = (
    Column(
        "partner",
        gettext_lazy("Partner"),
        lambda line: wording.partner_tile(line.partner),
        url=lambda line: reverse("exchange:partner", args=[line.partner.node_id]),
    ),
    Column("cosigned", gettext_lazy("Has cosigned our log over"), _cosigned, kind="state"),
    Column("cosigned_at", gettext_lazy("On"), "cosigned_at", kind="date"),
    Column("tip", gettext_lazy("Its log only grew up to"), _known, kind="state"),
    Column("unproved", gettext_lazy("Heads to be proved"), "unproved", kind="number"),
    Column("heard_at", gettext_lazy("Last call"), "heard_at", kind="date"),
    Column("error", gettext_lazy("What went wrong last"), "last_error"),
)


def _facts(found: Coverage) -> list[Fact]:
    known = wording.known_nodes()
    if not found.cosigned:
        return [
            Fact(_("Entries"), found.size),
            Fact(_("Newest head seen abroad"), State("wait", _("None yet"))),
        ]
    return [
        Fact(_("Entries"), found.size),
        Fact(_("Newest head seen abroad"), _("Over %(size)d entries") % {"size": found.cosigned}),
        Fact(_("Cosigned by"), ", ".join(wording.name_of(node_id, known) for node_id in found.by)),
        Fact(_("On"), found.at),
        Fact(_("Entries that only this node knows"), max(found.size - found.cosigned, 0)),
    ]


def split_state(row: LogSplit) -> State:
    """Whether people have decided what a split view means."""
    return State("off", _("Closed")) if row.closed_at else State("bad", _("Open"))


@require_GET
@authorised(VIEW)
def witnesses(request: ActorRequest) -> HttpResponse:
    """Which partner has cosigned how much of this node's log, and what is known of theirs."""
    known = wording.known_nodes()
    columns: tuple[Column[LogSplit], ...] = (
        Column(
            "node",
            _("Log of"),
            lambda row: wording.tile_of(row.node_id, known),
            url=lambda row: reverse("exchange:split_view", args=[row.pk]),
        ),
        Column("size", _("Entries"), "size", kind="number"),
        Column("found", _("Found on"), "found_at", kind="date"),
        Column("state", _("State"), split_state, kind="state"),
    )
    splits = list(visible(request.actor, EVIDENCE, LogSplit.objects.all())[:100])
    partners = lines()
    context = {
        "title": _("Witnesses"),
        "lead": _(
            "Partners cosign this node’s log and this node theirs, so that nobody can rewrite what was "
            "recorded without being found out abroad."
        ),
        "crumbs": _crumbs()[:1],
        "coverage_facts": _facts(coverage()),
        "partners": tabulate(_COLUMNS, partners, _("Partners as witnesses")) if partners else None,
        "splits": tabulate(columns, splits, _("Split views")) if splits else None,
        "open": any(row.closed_at is None for row in splits),
    }
    return render(request, "exchange/witnesses.html", context)


def _head(note: str, title: str) -> dict[str, Any]:
    head = read_checkpoint(note)
    facts = (
        Fact(_("Entries"), head.size),
        Fact(_("Root"), head.root.hex()),
        Fact(_("Signed"), head.issued),
    )
    return {"title": title, "facts": facts, "note": note}


@require_GET
@authorised(EVIDENCE)
def split_view(request: ActorRequest, pk: int) -> HttpResponse:
    """The two signed heads side by side, with what to do; the evidence as a file."""
    row = find(visible(request.actor, EVIDENCE, LogSplit.objects.all()), pk=pk)
    if request.GET.get("file") == "yes":
        return download(row.evidence, f"split-view-{row.node_id}-{row.size}.json")
    known = wording.known_nodes()
    ours = row.node_id == queries.me()
    facts = [
        Fact(_("Log of"), wording.tile_of(row.node_id, known)),
        Fact(_("State"), split_state(row)),
        Fact(_("Found on"), row.found_at),
        Fact(_("Found by"), wording.name_of(row.found_by, known) if row.found_by else _("This node")),
    ]
    if row.closed_at is not None:
        facts += [
            Fact(_("Closed on"), row.closed_at),
            Fact(_("By"), row.closed_by),
            Fact(_("Why"), row.closed_reason),
        ]
    evidence = row.content
    advice = advice_on(OWN_FORKED if ours else SPLIT_VIEW)
    context = {
        "title": _("Two histories of one log"),
        "lead": _("Both heads are over %(size)d entries and signed with the same key, with different roots.")
        % {"size": row.size},
        "crumbs": _crumbs(),
        "row": row,
        "split_facts": facts,
        "heads": [_head(evidence.note, _("One head")), _head(evidence.other_note, _("The other head"))],
        "advice": advice,
        # The first step about a partner's log leads to this very page.
        "steps": advice.steps if ours else advice.steps[1:],
        "may_decide": can(request.actor, ACCEPT) and row.closed_at is None and not ours,
    }
    return render(request, "exchange/split_view.html", context)


@require_http_methods(["GET", "POST"])
@authorised(ACCEPT)
def decide(request: ActorRequest, pk: int) -> HttpResponse:
    """Say which of the two heads belongs to the log as it goes on; the other stays as evidence."""
    row = find(visible(request.actor, EVIDENCE, LogSplit.objects.filter(closed_at=None)), pk=pk)
    rows = Checkpoint.objects.filter(node_id=row.node_id, size=row.size, history=0).order_by("issued")
    # In the order of the evidence that the person has just read.
    first = read_checkpoint(row.content.note).root.hex()
    heads = sorted(rows, key=lambda head: head.root != first)
    back = reverse("exchange:split_view", args=[pk])
    return ask(
        request,
        HeadForm(posted(request), heads=heads),
        lambda given: decide_split(row, given["root"], given["reason"], actor=request.actor.label),
        title=_("Decide which history goes on"),
        lead=_(
            "Do this once the partner has told you over a line you trust what happened. The other head is "
            "closed and stays as evidence."
        ),
        submit=_("Let this history go on"),
        done=_("Decided. What was kept must still be proved at the next call."),
        back=back,
        crumbs=[*_crumbs(), Link(_("Two histories of one log"), back)],
    )
