"""Pages of the secretariat: calling countries, deciding about nominees, noting who was there."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, visible
from isthmus.apps.workshops.letters.forms import LetterForm
from isthmus.apps.workshops.letters.queries import choices
from isthmus.apps.workshops.nominations import queries
from isthmus.apps.workshops.nominations.forms import AttendanceForm, CallForm, SelectionForm
from isthmus.apps.workshops.nominations.models import Nominee, Selection
from isthmus.apps.workshops.nominations.services import inviting
from isthmus.apps.workshops.nominations.wording import nominee_state, remarks
from isthmus.apps.workshops.programme.forms import add_faults, joined
from isthmus.apps.workshops.programme.house import KEEP, VIEW
from isthmus.apps.workshops.programme.views.workshop import kept, way
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Empty, Fact, Link, Tile
from isthmus.ui.table import Column, tabulate

_SELECTIONS: tuple[Column[Selection], ...] = (
    Column("at", gettext_lazy("When"), "at", "date"),
    Column("says", gettext_lazy("Decision"), lambda row: row.get_says_display()),
    Column("reason", gettext_lazy("Reason"), lambda row: row.reason or None),
    Column("by", gettext_lazy("Who"), "by"),
)


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def call(request: ActorRequest, number: str) -> HttpResponse:
    """Call countries to a workshop."""
    row = kept(request, number)
    called = set(row.invitations.values_list("partner", flat=True))
    free = [one for one in inviting.partners() if one.node_id not in called]
    back = reverse("workshops:workshop", args=[number])
    if not free:
        empty = Empty(
            _("Nobody is left to call"),
            _("Every partner with an agreement about calls is called already, or there is none."),
            Link(_("Back to the workshop"), back),
        )
        shown = {"title": _("Call countries"), "crumbs": way(row), "empty": empty}
        return render(request, "workshops/nobody_left.html", shown)
    form = CallForm(request.POST or None, partners=free)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            inviting.call(
                row, told["to"], quota=told["quota"], until=form.deadline, actor=request.actor.label
            )
            return redirect("workshops:workshop", number)
        except BadInput as error:
            add_faults(form, error, "to")
    context = {
        "title": _("Call countries"),
        "lead": _("The call is signed and sent to the node of each country, which nominates."),
        "crumbs": way(row),
        "form": form,
        "submit": _("Send the call"),
        "cancel_url": back,
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def attendance(request: ActorRequest, number: str) -> HttpResponse:
    """Note who was there on a day."""
    row = kept(request, number)
    accepted = [one.nominee for one in queries.nominees_of(row) if queries.is_accepted(one)]
    form = AttendanceForm(request.POST or None, accepted=accepted, initial={"on": row.starts})
    if request.method == "POST" and form.is_valid():
        try:
            inviting.note_attendance(row, form.cleaned_data["on"], form.people, actor=request.actor.label)
            return redirect("workshops:workshop", number)
        except BadInput as error:
            add_faults(form, error, "on")
    context = {
        "title": _("Note who was there"),
        "lead": _("One day at a time. A second list for a day adds to the first; nobody is counted twice."),
        "crumbs": way(row),
        "form": form,
        "cancel_url": reverse("workshops:workshop", args=[number]),
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(VIEW)
def nominee(request: ActorRequest, pk: int) -> HttpResponse:
    """One nominee, and the decision about the person."""
    rows = visible(
        request.actor, VIEW, Nominee.objects.select_related("invitation__workshop__programme__organisation")
    )
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound("workshops.no-nominee", _("There is no such nominee."))
    workshop = row.invitation.workshop
    seen = next(one for one in queries.nominees_of(workshop) if one.nominee.pk == row.pk)
    may = workshop.programme.closed_at is None and row.withdrawn_at is None and can(request.actor, KEEP, row)
    form = SelectionForm(request.POST or None) if may else None
    if request.method == "POST" and form is not None and form.is_valid():
        told = form.cleaned_data
        try:
            inviting.select(row, told["says"], joined(told["reason"]), actor=request.actor.label)
            return redirect("workshops:workshop", workshop.number)
        except BadInput as error:
            add_faults(form, error, "says")
    called = bool(row.invitation.partner)
    record = Link(row.leaf[:16], reverse("exchange:record", args=[row.leaf])) if row.leaf else None
    facts = (
        Fact(_("State"), nominee_state(seen)),
        Fact(_("Country"), Tile(seen.country.upper())),
        Fact(_("Place among its nominations"), (called and seen.standing.place) or None),
        Fact(_("Quota"), row.invitation.quota if called else None),
        Fact(_("Remark"), remarks(seen) or None),
        Fact(_("Position"), row.position or None),
        Fact(_("Employer"), row.employer or None),
        Fact(_("E-mail"), row.email or None),
        Fact(_("Gender"), row.get_gender_display()),
        Fact(_("Why this person"), row.motivation or None),
        Fact(_("Arrived"), row.arrived_at),
        Fact(_("Record"), record),
    )
    decided = list(row.selections.order_by("at", "pk"))
    context = {
        "title": row.name,
        "lead": (_("Nominated for %(workshop)s.") if called else _("Entered from a list for %(workshop)s."))
        % {"workshop": workshop.title},
        "crumbs": way(workshop),
        "facts": tuple(fact for fact in facts if fact.value is not None),
        "selections": tabulate(_SELECTIONS, decided) if decided else None,
        "form": form,
        "nominee": row,
        "letters": LetterForm(offered=choices(row)) if may and queries.is_accepted(seen) else None,
    }
    return render(request, "workshops/nominee.html", context)
