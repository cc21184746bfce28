"""``{% load ui %}``: filters for numbers, days and moments; tags for the components."""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import forms, template
from django.core.paginator import Page, Paginator
from django.forms.boundfield import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi

from isthmus.ui import charts, formats, icons, qr
from isthmus.ui.components import (
    Case,
    Empty,
    Fact,
    Facts,
    Fault,
    Link,
    Passport,
    Progress,
    Side,
    State,
    StateKind,
    Task,
    Tile,
)
from isthmus.ui.shown import shown as shown_html
from isthmus.ui.shown import state_html, tile_html
from isthmus.ui.text import Text

register = template.Library()
_BETWEEN_BACKTICKS = re.compile("`([^`]+)`")


# Filters


@register.filter
def grouped(value: formats.Number | None, places: int | None = None) -> str:
    """``{{ n|grouped }}``, ``{{ n|grouped:2 }}``: thousands apart as the active language writes them."""
    return formats.grouped(value, places)


@register.filter
def amount(value: formats.Number | None, unit: str = "") -> str:
    """``{{ n|amount:"kg" }}``: the grouped number with its unit."""
    return formats.amount(value, unit)


@register.filter
def day(value: date | None) -> SafeString | str:
    """``{{ d|day }}``: 23 Nov 2026."""
    return formats.day(value)


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """``{{ t|moment }}``: 23 Nov 2026 10:02 UTC."""
    return formats.moment(value)


@register.filter
def shown(value: object) -> SafeString:
    """``{{ v|shown }}``: any value as the pages show it."""
    return shown_html(value)


@register.filter
def commands(text: Text) -> SafeString:
    """``{{ step|commands }}``: what stands between backticks is shown as code, all else as it is."""
    parts = enumerate(_BETWEEN_BACKTICKS.split(str(text)))
    pieces = ((format_html("<code>{}</code>", part) if place % 2 else part,) for place, part in parts)
    return format_html_join("", "{}", pieces)


@register.filter
def message_kind(level: str) -> str:
    """The kind of state that a message's level stands for."""
    return {"success": "ok", "warning": "warn", "error": "bad"}.get(level, "wait")


@register.filter
def field_kind(field: BoundField) -> str:
    """``tick`` for a single check box, whose label stands after it; else ``field``."""
    return "tick" if isinstance(field.field.widget, forms.CheckboxInput) else "field"


# Small things


@register.simple_tag
def icon(name: str) -> SafeString:
    """``{% icon "search" %}``: a line-drawn icon; put its words beside it."""
    return icons.icon(name)


@register.simple_tag
def state(kind: StateKind | State, word: Text = "") -> SafeString:
    """``{% state "ok" "Delivered" %}`` or ``{% state row.state %}``."""
    return state_html(kind if isinstance(kind, State) else State(kind, word))


@register.simple_tag
def tile(code: str, name: Text = "", side: Side = "there") -> SafeString:
    """``{% tile "CN" "China" %}``: a partner; ``side="here"`` for this node."""
    return tile_html(Tile(code, name, side))


@register.simple_tag
def chart(drawing: charts.Chart) -> SafeString:
    """``{% chart c %}``: the figure for screens wide and narrow, and its numbers below."""
    return charts.figure(drawing, rtl=get_language_bidi())


@register.simple_tag
def sparkline(values: Sequence[float | None], label: Text) -> SafeString:
    """``{% sparkline values "14 days" %}``: a small line for a table's cell."""
    return charts.spark(values, label)


@register.simple_tag(name="qr")
def qr_tag(text: str, label: Text) -> SafeString:
    """``{% qr text "Fingerprint of this node" %}``: a QR code as inline SVG."""
    return qr.svg(text, str(label))


# Components


@register.inclusion_tag("ui/parts/breadcrumbs.html")
def breadcrumbs(crumbs: Iterable[Link]) -> dict[str, Any]:
    """``{% breadcrumbs crumbs %}``: the pages above this one."""
    return {"crumbs": crumbs}


@register.inclusion_tag("ui/parts/facts.html")
def facts(lines: Iterable[Fact], tight: bool = False) -> dict[str, Any]:
    """``{% facts lines %}``: a definition list; ``tight=True`` puts the terms above, for narrow places."""
    return {"facts": lines, "tight": tight}


@register.inclusion_tag("ui/parts/answers.html")
def check_answers(groups: Iterable[Facts]) -> dict[str, Any]:
    """``{% check_answers groups %}``: the answers with their change links, before they are sent."""
    return {"groups": groups}


@register.inclusion_tag("ui/parts/tasks.html")
def tasks(lines: Sequence[Task]) -> dict[str, Any]:
    """``{% tasks lines %}``: what waits, with counts and deadlines."""
    return {"tasks": lines}


@register.inclusion_tag("ui/parts/empty.html")
def empty_state(empty: Empty) -> dict[str, Any]:
    """``{% empty_state empty %}``: what would be here and how it gets here."""
    return {"empty": empty}


@register.inclusion_tag("ui/parts/pagination.html")
def pagination(page: "Page[Any]", query: str = "") -> dict[str, Any]:
    """``{% pagination page query %}``: the pages of a list; ``query`` is the rest of the address."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    lead = f"{query}&" if query else ""
    return {"page": page, "numbers": tuple(numbers), "ellipsis": Paginator.ELLIPSIS, "lead": lead}


@register.inclusion_tag("ui/parts/table.html")
def table(data: object) -> dict[str, Any]:
    """``{% table t %}``: a table of ``isthmus.ui.table.tabulate``."""
    return {"table": data}


@register.inclusion_tag("ui/parts/words.html")
def words(fingerprint: str) -> dict[str, Any]:
    """``{% words text %}``: fingerprint words, numbered, in the order in which they are read out."""
    return {"words": fingerprint.split()}


@register.inclusion_tag("ui/parts/folded.html")
def folded(value: object, label: Text = "", opened: bool = False) -> dict[str, Any]:
    """``{% folded value "Raw JSON" %}``: JSON, or text as it is, folded away."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2, default=str)
    return {"text": text, "label": label, "opened": opened}


@register.inclusion_tag("ui/parts/notice.html")
def notice(kind: StateKind, title: Text, text: Text = "") -> dict[str, Any]:
    """``{% notice "warn" "The link is down" "…" %}``: one thing to know, above the content."""
    return {"kind": kind, "title": title, "text": text}


@register.inclusion_tag("ui/parts/passport.html")
def passport(data: Passport) -> dict[str, Any]:
    """``{% passport p %}``: who signed, with what, where it stands in the log; for the aside."""
    return {"passport": data}


@register.inclusion_tag("ui/parts/progress.html")
def progress(work: Progress) -> dict[str, Any]:
    """``{% progress work %}``: the bar of long work, what is left, and the stop button."""
    return {"work": work}


@register.inclusion_tag("ui/parts/case.html")
def case(data: Case, form: forms.BaseForm | None = None) -> dict[str, Any]:
    """``{% case c %}``: the two sides, the evidence, the actions and the history."""
    return {"case": data, "form": form}


@register.inclusion_tag("ui/forms/error_summary.html")
def error_summary(form: forms.BaseForm) -> dict[str, Any]:
    """``{% error_summary form %}``: the errors of a form, each a link to its field. ``{{ form }}`` has it."""
    return {"faults": tuple(_faults(form))}


def _faults(form: forms.BaseForm) -> Iterable[Fault]:
    for error in form.non_field_errors():
        yield Fault(str(error))
    for bound in form:
        for error in bound.errors:
            if bound.is_hidden:
                yield Fault(str(error), bound.label)
            else:
                # A group of choices has no single element: the first of them takes the focus.
                anchor = f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label
                yield Fault(str(error), bound.label, anchor)
