"""Pages of evaluation: the secretariat's, with results once closed, and the participant's."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can
from isthmus.apps.workshops.evaluation import queries, services
from isthmus.apps.workshops.evaluation.forms import AnswerForm, OpenForm, TicketsForm
from isthmus.apps.workshops.evaluation.models import Evaluation, Group
from isthmus.apps.workshops.evaluation.rules.groups import LEAST, SCALE
from isthmus.apps.workshops.programme.forms import add_faults
from isthmus.apps.workshops.programme.house import KEEP, VIEW
from isthmus.apps.workshops.programme.views.workshop import find, kept, way
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.charts import BarChart, Series
from isthmus.ui.components import Fact, State


def _drawn(result: queries.Result) -> dict[str, object]:
    if result.whole is None:
        return {"question": result.question, "texts": result.texts}
    names = dict(Group.choices)
    told = [(_("All"), result.whole), *((str(names[group]), found) for group, found in result.groups)]
    chart = BarChart(
        result.question,
        [str(step) for step in SCALE],
        [Series(_("Answers"), list(result.whole.counts))],
        _("answers"),
        description=_("How many gave each step, from 1, poor, to 5, very good."),
    )
    means = [
        _("%(group)s: mean %(mean)s of %(number)d answers")
        % {"group": group, "mean": found.mean, "number": found.number}
        for group, found in told
    ]
    return {"question": result.question, "chart": chart, "means": means}


@require_http_methods(["GET", "POST"])
@authorised(VIEW)
def evaluation(request: ActorRequest, number: str) -> HttpResponse:
    """The evaluation of a workshop: opening it, its tickets, and its results once it is closed."""
    row = find(request, number)
    found = Evaluation.objects.filter(workshop=row).first()
    may = row.programme.closed_at is None and can(request.actor, KEEP, row)
    context: dict[str, object] = {
        "title": _("Evaluation"),
        "lead": _("Answers name nobody. Results are shown once it is closed, for groups of five or more."),
        "crumbs": way(row),
        "workshop": row,
        "may_keep": may,
    }
    if found is None:
        form = OpenForm(request.POST or None) if may else None
        if request.method == "POST" and form is not None and form.is_valid():
            told = form.cleaned_data
            try:
                services.open_form(row, told["scale"], told["text"], actor=request.actor.label)
                return redirect("workshops:evaluation", number)
            except BadInput as error:
                add_faults(form, error, "scale")
        return render(request, "workshops/evaluation.html", {**context, "form": form})
    closed = found.closed_at is not None
    form_of_tickets = TicketsForm(request.POST or None) if may and not closed else None
    if request.method == "POST" and form_of_tickets is not None and form_of_tickets.is_valid():
        made = services.make_tickets(found, form_of_tickets.cleaned_data["number"], actor=request.actor.label)
        url = settings.ISTHMUS.url.rstrip("/")
        context["tickets"] = [f"{url}{reverse('evaluation-answer', args=[one])}" for one in made]
    context |= {
        "evaluation": found,
        "facts": (
            Fact(_("State"), State("off", _("Closed")) if closed else State("wait", _("Open"))),
            Fact(_("Answers"), found.sheets.count()),
            Fact(_("Tickets"), found.tickets.count()),
            Fact(_("Questions"), tuple(one["text"] for one in found.questions)),
        ),
        "tickets_form": form_of_tickets,
        "closed": closed,
        "results": [_drawn(one) for one in queries.results_of(found)],
        "least": LEAST,
    }
    return render(request, "workshops/evaluation.html", context)


@require_POST
@authorised(KEEP)
def close(request: ActorRequest, number: str) -> HttpResponse:
    """Close the evaluation for good."""
    found = Evaluation.objects.filter(workshop=kept(request, number)).first()
    if found is None:
        raise NotFound("workshops.no-evaluation", _("This workshop has no evaluation."))
    services.close(found, actor=request.actor.label)
    return redirect("workshops:evaluation", number)


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, ticket: str) -> HttpResponse:
    """A participant answers, once, without signing in."""
    found = services.ticket_of(ticket)
    form = AnswerForm(request.POST or None, evaluation=found.evaluation)
    context: dict[str, object] = {
        "title": found.evaluation.workshop.title,
        "lead": _("What did you think of it? Your name is not kept; each answer may be left out."),
        "form": form,
    }
    if request.method == "POST" and form.is_valid():
        services.answer(ticket, form.cleaned_data["group"], form.answers)
        context |= {"lead": "", "done": True}
    return render(request, "workshops/evaluation_answer.html", context)
