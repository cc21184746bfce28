"""The page on which the secretariat hands in a list of participants, and the list as a file."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.workshops.participants import queries, services
from isthmus.apps.workshops.participants.forms import ParticipantsForm
from isthmus.apps.workshops.participants.wording import FAULTS, LIST, MOST_SHOWN
from isthmus.apps.workshops.programme.house import KEEP
from isthmus.apps.workshops.programme.views.workshop import kept, way
from isthmus.kit import clock
from isthmus.kit.errors import BadInput
from isthmus.ui import exports
from isthmus.ui.components import Fact
from isthmus.ui.table import tabulate


def _facts(taken: services.Taken) -> tuple[Fact, ...]:
    return (
        Fact(_("Lines"), taken.lines),
        Fact(_("New people"), taken.new),
        Fact(_("People with something new"), taken.changed),
        Fact(_("Known as they are"), taken.known),
        Fact(_("New days of attendance"), taken.days),
        Fact(_("Columns passed over"), ", ".join(taken.passed_over) or None),
    )


@never_cache
@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def participants(request: ActorRequest, number: str) -> HttpResponse:
    """Hand in a list of participants; every cell that cannot be used is named, and nothing half written."""
    row = kept(request, number)
    form = ParticipantsForm(request.POST or None, request.FILES or None)
    refused, checked = None, None
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            found = services.read_list(told["file"].read(services.MOST_BYTES + 1), row)
            if told["only_check"]:
                checked = services.check(row, found, actor=request.actor.label)
            else:
                taken = services.take(row, found, actor=request.actor.label)
                said = _("The list is taken in: %(new)d new, %(changed)d changed, %(known)d known already.")
                counts = {"new": taken.new, "changed": taken.changed, "known": taken.known}
                messages.success(request, said % counts)
                return redirect("workshops:workshop", number)
        except services.RefusedList as error:
            form.add_error("file", str(error))
            refused = error.cells
        except BadInput as error:
            form.add_error("file", str(error))
    context = {
        "title": _("List of participants"),
        "lead": _("Everybody on the list is entered as accepted. The same list twice doubles nobody."),
        "crumbs": way(row),
        "workshop": row,
        "form": form,
        "refused": tabulate(FAULTS, refused[:MOST_SHOWN], _("Cells to correct")) if refused else None,
        "more": max(0, len(refused) - MOST_SHOWN) if refused else 0,
        "checked": tuple(one for one in _facts(checked) if one.value is not None) if checked else None,
        "known": len(queries.participants_of(row)),
        "cancel_url": reverse("workshops:workshop", args=[number]),
    }
    return render(request, "workshops/participants.html", context)


@never_cache
@require_GET
@authorised(KEEP)
def exported(request: ActorRequest, number: str) -> HttpResponseBase:
    """Those who may come, as a CSV file that can be corrected and taken in again."""
    row = kept(request, number)
    people = queries.participants_of(row)
    return exports.respond("csv", f"participants-{number}", LIST, people, clock.now(), len(people))
