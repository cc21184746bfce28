"""Pages of a country: plans of its delegates, what is asked about them, and the focal point's part."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, visible
from isthmus.apps.workshops.nominations import queries as nominations
from isthmus.apps.workshops.plans import queries
from isthmus.apps.workshops.plans.forms import AnswerForm, PlanForm, initial_of
from isthmus.apps.workshops.plans.handing_queries import handing_of
from isthmus.apps.workshops.plans.house import RELEASE, VIEW, WRITE
from isthmus.apps.workshops.plans.models import CountryPlan, PlanAnswer
from isthmus.apps.workshops.plans.services import writing
from isthmus.apps.workshops.plans.wording import (
    DUE,
    PLANS,
    asked_words,
    own_words,
    plan_state,
    questions,
    tables,
    told,
)
from isthmus.apps.workshops.programme.forms import add_faults
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Empty, Fact, Link
from isthmus.ui.lists import ListPage
from isthmus.ui.table import tabulate

State = CountryPlan.State


def way(row: CountryPlan | None = None) -> tuple[Link, ...]:
    """The way to a plan."""
    top = Link(_("Country plans"), reverse("workshops:plans"))
    return (top,) if row is None else (top, Link(row.title, reverse("workshops:plan", args=[row.pk])))


@require_GET
@authorised(VIEW)
def plans(request: ActorRequest) -> HttpResponseBase:
    """The plans of this country's delegates."""
    page = ListPage(
        request,
        queries.plans_for(request.actor),
        PLANS,
        name="workshops-plans",
        default_sort="state",
        empty=Empty(
            _("No delegate has written a plan yet"),
            _("Open a nomination that is accepted, or let the delegate use the link of the form."),
        ),
    )
    lead = _("What delegates plan for home. It crosses once the focal point lets it go.")
    return page.respond(_("Country plans"), "workshops/plans.html", {"lead": lead})


@require_GET
@authorised(VIEW)
def asked(request: ActorRequest) -> HttpResponse:
    """Plans that are asked about, the longest first."""
    due = queries.due_of(queries.plans_for(request.actor))
    context = {
        "title": _("Plans that are asked about"),
        "lead": _("Six and twelve months after a workshop its plans are asked about. Say how far each is."),
        "crumbs": way(),
        "due": tabulate(DUE, due) if due else None,
        "empty": Empty(
            _("No plan is asked about now"),
            _("A plan that was sent is asked about six and twelve months after its workshop."),
        ),
    }
    return render(request, "workshops/plans_asked.html", context)


def _find(request: ActorRequest, pk: int) -> CountryPlan:
    row = queries.plans_for(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("workshops.no-plan", _("There is no such plan."))
    return row


def _own(request: ActorRequest, pk: int) -> CountryPlan:
    """A plan that the visitor may write."""
    row = visible(request.actor, WRITE, CountryPlan.objects.filter(pk=pk)).first()
    if row is None:
        raise NotFound("workshops.no-plan", _("There is no such plan."))
    return _find(request, pk)


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One plan: what it says, how far it is, and what is asked."""
    row = _find(request, pk)
    record = Link(row.leaf[:16], reverse("exchange:record", args=[row.leaf])) if row.leaf else None
    facts = (
        Fact(_("State"), plan_state(row)),
        Fact(_("Delegate"), row.nomination.name),
        Fact(_("Workshop"), row.nomination.call.title),
        Fact(_("Organisation"), row.organisation.name),
        Fact(_("Version"), row.version),
        Fact(_("Written by"), row.by),
        Fact(_("Let go by"), row.released_by or None),
        Fact(_("Sent"), row.sent_at),
        Fact(_("Record"), record),
    )
    words, answers = own_words(row), list(row.answers.all())
    may_release, mine = can(request.actor, RELEASE), can(request.actor, WRITE, row)
    waits = row.state == State.HANDED_IN
    context = {
        "title": row.title,
        "lead": _("What %(name)s plans for home.") % {"name": row.nomination.name},
        "crumbs": way(),
        "plan": row,
        "facts": tuple(fact for fact in facts if fact.value is not None),
        "told": told(words),
        **tables(words),
        "questions": questions(queries.asked_of(row), answers),
        "waits": waits,
        "may_write": mine and not waits,
        "may_answer": mine,
        "may_hand_in": mine and row.state == State.DRAFT,
        "may_release": waits and may_release and row.by != request.actor.label,
        "may_give_back": waits and may_release,
        "may_release_answers": may_release,
        "handing": handing_of(request.actor, row),
    }
    return render(request, "workshops/plan.html", context)


@require_http_methods(["GET", "POST"])
@authorised(WRITE)
def write(request: ActorRequest, pk: int) -> HttpResponse:
    """Write the plan of a delegate, by nomination."""
    nomination = nominations.nominations_for(request.actor).filter(pk=pk).first()
    if nomination is None:
        raise NotFound("workshops.no-nomination", _("There is no such nomination."))
    row = queries.plan_of(nomination)
    form = PlanForm(request.POST or None, initial=initial_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            made = writing.write(nomination, form.plan, actor=request.actor.label)
            return redirect("workshops:plan", made.pk)
        except BadInput as error:
            add_faults(form, error, "title")
    context = {
        "title": _("Country plan"),
        "lead": _("Nothing leaves this node before the focal point has let it go."),
        "crumbs": way(row),
        "form": form,
        "submit": _("Save the draft"),
        "cancel_url": reverse("workshops:plan", args=[row.pk])
        if row is not None
        else reverse("workshops:nomination", args=[pk]),
    }
    return render(request, "ui/form.html", context)


@require_POST
@authorised(WRITE)
def hand_in(request: ActorRequest, pk: int) -> HttpResponse:
    """Hand a draft to the focal point."""
    writing.hand_in(_own(request, pk), actor=request.actor.label)
    return redirect("workshops:plan", pk)


@require_POST
@authorised(RELEASE)
def give_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Give a plan back to its writer."""
    writing.give_back(_find(request, pk), actor=request.actor.label)
    return redirect("workshops:plan", pk)


@require_POST
@authorised(RELEASE)
def release(request: ActorRequest, pk: int) -> HttpResponse:
    """Let a plan go."""
    writing.release(_find(request, pk), actor=request.actor.label)
    return redirect("workshops:plan", pk)


def answering(row: CountryPlan, months: int, answered: PlanAnswer | None) -> dict[str, object]:
    """What the page of an answer shows above its form. NotFound where this is not asked now."""
    asking = next((one for one in queries.asked_of(row) if one.months == months and one.takes_answer), None)
    if asking is None:
        raise NotFound("workshops.plan-not-asked", _("This plan is not asked about now."))
    corrects = answered is not None and answered.sent_at is not None
    return {
        "title": _("How far is the plan?"),
        "lead": _("%(plan)s. %(asked)s.") % {"plan": row.title, "asked": asked_words(asking)}
        + (" " + _("What was sent is replaced by what you write now.") if corrects else ""),
    }


def answered_before(row: CountryPlan, months: int) -> PlanAnswer | None:
    """The answer that stands there already."""
    return next((one for one in row.answers.all() if one.months == months), None)


def answer_form(data: object, known: PlanAnswer | None) -> AnswerForm:
    """The form of an answer, with what was told before."""
    first = {"on": clock.now().date()} if known is None else vars(known)
    initial = {name: first[name] for name in ("says", "text", "on") if name in first}
    return AnswerForm(data or None, initial=initial)  # type: ignore[arg-type]  # what was posted


@require_http_methods(["GET", "POST"])
@authorised(WRITE)
def answer(request: ActorRequest, pk: int, months: int) -> HttpResponse:
    """Tell how far a plan is; what the focal point tells crosses at once."""
    row = _own(request, pk)
    known = answered_before(row, months)
    shown, form = answering(row, months, known), answer_form(request.POST, known)
    releases = can(request.actor, RELEASE)
    if request.method == "POST" and form.is_valid():
        try:
            writing.answer(row, months, form.answer, actor=request.actor.label, releases=releases)
            return redirect("workshops:plan", pk)
        except BadInput as error:
            add_faults(form, error, "on")
    context = {
        **shown,
        "crumbs": way(row),
        "form": form,
        "submit": _("Send the answer") if releases else _("Hand it to the focal point"),
        "cancel_url": reverse("workshops:plan", args=[pk]),
    }
    return render(request, "ui/form.html", context)


@require_POST
@authorised(RELEASE)
def release_answer(request: ActorRequest, pk: int, months: int) -> HttpResponse:
    """Let an answer go."""
    known = answered_before(_find(request, pk), months)
    if known is None:
        raise NotFound("workshops.no-answer", _("There is no such answer."))
    writing.release_answer(known, actor=request.actor.label)
    return redirect("workshops:plan", pk)
