"""A paper on a page, and its file and signature as downloads."""

from django.db import transaction
from django.http import HttpResponse

from isthmus.accounts.policy import Actor
from isthmus.apps.excise.assessment.services import signing
from isthmus.ui.papers import files as papers
from isthmus.ui.papers.paper import Paper
from isthmus.ui.papers.shown import parts


def shown(made: Paper, given: dict[str, str], file_url: str, signature_url: str) -> dict[str, object]:
    """What the page of a paper shows; ``given`` is what its forms ask the file and the signature with."""
    return {
        "paper": made,
        "direction": "rtl" if made.is_rtl else "ltr",
        "parts": parts(made),
        "given": given,
        "file_url": file_url,
        "signature_url": signature_url,
    }


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
