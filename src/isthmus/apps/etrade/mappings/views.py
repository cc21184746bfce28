"""Pages of mappings: those that are kept, and making one beside a document, without code."""

import json

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods
from pydantic import ValidationError

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import visible
from isthmus.apps.etrade.formats.mapping.definition import MAX_GOLDEN_BYTES, ColumnTable, MappingFile
from isthmus.apps.etrade.formats.mapping.goldens import make_golden
from isthmus.apps.etrade.formats.mapping.running import read_mapped
from isthmus.apps.etrade.formats.readings import Mapped, Reading, Unsupported, said_of
from isthmus.apps.etrade.mappings.forms import MappingForm
from isthmus.apps.etrade.mappings.wording import body_facts, facts_of, rules_of
from isthmus.apps.etrade.models import Mapping, SourceDocument
from isthmus.apps.etrade.services.intake import take_document
from isthmus.apps.etrade.services.mappings import keep_mapping
from isthmus.kit.errors import BadInput, FieldFault, NotFound
from isthmus.kit.tables.reading import Table, read_table
from isthmus.ui.components import Empty, Fact, Link
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column

VIEW = "etrade.mapping.view"
MAKE = "etrade.mapping.make"
ROWS_SHOWN = 5
RESULTS_SHOWN = 20

_COLUMNS: tuple[Column[Mapping], ...] = (
    Column(
        "name",
        gettext_lazy("Mapping"),
        "name",
        kind="link",
        sort="name",
        url=lambda row: reverse("etrade:mapping", args=[row.pk]),
    ),
    Column("version", gettext_lazy("Version"), "version", kind="number", sort="version"),
    Column("record", gettext_lazy("Makes"), lambda row: row.definition["record"]),
    Column("author", gettext_lazy("Made by"), "author"),
    Column("made", gettext_lazy("Made on"), "made_at", kind="date", sort="made_at"),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Every version of every mapping; the newest of a name is the one that is used."""
    page = ListPage(
        request,
        visible(request.actor, VIEW, Mapping.objects.all()),
        _COLUMNS,
        name="mappings",
        default_sort="name",
        empty=Empty(
            _("No mappings yet"),
            _("A mapping says which column is which field. Read a table, then make one from it."),
            Link(_("Read files"), reverse("etrade:read")),
        ),
    )
    context = {
        "lead": _("Which column or path of your own files is which field, each proved by its samples."),
        "crumbs": (Link(_("Documents"), reverse("etrade:documents")),),
    }
    return page.respond(_("Mappings"), "ui/list.html", context)


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One version of a mapping: what becomes what, and the file in which it is handed on."""
    row = visible(request.actor, VIEW, Mapping.objects.all()).filter(pk=pk).first()
    if row is None:
        raise NotFound("etrade.no-mapping", _("There is no such mapping."))
    context = {
        "title": str(row),
        "lead": _("Made by %(author)s; used for documents unless a newer version is there.")
        % {"author": row.author},
        "crumbs": (Link(_("Mappings"), reverse("etrade:mappings")),),
        "facts": facts_of(row.file.definition, len(row.goldens)),
        "rules": rules_of(row.file.definition),
        "expression": row.definition.get("expression", ""),
        "written": json.dumps(row.definition, ensure_ascii=False, indent=2),
    }
    return render(request, "etrade/mapping.html", context)


def _document(request: ActorRequest, pk: int) -> tuple[SourceDocument, Table]:
    row = visible(request.actor, MAKE, SourceDocument.objects.select_related("organisation"))
    document = row.filter(pk=pk).first()
    if document is None:
        raise NotFound("etrade.no-document", _("There is no such document."))
    return document, read_table(bytes(document.content))


@require_http_methods(["GET", "POST"])
@authorised(MAKE)
def make(request: ActorRequest, pk: int) -> HttpResponse:
    """Make a mapping beside a table that was read: choose, try it on the table, keep it with that sample."""
    document, table = _document(request, pk)
    form = MappingForm(request.POST or None, headers=table.headers)
    readings: tuple[Reading, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            definition = form.definition()
            readings = read_mapped(bytes(document.content), definition)
            if request.POST.get("action") == "keep":
                _keep(request, form.cleaned_data["name"], definition, document)
                return redirect("etrade:document", document.pk)
        except ValidationError:
            form.add_error(None, _("Choose a field for at least one column."))
        except BadInput as error:
            said = [f"{fault.where}: {fault.message}" for fault in error.faults]
            for sentence in said or [str(error)]:
                form.add_error(None, sentence)
    context = {
        "title": _("Make a mapping"),
        "lead": _("For %(file)s: say which column is which field, try it, then keep it.")
        % {"file": document.file_name},
        "crumbs": (
            Link(_("Documents"), reverse("etrade:documents")),
            Link(document.file_name, reverse("etrade:document", args=[document.pk])),
        ),
        "form": form,
        "rows": [
            tuple(Fact(header, str(cell)) for header, cell in zip(table.headers, row.cells, strict=False))
            for row in table.rows[:ROWS_SHOWN]
        ],
        "results": [_shown(reading) for reading in readings[:RESULTS_SHOWN]],
        "cancel_url": reverse("etrade:document", args=[document.pk]),
    }
    return render(request, "etrade/make_mapping.html", context)


def _shown(reading: Reading) -> dict[str, object]:
    if isinstance(reading, Mapped):
        made = reading.record
        body = made.model_dump(mode="json", exclude_none=True)
        return {
            "facts": body_facts(f"{made.record_type}/{made.record_version}", body),
            "faults": reading.notes,
        }
    if isinstance(reading, Unsupported):
        return {"facts": (), "faults": ()}
    return {"facts": (), "faults": [FieldFault(*said_of(fault)) for fault in reading.faults]}


def _keep(request: ActorRequest, name: str, definition: ColumnTable, document: SourceDocument) -> None:
    content = bytes(document.content)
    sample = content
    if len(content) > MAX_GOLDEN_BYTES and not content.startswith(b"PK"):
        sample = b"".join(content.splitlines(keepends=True)[:50])
    golden = make_golden(document.file_name, sample, read_mapped(sample, definition))
    kept = keep_mapping(
        MappingFile(name=name, definition=definition, goldens=[golden]),
        document.organisation,
        actor=request.actor.label,
    )
    take_document(document.file_name, content, organisation=document.organisation, actor=request.actor.label)
    messages.success(request, _("The mapping %(name)s is kept and used from now on.") % {"name": kept})
