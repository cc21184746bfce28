"""The final report on a page, and as a file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.workshops.programme.house import VIEW
from isthmus.apps.workshops.programme.views.programmes import crumbs, find
from isthmus.apps.workshops.reporting import queries
from isthmus.kit.errors import NotFound
from isthmus.ui.components import Fact
from isthmus.ui.papers import files as papers
from isthmus.ui.papers.shown import parts


@require_GET
@authorised(VIEW)
def report(request: ActorRequest, code: str) -> HttpResponse:
    """The final report as it stands now."""
    row = find(request, code)
    made = queries.paper_of(row, get_language() or "en")
    context = {
        "title": made.title,
        "lead": _("Made of what the programme holds now; the same data give the same file."),
        "crumbs": crumbs(row),
        "paper": made,
        "facts": tuple(Fact(name, value) for name, value in made.facts),
        "parts": parts(made),
        "direction": "rtl" if get_language_bidi() else "ltr",
        "files": [
            (kind.upper(), reverse("workshops:report-file", args=[code, kind])) for kind in papers.KINDS
        ],
    }
    return render(request, "workshops/report.html", context)


@require_GET
@authorised(VIEW)
def report_file(request: ActorRequest, code: str, kind: str) -> HttpResponse:
    """The final report as PDF or DOCX, in the reader's language."""
    if kind not in papers.KINDS:
        raise NotFound("workshops.no-file", _("A report is a PDF or a DOCX."))
    row, language = find(request, code), get_language() or "en"
    content = papers.made(queries.paper_of(row, language), kind)
    answer = HttpResponse(content, content_type=papers.KINDS[kind])
    name = f"report-{row.code}-{language}.{kind}".lower()
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
