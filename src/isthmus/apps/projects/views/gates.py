"""A gate: its text, who signed it with which proof, and signing or refusing it."""

from collections.abc import Iterator
from decimal import Decimal

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised, proven
from isthmus.accounts.policy import can
from isthmus.apps.projects import queries
from isthmus.apps.projects.forms import ReasonForm, add_faults
from isthmus.apps.projects.house import SIGN, VIEW
from isthmus.apps.projects.models import Statement
from isthmus.apps.projects.queries import Story
from isthmus.apps.projects.rules.gates import Gate, Signature
from isthmus.apps.projects.services import gating
from isthmus.apps.projects.views.topics import find, way
from isthmus.apps.projects.wording import GATES, PARTS, gate_state, standing_state
from isthmus.exchange import queries as exchange
from isthmus.kit.errors import BadInput
from isthmus.ui.components import Amount, Fact, Facts, Link, Passport, State
from isthmus.ui.formats import country_name


def _terms(gate: Gate) -> Iterator[Fact]:
    terms = gate.terms
    for name, label in PARTS.items():
        value = terms.get(name)
        if name in {"text", "currency", "unit"} or value is None:
            continue
        if name == "budget":
            yield Fact(label, Amount(Decimal(value), terms.get("currency", ""), 2))
        elif name in {"baseline", "target", "measured"}:
            yield Fact(label, Amount(Decimal(value), terms.get("unit", "")))
        else:
            yield Fact(label, value)


def _proof(row: Statement | None) -> Iterator[Fact]:
    if row is None:
        return
    if row.leaf:
        yield Fact(_("Record"), Link(row.leaf[:16], reverse("exchange:record", args=[row.leaf])))
    if row.node == exchange.me():
        words = State("ok", _("Signed by this node"))
    elif row.proved:
        words = State("ok", _("Checked with its key"))
    else:
        told = _("As the lead handed it on; this node has no key to check it")
        yield Fact(_("Signature"), (State("warn", _("Not checked here")), told))
        return
    yield Fact(_("Signature"), words)


def _answered(story: Story, gate: Gate) -> Iterator[Facts]:
    standings = {one.node: stands for one, stands in story.count(gate).signatures}
    for one in gate.answers:
        facts = [
            Fact(_("Says"), _("Signed") if one.signed else _("Refused")),
            Fact(_("When"), one.at),
        ]
        if one.signed and gate.is_open_to_sign:
            facts.append(Fact(_("Stands"), standing_state(standings[one.node])))
        if one.reason:
            facts.append(Fact(_("Reason"), one.reason))
        title = country_name(one.country) if one.country else one.node
        yield Facts(title, (*facts, *_proof(_row(story, gate, one))))


def _row(story: Story, gate: Gate, one: Signature) -> Statement | None:
    rows = (
        row
        for row in story.rows
        if row.sort == "gate" and row.node == one.node and row.body["gate"] == gate.reference
    )
    return next((row for row in rows if row.at == one.at), None)


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int, gate: str) -> HttpResponse:
    """A gate with its text and its signatures."""
    topic = find(request, pk)
    story = queries.story_of(topic)
    found = story.gate(gate)
    counted = story.count(found)
    mine = found.answer_of(exchange.me())
    waits = found.is_open_to_sign and topic.stage != "closed"
    may_sign = waits and story.is_member(exchange.me()) and can(request.actor, SIGN)
    context = {
        "title": _("Gate: %(gate)s") % {"gate": GATES[found.kind]},
        "lead": topic.title,
        "crumbs": way(topic),
        "topic": topic,
        "gate": found,
        "state": gate_state(found),
        "paragraphs": [part for part in found.terms.get("text", "").split("\n") if part],
        "facts": (*_terms(found), Fact(_("Digest"), found.digest)),
        "passport": Passport(tuple(_answered(story, found)), state=gate_state(found), title=_("Who signed")),
        "wanting": counted.quorum.wanting if waits else 0,
        "counted": ", ".join(country_name(code) for code in counted.quorum.countries),
        "opened_by": ", ".join(country_name(one["country"]) for one in found.signed_by),
        "may_sign": may_sign and bool(settings.ISTHMUS.country) and not (mine and mine.signed),
        "may_refuse": may_sign and bool(settings.ISTHMUS.country) and (mine is None or mine.signed),
        "may_lead": waits and queries.may_lead(request.actor, topic),
        "is_met": counted.quorum.is_met,
    }
    return render(request, "projects/gate.html", context)


@require_POST
@authorised(SIGN)
@proven
def sign(request: ActorRequest, pk: int, gate: str) -> HttpResponse:
    """Sign the text that the person has seen, for this country."""
    digest = request.POST.get("digest", "")
    gating.sign(find(request, pk), gate, digest, actor=request.actor.label)
    return redirect("projects:gate", pk, gate)


@require_http_methods(["GET", "POST"])
@authorised(SIGN)
def refuse(request: ActorRequest, pk: int, gate: str) -> HttpResponse:
    """Say that this country does not sign."""
    topic = find(request, pk)
    form = ReasonForm(request.POST or None)
    back = reverse("projects:gate", args=[pk, gate])
    if request.method == "POST" and form.is_valid():
        try:
            gating.refuse(topic, gate, form.cleaned_data["reason"], actor=request.actor.label)
            return redirect(back)
        except BadInput as error:
            add_faults(form, error, "reason")
    context = {
        "title": _("Refuse to sign"),
        "lead": _("The lead and the other countries see the reason."),
        "crumbs": way(topic),
        "form": form,
        "submit": _("Refuse"),
        "cancel_url": back,
    }
    return render(request, "ui/form.html", context)
