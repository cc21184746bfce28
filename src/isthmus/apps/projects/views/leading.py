"""What the node that leads a topic does: show it, put, open and drop gates, close it."""

from collections.abc import Callable

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import require
from isthmus.apps.projects.forms import GATE_FORMS, LessonForm, ReasonForm, ShareForm, add_faults
from isthmus.apps.projects.house import LEAD
from isthmus.apps.projects.models import Topic
from isthmus.apps.projects.services import gating, proposing
from isthmus.apps.projects.views.topics import find, way
from isthmus.apps.projects.wording import GATES
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Empty, Link


def _led(request: ActorRequest, pk: int) -> Topic:
    topic = find(request, pk)
    require(request.actor, LEAD, topic)
    return topic


def _asked(
    request: ActorRequest,
    topic: Topic,
    form: forms.Form,
    act: Callable[[], object],
    *,
    field: str,
    title: str,
    lead: str,
    submit: str,
) -> HttpResponse:
    """A form of one act; back to the topic once it is done."""
    back = reverse("projects:topic", args=[topic.pk])
    if request.method == "POST" and form.is_valid():
        try:
            act()
            return redirect(back)
        except BadInput as error:
            add_faults(form, error, field)
    context = {
        "title": title,
        "lead": lead,
        "crumbs": way(topic),
        "form": form,
        "submit": submit,
        "cancel_url": back,
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(LEAD)
def share(request: ActorRequest, pk: int) -> HttpResponse:
    """Show a topic to more partners."""
    topic = _led(request, pk)
    free = [(one.node_id, one.name) for one in proposing.partners() if one.node_id not in topic.told]
    if not free:
        empty = Empty(
            _("Nobody is left to show it to"),
            _("Every partner with an agreement about topics knows this one, or there is none."),
            Link(_("Back to the topic"), reverse("projects:topic", args=[pk])),
        )
        shown = {"title": _("Show the topic to partners"), "crumbs": way(topic), "empty": empty}
        return render(request, "projects/nobody_left.html", shown)
    form = ShareForm(request.POST or None, partners=free)
    return _asked(
        request,
        topic,
        form,
        lambda: proposing.share(topic, form.cleaned_data["to"], actor=request.actor.label),
        field="to",
        title=_("Show the topic to partners"),
        lead=_("They see the proposal, and may join. Who joins sees the whole story."),
        submit=_("Show it"),
    )


@require_http_methods(["GET", "POST"])
@authorised(LEAD)
def close(request: ActorRequest, pk: int) -> HttpResponse:
    """Close a topic with its lesson."""
    topic = _led(request, pk)
    form = LessonForm(request.POST or None)
    return _asked(
        request,
        topic,
        form,
        lambda: proposing.close(topic, form.cleaned_data["lesson"], actor=request.actor.label),
        field="lesson",
        title=_("Close the topic"),
        lead=_("Its story stays, and cannot be added to. Everybody who knows it is told the lesson."),
        submit=_("Close it"),
    )


@require_http_methods(["GET", "POST"])
@authorised(LEAD)
def put_gate(request: ActorRequest, pk: int, kind: str) -> HttpResponse:
    """Put a text for signature."""
    topic = _led(request, pk)
    if kind not in GATE_FORMS:
        raise NotFound("projects.no-gate", _("There is no such gate."))
    form = GATE_FORMS[kind](request.POST or None)
    return _asked(
        request,
        topic,
        form,
        lambda: gating.put_gate(
            topic, kind, getattr(form, "terms", form.cleaned_data), actor=request.actor.label
        ),
        field="text",
        title=_("Put a gate: %(gate)s") % {"gate": GATES[kind]},
        lead=_("Every country of the topic gets this text. The gate opens when three have signed."),
        submit=_("Put it for signature"),
    )


@require_POST
@authorised(LEAD)
def open_gate(request: ActorRequest, pk: int, gate: str) -> HttpResponse:
    """Open a gate that three countries have signed."""
    gating.open_gate(_led(request, pk), gate, actor=request.actor.label)
    return redirect("projects:gate", pk, gate)


@require_http_methods(["GET", "POST"])
@authorised(LEAD)
def drop(request: ActorRequest, pk: int, gate: str) -> HttpResponse:
    """Take a text back."""
    topic = _led(request, pk)
    form = ReasonForm(request.POST or None)
    return _asked(
        request,
        topic,
        form,
        lambda: gating.drop(topic, gate, form.cleaned_data["reason"], actor=request.actor.label),
        field="reason",
        title=_("Drop the gate"),
        lead=_("The text is taken back, with its signatures on record, and a better one can be put."),
        submit=_("Drop it"),
    )
