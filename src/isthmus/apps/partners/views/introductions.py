"""Introductions with their stages: asked, answered, opened."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import require
from isthmus.apps.partners.filter_forms import IntroductionFilter
from isthmus.apps.partners.forms import AnswerForm, add_faults
from isthmus.apps.partners.house import INTRODUCE, INTRODUCTIONS
from isthmus.apps.partners.models import Introduction, Letter, Listing, Outcome, Unit
from isthmus.apps.partners.queries.introductions import introductions_for, may_act
from isthmus.apps.partners.queries.listings import OTHER
from isthmus.apps.partners.queries.matches import matches_of
from isthmus.apps.partners.queries.sides import details
from isthmus.apps.partners.services import introducing as services
from isthmus.apps.partners.views.listings import find as find_listing
from isthmus.apps.partners.views.listings import public_facts
from isthmus.apps.partners.wording import (
    address,
    expired_words,
    introduction_state,
    letter_state,
    stage_words,
)
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Amount, Empty, Fact, Link, SavedView
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate

_COLUMNS: tuple[Column[Introduction], ...] = (
    Column(
        "need",
        gettext_lazy("Need"),
        "need.title",
        "link",
        url=lambda row: reverse("partners:introduction", args=[row.pk]),
    ),
    Column("offer", gettext_lazy("Offer"), "offer.title"),
    Column("with", gettext_lazy("With"), lambda row: row.partner or _("this node")),
    Column("asked", gettext_lazy("Asked"), "asked_at", "date", sort="asked_at"),
    Column("state", gettext_lazy("State"), introduction_state, "state", sort="state"),
    Column("answered", gettext_lazy("Answered"), "answered_at", "date", sort="answered_at"),
)
_LETTERS: tuple[Column[Letter], ...] = (
    Column(
        "letter",
        gettext_lazy("Letter"),
        lambda row: row.reference[:12],
        "link",
        url=lambda row: reverse("partners:letter", args=[row.pk]),
    ),
    Column("state", gettext_lazy("State"), letter_state, "state"),
    Column("at", gettext_lazy("Written"), "at", "date"),
)
_OUTCOMES: tuple[Column[Outcome], ...] = (
    Column("months", gettext_lazy("After months"), "months", "number"),
    Column("says", gettext_lazy("What became of it"), lambda row: row.get_says_display() or None),
    Column("note", gettext_lazy("Remark"), "note"),
)


@require_GET
@authorised(INTRODUCTIONS)
def introductions(request: ActorRequest) -> HttpResponseBase:
    """The introductions of the visitor's organisations."""
    page = ListPage(
        request,
        introductions_for(request.actor),
        _COLUMNS,
        name="partners-introductions",
        filters=IntroductionFilter,
        default_sort="-asked",
        views=(SavedView(_("To be answered"), "state=asked"), SavedView(_("Introduced"), "state=open")),
        empty=Empty(
            _("No introduction is asked for yet"),
            _("Open a need or an offer of your own, and ask for an introduction to one that fits."),
        ),
    )
    return page.respond(
        _("Introductions"),
        "partners/introductions.html",
        {"lead": _("Names and contacts open once both sides have agreed, and not before.")},
    )


def find(request: ActorRequest, pk: int) -> Introduction:
    """One that the visitor may see; NotFound otherwise."""
    row = introductions_for(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("partners.no-introduction", _("There is no such introduction."))
    return row


def crumbs() -> tuple[Link, ...]:
    """The pages above."""
    return (Link(_("Introductions"), reverse("partners:introductions")),)


def _details(row: Introduction, side: Listing) -> tuple[Fact, ...] | None:
    found = details(row, side)
    if found is None:
        return None
    certificates = tuple(
        ", ".join(part for part in (one.kind, one.number, one.valid_until) if part)
        for one in found.certificates
    )
    facts = (
        Fact(_("Organisation"), found.organisation),
        Fact(_("Contact"), found.contact),
        Fact(_("E-mail"), Link(found.email, f"mailto:{found.email}")),
        Fact(_("Telephone"), found.phone),
        Fact(
            _("Exact volume"),
            None if found.quantity is None else Amount(found.quantity, str(Unit(side.unit).label)),
        ),
        Fact(_("Certificates"), certificates or None),
        Fact(_("Delivery term"), found.incoterm),
        Fact(_("Payment"), found.payment),
    )
    return tuple(fact for fact in facts if fact.value is not None)


def _sides(row: Introduction) -> list[dict[str, object]]:
    shown: list[dict[str, object]] = []
    for heading, side in ((_("The need"), row.need), (_("The offer"), row.offer)):
        shown.append(
            {
                "heading": heading,
                "title": side.title,
                "url": address(side),
                "facts": public_facts(side),
                "details": _details(row, side),
                "closed": _("Name, contact and exact figures open once both sides have agreed."),
            }
        )
    return shown


def _next(row: Introduction, answers: bool) -> str:
    if row.state == Introduction.State.ASKED:
        if not row.asked.is_open:
            return f"{expired_words(row.asked)} {_('Its own side can confirm it; the introduction waits.')}"
        return _("Read it and answer.") if answers else _("The other side has to answer.")
    return ""


@require_http_methods(["GET", "POST"])
@authorised(INTRODUCTIONS)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One introduction; whoever acts for the side that was asked answers here."""
    row = find(request, pk)
    answers = services.may_answer(row) and may_act(request.actor, row.asked)
    form = AnswerForm(request.POST or None) if answers else None
    if request.method == "POST":
        require(request.actor, INTRODUCE, row.asked)
        if form is not None and form.is_valid():
            given = form.cleaned_data
            reason = " ".join(given["reason"].split())
            try:
                services.answer(row, agree=given["says"] == "agree", reason=reason, actor=request.actor.label)
                return redirect("partners:introduction", pk)
            except BadInput as error:
                add_faults(form, error)
    return render(request, "partners/introduction.html", _context(request, row, form))


def _context(request: ActorRequest, row: Introduction, form: AnswerForm | None) -> dict[str, object]:
    letters, outcomes = list(row.letters.order_by("pk")), list(row.outcomes.order_by("months"))
    acts = any(may_act(request.actor, side) for side in (row.need, row.offer))
    is_open = row.state == Introduction.State.OPEN
    facts = (
        Fact(_("State"), introduction_state(row)),
        Fact(_("Stage"), stage_words(row)),
        Fact(
            _("Asked by"),
            _("The side with the need") if row.asked_by == "need" else _("The side with the offer"),
        ),
        Fact(_("Partner"), row.partner or _("Both are of this node")),
        Fact(_("Asked"), row.asked_at),
        Fact(_("Answered"), row.answered_at),
        Fact(_("Reason"), row.reason or None),
        Fact(_("Reference"), row.reference),
    )
    return {
        "title": _("%(need)s and %(offer)s") % {"need": row.need.title, "offer": row.offer.title},
        "lead": _next(row, form is not None),
        "crumbs": crumbs(),
        "row": row,
        "facts": tuple(fact for fact in facts if fact.value is not None),
        "sides": _sides(row),
        "form": form,
        "may_withdraw": row.state == Introduction.State.ASKED and may_act(request.actor, row.asker),
        "may_confirm": row.asked if form is not None and not row.asked.is_open else None,
        "letters": tabulate(_LETTERS, letters) if letters else None,
        "may_draft": acts and is_open and row.partner,
        "outcomes": tabulate(_OUTCOMES, outcomes) if outcomes else None,
        "is_open": is_open,
    }


@require_POST
@authorised(INTRODUCE)
def ask(request: ActorRequest) -> HttpResponse:
    """Ask for an introduction to one that fits."""
    own_pk, other_pk = request.POST.get("own", ""), request.POST.get("other", "")
    if not (own_pk.isdecimal() and other_pk.isdecimal()):
        raise NotFound("partners.no-listing", _("There is no such need or offer."))
    own = Listing.objects.filter(pk=int(own_pk), partner="").first()
    if own is None:
        raise NotFound("partners.no-listing", _("There is no such need or offer."))
    require(request.actor, INTRODUCE, own)
    other = find_listing(request, OTHER[own.kind], int(other_pk))
    place = next((one.place for one in matches_of(own).found if one.row.pk == other.pk), None)
    row = services.ask(own, other, place=place, actor=request.actor.label)
    messages.success(request, _("Asked. The other side is told what it is about, and no name."))
    return redirect("partners:introduction", row.pk)


@require_POST
@authorised(INTRODUCE)
def withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Take back what was asked."""
    row = find(request, pk)
    require(request.actor, INTRODUCE, row.asker)
    services.withdraw(row, "", actor=request.actor.label)
    return redirect("partners:introduction", pk)
