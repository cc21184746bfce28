"""Pages of indications: what stamps should not do, with the evidence; an officer closes them with a note."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, visible
from isthmus.apps.excise.stamps.forms import IndicationFilter, NoteForm
from isthmus.apps.excise.stamps.models import StampIndication
from isthmus.apps.excise.stamps.services import indicating
from isthmus.apps.excise.stamps.wording import evidence_facts, reason_of
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Empty, Fact, Link, State
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column

LOOK, STAMPS, EVENTS = "excise.stamp.indications", "excise.stamp.view", "excise.event.view"


def _state(row: StampIndication) -> State:
    return State("wait", _("Open")) if row.closed_at is None else State("off", _("Closed"))


_COLUMNS: tuple[Column[StampIndication], ...] = (
    Column(
        "kind",
        gettext_lazy("Indication"),
        lambda row: row.get_kind_display(),
        "link",
        sort="kind",
        url=lambda row: reverse("excise:stamp-indication", args=[row.pk]),
    ),
    Column("about", gettext_lazy("About"), lambda row: row.serial or row.gtin),
    Column("source", gettext_lazy("By"), lambda row: row.get_source_display(), sort="source"),
    Column("at", gettext_lazy("Happened"), "at", "date", sort="at"),
    Column("state", gettext_lazy("State"), _state, "state", sort="closed_at"),
)


@require_GET
@authorised(LOOK)
def listed(request: ActorRequest) -> HttpResponseBase:
    """What should be looked at."""
    rows = visible(request.actor, LOOK, StampIndication.objects.select_related("batch"))
    page = ListPage(
        request,
        rows,
        _COLUMNS,
        name="stamp-indications",
        filters=IndicationFilter,
        default_sort="-at",
        empty=Empty(
            _("No indications"),
            _("The worker compares activations with production, and places with each other, once a day."),
        ),
    )
    context = {"lead": _("Reasons to look, with their evidence. None of them proves a copy or a fraud.")}
    return page.respond(_("Indications about stamps"), context=context)


def _find(request: ActorRequest, pk: int) -> StampIndication:
    rows = visible(request.actor, LOOK, StampIndication.objects.select_related("batch"))
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound("excise.no-stamp-indication", _("There is no such indication."))
    return row


@require_http_methods(["GET", "POST"])
@authorised(LOOK)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One indication: the reason, the evidence, the bounds, and closing it."""
    row = _find(request, pk)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            indicating.close(row, form.cleaned_data["note"], actor=request.actor.label)
            return redirect("excise:stamp-indication", pk)
        except BadInput as error:
            form.add_error("note", error.message)
    batch_url = ""
    if row.batch_id is not None and can(request.actor, STAMPS):
        batch_url = reverse("excise:stamp-batch", args=[row.batch_id])
    events_url = ""
    if row.source == "events" and can(request.actor, EVENTS):
        item = f"https://id.gs1.org/01/{row.gtin}/21/{row.serial}" if row.serial else row.gtin
        events_url = f"{reverse('excise:events')}?item={item}"
    facts = (
        Fact(_("State"), _state(row)),
        Fact(_("By"), row.get_source_display(), events_url),
        Fact(_("GTIN"), row.gtin or None),
        Fact(_("Serial"), row.serial or None),
        Fact(_("Batch"), None if row.batch_id is None else str(row.batch_id), batch_url),
        Fact(_("Happened"), row.at),
        Fact(_("Noticed"), row.found_at),
        Fact(_("Closed"), row.closed_at),
        Fact(_("Closed by"), row.closed_by or None),
        Fact(_("Note"), row.note or None),
    )
    context = {
        "title": row.get_kind_display(),
        "lead": reason_of(row),
        "crumbs": (Link(_("Indications about stamps"), reverse("excise:stamp-indications")),),
        "facts": tuple(fact for fact in facts if fact.value is not None),
        "evidence": evidence_facts(row.evidence),
        "form": form if row.closed_at is None else None,
    }
    return render(request, "excise/stamp_indication.html", context)
