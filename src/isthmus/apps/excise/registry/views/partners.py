"""Whether somebody is authorised, here or at a partner; and the extract that partners get from here."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import Actor, visible
from isthmus.apps.excise.registry.forms import LookUpForm
from isthmus.apps.excise.registry.models import ExtractEntry, ExtractSending
from isthmus.apps.excise.registry.services import extract
from isthmus.apps.excise.registry.services.answering import ask
from isthmus.apps.excise.registry.views.operators import SEND, crumbs
from isthmus.apps.excise.registry.wording import verdict_kind, verdict_words
from isthmus.exchange.models import Record
from isthmus.kit import clock
from isthmus.kit.errors import NotFound
from isthmus.trust.models import Partner
from isthmus.ui.components import Fact, Link
from isthmus.ui.table import Column, tabulate

LOOK_UP = "excise.registry.look-up"


def _answer(actor: Actor, form: LookUpForm) -> dict[str, object]:
    given = form.cleaned_data
    asked = (
        Fact(_("Excise number"), given["number"]),
        Fact(_("Product"), given["code"]),
        Fact(_("Day"), given["on"]),
    )
    try:
        answer = ask(given["number"], given["code"], given["on"])
    except NotFound:
        text = _(
            "Neither this registry nor a partner has stated anything about this number. It may not exist, or"
            " its country may not send its registry here. Do not take this for a no: ask its country."
        )
        return {"kind": "warn", "headline": _("Not known here"), "meaning": text, "facts": asked}
    if answer.entry is None:
        source: tuple[Fact, ...] = (Fact(_("Answered from"), _("The registry of this node")),)
    else:
        entry = answer.entry
        partner = Partner.objects.filter(node_id=entry.partner).first()
        # Whoever asks is told which record it is; to read it is another right.
        rows = visible(actor, "exchange.record.view", Record.objects.filter(leaf=entry.leaf))
        address = reverse("exchange:record", args=[entry.leaf]) if rows.exists() else ""
        record = Link(f"{entry.leaf[:16]}…", address) if address else entry.leaf[:16]
        source = (
            Fact(_("Name"), entry.body.get("name")),
            Fact(_("Stated by"), partner.name if partner else entry.partner),
            Fact(_("Stated on"), entry.issued_at),
            Fact(_("Version"), entry.version),
            Fact(_("Record"), record),
        )
    return {
        "kind": verdict_kind(answer.judged),
        "headline": verdict_words(answer.judged),
        "meaning": answer.why,
        "facts": (*asked, *source),
    }


@require_GET
@authorised(LOOK_UP)
def look_up(request: ActorRequest) -> HttpResponse:
    """An excise number, a product and a day: authorised or not, as of which statement."""
    asked = "number" in request.GET
    form = LookUpForm(request.GET if asked else None, initial={"on": clock.now().date()})
    context: dict[str, object] = {
        "title": _("Is an operator authorised?"),
        "lead": _(
            "An operator or warehouse of this country, or of a partner that sends its registry here. The"
            " answer comes from the copy at this node: no link is needed."
        ),
        "form": form,
        "held": ExtractEntry.objects.count(),
    }
    if asked and form.is_valid():
        context |= _answer(request.actor, form)
    return render(request, "excise/registry_look_up.html", context)


@require_GET
@authorised(SEND)
def extracts(request: ActorRequest) -> HttpResponse:
    """Which partner has how much of this registry, and what has changed since."""
    rows = []
    for partner in extract.partners():
        sent = ExtractSending.objects.filter(partner=partner.node_id)
        last = sent.order_by("-sent_at").first()
        rows.append(
            {
                "partner": partner.name,
                "node": partner.node_id,
                "numbers": sent.values("excise_number").distinct().count(),
                "last": last.sent_at if last else None,
                "waiting": len(extract.changed(partner.node_id)),
                "received": ExtractEntry.objects.filter(partner=partner.node_id).count(),
            }
        )
    columns: tuple[Column[dict[str, object]], ...] = (
        Column("partner", _("Partner"), "partner"),
        Column("numbers", _("Excise numbers sent"), "numbers", "number"),
        Column("last", _("Last sent"), "last", "date"),
        Column("waiting", _("Changed since"), "waiting", "number"),
        Column("received", _("Numbers received from it"), "received", "number"),
    )
    context = {
        "title": _("Extract of the registry"),
        "lead": _("Partners get what changed every night. You can send it at once."),
        "crumbs": crumbs(),
        "table": tabulate(columns, rows, _("Partners under an agreement")),
        "partners": [row for row in rows if row["waiting"]],
    }
    return render(request, "excise/registry_extracts.html", context)


@require_POST
@authorised(SEND)
def send(request: ActorRequest, node: str) -> HttpResponse:
    """Send a partner what changed."""
    count = len(extract.send(node, actor=request.actor.label))
    messages.success(
        request,
        ngettext("%(count)d statement is on its way.", "%(count)d statements are on their way.", count)
        % {"count": count},
    )
    return redirect("excise:registry-extracts")
