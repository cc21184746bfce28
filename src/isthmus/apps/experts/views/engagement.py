"""Engagements: stated by the organisation or the expert, answered by the other."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import Actor, can
from isthmus.apps.experts import queries, wording
from isthmus.apps.experts.forms import AnswerForm, ClaimForm, EngageForm, add_faults, one_line
from isthmus.apps.experts.models import Engagement, Says
from isthmus.apps.experts.queries import ENGAGE, VIEW
from isthmus.apps.experts.rules.standing import standing
from isthmus.apps.experts.services import engaging
from isthmus.apps.experts.views.rows import crumbs, kept, seen
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Empty, Fact, Facts, Link, State
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column


def _state(row: Engagement) -> State:
    return wording.standing(standing(row.engager_says, row.expert_says))


_COLUMNS: tuple[Column[Engagement], ...] = (
    Column(
        "title",
        gettext_lazy("Engagement"),
        "title",
        "link",
        sort="title",
        url=lambda row: reverse("experts:engagement", args=[row.reference]),
    ),
    Column("expert", gettext_lazy("Expert"), lambda row: wording.name_of(row.expert)),
    Column("engager", gettext_lazy("Engaged by"), "engager", sort="engager"),
    Column("starts", gettext_lazy("First day"), "starts", "date", sort="starts"),
    Column("ends", gettext_lazy("Last day"), "ends", "date", sort="ends"),
    Column("state", gettext_lazy("State"), _state, "state"),
)


def _crumbs() -> tuple[Link, ...]:
    return (*crumbs(), Link(_("Engagements"), reverse("experts:engagements")))


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Engagements of the visitor's organisations and of experts whom he keeps."""
    page = ListPage(
        request,
        queries.engagements_for(request.actor),
        _COLUMNS,
        name="engagements",
        default_sort="-starts",
        empty=Empty(
            _("No engagement yet"),
            _("Open an expert and state what you engaged the person for; the person is asked to confirm it."),
            Link(_("Experts"), reverse("experts:experts")),
        ),
    )
    return page.respond(
        _("Engagements"), context={"lead": _("What both sides agree on counts as a reference.")}
    )


def _find(request: ActorRequest, reference: str) -> Engagement:
    row = queries.engagements_for(request.actor).filter(reference=reference).first()
    if row is None:
        raise NotFound("experts.no-engagement", _("There is no such engagement, or not for you."))
    return row


def _sides(actor: Actor, row: Engagement) -> list[str]:
    """The sides for which the visitor may speak."""
    here = engaging.sides_here(row)
    sides = []
    if engaging.ENGAGER in here and can(actor, ENGAGE, row):
        sides.append(engaging.ENGAGER)
    if engaging.EXPERT in here and queries.kept_by(actor).filter(pk=row.expert_id).exists():
        sides.append(engaging.EXPERT)
    return sides


def _said(row: Engagement, side: str) -> Facts:
    says, words, at, leaf = (getattr(row, f"{side}_{name}") for name in ("says", "words", "at", "leaf"))
    record = Link(leaf[:12], reverse("exchange:record", args=[leaf])) if leaf else None
    facts = (
        Fact(_("Answer"), Says(says).label if says else _("Nothing yet")),
        Fact(_("In words"), words or None),
        Fact(_("On"), at),
        Fact(_("Record"), record),
    )
    title = _("The organisation says") if side == engaging.ENGAGER else _("The expert says")
    return Facts(title, tuple(fact for fact in facts if fact.value is not None))


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, reference: str) -> HttpResponse:
    """One engagement: what each side says."""
    row = _find(request, reference)
    may = _sides(request.actor, row)
    to = {side: reverse("experts:engagement-answer", args=[row.reference, side]) for side in may}
    lead = _("%(expert)s for %(engager)s.")
    context = {
        "title": row.title,
        "lead": lead % {"expert": wording.name_of(row.expert), "engager": row.engager},
        "crumbs": _crumbs(),
        "facts": (
            Fact(_("State"), _state(row)),
            Fact(_("First day"), row.starts),
            Fact(_("Last day"), row.ends),
            Fact(_("Node of the organisation"), row.engager_node),
        ),
        "sides": [
            {"facts": _said(row, side), "url": to.get(side, "")}
            for side in (engaging.ENGAGER, engaging.EXPERT)
        ],
    }
    return render(request, "experts/engagement.html", context)


@require_http_methods(["GET", "POST"])
@authorised(VIEW)
def answer(request: ActorRequest, reference: str, side: str) -> HttpResponse:
    """A side says whether it was so."""
    row = _find(request, reference)
    if side not in _sides(request.actor, row):
        raise NotFound("experts.no-side", _("This side of the engagement is not yours to answer."))
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        engaging.answer(row, side, told["says"], one_line(told["words"]), actor=request.actor.label)
        return redirect("experts:engagement", row.reference)
    lead = _("%(title)s, for %(engager)s. The other side sees your answer.")
    context = {
        "title": _("Was it so?"),
        "lead": lead % {"title": row.title, "engager": row.engager},
        "crumbs": _crumbs(),
        "form": form,
        "submit": _("Answer"),
        "cancel_url": reverse("experts:engagement", args=[row.reference]),
    }
    return render(request, "ui/form.html", context)


def _statement(request: ActorRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "ui/form.html", {"submit": _("State it"), **context})


@require_http_methods(["GET", "POST"])
@authorised(ENGAGE)
def engage(request: ActorRequest, key: str) -> HttpResponse:
    """An organisation of this node states that it engaged an expert."""
    row = seen(request, key)
    form = EngageForm(request.POST or None, organisations=request.actor.organisation_ids)
    if request.method == "POST" and form.is_valid():
        try:
            made = engaging.engage(row, form.holder, **form.told, actor=request.actor.label)
            return redirect("experts:engagement", made.reference)
        except BadInput as error:
            add_faults(form, error, "title")
    context = {
        "title": _("State an engagement"),
        "lead": _("The expert is asked to confirm it; until then it counts as said by one side."),
        "crumbs": crumbs(row),
        "form": form,
        "cancel_url": reverse("experts:expert", args=[row.key]),
    }
    return _statement(request, context)


@require_http_methods(["GET", "POST"])
@authorised(VIEW)
def claim(request: ActorRequest, key: str) -> HttpResponse:
    """A person of this node states an engagement, and the organisation is asked."""
    row = kept(request, key)
    form = ClaimForm(request.POST or None, nodes=sorted(queries.consents_of(row)))
    if request.method == "POST" and form.is_valid():
        told, actor = form.cleaned_data, request.actor.label
        try:
            made = engaging.claim(row, told["node"], one_line(told["engager"]), **form.told, actor=actor)
            return redirect("experts:engagement", made.reference)
        except BadInput as error:
            add_faults(form, error, "node")
    context = {
        "title": _("State an engagement of yours"),
        "lead": _("The organisation is asked to confirm it. It must be at a node where you are listed."),
        "crumbs": crumbs(row),
        "form": form,
        "cancel_url": reverse("experts:expert", args=[row.key]),
    }
    return _statement(request, context)
