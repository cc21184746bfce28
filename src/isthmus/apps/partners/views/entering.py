"""The question pages on which a need or an offer is entered: four short ones, then check your answers."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.partners.forms import ContactForm, GoodsForm, TermsForm, VolumeForm, add_faults
from isthmus.apps.partners.house import DRAFT, WRITE
from isthmus.apps.partners.queries.drafts import initial_of
from isthmus.apps.partners.services import listing as services
from isthmus.apps.partners.services.listing import Given
from isthmus.apps.partners.wording import address
from isthmus.exchange import handing
from isthmus.exchange.rules.handing import Words
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Fact, Facts, Link

STEPS: dict[str, type[forms.Form]] = {
    "goods": GoodsForm,
    "volume": VolumeForm,
    "terms": TermsForm,
    "contact": ContactForm,
}
_ORDER = (*STEPS, "check")


def _key(kind: str) -> str:
    return f"partners.{kind}"


def _titles() -> dict[str, str]:
    return {
        "goods": _("What is it about?"),
        "volume": _("How much, and how far put together?"),
        "terms": _("With whom, and on which terms?"),
        "contact": _("Whom does a partner speak with?"),
    }


def _lead(step: str, kind: str) -> str:
    place = _("Step %(place)d of %(all)d.") % {"place": _ORDER.index(step) + 1, "all": len(_ORDER)}
    if step == "contact":
        return f"{place} {_('Opened to a partner only after both sides have agreed to an introduction.')}"
    if step == "volume" and kind == "need":
        return f"{place} {_('Local content and certificates are what you want of a partner.')}"
    return place


def _name(kind: str) -> str:
    return _("Enter a need") if kind == "need" else _("Enter an offer")


def _crumbs(kind: str) -> tuple[Link, ...]:
    label = _("Needs") if kind == "need" else _("Offers")
    return (Link(label, reverse(f"partners:{kind}s")),)


def _form(request: ActorRequest, kind: str, step: str, data: QueryDict | None = None) -> forms.Form:
    """The form of a step, bound to what was sent or answered before."""
    kept: dict[str, list[str]] | None = request.session.get(_key(kind), {}).get(step)
    if data is None and kept is not None:
        data = QueryDict(mutable=True)
        for name, values in kept.items():
            data.setlist(name, values)
    more: dict[str, Any] = {}
    if step == "contact":
        more = {"organisations": request.actor.organisation_ids}
        if data is None:
            more["initial"] = {"contact": request.user.full_name, "email": request.user.email}
    return STEPS[step](data, **more)


def _keep(request: HttpRequest, kind: str, step: str, data: QueryDict) -> None:
    answers = request.session.get(_key(kind), {})
    answers[step] = {name: values for name, values in data.lists() if name != "csrfmiddlewaretoken"}
    request.session[_key(kind)] = answers


def _origin(request: HttpRequest, kind: str) -> str:
    """Where the words of these answers are from, as it was kept with them."""
    origin: str = request.session.get(_key(kind), {}).get(handing.FROM, "")
    return origin


def _keep_origin(request: HttpRequest, kind: str, origin: str) -> None:
    request.session[_key(kind)] = {**request.session[_key(kind)], handing.FROM: origin}


def _words(request: ActorRequest, kind: str, step: str) -> tuple[str | None, Words | None]:
    """The origin that the address of the first page names, empty to drop one, and its words; or neither."""
    if kind != DRAFT or step != "goods":
        return None, None
    origin = request.GET.get(handing.FROM)
    return origin, handing.draft_for(request.actor, DRAFT, origin) if origin else None


def _show(
    kind: str, step: str, form: forms.Form, request: HttpRequest, words: Words | None = None
) -> HttpResponse:
    place = _ORDER.index(step)
    back = (
        reverse(f"partners:{kind}-new", args=[_ORDER[place - 1]]) if place else reverse(f"partners:{kind}s")
    )
    context = {
        "title": _titles()[step],
        "lead": " ".join(
            (*((handing.drafted_words(words),) if words is not None else ()), _lead(step, kind))
        ),
        "crumbs": _crumbs(kind),
        "form": form,
        "submit": _("Continue"),
        "cancel_url": back,
    }
    return render(request, "partners/step.html", context)


@require_http_methods(["GET", "POST"])
@authorised(WRITE)
def step(request: ActorRequest, kind: str, step: str) -> HttpResponse:
    """One question page, or the last one with all answers."""
    if step == "check":
        return _check(request, kind)
    if step not in STEPS:
        raise NotFound("partners.no-step", _("There is no such question."))
    origin, words = _words(request, kind, step)
    if request.method == "GET":
        is_new = words is not None and origin != _origin(request, kind)
        form = GoodsForm(initial=initial_of(words)) if words and is_new else _form(request, kind, step)
        return _show(kind, step, form, request, words)
    form = _form(request, kind, step, request.POST)
    if not form.is_valid():
        return _show(kind, step, form, request, words)
    _keep(request, kind, step, request.POST)
    if origin is not None:
        _keep_origin(request, kind, origin)
    return redirect(f"partners:{kind}-new", _ORDER[_ORDER.index(step) + 1])


def _given(answers: dict[str, forms.Form]) -> Given:
    said = {name: value for form in answers.values() for name, value in form.cleaned_data.items()}
    said.pop("organisation")
    for name in ("levels", "countries", "certificates"):
        said[name] = tuple(said[name])
    return Given(**said)


def _answers(kind: str, answers: dict[str, forms.Form]) -> tuple[Facts, ...]:
    groups = []
    for name, form in answers.items():
        change = reverse(f"partners:{kind}-new", args=[name])
        lines = tuple(
            Fact(bound.label, _shown(bound, form.cleaned_data[bound.name]), change_url=change)
            for bound in form
        )
        groups.append(Facts(_titles()[name], lines))
    return tuple(groups)


def _began_with(request: ActorRequest, kind: str) -> tuple[Facts, ...]:
    link = handing.source_link(request.actor, _origin(request, kind))
    if link is None:
        return ()
    change = reverse(f"partners:{kind}-new", args=["goods"]) + f"?{handing.FROM}="
    return (Facts(_("Where it comes from"), (Fact(_("Began with the words of"), link, change_url=change),)),)


def _shown(bound: forms.BoundField, value: Any) -> Any:  # noqa: ANN401  whatever a field cleans to
    if bound.name == "certificates":
        return tuple(", ".join(part for part in one.values() if part) for one in value) or None
    choices = getattr(bound.field, "choices", None)
    if choices is not None:
        labels = {str(key): str(label) for key, label in choices}
        if isinstance(value, list):
            return tuple(labels[one] for one in value)
        return labels.get(str(value)) if value else None
    return tuple(value) if isinstance(value, list) and value else value or None


def _check(request: ActorRequest, kind: str) -> HttpResponse:
    answers = {name: _form(request, kind, name) for name in STEPS}
    for name, form in answers.items():
        if not form.is_bound or not form.is_valid():
            return redirect(f"partners:{kind}-new", name)
    if request.method == "POST":
        contact = answers["contact"]
        assert isinstance(contact, ContactForm)
        try:
            origin = handing.kept_origin(request.actor, _origin(request, kind))
            given = _given(answers)
            row = services.enter(kind, contact.holder, given, actor=request.actor.label, origin=origin)
        except BadInput as error:
            where = {fault.where.split(".")[0] for fault in error.faults}
            at = next((name for name, form in answers.items() if where & form.fields.keys()), "goods")
            add_faults(answers[at], error)
            return _show(kind, at, answers[at], request)
        del request.session[_key(kind)]
        messages.success(
            request, _("Entered. Its reference is %(reference)s.") % {"reference": row.reference}
        )
        return redirect(address(row))
    context = {
        "title": _("Check your answers"),
        "lead": _("Partners are told country, goods and class of volume; no name and no contact."),
        "crumbs": _crumbs(kind),
        "groups": (*_answers(kind, answers), *_began_with(request, kind)),
        "submit": _name(kind),
        "cancel_url": reverse(f"partners:{kind}s"),
    }
    return render(request, "ui/check.html", context)
