"""What a declaration's rows say: its columns, its versions, and where it stands after all that is known."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from isthmus.apps.etrade.cases.services.waking import compare_soon
from isthmus.apps.etrade.models import (
    Declaration,
    DeclarationEvent,
    Direction,
    Origin,
    OtherVersion,
    State,
)
from isthmus.apps.etrade.records import ExportDeclarationV1, ImportDeclarationV1
from isthmus.apps.etrade.rules.states import DeclarationEvent as Event
from isthmus.apps.etrade.rules.states import DeclarationState, first_state, stands_at
from isthmus.kit import clock
from isthmus.kit.errors import Conflict
from isthmus.trust.statements import Select, insert, new

DeclarationRecord = ExportDeclarationV1 | ImportDeclarationV1


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None


def columns(record: DeclarationRecord) -> dict[str, Any]:
    """What lists and filters need of a declaration, beside its whole body."""
    imported = record if isinstance(record, ImportDeclarationV1) else None
    return {
        "direction": (Direction.EXPORT if imported is None else Direction.IMPORT).value,
        "number": record.declaration_number,
        "local_reference": record.local_reference or "",
        "permit_number": record.permit_number or "",
        "previous_document": (imported.previous_document or "") if imported else "",
        "exporter_name": record.exporter_name or "",
        "consignee_name": record.consignee_name or "",
        "export_country": record.export_country or "",
        "destination_country": record.destination_country or "",
        "hs_code": next((item.hs_code for item in record.items if item.hs_code), ""),
        "items": len(record.items),
        "net_kg": _decimal(record.match.net_kg),
        "fob_value": _decimal(record.match.fob_value),
        "cif_value": _decimal(imported.match.cif_value) if imported else None,
        "currency": record.match.currency or "",
        "departure_date": _day(record.departure_date),
        "arrival_date": _day(imported.arrival_date) if imported else None,
        "port": record.port_of_discharge or "",
        "body": record.model_dump(mode="json"),
    }


class Where(TypedDict, total=False):
    """Whose a declaration is and where it is from: attributes of its row, as the database names them."""

    organisation_id: int | None
    partner: str
    leaf: str
    source_id: int | None


def first_version(record: DeclarationRecord, *, origin: Origin, **where: Unpack[Where]) -> Declaration:
    """The row of a declaration that is new here, not stored yet."""
    declaration = new(Declaration, received_at=clock.now(), origin=origin.value, **where, **columns(record))
    declaration.state = State(_first(declaration).value).value
    return declaration


def lodge(record: DeclarationRecord, *, origin: Origin, **where: Unpack[Where]) -> Declaration:
    """Make the row of a declaration that is new here, and let the events that waited for it take effect.

    It is called within a transaction, once for every declaration that arrives: through the ORM that took as
    long as all the exchange does for it.
    """
    declaration = first_version(record, origin=origin, **where)
    insert([declaration], keys=True)
    found = _waiting_for(declaration)
    for event in found:
        event.declaration = declaration
        event.save(update_fields=["declaration"])
        take_version(declaration, event)
    if found:
        settle_state(declaration)
    compare_soon()
    return declaration


def attach_responses(declaration: Declaration, partner: str) -> None:
    """What a partner answered before it was known here that it has the declaration: it counts from now on."""
    waiting = DeclarationEvent.objects.filter(
        declaration=None,
        direction=declaration.direction,
        origin=Origin.OWN,
        number=declaration.number,
        said_by=partner,
    )
    if waiting.update(declaration=declaration):
        settle_state(declaration)


# Every declaration that arrives asks these: through the ORM they cost more than storing it.
_BY_NUMBER = Select(
    lambda direction, origin, partner, number: _unclaimed(direction, origin, partner, Q(number=number)),
    str,
    str,
    str,
    str,
)
_BY_REFERENCE = Select(
    lambda direction, origin, partner, number, reference: _unclaimed(
        direction,
        origin,
        partner,
        Q(number=number) | Q(local_reference=reference) | Q(number=reference),
    ),
    str,
    str,
    str,
    str,
    str,
)


def _unclaimed(direction: str, origin: str, partner: str, named: Q) -> QuerySet[DeclarationEvent, int]:
    rows = DeclarationEvent.objects.filter(
        named, declaration=None, direction=direction, origin=origin, partner=partner, said_by=partner
    )
    return rows.values_list("id", flat=True)


def _waiting_for(declaration: Declaration) -> list[DeclarationEvent]:
    """Events that came before the declaration they name, locked."""
    where = (declaration.direction, declaration.origin, declaration.partner, declaration.number)
    keys = (
        _BY_REFERENCE(*where, declaration.local_reference)
        if declaration.local_reference
        else _BY_NUMBER(*where)
    )
    return list(DeclarationEvent.objects.select_for_update().filter(pk__in=keys)) if keys else []


def find(
    *, direction: str, origin: str, partner: str, number: str, local_reference: str = ""
) -> Declaration | None:
    """The declaration that an event names, locked: by its number, else by the declarant's reference.

    A number that came later than the declaration is known from an earlier event that named both.
    """
    rows = Declaration.objects.select_for_update().filter(direction=direction, origin=origin, partner=partner)
    named = rows.filter(number=number).order_by("id").first()
    if named is None and local_reference:
        named = rows.filter(Q(number=local_reference) | Q(local_reference=local_reference)).first()
    if named is None:
        earlier = DeclarationEvent.objects.filter(
            direction=direction, origin=origin, partner=partner, number=number
        ).exclude(declaration=None)
        named = rows.filter(pk__in=earlier.values("declaration")).order_by("id").first()
    return named


def take_version(declaration: Declaration, event: DeclarationEvent) -> None:
    """Keep the version that an amendment carries; the newest by its number is the declaration.

    Conflict ``etrade.version-differs`` where another content is known under the same number.
    """
    body = amended_body(event)
    if body is None or event.version is None:
        return
    kept = declaration.other_versions.filter(version=event.version).first()
    known = declaration.body if event.version == declaration.version else kept and kept.body
    if known is not None:
        if known != body:
            raise Conflict(
                "etrade.version-differs",
                _("Version %(version)d of %(number)s is known here with another content.")
                % {"version": event.version, "number": declaration.number},
                next_step=_("Ask the other side which of the two holds; it states that as a newer version."),
            )
        return
    if event.version < declaration.version:
        _keep_aside(declaration, event.version, body, event.leaf, event.received_at)
        return
    _keep_aside(declaration, declaration.version, declaration.body, declaration.leaf, declaration.received_at)
    _show(declaration, event.version, body)


def amended_body(event: DeclarationEvent) -> dict[str, Any] | None:
    """The declaration that an amendment carries; None where it carries none."""
    body: dict[str, Any] | None = event.body.get(f"{event.direction}_declaration")
    return body if event.event == Event.AMEND else None


def _keep_aside(
    declaration: Declaration, version: int, body: dict[str, Any], leaf: str, known_at: datetime
) -> None:
    OtherVersion.objects.create(
        declaration=declaration, version=version, body=body, leaf=leaf, known_at=known_at
    )


def _show(declaration: Declaration, version: int, body: dict[str, Any]) -> None:
    declaration.body = body
    record = declaration.record
    shown = columns(record) | {"body": body, "version": version}
    # The number by which it is known stays, although an amendment may carry the one that came later.
    del shown["number"], shown["direction"]
    for name, value in shown.items():
        setattr(declaration, name, value)
    declaration.save(update_fields=list(shown))


def drop_version(declaration: Declaration, version: int) -> None:
    """Forget the content of one version: where it is the newest, the one before it is shown again."""
    if version != declaration.version:
        declaration.other_versions.filter(version=version).delete()
        return
    before = declaration.other_versions.order_by("-version").first()
    if before is None:
        declaration.delete()
        return
    _show(declaration, before.version, before.body)
    before.delete()


def _first(declaration: Declaration) -> DeclarationState:
    expected = declaration.origin == Origin.PARTNER and declaration.direction == Direction.EXPORT
    return first_state(expected=expected, accepted=bool(declaration.body.get("accepted_on")))


def settle_state(declaration: Declaration) -> None:
    """Bring the state to what is proved by all that is known; it never depends on the order of arrival."""
    told = DeclarationEvent.objects.filter(declaration=declaration).values_list("event", flat=True)
    state = State(stands_at(_first(declaration), [Event(name) for name in told]).value)
    if state != declaration.state:
        declaration.state = state
        declaration.save(update_fields=["state"])
