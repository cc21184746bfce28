"""Sending declarations to a partner: choose the partner, check what crosses, send."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import visible
from isthmus.apps.etrade import queries, services
from isthmus.apps.etrade.forms import ReceiverForm
from isthmus.apps.etrade.models import Declaration, Direction
from isthmus.apps.etrade.models.declarations import MODELS
from isthmus.exchange import plain_terms
from isthmus.exchange.rules import layout
from isthmus.kit.errors import IsthmusError, NotFound
from isthmus.trust.models import Partner
from isthmus.ui.components import Empty, Link

SEND = "etrade.declaration.send"
PORTION = 500
"""Declarations that one press of the button sends; the rest wait for the next."""


def _crumbs() -> tuple[Link, ...]:
    return (Link(_("Declarations"), reverse("etrade:declarations")),)


@require_http_methods(["GET", "POST"])
@authorised(SEND)
def choose(request: ActorRequest) -> HttpResponse:
    """Which partner: only those to whom an agreement lets declarations go."""
    partners = queries.receivers()
    form = ReceiverForm(request.POST if request.method == "POST" else None, partners=partners)
    if form.is_valid():
        return redirect("etrade:send-check", form.cleaned_data["partner"])
    context = {
        "title": _("Send declarations"),
        "lead": _("To which partner? An agreement in force says which fields it receives."),
        "crumbs": _crumbs(),
        "form": form,
        "submit": _("Continue"),
        "cancel_url": reverse("etrade:declarations"),
        "empty": None
        if partners
        else Empty(
            _("No partner may receive declarations yet"),
            _("An agreement about export declarations must be signed by both sides first."),
            Link(_("See the agreements"), reverse("exchange:agreements")),
        ),
    }
    return render(request, "etrade/choose.html", context)


def _chosen(request: ActorRequest, partner: str) -> list[Declaration]:
    rows = visible(request.actor, SEND, queries.unsent(partner))
    one = request.GET.get("declaration", "")
    if one.isascii() and one.isdigit() and len(one) < 18:
        rows = rows.filter(pk=int(one))
    return list(rows[:PORTION])


@require_http_methods(["GET", "POST"])
@authorised(SEND)
def check(request: ActorRequest, partner: str) -> HttpResponse:
    """Check what crosses, then send: how many declarations, which fields, which are withheld."""
    receiver = next((p for p in queries.receivers() if p.node_id == partner), None)
    if receiver is None:
        raise NotFound(
            "etrade.no-receiver",
            _("No agreement in force lets declarations go to this partner."),
            next_step=_("Look under Agreements."),
        )
    chosen = _chosen(request, partner)
    if request.method == "POST" and chosen:
        return _send(request, chosen, receiver)
    weighed = _weighed(partner, {Direction(row.direction) for row in chosen})
    context = {
        "title": _("Send to %(name)s") % {"name": receiver.name},
        "lead": ngettext(
            "%(n)d declaration waits to be sent.", "%(n)d declarations wait to be sent.", len(chosen)
        )
        % {"n": len(chosen)},
        "crumbs": (*_crumbs(), Link(_("Send declarations"), reverse("etrade:send"))),
        "receiver": receiver,
        "chosen": chosen[:10],
        "more": max(0, len(chosen) - 10),
        "count": len(chosen),
        "crosses": plain_terms.field_names(weighed, granted=True),
        "stays": plain_terms.field_names(weighed, granted=False),
        "cancel_url": reverse("etrade:declarations"),
    }
    return render(request, "etrade/check.html", context)


def _weighed(partner: str, directions: set[Direction]) -> tuple[layout.Weighed, ...]:
    """What crosses of the declarations that are sent, export before import."""
    return tuple(
        group
        for direction in Direction
        if direction in directions
        for group in layout.weigh(MODELS[direction], queries.granted_fields(partner, direction))
    )


def _send(request: ActorRequest, chosen: list[Declaration], receiver: Partner) -> HttpResponse:
    try:
        sent = services.send(chosen, receiver.node_id, actor=request.actor.label)
    except IsthmusError as error:
        messages.error(request, str(error))
        return redirect("etrade:send-check", receiver.node_id)
    messages.success(
        request,
        ngettext(
            "%(n)d declaration is on its way to %(name)s.",
            "%(n)d declarations are on their way to %(name)s.",
            len(sent),
        )
        % {"n": len(sent), "name": receiver.name},
    )
    return redirect("etrade:declarations")
