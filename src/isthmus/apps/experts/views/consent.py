"""Consent by node and purpose, erasure, and its receipts."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can
from isthmus.apps.experts import body_queries as bodies
from isthmus.apps.experts import queries, wording
from isthmus.apps.experts.forms import ConsentForm, add_faults, one_line
from isthmus.apps.experts.models import Expert, Purpose
from isthmus.apps.experts.queries import KEEP, VIEW, ErasureSeen
from isthmus.apps.experts.services import consenting
from isthmus.apps.experts.views.rows import crumbs, kept, missing
from isthmus.exchange import queries as exchange
from isthmus.kit.errors import BadInput, Conflict, NotFound
from isthmus.ui.components import Link, State
from isthmus.ui.formats import day_text
from isthmus.ui.table import Column, Table, tabulate


@dataclass(frozen=True, slots=True)
class NodeSeen:
    """A node, and for what the person consents to be known there."""

    node: str
    name: str
    purposes: tuple[str, ...]
    url: str


def _confirmed(row: ErasureSeen) -> State:
    return State("wait", _("On its way")) if row.confirmed is None else State("ok", _("Confirmed by receipt"))


_RECEIPTS: tuple[Column[ErasureSeen], ...] = (
    Column("node", gettext_lazy("Node"), "node"),
    Column("records", gettext_lazy("Records"), "records", "number"),
    Column("asked", gettext_lazy("Asked"), "asked", "date"),
    Column("state", gettext_lazy("State"), _confirmed, "state"),
    Column("confirmed", gettext_lazy("Confirmed"), "confirmed", "date"),
    Column(
        "tombstone",
        gettext_lazy("Tombstone"),
        lambda row: row.tombstone[:12],
        "link",
        url=lambda row: reverse("exchange:record", args=[row.tombstone]),
    ),
)


def _nodes(row: Expert) -> list[NodeSeen]:
    """This node, those to which profiles may go, and those at which the person consents still."""
    consents = queries.consents_of(row)
    names = {exchange.me(): _("This node")}
    names |= {one.node_id: one.name for one in exchange.receivers_of(bodies.PROFILE)}
    for node in consents:
        names.setdefault(node, node)
    return [
        NodeSeen(
            node,
            name,
            tuple(str(one.label) for one in Purpose if one in consents.get(node, ())),
            reverse("experts:consent-node", args=[row.key, node]),
        )
        for node, name in names.items()
    ]


def _erasures(row: Expert) -> Table | None:
    found = queries.erasures_of(row.crossings.all())
    return tabulate(_RECEIPTS, found) if found else None


@require_GET
@authorised(VIEW)
def overview(request: ActorRequest, key: str) -> HttpResponse:
    """Who may know the person for what, and what was erased where."""
    row = kept(request, key)
    context = {
        "title": _("Who may see this profile"),
        "lead": _("Each node gets what you consent to, and nothing else. You may withdraw at any time."),
        "crumbs": crumbs(row),
        "expert": row,
        "nodes": _nodes(row),
        "erasures": _erasures(row),
    }
    return render(request, "experts/consent.html", context)


@require_http_methods(["GET", "POST"])
@authorised(VIEW)
def change(request: ActorRequest, key: str, node: str) -> HttpResponse:
    """For what the person consents to be known at one node."""
    row = kept(request, key)
    known = {one.node: one for one in _nodes(row)}
    if node not in known:
        raise NotFound("experts.no-node", _("No agreement in force lets profiles of experts go there."))
    back = reverse("experts:consent", args=[row.key])
    form = ConsentForm(request.POST or None, initial={"purposes": sorted(queries.purposes_at(row, node))})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        evidence, actor = one_line(told["evidence"]), request.actor.label
        try:
            consenting.set_consent(row, node, told["purposes"], evidence=evidence, actor=actor)
            return redirect(back)
        except BadInput as error:
            add_faults(form, error, "purposes")
    context = {
        "title": _("Consent for %(node)s") % {"node": known[node].name},
        "lead": _("What you take back is erased there; a node that is offline erases it when it is back."),
        "crumbs": (*crumbs(row), Link(_("Who may see this profile"), back)),
        "form": form,
        "submit": _("Keep this"),
        "cancel_url": back,
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(VIEW)
def erase(request: ActorRequest, key: str) -> HttpResponse:
    """Erase a person of this node everywhere."""
    row = kept(request, key)
    told: Conflict | None = None
    if request.method == "POST":
        try:
            consenting.erase_expert(row, actor=request.actor.label)
            return redirect("experts:receipts", row.key)
        except Conflict as error:
            told = error
    held = row.crossings.filter(erased_at=None).values_list("node", flat=True)
    context = {
        "title": _("Erase this profile everywhere"),
        "lead": _("This cannot be taken back."),
        "crumbs": crumbs(row),
        "expert": row,
        "nodes": sorted(set(held)),
        "told": told,
        "name": wording.name_of(row),
    }
    return render(request, "experts/erase.html", context)


@require_GET
@authorised(VIEW)
def receipts(request: ActorRequest, key: str) -> HttpResponse:
    """What became of the erasure of a person: which node confirmed it when."""
    row = Expert.objects.filter(key=key, node=exchange.me()).exclude(erased_at=None).first()
    if row is None or row.erased_at is None:
        raise missing()
    own = request.actor.officer_id is not None and row.person_id == request.actor.officer_id
    if not (own or can(request.actor, KEEP, row) or can(request.actor, "exchange.record.erase")):
        raise missing()
    context = {
        "title": _("Erased on %(day)s") % {"day": day_text(row.erased_at.date())},
        "lead": _("The profile is gone here. Below stands which node has confirmed that it is gone there."),
        "crumbs": crumbs(),
        "erasures": _erasures(row),
    }
    return render(request, "experts/receipts.html", context)
