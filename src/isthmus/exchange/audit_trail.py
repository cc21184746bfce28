"""Sealing what people did here into the log, so that it cannot be rewritten later."""

import json
from typing import Any

from django.db import transaction

from isthmus.accounts.models import AuditEvent
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import Sort
from isthmus.kit import clock

PORTION = 500


def event_text(event: AuditEvent) -> str:
    """The exact text of an audit event whose leaf stands in the log."""
    value: dict[str, Any] = {
        "id": str(event.pk),
        "kind": event.kind,
        "actor": event.actor,
        "subject": event.subject,
        "detail": event.detail,
        "occurred": clock.to_text(event.occurred),
    }
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def seal_audit_events() -> int:
    """Append the audit events that are not in the log yet, oldest first; returns how many."""
    if not AuditEvent.objects.filter(leaf=None).exists():
        return 0
    with transaction.atomic(), open_ledger() as ledger:
        events = list(AuditEvent.objects.filter(leaf=None).order_by("pk")[:PORTION])
        for event in events:
            leaf = ledger.append(Sort.AUDIT, event_text(event))
            AuditEvent.objects.seal(event.pk, bytes.fromhex(leaf))
        ledger.checkpoint()
    return len(events)
