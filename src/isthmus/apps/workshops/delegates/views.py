"""The delegate's form: question pages behind a secret link. Whoever holds the link is the person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.apps.workshops.delegates import services
from isthmus.apps.workshops.delegates.forms import QUESTIONS
from isthmus.apps.workshops.delegates.models import DelegateLink
from isthmus.apps.workshops.delegates.wording import reference_of
from isthmus.apps.workshops.followups.services import telling
from isthmus.apps.workshops.nominations.models import Gender, Nomination
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, NotFound
from isthmus.ui.components import Empty, Fact, Facts
from isthmus.ui.formats import country_name

_ORDER = tuple(QUESTIONS)


def _journey(nomination: Nomination, secret: str) -> str:
    """Where the accepted person tells what the journey needs; empty where that is not asked."""
    is_asked = telling.is_asked(nomination)
    return reverse("workshops:delegate-follow-up", args=[secret]) if is_asked else ""


def _closed(request: HttpRequest, link: DelegateLink, secret: str) -> HttpResponse:
    """What is said of a form that takes no answers any more."""
    if link.nomination is not None:
        accepted = link.nomination.state == Nomination.State.ACCEPTED
        context = {
            "title": _("Your form is handed in"),
            "lead": _("The focal point of your country looks at it next, and tells you what comes of it."),
            "reference": reference_of(link.nomination),
            "workshop": link.call.title,
            "journey": _journey(link.nomination, secret),
            "plan": reverse("workshops:delegate-plan", args=[secret]) if accepted else "",
        }
        return render(request, "workshops/delegate_done.html", context)
    said = (
        _("It was taken back by the office that gave it out.")
        if link.taken_back_at is not None
        else _("The workshop has begun.")
    )
    empty = Empty(_("This form is closed"), said + " " + _("Ask the office that sent you the link."))
    return render(request, "workshops/nobody_left.html", {"title": _("Form for delegates"), "empty": empty})


@never_cache
@require_GET
def begin(request: HttpRequest, secret: str) -> HttpResponse:
    """What the form is for, before the first question."""
    link = services.find(secret)
    if not services.is_open(link):
        return _closed(request, link, secret)
    call = link.call
    facts = (
        Fact(_("Workshop"), call.title),
        Fact(_("Host"), call.host or None),
        Fact(_("Place"), call.place or None),
        Fact(_("First day"), call.starts),
        Fact(_("Last day"), call.ends),
        Fact(_("Nominations until"), call.until),
    )
    known = services.answers_of(link)
    context = {
        "title": _("Form for delegates"),
        "lead": _("Six short questions about you. You may stop, and go on later with the same link."),
        "facts": tuple(one for one in facts if one.value is not None),
        "late": clock.now() >= call.until,
        "next": reverse("workshops:delegate-question", args=[secret, _ORDER[0]]),
        "check": reverse("workshops:delegate-check", args=[secret]) if _missing(known) is None else "",
    }
    return render(request, "workshops/delegate.html", context)


def _missing(answers: dict[str, str]) -> str | None:
    """The first question without an answer; None where all have one."""
    asked = ((step, form.base_fields) for step, (_title, form) in QUESTIONS.items())
    return next((step for step, fields in asked if any(name not in answers for name in fields)), None)


@never_cache
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, secret: str, step: str) -> HttpResponse:
    """One question."""
    link = services.find(secret)
    if step not in QUESTIONS:
        raise NotFound("workshops.no-question", _("There is no such question."))
    if not services.is_open(link):
        return _closed(request, link, secret)
    title, kind = QUESTIONS[step]
    known = services.answers_of(link)
    form = kind(request.POST or None, initial=known)
    place = _ORDER.index(step)
    if request.method == "POST" and form.is_valid():
        services.keep(link, form.answers)
        missing = _missing({**known, **form.answers})
        if missing is not None:
            return redirect("workshops:delegate-question", secret, missing)
        return redirect("workshops:delegate-check", secret)
    back = (
        reverse("workshops:delegate-question", args=[secret, _ORDER[place - 1]])
        if place
        else reverse("workshops:delegate", args=[secret])
    )
    context = {
        "title": title,
        "step": place + 1,
        "steps": len(_ORDER),
        "form": form,
        "back": back,
        "submit": _("Continue"),
    }
    return render(request, "workshops/delegate_question.html", context)


def _checked(secret: str, told: dict[str, str]) -> tuple[Facts, ...]:
    def fact(label: str, value: str, step: str) -> Fact:
        return Fact(
            label, value or None, change_url=reverse("workshops:delegate-question", args=[secret, step])
        )

    gender = Gender(told["gender"]).label
    return (
        Facts(
            _("About you"),
            (
                fact(_("Name"), told["name"], "name"),
                fact(_("Country"), country_name(told["country"]), "country"),
                fact(_("Position"), told["position"], "work"),
                fact(_("Employer"), told["employer"], "work"),
                fact(_("E-mail"), told["email"], "reach"),
                fact(_("Gender"), str(gender), "gender"),
                fact(_("Why this person"), told["motivation"], "motivation"),
            ),
        ),
    )


@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, secret: str) -> HttpResponse:
    """Check the answers, and hand them in."""
    link = services.find(secret)
    if not services.is_open(link):
        return _closed(request, link, secret)
    told = services.answers_of(link)
    if (missing := _missing(told)) is not None:
        return redirect("workshops:delegate-question", secret, missing)
    fault = ""
    if request.method == "POST":
        try:
            services.hand_in(link)
            return redirect("workshops:delegate", secret)
        except (BadInput, Conflict) as error:
            fault = str(error)
    context = {
        "title": _("Check your answers"),
        "lead": _("Nothing is handed in before you do so here. Afterwards the form is closed."),
        "groups": _checked(secret, told),
        "fault": fault,
        "submit": _("Hand it in"),
        "cancel_url": "",
    }
    return render(request, "workshops/delegate_check.html", context)
