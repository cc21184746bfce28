"""Agreements: the list, one in plain words, and answering: sign, decline, withdraw."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised, proven
from isthmus.accounts.policy import can, visible
from isthmus.exchange import plain_terms, queries, wording
from isthmus.exchange.forms import AgreementFilter, AnswerReasonForm, NothingToAsk
from isthmus.exchange.models import Agreement, AgreementState, Decision, Party
from isthmus.exchange.services import agreements as services
from isthmus.exchange.views.acts import ask, find, posted
from isthmus.kit import clock
from isthmus.ui.components import Empty, Link, SavedView
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate
from isthmus.ui.text import Text

VIEW = "exchange.agreement.view"
SIGN = "exchange.agreement.sign"
PROPOSE = "exchange.agreement.propose"


def crumb() -> Link:
    """The step of the breadcrumbs that leads to the list."""
    return Link(_("Agreements"), reverse("exchange:agreements"))


def page_of(agreement: Agreement) -> str:
    """The agreement's page."""
    return reverse("exchange:agreement", args=[agreement.pk])


@require_GET
@authorised(VIEW)
def agreements(request: ActorRequest) -> HttpResponseBase:
    """Every agreement of this node."""
    moment, known = clock.now(), wording.known_nodes()
    columns: tuple[Column[Agreement], ...] = (
        Column("title", _("Agreement"), "title", kind="link", sort="title", url=page_of),
        Column(
            "parties",
            _("Parties"),
            lambda row: ", ".join(wording.name_of(party.node_id, known) for party in row.parties.all()),
        ),
        Column("from", _("From"), "valid_from", kind="date", sort="valid_from"),
        Column("until", _("Until"), "valid_until", kind="date", sort="valid_until"),
        Column("proposed", _("Proposed by"), lambda row: wording.name_of(row.proposed_by, known)),
        Column(
            "state", _("State"), lambda row: wording.agreement_state(row, moment), kind="state", sort="state"
        ),
    )
    may_propose = can(request.actor, PROPOSE)
    page = ListPage(
        request,
        visible(request.actor, VIEW, Agreement.objects.prefetch_related("parties")),
        columns,
        name="agreements",
        filters=AgreementFilter,
        views=(
            SavedView(_("All")),
            SavedView(_("Waiting for this node"), "state=to-answer"),
            SavedView(_("In force"), "state=in-force"),
        ),
        empty=Empty(
            _("No agreement yet"),
            _(
                "An agreement says which records and fields may cross, for what purpose, until when. "
                "It binds once all have signed."
            ),
            Link(_("Draft an agreement"), reverse("exchange:draft_parties")) if may_propose else None,
        ),
    )
    context = {"lead": _("What may cross between this node and its partners."), "may_propose": may_propose}
    return page.respond(_("Agreements"), "exchange/agreements.html", context)


def seen(request: ActorRequest, uuid: UUID) -> Agreement:
    """The agreement, if the visitor may see it."""
    return find(visible(request.actor, VIEW, Agreement.objects.prefetch_related("parties")), pk=uuid)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that a person may give for this node."""

    decision: Decision
    form: type[forms.Form]
    title: Text
    lead: Text
    submit: Text
    done: Text


ANSWERS = {
    "sign": Answer(
        Decision.SIGNED,
        NothingToAsk,
        gettext_lazy("Sign “%(title)s”"),
        gettext_lazy("You bind this node to the terms below. They are in force once every party has signed."),
        gettext_lazy("Sign for this node"),
        gettext_lazy("Signed. The other parties are told."),
    ),
    "decline": Answer(
        Decision.DECLINED,
        AnswerReasonForm,
        gettext_lazy("Decline “%(title)s”"),
        gettext_lazy("The agreement will not come into force. A new one can be proposed at any time."),
        gettext_lazy("Decline for this node"),
        gettext_lazy("Declined. The other parties are told."),
    ),
    "withdraw": Answer(
        Decision.WITHDRAWN,
        AnswerReasonForm,
        gettext_lazy("Withdraw from “%(title)s”"),
        gettext_lazy(
            "From now on nothing crosses under this agreement. What crossed before stays as agreed."
        ),
        gettext_lazy("Withdraw this node"),
        gettext_lazy("Withdrawn. The other parties are told."),
    ),
}


def _own_decision(agreement: Agreement) -> str:
    parties: list[Party] = list(agreement.parties.all())
    return next((party.decision for party in parties if party.node_id == queries.me()), Decision.NONE)


def _possible(request: ActorRequest, agreement: Agreement) -> dict[str, bool]:
    may = can(request.actor, SIGN)
    asked = agreement.state == AgreementState.PROPOSED and _own_decision(agreement) == Decision.NONE
    return {
        "sign": may and asked,
        "decline": may and agreement.state == AgreementState.PROPOSED,
        "withdraw": may and agreement.state == AgreementState.IN_FORCE,
    }


@require_GET
@authorised(VIEW)
def agreement(request: ActorRequest, uuid: UUID) -> HttpResponse:
    """One agreement in plain words, with each party's answer."""
    row = seen(request, uuid)
    known = wording.known_nodes()
    parties: tuple[Column[Any], ...] = (
        Column("party", _("Party"), lambda party: wording.tile_of(party.node_id, known)),
        Column("decision", _("Answer"), lambda party: wording.decision_state(party.decision)),
        Column("decided", _("On"), "decided_at"),
        Column("signer", _("Decided by"), "signer"),
        Column("reason", _("Reason"), "reason"),
        Column(
            "proof",
            _("Proof"),
            lambda party: _("Signed record") if party.leaf else "",
            url=lambda party: reverse("exchange:log_entry", args=[party.leaf]) if party.leaf else "",
        ),
    )
    context = {
        "title": row.title,
        "crumbs": [crumb()],
        "agreement": row,
        "state": wording.agreement_state(row, clock.now()),
        "grants": plain_terms.grants_in_words(row.content, known),
        "terms_facts": plain_terms.terms_in_words(row.content),
        "parties": tabulate(parties, row.parties.all(), _("The parties’ answers")),
        "can": _possible(request, row),
    }
    return render(request, "exchange/agreement.html", context)


@require_http_methods(["GET", "POST"])
@authorised(SIGN)
@proven
def answer(request: ActorRequest, uuid: UUID, how: str) -> HttpResponse:
    """Sign, decline or withdraw, after the terms were shown once more."""
    row = seen(request, uuid)
    given = ANSWERS.get(how)
    if given is None:
        raise Http404
    known = wording.known_nodes()
    return ask(
        request,
        given.form(posted(request)),
        lambda data: services.answer(
            row.pk, given.decision, actor=request.actor.label, reason=data.get("reason", "")
        ),
        title=given.title % {"title": row.title},
        lead=given.lead,
        submit=given.submit,
        done=str(given.done),
        back=page_of(row),
        crumbs=[crumb(), Link(row.title, page_of(row))],
        groups=plain_terms.summary(row.content, known),
    )
