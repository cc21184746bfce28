"""Accepted records whose effect failed here: run them again or set them aside."""

import logging

from django.db import transaction

from isthmus.accounts import audit
from isthmus.exchange import registry, tokens
from isthmus.exchange.application import RecordType
from isthmus.exchange.handlers import Received
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import Direction, Effect, Record
from isthmus.kit.errors import Conflict, IsthmusError
from isthmus.wire.record import read_record

_LOG = logging.getLogger("isthmus.exchange.quarantine")


def _locked(row: Record) -> Record:
    row = Record.objects.select_for_update().get(pk=row.pk)
    if row.effect != Effect.QUARANTINED:
        raise Conflict("exchange.not-quarantined", "This record does not wait in quarantine any more.")
    return row


def describe_failure(error: Exception) -> str:
    """What an operator reads about a handler that failed."""
    return str(error) if isinstance(error, IsthmusError) else f"{type(error).__name__}: {error}"


def _tell_of_files(row: Record, kind: RecordType) -> None:
    if kind.attachments:
        from isthmus.exchange.services.attachments.arriving import announce_of

        announce_of(row)


@transaction.atomic
def run_again(row: Record, *, actor: str) -> Record:
    """Apply a quarantined record once more; it stays in quarantine, with the new error, if that fails."""
    with open_ledger() as ledger:  # before the row is locked, as by every writer: a handler may publish
        row = _locked(row)
        text = tokens.text_of(row.leaf)
        if text is None:
            raise Conflict(
                "exchange.erased",
                "The signed text of this record is not here any more.",
                next_step="Set the record aside.",
            )
        unverified, wire = read_record(text)
        kind = registry.record_types()[row.key]
        row.effect_attempts += 1
        try:
            with ledger.savepoint():
                body = registry.typed_body(row.key, wire.body)
                # A record of this node's own came back from a partner: its application takes it otherwise.
                handler = kind.handler if row.stream.direction == Direction.IN else kind.restored
                registry.resolve(handler)(Received(wire, body, row.leaf, row.organisation_id, unverified.kid))
        except Exception as error:  # noqa: BLE001  whatever a handler raises is shown to the operator
            _LOG.exception("handler of %s failed again", row.key)
            row.effect_error = describe_failure(error)
        else:
            row.effect = Effect.AWAITING if kind.countersigned else Effect.APPLIED
            row.effect_error = ""
            _tell_of_files(row, kind)
        row.save(update_fields=["effect", "effect_error", "effect_attempts"])
        audit.note("exchange.quarantine-run", actor=actor, subject=row.leaf, detail={"effect": row.effect})
    return row


@transaction.atomic
def dismiss(row: Record, reason: str, *, actor: str) -> Record:
    """Set a quarantined record aside for good, with a reason; its place and verdict stay as they are."""
    row = _locked(row)
    row.effect, row.effect_error = Effect.DISMISSED, reason
    row.save(update_fields=["effect", "effect_error"])
    audit.note("exchange.quarantine-dismissed", actor=actor, subject=row.leaf, detail={"reason": reason})
    return row
