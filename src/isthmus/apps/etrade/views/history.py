"""What happened to a declaration or document, from both sides in order of time, and how versions differ."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.apps.etrade.models import Declaration, DeclarationEvent, Query, TradeDocument
from isthmus.apps.etrade.views.finding import partner_names
from isthmus.exchange.rules import layout
from isthmus.ui.components import Event
from isthmus.ui.table import Column, Table, tabulate


def _proof(leaf: str, sendings: list[Any]) -> str:
    known = leaf or next((sending.leaf for sending in sendings), "")
    return reverse("exchange:record", args=[known]) if known else ""


def _note(event: DeclarationEvent) -> str:
    body = event.body
    parts = [body.get("place"), body.get("import_number"), body.get("reason")]
    if event.version is not None and event.event == "amend":
        parts.insert(0, _("Version %(version)d") % {"version": event.version})
    return " · ".join(part for part in parts if part)


def events_of(declaration: Declaration) -> tuple[Event, ...]:
    """The history of a declaration: what both sides said happened, by when it happened as far as known."""
    rows = list(declaration.events.prefetch_related("sendings"))
    names = partner_names({row.said_by for row in rows})
    here = _("This node")
    told = [
        Event(
            row.occurred_at or row.received_at,
            names.get(row.said_by, row.said_by) if row.said_by else here,
            row.get_event_display(),
            "there" if row.said_by else "here",
            note=_note(row),
            url=_proof(row.leaf, list(row.sendings.all())),
        )
        for row in rows
    ]
    told += asked_about(declaration.queries.prefetch_related("answers__sendings", "sendings"))
    return tuple(sorted(told, key=lambda event: event.when))


def asked_about(queries: Any) -> list[Event]:  # noqa: ANN401  a queryset with prefetches
    """Questions about a declaration or document and their answers, as events."""
    rows: list[Query] = list(queries)
    names = partner_names({row.partner for row in rows})
    here, told = _("This node"), []
    for row in rows:
        there = names.get(row.partner, row.partner)
        own = row.origin == "own"
        asker, answerer = (here, there) if own else (there, here)
        told.append(
            Event(
                row.asked_at,
                asker,
                _("asked"),
                "here" if own else "there",
                note=row.question,
                url=reverse("etrade:question", args=[row.pk]),
            )
        )
        told += [
            Event(
                answer.answered_at,
                answerer,
                _("answered"),
                "there" if own else "here",
                note=f"{answer.get_outcome_display()}. {answer.answer}",
                url=_proof(answer.leaf, list(answer.sendings.all())),
            )
            for answer in row.answers.all()
        ]
    return told


def statements_of(document: TradeDocument) -> tuple[Event, ...]:
    """The history of a document: what was stated about it, used of it, asked about it."""
    rows = list(document.statements.prefetch_related("sendings"))
    uses = list(document.utilisations.prefetch_related("sendings"))
    speakers = {row.said_by for row in rows} | {use.partner for use in uses}
    names, here = partner_names(speakers), _("This node")
    told = [
        Event(
            row.received_at,
            names.get(row.said_by, row.said_by) if row.said_by else here,
            row.get_status_display(),
            "there" if row.said_by else "here",
            note=row.body.get("reason") or row.body.get("discrepancy") or "",
            url=_proof(row.leaf, list(row.sendings.all())),
        )
        for row in rows
    ]
    told += [
        Event(
            use.received_at,
            names.get(use.partner, use.partner) if use.origin == "own" else here,
            use.get_outcome_display(),
            "there" if use.origin == "own" else "here",
            note=" · ".join(filter(None, (use.import_number, use.body.get("reason")))),
            url=_proof(use.leaf, list(use.sendings.all())),
        )
        for use in uses
    ]
    told += asked_about(document.queries.prefetch_related("answers__sendings", "sendings"))
    return tuple(sorted(told, key=lambda event: event.when))


def _passages(declaration: Declaration, body: dict[str, Any]) -> dict[str, layout.Passage]:
    model = type(declaration.record)
    return {passage.title: passage for passage in layout.dry_run(body, (), model)}


def _differing(declaration: Declaration) -> Iterator[tuple[str, object, object]]:
    before = declaration.other_versions.order_by("-version").first()
    if before is None:
        return
    old, new = _passages(declaration, before.body), _passages(declaration, declaration.body)
    for title in dict.fromkeys([*new, *old]):
        was = old[title].value if title in old else None
        now = new[title].value if title in new else None
        if was != now:
            yield title, was, now


def compared(declaration: Declaration) -> Table | None:
    """What the newest version says otherwise than the one before it; None where there is one version."""
    before = declaration.other_versions.order_by("-version").first()
    if before is None:
        return None
    columns: tuple[Column[tuple[str, object, object]], ...] = (
        Column("field", _("Field"), lambda line: line[0]),
        Column("before", _("Version %(version)d") % {"version": before.version}, lambda line: line[1]),
        Column("now", _("Version %(version)d") % {"version": declaration.version}, lambda line: line[2]),
    )
    return tabulate(columns, _differing(declaration), _("What the newest version changed"))
