"""A form for each message that people send about a movement, offered where its state allows it."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.excise.movements.formats.composing import WITH_FORM
from isthmus.apps.excise.movements.models import DRAFT, Movement
from isthmus.apps.excise.movements.report_forms import FORMS
from isthmus.apps.excise.movements.rules.sides import parties_of, possible
from isthmus.apps.excise.movements.rules.states import Kind, Party, State
from isthmus.apps.excise.movements.services import answering
from isthmus.apps.excise.movements.views.listing import SAY, crumbs_of, find
from isthmus.apps.excise.movements.views.writing import put_faults
from isthmus.apps.excise.movements.wording import PARTIES, VERBS
from isthmus.exchange import queries as exchange
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Link

_ARRIVED = {Kind.RECEIVE, Kind.REFUSE, Kind.REFUSE_PART}


def steps_of(row: Movement, said: Sequence[tuple[Kind, Party]], *, may_say: bool) -> list[Link]:
    """What may be said now and by whom, each with the form for it where there is one."""
    by_kind: dict[Kind, list[Party]] = {}
    for kind, party in said:
        by_kind.setdefault(kind, []).append(party)
    found = []
    for kind, parties in by_kind.items():
        url = ""
        if may_say and kind in WITH_FORM:
            url = reverse("excise:movement-report", args=[row.pk, kind.value])
        elif may_say and kind in _ARRIVED and Party.CONSIGNEE in parties:
            url = reverse("excise:movement-receipt", args=[row.pk])
        who = ", ".join(str(PARTIES[party]) for party in parties)
        found.append(Link(f"{VERBS[kind]} ({who})", url))
    return found


def _parties(row: Movement, kind: str) -> list[Party]:
    """Who may say this now; none for what is no kind or cannot be said."""
    if row.state == DRAFT or kind not in {one.value for one in WITH_FORM}:
        return []
    me = exchange.me()
    here = row.destination_node == me
    ours = parties_of(dispatch=row.dispatch_node == me, destination=here)
    said = possible(State(row.state), ours, destination=here)
    return [party for one, party in said if one.value == kind]


@require_http_methods(["GET", "POST"])
@authorised(SAY)
def report(request: ActorRequest, pk: int, kind: str) -> HttpResponse:
    """Say one thing about a movement. NotFound where its state does not allow it."""
    row = find(request, pk, SAY)
    parties = _parties(row, kind)
    here = reverse("excise:movement", args=[pk])
    if not parties:
        raise NotFound(
            "excise.movement-not-now",
            _("This cannot be said of the movement now."),
            next_step=_("The movement's page says what may be done next."),
        )
    chosen = Kind(kind)
    given = request.POST if request.method == "POST" else None
    form = FORMS[chosen](given, movement=row, parties=parties)
    if request.method == "POST" and form.is_valid():
        try:
            answering.report(row, chosen, form.told, actor=request.actor.label)
            messages.success(request, _("The message is on its way."))
            return redirect(here)
        except BadInput as error:
            put_faults(form, error, "words")
    context = {
        "title": str(VERBS[chosen]),
        "lead": _("Movement %(arc)s to %(consignee)s.")
        % {"arc": row.arc, "consignee": row.consignee_name or "?"},
        "crumbs": crumbs_of(row),
        "form": form,
        "submit": str(VERBS[chosen]),
        "cancel_url": here,
    }
    return render(request, "ui/form.html", context)
