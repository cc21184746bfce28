"""The delegate's plan behind the link of the form: whoever holds the link is the person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from isthmus.apps.workshops.delegates import services as delegates
from isthmus.apps.workshops.nominations.models import Nomination
from isthmus.apps.workshops.plans import queries
from isthmus.apps.workshops.plans.forms import PlanForm, initial_of
from isthmus.apps.workshops.plans.models import CountryPlan
from isthmus.apps.workshops.plans.services import writing
from isthmus.apps.workshops.plans.views.country import answer_form, answered_before, answering
from isthmus.apps.workshops.plans.wording import own_words, plan_state, questions, tables, told
from isthmus.apps.workshops.programme.forms import add_faults
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Fact

State = CountryPlan.State


def _person(secret: str) -> tuple[Nomination, str]:
    """The nomination behind a link, and how its person is named in the audit trail."""
    link = delegates.find(secret)
    row = link.nomination
    if row is None or not writing.may_plan(row):
        raise NotFound(
            "workshops.plan-early",
            _("There is no plan at this address yet."),
            next_step=_("Once you are accepted for the workshop, write your plan with this link."),
        )
    return row, f"delegate form {link.pk}"


def _plan(secret: str) -> tuple[CountryPlan, str]:
    nomination, actor = _person(secret)
    row = queries.plan_of(nomination)
    if row is None:
        raise NotFound("workshops.no-plan", _("There is no such plan."))
    return row, actor


def _read(request: HttpRequest, row: CountryPlan, secret: str) -> HttpResponse:
    """The plan as it was handed in, and what is asked about it."""
    words = own_words(row)
    anew = reverse("workshops:delegate-plan", args=[secret]) + "?anew=1"
    context = {
        "title": row.title,
        "lead": _("Your plan for home. The focal point of your country lets it go."),
        "facts": (Fact(_("State"), plan_state(row)), Fact(_("Version"), row.version)),
        "told": told(words),
        **tables(words),
        "questions": questions(queries.asked_of(row), list(row.answers.all())),
        "secret": secret,
        "anew": anew if row.state == State.SENT else "",
    }
    return render(request, "workshops/delegate_plan.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, secret: str) -> HttpResponse:
    """The plan: written and saved as a draft, read once it is handed in."""
    nomination, actor = _person(secret)
    row = queries.plan_of(nomination)
    here = reverse("workshops:delegate-plan", args=[secret])
    if row is not None and request.method == "GET":
        is_over = row.state == State.SENT and "anew" not in request.GET
        if is_over or row.state == State.HANDED_IN:
            return _read(request, row, secret)
    form = PlanForm(request.POST or None, initial=initial_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            writing.write(nomination, form.plan, actor=actor)
            return redirect(here)
        except BadInput as error:
            add_faults(form, error, "title")
    context = {
        "title": _("Your plan for home"),
        "lead": _("A page is enough. Save it as often as you like, and go on later with the same link."),
        "form": form,
        "secret": secret,
        "is_draft": row is not None and row.state == State.DRAFT,
    }
    return render(request, "workshops/delegate_plan_write.html", context)


@never_cache
@require_POST
def hand_in(request: HttpRequest, secret: str) -> HttpResponse:  # noqa: ARG001  Django's signature
    """Hand the draft to the focal point."""
    row, actor = _plan(secret)
    writing.hand_in(row, actor=actor)
    return redirect("workshops:delegate-plan", secret)


@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, secret: str, months: int) -> HttpResponse:
    """Tell how far the plan is; it waits for the focal point."""
    row, actor = _plan(secret)
    known = answered_before(row, months)
    shown, form = answering(row, months, known), answer_form(request.POST, known)
    if request.method == "POST" and form.is_valid():
        try:
            writing.answer(row, months, form.answer, actor=actor)
            return redirect("workshops:delegate-plan", secret)
        except BadInput as error:
            add_faults(form, error, "on")
    context = {
        **shown,
        "form": form,
        "submit": _("Hand it to the focal point"),
        "cancel_url": reverse("workshops:delegate-plan", args=[secret]),
    }
    return render(request, "ui/form.html", context)
