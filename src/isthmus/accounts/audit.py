"""The list of what people and programs did here; other layers add to it through ``note``."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from isthmus.accounts.models import AuditEvent
from isthmus.kit.text import nfc

_LOG = logging.getLogger("isthmus.audit")
_refusals: ContextVar[list[AuditEvent] | None] = ContextVar("isthmus_refusals", default=None)


def note(kind: str, *, actor: str, subject: str = "", detail: dict[str, Any] | None = None) -> AuditEvent:
    """Write one event into the running transaction, so that it stands exactly if the deed does.

    ``kind`` is dotted (``accounts.role.granted``); ``actor`` and ``subject`` are text, because an event
    outlives the rows it speaks of; both are cut at 254 characters. ``detail`` holds JSON values and never
    a secret.
    """
    return AuditEvent.objects.create(
        kind=kind, actor=nfc(actor)[:254], subject=nfc(subject)[:254], detail=detail or {}
    )


def note_refusal(
    kind: str, *, actor: str, subject: str = "", detail: dict[str, Any] | None = None
) -> AuditEvent:
    """Write one event about something that was refused, and a log line.

    A refusal usually makes its transaction roll back, and the row with it. The log line stays in any case.
    The row stays where no transaction was open, and inside ``lasting()``, which writes it again afterwards.
    A second connection would not do: on SQLite it would wait for the very transaction it reports on.
    """
    _LOG.warning("refused: %s", kind, extra={"actor": actor, "subject": subject, "detail": detail or {}})
    event = note(kind, actor=actor, subject=subject, detail=detail)
    pending = _refusals.get()
    if pending is not None:
        pending.append(event)
    return event


@contextmanager
def lasting() -> Iterator[None]:
    """Keep the refusals noted within, although a transaction inside rolls back.

    For the edges (a page, an API call, a command), outside any transaction of their own. Nested uses leave
    the work to the outermost.
    """
    if _refusals.get() is not None:
        yield
        return
    pending: list[AuditEvent] = []
    mark = _refusals.set(pending)
    try:
        yield
    finally:
        _refusals.reset(mark)
        _write_again(pending)


def _write_again(events: list[AuditEvent]) -> None:
    if not events:
        return
    standing = set(
        AuditEvent.objects.filter(pk__in=[event.pk for event in events]).values_list("pk", flat=True)
    )
    AuditEvent.objects.bulk_create([event for event in events if event.pk not in standing])
