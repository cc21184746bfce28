"""Drafting an agreement: one question a page, answers kept in the session, checked before it is proposed."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised, proven
from isthmus.accounts.policy import visible
from isthmus.exchange import drafts, plain_terms, queries, registry, wording
from isthmus.exchange.draft_forms import FieldsForm, FlowsForm, PartiesForm, TermsForm
from isthmus.exchange.drafts import Draft
from isthmus.exchange.forms import NothingToAsk
from isthmus.exchange.services import agreements as services
from isthmus.exchange.views.acts import posted, submitted
from isthmus.exchange.views.agreements import PROPOSE, crumb
from isthmus.exchange.views.dry_run import try_out
from isthmus.kit.limits import FORM_BYTES, takes
from isthmus.trust.models import Partner, PartnerState
from isthmus.ui.components import Fact, Facts, Link
from isthmus.wire import codec

STEPS = 5


def _step(request: ActorRequest, form: object, number: int, title: str, lead: str, back: str) -> HttpResponse:
    context = {
        "title": title,
        "lead": lead,
        "step": number,
        "steps": STEPS,
        "form": form,
        "back": back,
        "crumbs": [crumb()],
        "submit": _("Continue"),
    }
    return render(request, "exchange/draft_step.html", context)


def _missing(draft: Draft) -> str:
    """The first question that has no answer yet; empty where the draft is whole."""
    if not draft.parties:
        return reverse("exchange:draft_parties")
    if not draft.flows:
        return reverse("exchange:draft_flows")
    number = draft.without_fields
    if number is not None:
        return reverse("exchange:draft_fields", args=[number + 1])
    return "" if draft.terms else reverse("exchange:draft_terms")


def _next(draft: Draft) -> str:
    return _missing(draft) or reverse("exchange:draft_check")


@require_http_methods(["GET", "POST"])
@authorised(PROPOSE)
def parties(request: ActorRequest) -> HttpResponse:
    """With whom?"""
    draft = drafts.read(request.session)
    active = visible(request.actor, "trust.partner.view", Partner.objects.filter(state=PartnerState.ACTIVE))
    partners = [(row.node_id, f"{row.tile} · {row.name}") for row in active]
    asked = request.GET.get("partner")
    initial = [node for node in draft.parties if node != queries.me()] or ([asked] if asked else [])
    form = PartiesForm(posted(request), partners=partners, initial={"partners": initial})
    if request.method == "POST" and form.is_valid():
        draft.choose_parties([*form.cleaned_data["partners"], queries.me()])
        drafts.write(request.session, draft)
        return redirect(_missing(draft) or "exchange:draft_check")
    lead = _("Nothing is sent before you have checked everything at the end.")
    if not partners:
        messages.warning(request, _("There is no confirmed partner yet. Add one and confirm it first."))
    return _step(request, form, 1, _("Who are the parties?"), lead, reverse("exchange:agreements"))


@require_http_methods(["GET", "POST"])
@authorised(PROPOSE)
def flows(request: ActorRequest) -> HttpResponse:
    """Which records, in which direction?"""
    draft = drafts.read(request.session)
    if not draft.parties:
        return redirect("exchange:draft_parties")
    known = wording.known_nodes()
    choices = [
        (
            flow.key,
            _("%(title)s: %(sender)s gives to %(receiver)s")
            % {
                "title": wording.type_title(flow.record_type),
                "sender": wording.name_of(flow.sender, known),
                "receiver": wording.name_of(flow.receiver, known),
            },
        )
        for flow in drafts.possible_flows(draft.parties)
    ]
    form = FlowsForm(posted(request), flows=choices, initial={"flows": [flow.key for flow in draft.flows]})
    if request.method == "POST" and form.is_valid():
        draft.choose_flows(form.cleaned_data["flows"])
        drafts.write(request.session, draft)
        return redirect(_next(draft))
    lead = _("Each direction is agreed on its own. Choose only what the purpose needs.")
    return _step(request, form, 2, _("What may cross?"), lead, reverse("exchange:draft_parties"))


@require_http_methods(["GET", "POST"])
@authorised(PROPOSE)
def fields(request: ActorRequest, number: int) -> HttpResponse:
    """Which fields of one record type in one direction?"""
    draft = drafts.read(request.session)
    if not 1 <= number <= len(draft.flows):
        if not draft.flows:
            return redirect(_missing(draft))
        raise Http404
    flow = draft.flows[number - 1]
    form = FieldsForm(
        posted(request),
        model=registry.model_of(flow.record_type),
        chosen=draft.suggested_fields(number - 1),
    )
    if request.method == "POST" and form.is_valid():
        flow.fields = form.chosen
        drafts.write(request.session, draft)
        return redirect(_next(draft))
    known = wording.known_nodes()
    lead = _("%(title)s: %(sender)s gives to %(receiver)s (%(number)d of %(total)d).") % {
        "title": wording.type_title(flow.record_type),
        "sender": wording.name_of(flow.sender, known),
        "receiver": wording.name_of(flow.receiver, known),
        "number": number,
        "total": len(draft.flows),
    }
    return _step(request, form, 3, _("Which fields may cross?"), lead, reverse("exchange:draft_flows"))


@require_http_methods(["GET", "POST"])
@authorised(PROPOSE)
def terms(request: ActorRequest) -> HttpResponse:
    """For what, on which basis, how long?"""
    draft = drafts.read(request.session)
    form = TermsForm(posted(request), initial=draft.terms)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        draft.terms = {
            **given,
            "valid_from": given["valid_from"].isoformat(),
            "valid_until": given["valid_until"].isoformat(),
        }
        drafts.write(request.session, draft)
        return redirect(_next(draft))
    lead = _("The other parties read these words before they sign.")
    back = reverse("exchange:draft_fields", args=[len(draft.flows)]) if draft.flows else _missing(draft)
    return _step(request, form, 4, _("For what purpose, and how long?"), lead, back)


def _answers(draft: Draft) -> Sequence[Facts]:
    known = wording.known_nodes()
    content = draft.content()
    tiles = tuple(wording.tile_of(node, known) for node in content.parties)
    grants = []
    for number, flow in enumerate(draft.flows, start=1):
        shown = plain_terms.grant_facts(plain_terms.grant_in_words(flow.grant(), known))
        kind, crossing, withheld = shown.facts
        change = reverse("exchange:draft_fields", args=[number])
        grants.append(
            Facts(
                shown.title,
                (
                    Fact(kind.label, kind.value, change_url=reverse("exchange:draft_flows")),
                    Fact(crossing.label, crossing.value, change_url=change),
                    withheld,
                ),
            )
        )
    to_terms = reverse("exchange:draft_terms")
    texts = (Fact(_("Title"), content.title), *plain_terms.terms_in_words(content))
    return (
        Facts(_("Parties"), (Fact(_("Parties"), tiles, change_url=reverse("exchange:draft_parties")),)),
        *grants,
        Facts(_("Terms"), tuple(Fact(fact.label, fact.value, change_url=to_terms) for fact in texts)),
    )


@require_http_methods(["GET", "POST"])
@authorised(PROPOSE)
@proven
def check(request: ActorRequest) -> HttpResponse:
    """Everything once more; a POST signs and proposes."""
    draft = drafts.read(request.session)
    missing = _missing(draft)
    if missing:
        return redirect(missing)
    form = NothingToAsk(posted(request))
    if request.method == "POST":
        made = submitted(form, lambda _given: services.propose(draft.content(), actor=request.actor.label))
        if made is not None:
            drafts.clear(request.session)
            messages.success(
                request, _("Proposed and signed by this node. It binds once every party has signed.")
            )
            return redirect("exchange:agreement", made.pk)
    context = {
        "title": _("Check your answers"),
        "lead": _("With the button below this node signs the terms and sends them to the other parties."),
        "step": 5,
        "steps": STEPS,
        "groups": _answers(draft),
        "form": form,
        "crumbs": [crumb()],
    }
    return render(request, "exchange/draft_check.html", context)


@require_http_methods(["GET", "POST"])
@takes(FORM_BYTES + 3 * codec.MAX_BYTES)  # a form triples what it escapes
@authorised(PROPOSE)
def dry_run(request: ActorRequest) -> HttpResponse:
    """The dry run of the draft, before it is proposed."""
    draft = drafts.read(request.session)
    missing = _missing(draft)
    if missing:
        return redirect(missing)
    back = reverse("exchange:draft_check")
    return try_out(
        request,
        [flow.grant() for flow in draft.flows],
        title=_("Dry run of the draft"),
        back=back,
        crumbs=[crumb(), Link(_("Check your answers"), back)],
    )


@require_POST
@authorised(PROPOSE)
def discard(request: ActorRequest) -> HttpResponse:
    """Forget the draft."""
    drafts.clear(request.session)
    messages.success(request, _("The draft is gone. Nothing was sent."))
    return redirect("exchange:agreements")
