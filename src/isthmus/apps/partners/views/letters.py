"""Letters of intent: drafted, signed by two nodes, and as a file."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, require
from isthmus.apps.partners.forms import LetterForm, SignForm, add_faults
from isthmus.apps.partners.house import INTRODUCE, INTRODUCTIONS, SIGN
from isthmus.apps.partners.models import Letter
from isthmus.apps.partners.queries.introductions import letters_for
from isthmus.apps.partners.queries.papers import paper_of, signatures
from isthmus.apps.partners.services import lettering as services
from isthmus.apps.partners.views.introductions import crumbs
from isthmus.apps.partners.views.introductions import find as find_introduction
from isthmus.apps.partners.wording import letter_state
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Empty, Fact, Link
from isthmus.ui.lists import ListPage
from isthmus.ui.papers import files as papers
from isthmus.ui.table import Column, tabulate

_COLUMNS: tuple[Column[Letter], ...] = (
    Column(
        "buyer",
        gettext_lazy("Buyer"),
        lambda row: row.body["buyer"],
        "link",
        url=lambda row: reverse("partners:letter", args=[row.pk]),
    ),
    Column("supplier", gettext_lazy("Supplier"), lambda row: row.body["supplier"]),
    Column("product", gettext_lazy("Goods"), lambda row: row.body["product"]),
    Column("at", gettext_lazy("Written"), "at", "date", sort="at"),
    Column("state", gettext_lazy("State"), letter_state, "state", sort="state"),
)
_SIGNATURES: tuple[Column[tuple[str, str, str]], ...] = (
    Column("node", gettext_lazy("Node"), lambda one: one[0]),
    Column("signed", gettext_lazy("Signed"), lambda one: one[1]),
    Column(
        "leaf",
        gettext_lazy("Record"),
        lambda one: one[2][:16] or None,
        "link",
        url=lambda one: reverse("exchange:record", args=[one[2]]) if one[2] else "",
    ),
)


@require_GET
@authorised(INTRODUCTIONS)
def letters(request: ActorRequest) -> HttpResponseBase:
    """Letters of intent of the visitor's organisations."""
    page = ListPage(
        request,
        letters_for(request.actor),
        _COLUMNS,
        name="partners-letters",
        default_sort="-at",
        empty=Empty(
            _("No letter of intent is written yet"),
            _("One is drafted on the page of an introduction to which both sides agreed."),
        ),
    )
    return page.respond(
        _("Letters of intent"), context={"lead": _("A letter counts once both nodes have signed it.")}
    )


def find(request: ActorRequest, pk: int) -> Letter:
    """One that the visitor may see; NotFound otherwise."""
    row = letters_for(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("partners.no-letter", _("There is no such letter."))
    return row


@require_http_methods(["GET", "POST"])
@authorised(INTRODUCE)
def draft(request: ActorRequest, pk: int) -> HttpResponse:
    """Draft a letter after an introduction."""
    row = find_introduction(request, pk)
    require(request.actor, INTRODUCE, row.own)
    initial = {
        "quantity": row.need.quantity or row.details.get("quantity"),
        "incoterm": row.offer.incoterm,
        "level": (row.need.levels or [""])[0],
    }
    form = LetterForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.draft(row, form.cleaned_data, actor=request.actor.label)
            return redirect("partners:letter", made.pk)
        except BadInput as error:
            add_faults(form, error)
    context = {
        "title": _("Draft a letter of intent"),
        "lead": _("An approver of this node signs it, then the partner's. Before that it means nothing."),
        "crumbs": (*crumbs(), Link(row.reference[:12], reverse("partners:introduction", args=[pk]))),
        "form": form,
        "submit": _("Hand it to the approver"),
        "cancel_url": reverse("partners:introduction", args=[pk]),
    }
    return render(request, "ui/form.html", context)


def _ended(row: Letter) -> tuple[Fact, ...]:
    if row.state not in {Letter.State.DECLINED, Letter.State.WITHDRAWN}:
        return ()
    record = (
        Link(row.end_leaf[:16], reverse("exchange:record", args=[row.end_leaf])) if row.end_leaf else None
    )
    facts = (
        Fact(_("Ended"), row.ended_at),
        Fact(_("Ended by"), row.ended_by or row.introduction.partner),
        Fact(_("Reason"), row.reason or None),
        Fact(_("Record of the end"), record),
    )
    return tuple(fact for fact in facts if fact.value is not None)


@require_http_methods(["GET", "POST"])
@authorised(INTRODUCTIONS)
def letter(request: ActorRequest, pk: int) -> HttpResponse:
    """One letter with both signatures; the approver of the node that received it signs here."""
    row = find(request, pk)
    signs = not row.is_own and row.state == Letter.State.SENT and can(request.actor, SIGN)
    form = SignForm(request.POST or None) if signs else None
    if request.method == "POST":
        require(request.actor, SIGN)
        if form is not None and form.is_valid():
            try:
                words = " ".join(form.cleaned_data["words"].split())
                services.agree(row, words, actor=request.actor.label)
                return redirect("partners:letter", pk)
            except BadInput as error:
                add_faults(form, error)
    made = paper_of(row, get_language() or "en")
    introduction = row.introduction
    context = {
        "title": made.title,
        "lead": made.subtitle,
        "crumbs": (
            *crumbs(),
            Link(introduction.reference[:12], reverse("partners:introduction", args=[introduction.pk])),
        ),
        "row": row,
        "facts": (
            Fact(_("State"), letter_state(row)),
            *(Fact(name, value) for name, value in made.facts),
            *((Fact(_("Agreed to"), row.words),) if row.words else ()),
            *_ended(row),
        ),
        "terms": row.body["terms"],
        "signatures": tabulate(_SIGNATURES, signatures(row), _("Signatures")),
        "form": form,
        "may_sign": row.state == Letter.State.DRAFT
        and row.by != request.actor.label
        and can(request.actor, SIGN),
        "waits": row.state == Letter.State.DRAFT,
        "may_withdraw": row.is_own and row.state == Letter.State.SENT and can(request.actor, SIGN),
        "files": [(kind.upper(), reverse("partners:letter-file", args=[pk, kind])) for kind in papers.KINDS],
    }
    return render(request, "partners/letter.html", context)


@require_POST
@authorised(SIGN)
def sign(request: ActorRequest, pk: int) -> HttpResponse:
    """The approver signs for this node, and the letter goes to the partner."""
    services.sign(find(request, pk), actor=request.actor.label)
    messages.success(request, _("Signed for this node. It counts once the partner has signed it too."))
    return redirect("partners:letter", pk)


@require_GET
@authorised(INTRODUCTIONS)
def letter_file(request: ActorRequest, pk: int, kind: str) -> HttpResponse:
    """The letter as PDF or DOCX, in the reader's language."""
    if kind not in papers.KINDS:
        raise NotFound("partners.no-file", _("A letter is a PDF or a DOCX."))
    row, language = find(request, pk), get_language() or "en"
    answer = HttpResponse(papers.made(paper_of(row, language), kind), content_type=papers.KINDS[kind])
    name = f"letter-of-intent-{row.reference[:12]}-{language}.{kind}".lower()
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
