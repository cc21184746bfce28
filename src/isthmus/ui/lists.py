"""List pages: filters by GET, saved views, sorting by head, 25 a page, export, and when it was counted."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from isthmus.kit import clock
from isthmus.kit.errors import BadInput, FieldFault
from isthmus.ui import exports
from isthmus.ui.components import Empty, SavedView
from isthmus.ui.forms import FilterForm
from isthmus.ui.table import Column, Head, Table, cell
from isthmus.ui.text import Text

M = TypeVar("M", bound=Model)
PER_PAGE = 25
_OURS = ("sort", "page", "export")
_CHUNK = 500


class ListPage(Generic[M]):
    """One list, read from the query of the address.

    ``rows`` is what the visitor may see, with ``select_related`` and ``prefetch_related`` for all that the
    columns touch. ``default_sort`` names a column, with ``-`` before it for the other direction. Only
    declared columns sort; any other ``sort`` in the address is passed over.
    """

    def __init__(
        self,
        request: HttpRequest,
        rows: "QuerySet[M]",
        columns: Sequence[Column[M]],
        *,
        name: str,
        filters: type[FilterForm] | None = None,
        default_sort: str = "",
        views: Sequence[SavedView] = (),
        empty: Empty | None = None,
        per_page: int = PER_PAGE,
    ) -> None:
        self.request = request
        self.columns = tuple(columns)
        self.name = name
        self.views = tuple(views)
        self.empty = empty or Empty(_("Nothing here yet"))
        self.per_page = per_page
        self.form = filters(request.GET) if filters else None
        asked = any(value for key, value in request.GET.items() if key not in _OURS)
        self.filtered = self.form is not None and asked
        self.sort = self._sort(default_sort)
        self.counted = clock.now()
        self.rows = self._order(self._narrow(rows))

    def _narrow(self, rows: "QuerySet[M]") -> "QuerySet[M]":
        if self.form is None:
            return rows
        # An unfiltered list under a filter that failed would be read as filtered.
        return self.form.narrow(rows) if self.form.is_valid() else rows.none()

    def _sort(self, default: str) -> str:
        wanted = self.request.GET.get("sort", "")
        known = {column.name for column in self.columns if column.order}
        return wanted if wanted.removeprefix("-") in known else default

    def _order(self, rows: "QuerySet[M]") -> "QuerySet[M]":
        """Sorted rows; the key comes last, or a row could appear on two pages and another on none."""
        descending = self.sort.startswith("-")
        chosen = next((c for c in self.columns if c.name == self.sort.removeprefix("-")), None)
        if chosen is None:
            return rows.order_by(*(rows.query.order_by or rows.model._meta.ordering or ()), "pk")
        if not descending:
            return rows.order_by(*chosen.order, "pk")
        return rows.order_by(*(f[1:] if f.startswith("-") else f"-{f}" for f in chosen.order), "-pk")

    def query(self, **changes: str | None) -> str:
        """The address's query with some keys changed, or dropped by ``None``; empty values are left out."""
        given = QueryDict(mutable=True)
        for key, values in self.request.GET.lists():
            given.setlist(key, [v for v in values if v])
        for key, value in changes.items():
            if value is None:
                given.pop(key, None)
            else:
                given[key] = value
        return given.urlencode()

    def _head(self, column: Column[M]) -> Head:
        number = column.kind == "number"
        if not column.order:
            return Head(column.label, number)
        direction = {column.name: "ascending", f"-{column.name}": "descending"}.get(self.sort, "")
        turned = f"-{column.name}" if direction == "ascending" else column.name
        return Head(column.label, number, self.query(sort=turned, page=None), direction)

    def _page(self) -> "Page[M]":
        return Paginator(self.rows, self.per_page).get_page(self.request.GET.get("page"))

    def table(self, page: "Page[M]", caption: Text = "") -> Table:
        """The rows of one page."""
        heads = tuple(self._head(column) for column in self.columns)
        body = tuple(
            tuple(cell(c, row, head=i == 0) for i, c in enumerate(self.columns)) for row in page.object_list
        )
        return Table(heads, body, caption)

    def _views(self) -> Iterator[dict[str, Any]]:
        here = QueryDict(self.query(page=None, sort=None, export=None))
        for view in self.views:
            yield {"label": view.label, "query": view.query, "current": QueryDict(view.query) == here}

    def context(self, title: Text) -> dict[str, Any]:
        """What ``ui/list.html`` needs."""
        page = self._page()
        return {
            "title": title,
            "list": self,
            "page": page,
            "total": page.paginator.count,
            "counted": self.counted,
            "table": self.table(page, title),
            "views": tuple(self._views()),
            "page_query": self.query(page=None, export=None),
            "csv_query": self.query(export="csv", page=None),
            "json_query": self.query(export="json", page=None),
        }

    def export(self, form: exports.Format) -> HttpResponseBase:
        """All rows that pass the filters as ``csv`` or ``json``. BadInput if a filter is wrong."""
        if self.form is not None and not self.form.is_valid():
            faults = tuple(
                FieldFault(name, " ".join(map(str, texts))) for name, texts in self.form.errors.items()
            )
            raise BadInput(
                "ui.list.filter", gettext("The export was not made: a filter is wrong."), faults=faults
            )
        rows = self.rows.iterator(chunk_size=_CHUNK)
        total = self.rows.count() if form == "json" else 0
        return exports.respond(form, slugify(self.name), self.columns, rows, self.counted, total)

    def respond(
        self, title: Text, template: str = "ui/list.html", context: Mapping[str, Any] | None = None
    ) -> HttpResponseBase:
        """The page, or the export that the address asks for."""
        match self.request.GET.get("export"):
            case "csv" | "json" as form:
                return self.export(form)
        return render(self.request, template, {**self.context(title), **(context or {})})
