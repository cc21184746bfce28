"""Each component in its states: for designers, developers and the tests. Mounted in development only."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from isthmus.kit.errors import BadInput, FieldFault
from isthmus.ui import gallery_samples as samples
from isthmus.ui.components import Link
from isthmus.ui.gallery_charts import CHARTS, COMPARABLE
from isthmus.ui.table import Head, Table, tabulate
from isthmus.ui.text import Text

_CRUMBS = (Link(_("Front page"), "#"), Link(_("E-Trade"), "#"))


def _page(request: HttpRequest, template: str, title: Text, **context: Any) -> HttpResponse:
    """A page in the sample frame; ``?anonymous`` shows it to a visitor, ``?theme=dark`` in the dark."""
    theme = request.GET.get("theme", "")
    person = "" if "anonymous" in request.GET else samples.PERSON
    request.ui_shell = samples.sample_shell(person, theme)  # type: ignore[attr-defined]  # read by ui.context
    return render(request, template, {"title": title, "crumbs": _CRUMBS, **context})


def gallery(request: HttpRequest) -> HttpResponse:
    """All small components and all charts."""
    return _page(
        request,
        "ui/gallery.html",
        _("Gallery"),
        lead=_("Each component in its states. Change the language, the window or the light to see it there."),
        moment=samples.MOMENT,
        tasks=samples.TASKS,
        facts=samples.FACTS,
        states=samples.STATES,
        words=samples.WORDS,
        charts=CHARTS,
        work=samples.WORK,
        empty=samples.EMPTY,
        share=samples.SHARE,
        spark=(3, 5, 2, 8, 13, 9, 4, None, None, 11, 14, 12, 18, 17),
        table=tabulate(samples.COLUMNS, samples.ROWS[:3], _("Declarations")),
    )


def form(request: HttpRequest) -> HttpResponse:
    """Each sort of field; sent empty, it shows the error summary."""
    bound = (
        samples.SampleForm(request.POST, request.FILES) if request.method == "POST" else samples.SampleForm()
    )
    return _page(request, "ui/form.html", _("Add a declaration"), form=bound, cancel_url="#")


def listed(request: HttpRequest) -> HttpResponse:
    """A list as ``ListPage`` gives it, without a database; ``?none`` shows it empty."""
    rows = () if "none" in request.GET else samples.ROWS
    bound = samples.SampleFilters(request.GET)
    page = Paginator(range(214), 25).get_page(request.GET.get("page"))
    plain = tabulate(samples.COLUMNS, rows, _("Declarations"))
    directions = {0: "descending"}
    heads = (Head(h.label, h.number, "sort=x", directions.get(i, "")) for i, h in enumerate(plain.heads))
    return _page(
        request,
        "ui/list.html",
        _("Declarations"),
        lead=_("What this node published, and what became of it."),
        list=SimpleNamespace(form=bound, sort="-number", filtered=False, empty=samples.EMPTY),
        page=page,
        total=214,
        counted=samples.MOMENT,
        table=Table(tuple(heads), plain.rows, plain.caption),
        views=[{"label": v.label, "query": v.query, "current": not v.query} for v in samples.VIEWS],
        page_query="",
        csv_query="export=csv",
        json_query="export=json",
    )


def record(request: HttpRequest) -> HttpResponse:
    """A record with its passport."""
    return _page(
        request,
        "ui/gallery_record.html",
        _("Declaration MM-2026-000481"),
        facts=samples.FACTS,
        passport=samples.PASSPORT,
        raw={"id": "019ab3", "type": "etrade.export-declaration", "body": {"net_mass_kg": "26480.5"}},
    )


def case(request: HttpRequest) -> HttpResponse:
    """A case with two sides, evidence and a chart of comparable ones."""
    return _page(
        request, "ui/case.html", _("A difference in mass"), case=replace(samples.CASE, chart=COMPARABLE)
    )


def progress(request: HttpRequest) -> HttpResponse:
    """Long work; polled by htmx, it answers with the fragment alone."""
    work = samples.running(request.path)
    if request.headers.get("HX-Request"):
        return render(request, "ui/progress_fragment.html", {"work": work})
    return _page(request, "ui/progress.html", _("Reconcile November"), work=work)


def check(request: HttpRequest) -> HttpResponse:
    """Check your answers."""
    lead = _("Nothing has been sent yet.")
    return _page(request, "ui/check.html", _("Check your answers"), groups=samples.ANSWERS, lead=lead)


def error(request: HttpRequest) -> HttpResponse:
    """An error of ours, as the node's middleware shows it."""
    raised = BadInput(
        "etrade.declaration.invalid",
        gettext("The file is not a declaration that this node can read."),
        next_step=gettext("Correct the two lines in the file and load it again."),
        # untranslated: sample faults, as a reader of documents words them
        faults=(FieldFault("line 14", "net mass is missing"), FieldFault("line 22", "no such country: XX")),
    )
    return _page(request, "ui/error.html", "", error=raised)
