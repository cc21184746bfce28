"""Documents of the own system: reading them, and what became of each."""

from pathlib import PurePosixPath

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, visible
from isthmus.apps.etrade import services
from isthmus.apps.etrade.forms import DocumentFilter, ReadForm
from isthmus.apps.etrade.mappings.cli import SUFFIXES
from isthmus.apps.etrade.models import DocumentVerdict, SourceDocument
from isthmus.apps.etrade.views.finding import organisations_for
from isthmus.kit.errors import NotFound
from isthmus.kit.limits import takes
from isthmus.ui.components import Amount, Empty, Fact, Facts, Link, SavedView, State
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate

VIEW = "etrade.declaration.view"
READ = "etrade.declaration.import"
SHOWN = 50
"""Declarations of one document that its page lists."""
LARGEST_UPLOAD = 64 * 1024 * 1024
"""Bytes of all files that are handed in at once."""

_STATES = {
    DocumentVerdict.MAPPED: State("ok", gettext_lazy("Declaration")),
    DocumentVerdict.UNSUPPORTED: State("off", gettext_lazy("Not supported yet")),
    DocumentVerdict.MALFORMED: State("bad", gettext_lazy("Refused")),
    DocumentVerdict.PARTLY: State("warn", gettext_lazy("Read in part")),
}


def _state(row: SourceDocument) -> State:
    return _STATES[DocumentVerdict(row.verdict)]


_COLUMNS: tuple[Column[SourceDocument], ...] = (
    Column(
        "file",
        gettext_lazy("File"),
        "file_name",
        kind="link",
        sort="file_name",
        url=lambda row: reverse("etrade:document", args=[row.pk]),
    ),
    Column("verdict", gettext_lazy("Verdict"), _state, kind="state", sort="verdict"),
    Column("reason", gettext_lazy("Why"), "reason"),
    Column("size", gettext_lazy("Size"), "size_bytes", kind="number", sort="size_bytes", unit="B"),
    Column("received", gettext_lazy("Read on"), "received_at", kind="date", sort="received_at"),
)


_CELLS: tuple[Column[dict[str, str]], ...] = (
    Column("where", gettext_lazy("Where"), "where"),
    Column("column", gettext_lazy("Column"), "column"),
    Column("value", gettext_lazy("What stands there"), lambda fault: fault["value"] or _("nothing")),
    Column("message", gettext_lazy("What is wrong"), "message"),
    Column("todo", gettext_lazy("What to do"), "next_step"),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Every document that was read, with its verdict; none is thrown away."""
    page = ListPage(
        request,
        visible(request.actor, VIEW, SourceDocument.objects.defer("content")),
        _COLUMNS,
        name="documents",
        filters=DocumentFilter,
        default_sort="-received",
        views=(
            SavedView(_("All")),
            SavedView(_("Refused"), "verdict=malformed"),
            SavedView(_("Not supported yet"), "verdict=unsupported"),
        ),
        empty=Empty(
            _("No documents yet"),
            _("Files of your own customs system that you read appear here, the refused ones too."),
            Link(_("Read files"), reverse("etrade:read")),
        ),
    )
    context = {
        "lead": _("The files that were read, kept as they came, each with its verdict."),
        "crumbs": (Link(_("Declarations"), reverse("etrade:declarations")),),
        "may_read": can(request.actor, READ),
    }
    return page.respond(_("Documents"), "etrade/documents.html", context)


def _find(request: ActorRequest, pk: int) -> SourceDocument:
    row = visible(request.actor, VIEW, SourceDocument.objects.all()).filter(pk=pk).first()
    if row is None:
        raise NotFound(
            "etrade.no-document",
            _("There is no such document."),
            next_step=_("Go back to the list of documents."),
        )
    return row


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One document: its verdict, and each fault with its line."""
    document = _find(request, pk)
    declarations = list(document.declarations.order_by("id")[:SHOWN])
    facts = [
        Fact(_("Verdict"), _state(document)),
        Fact(_("Read as"), " ".join(filter(None, (document.adapter, document.mapping)))),
        Fact(_("Records"), document.mapped),
        Fact(_("Refused records"), document.refused),
        Fact(_("Size"), Amount(document.size_bytes, "B")),
        Fact(_("Read on"), document.received_at),
        Fact(_("Read by"), document.received_by),
        Fact(_("SHA-256"), document.sha256),
    ]
    context = {
        "title": document.file_name,
        "lead": _lead(document),
        "crumbs": (
            Link(_("Declarations"), reverse("etrade:declarations")),
            Link(_("Documents"), reverse("etrade:documents")),
        ),
        "document": document,
        "may_map": document.adapter == "csv" and can(request.actor, "etrade.mapping.make"),
        "declarations": declarations,
        "facts": Facts(_("Document"), tuple(facts)),
        "text": _excerpt(bytes(document.content)),
        "cells": tabulate(_CELLS, [fault for fault in document.faults if "column" in fault], _("Cells")),
        "faults": [fault for fault in document.faults if "column" not in fault],
    }
    return render(request, "etrade/document.html", context)


def _lead(document: SourceDocument) -> str:
    match DocumentVerdict(document.verdict):
        case DocumentVerdict.MAPPED:
            return _("Became an export declaration.")
        case DocumentVerdict.MALFORMED:
            return _("Could not be read. Correct it in your own system and read it again.")
        case _:
            return document.reason


def _excerpt(content: bytes, limit: int = 20_000) -> str:
    return content[:limit].decode("utf-8", errors="replace").replace("\0", "\ufffd")


def _suffix(document: SourceDocument) -> str:
    """How the file's name ends, where it is one of those that are read here."""
    ending = PurePosixPath(document.file_name).suffix.lower()
    return ending if ending in SUFFIXES else ".bin"


@require_GET
@authorised(VIEW)
def original(request: ActorRequest, pk: int) -> HttpResponse:
    """The document byte for byte, as a download; never shown by the browser as a page of ours."""
    document = _find(request, pk)
    response = HttpResponse(bytes(document.content), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{document.sha256[:16]}{_suffix(document)}"'
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "POST"])
@takes(LARGEST_UPLOAD)
@authorised(READ)
def read(request: ActorRequest) -> HttpResponse:
    """Read files: each becomes a declaration, is named as unsupported, or is refused and kept."""
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ReadForm(*given, organisations=organisations_for(request, READ))
    if form.is_valid():
        _take(request, form)
        return redirect("etrade:documents")
    context = {
        "title": _("Read files"),
        "lead": _("Files of your own customs system. Only news of what a partner has already is sent to it."),
        "crumbs": (
            Link(_("Declarations"), reverse("etrade:declarations")),
            Link(_("Documents"), reverse("etrade:documents")),
        ),
        "form": form,
        "submit": _("Read the files"),
        "cancel_url": reverse("etrade:documents"),
    }
    return render(request, "ui/form.html", context)


def _take(request: ActorRequest, form: ReadForm) -> None:
    counts = dict.fromkeys(DocumentVerdict, 0)
    known = 0
    for file in form.cleaned_data["documents"]:
        intake = services.take_document(
            file.name,
            file.read(),
            organisation=form.cleaned_data["organisation"],
            actor=request.actor.label,
        )
        if intake.is_new:
            counts[DocumentVerdict(intake.document.verdict)] += 1
        else:
            known += 1
    mapped, refused = counts[DocumentVerdict.MAPPED], counts[DocumentVerdict.MALFORMED]
    unsupported = counts[DocumentVerdict.UNSUPPORTED]
    if mapped:
        messages.success(
            request,
            ngettext("%(n)d declaration was read.", "%(n)d declarations were read.", mapped) % {"n": mapped},
        )
    if refused:
        messages.error(
            request,
            ngettext("%(n)d file was refused.", "%(n)d files were refused.", refused) % {"n": refused},
        )
    if unsupported:
        messages.warning(
            request,
            ngettext(
                "%(n)d file is of a kind that is not supported yet.",
                "%(n)d files are of a kind that is not supported yet.",
                unsupported,
            )
            % {"n": unsupported},
        )
    if known:
        messages.info(
            request,
            ngettext("%(n)d file was read before.", "%(n)d files were read before.", known) % {"n": known},
        )
