"""The follow-up form: behind the delegate's link, and for an officer where the person has none."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.workshops.delegates import services as delegates
from isthmus.apps.workshops.followups.models import FollowUp
from isthmus.apps.workshops.followups.services import telling
from isthmus.apps.workshops.letters.forms import TravelForm
from isthmus.apps.workshops.letters.queries import keep_days
from isthmus.apps.workshops.nominations import queries as nominations
from isthmus.apps.workshops.nominations.house import NOMINATE
from isthmus.apps.workshops.nominations.models import Nomination
from isthmus.apps.workshops.programme.forms import add_faults
from isthmus.kit.errors import BadInput, NotFound, Refused
from isthmus.ui.components import Link


def _asked(request: HttpRequest, row: Nomination, back: str, actor: str, title: str) -> HttpResponse:
    if not telling.is_asked(row):
        raise NotFound(
            "workshops.not-asked",
            _("Nothing is asked here: the person is not accepted, or the workshop is over."),
        )
    form = TravelForm(request.POST or None, initial=telling.told_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            telling.tell(row, form.told, actor=actor)
            return redirect(back)
        except (BadInput, Refused) as error:
            if isinstance(error, BadInput):
                add_faults(form, error, "passport")
            else:
                form.add_error("passport", str(error))
    last = FollowUp.objects.filter(nomination=row).first()
    context = {
        "title": title,
        "lead": _(
            "What the journey to the workshop needs. It crosses sealed for the organisers, who alone can read"
            " it, and is wiped %(days)d days after the workshop."
        )
        % {"days": keep_days()},
        "crumbs": (Link(row.call.title, back),),
        "form": form,
        "submit": _("Hand it in") if last is None else _("Hand it in anew"),
        "cancel_url": back,
    }
    return render(request, "ui/form.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def by_delegate(request: HttpRequest, secret: str) -> HttpResponse:
    """The accepted delegate fills in the form; whoever holds the link is the person."""
    link = delegates.find(secret)
    if link.nomination is None:
        raise NotFound("workshops.not-asked", _("Hand in the form for delegates first."))
    back = reverse("workshops:delegate", args=[secret])
    return _asked(request, link.nomination, back, f"delegate form {link.pk}", _("For your journey"))


@never_cache
@require_http_methods(["GET", "POST"])
@authorised(NOMINATE)
def by_officer(request: ActorRequest, pk: int) -> HttpResponse:
    """An officer fills in what the delegate told."""
    row = nominations.nominations_for(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("workshops.no-nomination", _("There is no such nomination."))
    back = reverse("workshops:nomination", args=[pk])
    title = _("For the journey of %(name)s") % {"name": row.name}
    return _asked(request, row, back, request.actor.label, title)
