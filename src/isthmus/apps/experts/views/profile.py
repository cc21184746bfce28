"""The own profile, or that of somebody of the organisation: a page a part, checked, then stated."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.models import Organisation
from isthmus.accounts.policy import can, require
from isthmus.apps.experts import queries, wording
from isthmus.apps.experts.forms import VerifyForm, add_faults, one_line
from isthmus.apps.experts.models import Expert, Level
from isthmus.apps.experts.profile_forms import Can, Reach, Speaks, When, Who, WhoFor
from isthmus.apps.experts.queries import KEEP, OWN, VERIFY, VIEW
from isthmus.apps.experts.services import profiles
from isthmus.apps.experts.views.rows import crumbs, kept, seen
from isthmus.apps.experts.wording import joined
from isthmus.exchange import queries as exchange
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Fact, Facts

STEPS = ("who", "can", "speaks", "when", "reach")
_FORMS: dict[str, Any] = {"who": Who, "can": Can, "speaks": Speaks, "when": When, "reach": Reach}


def _titles() -> dict[str, str]:
    return {
        "who": _("Who you are"),
        "can": _("What you can do"),
        "speaks": _("Which languages you speak"),
        "when": _("When you are available"),
        "reach": _("How you are reached, and what others should know"),
    }


@require_http_methods(["GET", "POST"])
@authorised(OWN)
def mine(request: ActorRequest) -> HttpResponse:
    """The own profile; its first page where there is none yet."""
    row = queries.mine(request.actor)
    if row is not None:
        return redirect("experts:expert", row.key)
    form = Who(request.POST or None, initial={"name": request.user.full_name})
    if request.method == "POST" and form.is_valid():
        organisation = Organisation.objects.get(pk=min(request.actor.organisation_ids))
        actor = request.actor.label
        made = profiles.open_profile(organisation, form.given, person=request.user, actor=actor)
        return redirect("experts:change", made.key, STEPS[1])
    return _page(request, _titles()["who"], form, STEPS[0], reverse("experts:experts"))


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def new(request: ActorRequest) -> HttpResponse:
    """A profile for somebody of the organisation who has no access to this node."""
    form = WhoFor(request.POST or None, organisations=request.actor.organisation_ids)
    if request.method == "POST" and form.is_valid():
        made = profiles.open_profile(form.holder, form.given, actor=request.actor.label)
        return redirect("experts:change", made.key, STEPS[1])
    return _page(request, _("Who the person is"), form, STEPS[0], reverse("experts:experts"))


def _page(request: ActorRequest, title: str, form: forms.Form, step: str, cancel: str) -> HttpResponse:
    lead = _("Part %(place)d of %(all)d. Nobody sees the profile before you consent.")
    context = {
        "title": title,
        "lead": lead % {"place": STEPS.index(step) + 1, "all": len(STEPS)},
        "crumbs": crumbs(),
        "form": form,
        "submit": _("Continue"),
        "cancel_url": cancel,
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(VIEW)
def change(request: ActorRequest, key: str, step: str) -> HttpResponse:
    """One part of a profile."""
    row = kept(request, key)
    if step not in STEPS:
        raise NotFound("experts.no-step", _("There is no such part of a profile."))
    kind = _FORMS[step]
    form = kind(request.POST or None, initial=kind.initial_of(row))
    if request.method == "POST" and form.is_valid():
        given = form.given_on(row, clock.now().date()) if isinstance(form, Reach) else form.given
        try:
            profiles.change(row, given, actor=request.actor.label)
        except BadInput as error:
            add_faults(form, error, next(iter(form.fields)))
        else:
            following = STEPS.index(step) + 1
            if "check" in request.GET or following == len(STEPS):
                return redirect("experts:check", row.key)
            return redirect("experts:change", row.key, STEPS[following])
    return _page(request, _titles()[step], form, step, reverse("experts:expert", args=[row.key]))


def _answers(row: Expert) -> tuple[Facts, ...]:
    titles = _titles()

    def group(step: str, *lines: tuple[str, object]) -> Facts:
        to = f"{reverse('experts:change', args=[row.key, step])}?check"
        return Facts(titles[step], tuple(Fact(label, value or None, "", to) for label, value in lines))

    return (
        group("who", (_("Name"), row.name), (_("What you are"), row.headline), (_("Summary"), row.summary)),
        group(
            "can",
            (_("Skills"), tuple(one["name"] for one in row.skills)),
            (_("Sectors"), wording.sectors_of(row)),
            (_("Countries"), joined(row.countries)),
        ),
        group("speaks", (_("Languages"), joined(wording.spoken(row)))),
        group("when", (_("Available"), wording.available(row))),
        group(
            "reach",
            (_("Contact details"), joined(str(value) for value in row.contact.values())),
            (_("ORCID"), row.orcid),
            (_("Declared interests"), tuple(one["declared"] for one in row.conflicts)),
        ),
    )


@require_http_methods(["GET", "POST"])
@authorised(VIEW)
def check(request: ActorRequest, key: str) -> HttpResponse:
    """Check the profile, and state it: it goes to every node at which the person consents."""
    row = kept(request, key)
    consents = queries.consents_of(row)
    if request.method == "POST":
        profiles.state(row, actor=request.actor.label)
        return redirect("experts:expert" if consents else "experts:consent", row.key)
    nodes = ", ".join(sorted(set(consents) - {exchange.me()}))
    told = _("It goes to %(nodes)s once you state it.") % {"nodes": nodes}
    context = {
        "title": _("Check the profile"),
        "lead": told if nodes else _("Next you choose who may see it."),
        "crumbs": crumbs(row),
        "groups": _answers(row),
        "submit": _("State the profile"),
    }
    return render(request, "ui/check.html", context)


def _levels(request: ActorRequest, row: Expert) -> list[str]:
    """The levels at which the visitor may verify."""
    levels: list[str] = []
    if can(request.actor, KEEP, row):
        levels += [Level.EMAIL, Level.INSTITUTION]
    if can(request.actor, VERIFY):
        levels.append(Level.NODE)
    return levels


@require_http_methods(["GET", "POST"])
@authorised(VIEW)
def verify(request: ActorRequest, key: str) -> HttpResponse:
    """Note that a profile was verified, and how."""
    row = seen(request, key)
    if row.node != exchange.me():
        raise NotFound("experts.elsewhere", _("A profile is verified at the node that keeps it."))
    levels = _levels(request, row)
    if not levels:
        require(request.actor, VERIFY)
    form = VerifyForm(request.POST or None, levels=levels)
    if request.method == "POST" and form.is_valid():
        told, officer = form.cleaned_data, request.actor.officer_id
        note = one_line(told["note"])
        try:
            profiles.verify(row, told["level"], note, officer_id=officer, actor=request.actor.label)
            return redirect("experts:expert", row.key)
        except BadInput as error:
            add_faults(form, error, "level")
    context = {
        "title": _("Verify a profile"),
        "lead": _("Say what was checked and how; level and day stand on the profile."),
        "crumbs": crumbs(row),
        "form": form,
        "submit": _("Note it"),
        "cancel_url": reverse("experts:expert", args=[row.key]),
    }
    return render(request, "ui/form.html", context)
