"""The paper of an assessment on a page, as a file, and its signature."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can
from isthmus.apps.excise.assessment import paper_views, queries
from isthmus.apps.excise.assessment.assessment_forms import PaperForm
from isthmus.apps.excise.assessment.assessment_views import DECIDE, VIEW, find
from isthmus.apps.excise.assessment.formats import params
from isthmus.apps.excise.assessment.models import Assessment
from isthmus.apps.excise.assessment.services import assessing
from isthmus.kit.errors import BadInput
from isthmus.ui.components import Link
from isthmus.ui.papers import files as papers


def _start() -> dict[str, str]:
    """In the reader's language where papers are written in it."""
    spoken = get_language() or ""
    return {"language": spoken if spoken in params.ASSESSMENT_LANGUAGES else "en", "day": ""}


@require_GET
@authorised(VIEW)
def paper(request: ActorRequest, pk: int) -> HttpResponse:
    """The paper on a page; its form says in which language, and as of which day."""
    row = find(request, pk)
    given = {**_start(), **{name: request.GET[name] for name in _start() if name in request.GET}}
    form = PaperForm(given)
    here = reverse("excise:assessment", args=[pk])
    context: dict[str, object] = {
        "title": _("Paper of assessment %(number)s") % {"number": row.number},
        "lead": _("What both sides stated, from the records alone: both nodes make the same file."),
        "crumbs": (Link(_("Assessments"), reverse("excise:assessments")), Link(row.number, here)),
        "form": form,
        "may_sign": can(request.actor, DECIDE),
    }
    if form.is_valid():
        asked = form.cleaned_data
        made = assessing.paper_of(row, language=asked["language"], day=asked["day"])
        addresses = (reverse(f"excise:assessment-paper-{one}", args=[pk]) for one in ("file", "signature"))
        context |= paper_views.shown(made, given, *addresses)
    return render(request, "excise/paper.html", context)


@require_POST
@authorised(VIEW)
def paper_file(request: ActorRequest, pk: int) -> HttpResponse:
    """The paper as PDF or DOCX. BadInput where the form is at fault."""
    return paper_views.file(*_file(request, find(request, pk)))


@require_POST
@authorised(DECIDE)
def paper_signature(request: ActorRequest, pk: int) -> HttpResponse:
    """This node's signature of the same file."""
    row = find(request, pk, DECIDE)
    return paper_views.signature(*_file(request, row), queries.ASSESSMENT_SIGNED, request.actor)


def _file(request: ActorRequest, row: Assessment) -> tuple[bytes, str, str]:
    form, kind = PaperForm(request.POST), request.POST.get("kind", "")
    if not form.is_valid() or kind not in papers.KINDS:
        raise BadInput(
            "excise.assessment-paper",
            _("Language, day or kind of file are not as the page offers them."),
            next_step=_("Open the paper again and choose there."),
        )
    asked = form.cleaned_data
    made = assessing.paper_of(row, language=asked["language"], day=asked["day"])
    return papers.made(made, kind), paper_views.assessment_name(row.number, asked["language"], kind), kind
