"""Pages of assessments: the list, one by chapter with its three scores, forms, and what is sent."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, require, visible
from isthmus.apps.excise.assessment.assessment_forms import AgreeForm, ClauseForm, OpenForm
from isthmus.apps.excise.assessment.formats import params
from isthmus.apps.excise.assessment.models import Assessment, AssessmentDraft, AssessmentStatement
from isthmus.apps.excise.assessment.queries import standing
from isthmus.apps.excise.assessment.rules.comparing import Views, Why, settled_score
from isthmus.apps.excise.assessment.rules.sides import Said
from isthmus.apps.excise.assessment.services import stating
from isthmus.apps.excise.assessment.wording.clauses import chapter_title, question
from isthmus.kit.errors import NotFound
from isthmus.ui.components import Empty, Fact, Link, State
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, Table, tabulate

VIEW, ANSWER, DECIDE = "excise.assessment.view", "excise.assessment.answer", "excise.assessment.decide"
Kind = AssessmentStatement.Kind
_WHY = {
    Why.CONTRADICTED: gettext_lazy("Counters contradict it"),
    Why.APART: gettext_lazy("Scores are apart"),
    Why.UNPROVED: gettext_lazy("No evidence"),
}
_SENDERS: dict[str, Callable[..., AssessmentStatement]] = {
    "answers": stating.send_answers,
    "scores": stating.send_scores,
    "result": stating.send_result,
}


def _state(row: Assessment) -> State:
    if row.signed_leaf:
        return State("ok", _("Signed by both"))
    return State("wait", _("Open"))


_COLUMNS: tuple[Column[Assessment], ...] = (
    Column(
        "number",
        gettext_lazy("Assessment"),
        "number",
        "link",
        sort="number",
        url=lambda row: reverse("excise:assessment", args=[row.pk]),
    ),
    Column("partner", gettext_lazy("Partner"), "partner", sort="partner"),
    Column("state", gettext_lazy("State"), _state, "state"),
    Column("opened", gettext_lazy("Opened"), "opened_at", "date", sort="opened_at"),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Every assessment that the visitor may see."""
    page = ListPage(
        request,
        visible(request.actor, VIEW, Assessment.objects.all()),
        _COLUMNS,
        name="assessments",
        default_sort="-opened",
        empty=Empty(
            _("No assessments yet"),
            _("An approver opens one with a partner, or a partner's answers open it here."),
        ),
    )
    context = {
        "lead": _("Two administrations answer the same questions, and score each other."),
        "may_open": can(request.actor, DECIDE),
    }
    return page.respond(_("Assessments"), "excise/assessments.html", context)


@dataclass(frozen=True, slots=True)
class _Line:
    clause: str
    question: str
    views: Views
    settled: str
    answer: str
    why: str
    url: str


def _score(value: int | None) -> str:
    return "-" if value is None else str(value)


_LINES: tuple[Column[_Line], ...] = (
    Column("question", gettext_lazy("Question"), "question", "link", url=lambda line: line.url),
    Column("own", gettext_lazy("Own score"), lambda line: _score(line.views.own)),
    Column("peer", gettext_lazy("Peer's score"), lambda line: _score(line.views.peer)),
    Column("machine", gettext_lazy("Counters' score"), lambda line: _score(line.views.machine)),
    Column("settled", gettext_lazy("Score that counts"), "settled"),
    Column("answer", gettext_lazy("Answer and evidence"), "answer"),
    Column("why", gettext_lazy("To talk about"), "why"),
)


def _words(said: Said | None) -> str:
    return " · ".join(part for part in (said.text, said.evidence) if part) if said is not None else ""


def _lines(row: Assessment, found: standing.Stated, *, own: bool, may_answer: bool) -> dict[str, _Line]:
    differ = {one.clause: str(_WHY[one.why]) for one in standing.differing(found, own=own)}
    views, said = standing.views(found, own=own), standing.answered(found, own=own)
    kind = "answer" if own else "score"
    made = {
        clause.id: _Line(
            clause.id,
            question(clause),
            views[clause.id],
            _score(settled_score(views[clause.id])),
            _words(said.get(clause.id)),
            differ.get(clause.id, ""),
            reverse("excise:assessment-clause", args=[row.pk, kind, clause.id]) if may_answer else "",
        )
        for clause in params.questionnaire().clauses
    }
    first = [made[one.clause] for one in standing.differing(found, own=own)]
    return {line.clause: line for line in (*first, *made.values())}


def _chapters(lines: dict[str, _Line]) -> list[tuple[str, Table]]:
    asked = params.questionnaire()
    found = []
    for chapter in asked.chapters:
        title = chapter_title(chapter)
        own = [lines[clause.id] for clause in asked.of(chapter.id)]
        found.append((title, tabulate(_LINES, own, title)))
    return found


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One assessment: disagreements first, then each chapter; this node's answers, or the partner's."""
    row = find(request, pk)
    own = request.GET.get("side") != "partner"
    found = standing.stated(row)
    may_answer = can(request.actor, ANSWER) and not row.signed_leaf
    lines = _lines(row, found, own=own, may_answer=may_answer)
    facts = [Fact(_("State"), _state(row)), Fact(_("Partner"), row.partner), Fact(_("Opened"), row.opened_at)]
    for kind in Kind:
        for is_own in (True, False):
            statement = found.get((kind, is_own))
            label = f"{kind.label}, {_('this node') if is_own else row.partner}"
            facts.append(Fact(label, statement.at if statement else _("not stated yet")))
    if row.signed_at is not None:
        facts.append(Fact(_("Signed by both"), row.signed_at))
    context = {
        "title": _("Assessment %(number)s") % {"number": row.number},
        "lead": _("Scores from 0 to 4 of %(side)s: its own, its peer's, and those of its live counters.")
        % {"side": _("this node") if own else row.partner},
        "crumbs": (Link(_("Assessments"), reverse("excise:assessments")),),
        "row": row,
        "own": own,
        "facts": tuple(facts),
        "differing": tabulate(_LINES, [line for line in lines.values() if line.why], _("To talk about")),
        "chapters": _chapters(lines),
        "drafts": row.drafts.count(),
        "may_send": can(request.actor, DECIDE) and not row.signed_leaf,
        "may_agree": can(request.actor, DECIDE) and not row.signed_leaf and (Kind.RESULT, False) in found,
    }
    return render(request, "excise/assessment.html", context)


def find(request: ActorRequest, pk: int, action: str = VIEW) -> Assessment:
    """The assessment, where the visitor may see it and do this with it."""
    row = visible(request.actor, VIEW, Assessment.objects.all()).filter(pk=pk).first()
    if row is None:
        raise NotFound("excise.no-assessment", _("There is no such assessment."))
    require(request.actor, action, row)
    return row


@require_http_methods(["GET", "POST"])
@authorised(DECIDE)
def begin(request: ActorRequest) -> HttpResponse:
    """Open an assessment."""
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        row = stating.open_assessment(
            given["organisation"], given["partner"].node_id, actor=request.actor.label
        )
        return redirect("excise:assessment", row.pk)
    return _form(request, form, _("Open an assessment"), reverse("excise:assessments"))


def _form(
    request: ActorRequest, form: OpenForm | ClauseForm | AgreeForm, title: str, back: str, lead: str = ""
) -> HttpResponse:
    context = {
        "title": title,
        "lead": lead,
        "crumbs": (Link(_("Assessments"), reverse("excise:assessments")),),
        "form": form,
        "submit": title,
        "cancel_url": back,
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(ANSWER)
def clause(request: ActorRequest, pk: int, kind: str, name: str) -> HttpResponse:
    """Fill in one clause: about this node, or a score of the partner."""
    row = find(request, pk, ANSWER)
    asked = params.questionnaire().clause(name)
    if asked is None or kind not in AssessmentDraft.Kind.values:
        raise NotFound("excise.no-assessment", _("There is no such clause."))
    of_partner = kind == AssessmentDraft.Kind.SCORE.value
    draft = row.drafts.filter(kind=kind, clause=name).first()
    before = {"score": draft.score, "text": draft.text, "evidence": draft.evidence} if draft else None
    form = ClauseForm(request.POST or None, clause=asked, of_partner=of_partner, initial=before)
    back = reverse("excise:assessment", args=[row.pk]) + ("?side=partner" if of_partner else "")
    if request.method == "POST" and form.is_valid():
        stating.note(
            row,
            AssessmentDraft.Kind(kind),
            name,
            form.cleaned_data["score"],
            actor=request.actor.label,
            text=form.cleaned_data["text"],
            evidence=form.cleaned_data.get("evidence", ""),
        )
        return redirect(back)
    title = _("Score the partner's answer") if of_partner else _("Answer the question")
    lead = question(asked)
    said = standing.answered(standing.stated(row), own=False).get(name) if of_partner else None
    if said is not None:
        lead = _("%(question)s The partner's own score is %(score)s: %(words)s") % {
            "question": lead,
            "score": _score(said.views.own),
            "words": _words(said) or _("nothing in words"),
        }
    return _form(request, form, title, back, lead)


@require_POST
@authorised(DECIDE)
def send(request: ActorRequest, pk: int) -> HttpResponse:
    """State answers, scores or the result to the partner."""
    row = find(request, pk, DECIDE)
    sender = _SENDERS.get(request.POST.get("kind", ""))
    if sender is None:
        raise NotFound("excise.no-assessment", _("There is nothing of this kind to send."))
    sender(row, actor=request.actor.label)
    return redirect("excise:assessment", pk)


@require_http_methods(["GET", "POST"])
@authorised(DECIDE)
def agree(request: ActorRequest, pk: int) -> HttpResponse:
    """Countersign the partner's result."""
    row = find(request, pk, DECIDE)
    form = AgreeForm(request.POST or None)
    back = reverse("excise:assessment", args=[row.pk])
    if request.method == "POST" and form.is_valid():
        stating.agree(row, form.cleaned_data["words"], actor=request.actor.label)
        return redirect(back)
    lead = _("Both nodes have then signed the result, and nothing of the assessment changes any more.")
    return _form(request, form, _("Sign the result"), back, lead)
