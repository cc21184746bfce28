"""The officer's pages: the queue of cases, one case with its two sides, what the thresholds are."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, require, visible
from isthmus.apps.etrade.cases import queries, wording
from isthmus.apps.etrade.cases.forms import CaseFilter, DecisionForm
from isthmus.apps.etrade.cases.models import UNDECIDED, Case, CaseState, StakeKind, Step, Way
from isthmus.apps.etrade.cases.rules.moves import moves_from
from isthmus.apps.etrade.cases.services.deciding import ask_partner, decide
from isthmus.apps.etrade.cases.side_views import chart_of, compared_in, evidence_of
from isthmus.apps.etrade.reconciliation.rules.calibration import Calibration
from isthmus.exchange import queries as exchange
from isthmus.kit.errors import IsthmusError, NotFound
from isthmus.trust.models import Partner
from isthmus.ui.components import Action, Amount, Empty, Event, Link, SavedView, State, Tile
from isthmus.ui.components import Case as Shown
from isthmus.ui.formats import grouped
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column

VIEW = "etrade.case.view"
DECIDE = "etrade.case.decide"
_STATES = {
    CaseState.OPEN: "wait",
    CaseState.ASKED: "wait",
    CaseState.ANSWERED: "warn",
    CaseState.ESCALATED: "bad",
    CaseState.ACCEPTED: "ok",
    CaseState.DISMISSED: "off",
    CaseState.SETTLED: "off",
}
_LABELS = {
    "ask": gettext_lazy("Ask the partner"),
    "accept": gettext_lazy("Confirm the case"),
    "escalate": gettext_lazy("Escalate"),
    "dismiss": gettext_lazy("Dismiss"),
    "reopen": gettext_lazy("Open it again"),
}
_DONE = {
    "ask": gettext_lazy("The signed question is on its way to the partner."),
    "accept": gettext_lazy("The case is confirmed."),
    "escalate": gettext_lazy("The case is escalated."),
    "dismiss": gettext_lazy("The case is dismissed."),
    "reopen": gettext_lazy("The case is open again."),
}


def state_of(case: Case) -> State:
    """The case's state as a word with a shape."""
    return State(_STATES[CaseState(case.state)], case.get_state_display())  # type: ignore[arg-type]  # a label of a TextChoices


def _url(case: Case) -> str:
    return reverse("etrade:case", args=[case.pk])


def _stake(case: Case) -> Amount | None:
    return Amount(case.stake, case.corridor.currency, 0) if case.stake else None


def _hs(case: Case) -> str:
    return wording.hs_text(case.hs_code) if case.hs_code else ""


_COLUMNS: tuple[Column[Case], ...] = (
    Column("matter", gettext_lazy("Matter"), wording.statement, kind="link", url=_url),
    Column("stake", gettext_lazy("At stake"), _stake, kind="number", sort="stake"),
    Column("reason", gettext_lazy("Likely reason"), lambda case: case.get_reason_display(), sort="reason"),
    Column("hs", gettext_lazy("HS code"), _hs, sort="hs_code"),
    Column(
        "partner",
        gettext_lazy("Partner"),
        lambda case: Tile(case.corridor.partner.upper(), "", "there"),
        sort="corridor__partner",
    ),
    Column("state", gettext_lazy("State"), state_of, kind="state", sort="state"),
    Column("since", gettext_lazy("Since"), "opened_at", kind="date", sort="opened_at"),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """The queue: what does not tally, worst first, with the false alarms that are to be expected."""
    rows = visible(request.actor, VIEW, Case.objects.select_related("corridor"))
    waiting = rows.filter(found=True, state__in=UNDECIDED)
    page = ListPage(
        request,
        rows,
        _COLUMNS,
        name="cases",
        filters=CaseFilter,
        default_sort="-stake",
        views=(
            SavedView(_("To be decided")),
            SavedView(_("Partner answered"), "state=answered"),
            SavedView(_("Escalated"), "state=escalated"),
            SavedView(_("All"), "state=every"),
        ),
        empty=Empty(
            _("Nothing waits for a decision"),
            _(
                "Declarations of both sides are compared as they arrive. What does not tally stands here, "
                "the worst first."
            ),
            Link(_("See what is compared"), reverse("etrade:case-corridors")),
        ),
    )
    return page.respond(_("Cases"), "etrade/cases.html", {"lead": _queue_lead(waiting.count(), rows)})


def _queue_lead(count: int, rows: QuerySet[Case]) -> str:
    by_duty = rows.filter(stake_kind=StakeKind.DUTY).exists()
    ranked = (
        _("ranked by duty at stake") if by_duty else _("ranked by value at stake, as no duties are loaded")
    )
    said = ngettext("%(n)s case waits, %(ranked)s.", "%(n)s cases wait, %(ranked)s.", count) % {
        "n": grouped(count),
        "ranked": ranked,
    }
    expected = queries.false_alarms_a_day()
    alarms = grouped(expected, 1 if expected >= 1 else 3)
    return f"{said} " + _("Expect about %(alarms)s false alarms a day.") % {"alarms": alarms}


def find(request: ActorRequest, pk: int) -> Case:
    """A case that this officer may see; NotFound for every other."""
    rows = Case.objects.select_related("corridor", "export", "imported", "organisation")
    case = visible(request.actor, VIEW, rows).filter(pk=pk).first()
    if case is None:
        raise NotFound(
            "etrade.no-case", _("There is no such case."), next_step=_("Go back to the list of cases.")
        )
    return case


@require_http_methods(["GET", "POST"])
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One case: the matter in a sentence, both sides, why it is one, and what can be done."""
    case = find(request, pk)
    if request.method == "POST":
        require(request.actor, DECIDE, case)
        form = DecisionForm(request.POST)
        answer = _act(request, case, form)
        if answer is not None:
            return answer
    else:
        form = DecisionForm()
    partner = Partner.objects.filter(node_id=case.corridor.partner).first()
    calibration = queries.calibration_of(case.corridor)
    context = {
        "title": _("Case %(number)s") % {"number": case.number},
        "crumbs": (Link(_("Cases"), reverse("etrade:cases")),),
        "case": _shown(request, case, partner, calibration),
        "form": form,
        "thread": tuple(_thread(case)),
        "partner": partner,
        "declarations": tuple(_declarations(case)),
        "corridor_url": reverse("etrade:case-corridor", args=[case.corridor_id]),
    }
    return render(request, "etrade/case.html", context)


def _act(request: ActorRequest, case: Case, form: DecisionForm) -> HttpResponse | None:
    """What the pressed button asks for; None where the form has to be shown again."""
    move = request.POST.get("action", "")
    if not form.is_valid() or move not in _LABELS:
        return None
    actor, words = request.actor.label, form.cleaned_data["reason"]
    try:
        if move == "ask":
            ask_partner(case, actor=actor, text=words)
        else:
            decide(case, move, actor=actor, note=words, ground=form.cleaned_data["ground"])
    except IsthmusError as error:
        for fault in error.faults:
            form.add_error(fault.where if fault.where in form.fields else None, fault.message)
        if not error.faults:
            form.add_error(None, f"{error} {error.next_step}".strip())
        case.refresh_from_db()
        return None
    messages.success(request, str(_DONE[move]))
    return redirect("etrade:case", case.pk)


def _shown(request: ActorRequest, case: Case, partner: Partner | None, calibration: Calibration) -> Shown:
    may = can(request.actor, DECIDE, case)
    moves = moves_from(case.state) if may else ()
    code = case.corridor.partner.upper()
    return Shown(
        statement=wording.statement(case),
        state=state_of(case),
        here=Tile(*_here(case), "here"),
        there=Tile(partner.country or code if partner else code, _side_name(case, there=True), "there"),
        compared=compared_in(case),
        reason=wording.explanation(case, calibration),
        evidence=evidence_of(case),
        chart=chart_of(case, calibration),
        actions=tuple(Action(move, _LABELS[move], primary=move == "ask") for move in moves),
        action_url=_url(case),
        history=tuple(_history(case)),
    )


def _here(case: Case) -> tuple[str, str]:
    return exchange.me().upper(), _side_name(case, there=False)


def _side_name(case: Case, *, there: bool) -> str:
    exported = (case.corridor.way == Way.IN) == there
    return _("Export") if exported else _("Import")


def _history(case: Case) -> Iterator[Event]:
    for step in case.decisions.order_by("id"):
        theirs = step.step == Step.ANSWERED
        yield Event(
            step.at,
            _("This node") if step.by == "node" else step.by,
            step.get_step_display(),
            "there" if theirs else "here",
            wording.step_note(step.step, step.code, step.note),
        )


def _thread(case: Case) -> Iterator[dict[str, Any]]:
    """What was asked and answered, each with the record that proves it."""
    for query in queries.thread(case):
        sending = next(iter(query.sendings.all()), None)
        yield {
            "query": query,
            "url": reverse("exchange:record", args=[sending.leaf]) if sending else "",
            "answers": [
                {
                    "answer": answer,
                    "url": reverse("exchange:record", args=[answer.leaf]) if answer.leaf else "",
                }
                for answer in query.answers.all()
            ],
        }


def _declarations(case: Case) -> Iterator[Link]:
    for declaration in case.members.order_by("direction", "number"):
        yield Link(
            f"{declaration.get_direction_display()} {declaration.number}",
            reverse("etrade:declaration", args=[declaration.pk]),
        )
