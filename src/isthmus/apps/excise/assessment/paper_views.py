"""A paper on a page, and its file and signature as downloads."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpResponse

from isthmus.accounts.policy import Actor
from isthmus.apps.excise.assessment import chart_views
from isthmus.apps.excise.assessment.services import signing
from isthmus.ui.papers import files as papers
from isthmus.ui.papers.paper import Paper, PaperTable
from isthmus.ui.table import Column, Table, tabulate


def shown(made: Paper, given: dict[str, str], file_url: str, signature_url: str) -> dict[str, object]:
    """What the page of a paper shows; ``given`` is what its forms ask the file and the signature with."""
    return {
        "paper": made,
        "direction": "rtl" if made.is_rtl else "ltr",
        "parts": [
            (part, [_part(table, part.heading) for table in part.tables if not part.is_for_files])
            for part in made.sections
        ],
        "given": given,
        "file_url": file_url,
        "signature_url": signature_url,
    }


def _part(table: PaperTable, heading: str) -> dict[str, object]:
    """A table of the paper with its caption, and its picture where it has one."""
    return {
        "caption": table.caption,
        "table": _shown(table, table.caption or heading),
        "chart": None if table.chart is None else chart_views.of_paper(table.caption, table.chart),
    }


def _shown(table: PaperTable, caption: str) -> Table:
    columns: list[Column[tuple[str, ...]]] = [
        Column(f"c{place}", head, _cell(place), "number" if place in table.numbers else "text")
        for place, head in enumerate(table.heads)
    ]
    return tabulate(columns, table.rows, caption)


def _cell(place: int) -> Callable[[tuple[str, ...]], str]:
    return lambda row: row[place].replace("\n", " · ")


def file(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file of one of ``papers.KINDS`` as a download."""
    answer = HttpResponse(content, content_type=papers.KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def signature(content: bytes, name: str, kind: str, event: str, actor: Actor) -> HttpResponse:
    """This node's signature of a file as a download; ``event`` is what the audit trail calls it."""
    with transaction.atomic():
        token = signing.signed(content, name=name, kind=kind, event=event, actor=actor.label)
    answer = HttpResponse(token + "\n", content_type="application/jose")
    answer["Content-Disposition"] = f'attachment; filename="{name}.sig"'
    return answer


def assessment_name(number: str, language: str, kind: str) -> str:
    """What the file of an assessment's paper is called."""
    return f"assessment-{number}-{language}.{kind}".lower()
