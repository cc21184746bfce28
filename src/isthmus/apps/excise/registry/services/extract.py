"""The signed extract of the registry: out to partners, only what changed, and in from them."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.excise.registry.models import (
    Authorisation,
    ExtractEntry,
    ExtractSending,
    NumberSeries,
    Operator,
    TaxWarehouse,
)
from isthmus.apps.excise.registry.queries import authorisations, standing_of
from isthmus.apps.excise.registry.records import RegistryExtractV1
from isthmus.exchange import queries as exchange
from isthmus.exchange.handlers import Erasing, Received
from isthmus.exchange.services import Outgoing, publish
from isthmus.kit import clock
from isthmus.kit.errors import Refused
from isthmus.trust.models import Partner

RECORD_TYPE = "excise.registry-extract/1"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _authorised(rows: Iterable[Authorisation]) -> list[dict[str, Any]]:
    return [
        {
            "number": one.number,
            "kind": one.kind,
            "product_groups": list(one.product_groups),
            "valid_from": one.valid_from.isoformat(),
            # The end of its holder or its warehouse ends it too.
            "valid_until": _day(standing.valid_until),
            "revoked_on": _day(one.revoked_on),
            "suspensions": [
                {"since": held.since.isoformat(), "until": _day(held.until)} for held in standing.suspensions
            ],
        }
        for one in rows
        for standing in (standing_of(one),)
    ]


def _of_operator(row: Operator) -> dict[str, Any]:
    return {
        "excise_number": row.excise_number,
        "country": row.country,
        "name": row.name,
        "kind": row.kind,
        "holder": None,
        "warehouses": [one.excise_number for one in row.warehouses.all()],
        "state": row.state,
        "registered_on": row.registered_on.isoformat(),
        "ended_on": _day(row.retired_on),
        "authorisations": _authorised(one for one in row.authorisations.all() if one.warehouse_id is None),
    }


def _of_warehouse(row: TaxWarehouse, operator: Operator) -> dict[str, Any]:
    ends = [day for day in (row.closed_on, operator.retired_on) if day is not None]
    return {
        "excise_number": row.excise_number,
        "country": operator.country,
        "name": row.name,
        "kind": operator.kind,
        "holder": operator.excise_number,
        "warehouses": None,
        "state": "closed" if row.closed_on is not None else operator.state,
        "registered_on": row.opened_on.isoformat(),
        "ended_on": _day(min(ends, default=None)),
        "authorisations": _authorised(
            one for one in operator.authorisations.all() if one.warehouse_id == row.pk
        ),
    }


def entries(rows: Iterable[Operator] | None = None) -> Iterator[dict[str, Any]]:
    """What the extract says about each excise number, without its version; of all operators, or of these."""
    found = (
        Operator.objects.order_by("excise_number").prefetch_related(
            "warehouses", Prefetch("authorisations", authorisations().order_by("number"))
        )
        if rows is None
        else rows
    )
    for row in found:
        yield _of_operator(row)
        for warehouse in row.warehouses.all():
            yield _of_warehouse(warehouse, row)


def _newest(partner: str) -> dict[str, ExtractSending]:
    """The last statement about each number, from the oldest version to the newest."""
    sent = ExtractSending.objects.filter(partner=partner).order_by("excise_number", "version")
    return {row.excise_number: row for row in sent}


def _said(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "version"}


def changed(partner: str) -> list[RegistryExtractV1]:
    """What a partner has not been told yet, each with its next version."""
    known = _newest(partner)
    found = []
    for said in entries():
        last = known.get(said["excise_number"])
        if last is None or _said(last.body) != said:
            version = 1 if last is None else last.version + 1
            found.append(RegistryExtractV1.model_validate({**said, "version": version}))
    return found


def partners() -> list[Partner]:
    """The active partners to whom an agreement in force lets the extract go."""
    return exchange.receivers_of(RECORD_TYPE)


@transaction.atomic
def send(partner: str, *, actor: str) -> list[ExtractSending]:
    """Publish for a partner what changed since the last sending; nothing changed, nothing is sent.

    Refused where no agreement covers the extract. Two senders at once wait for each other.
    """
    if partner not in {one.node_id for one in partners()}:
        raise Refused(
            "excise.extract-not-agreed",
            _("No agreement in force lets the extract of the registry go to %(partner)s.")
            % {"partner": partner},
            next_step=_("Propose one under Agreements, or wait until every party has signed."),
        )
    # One row a partner stays locked until the transaction ends; it counts the statements made.
    series, _made = NumberSeries.objects.get_or_create(name=f"extract:{partner}", year=0)
    series = NumberSeries.objects.select_for_update().get(pk=series.pk)
    bodies = changed(partner)
    if not bodies:
        return []
    series.last += len(bodies)
    series.save(update_fields=["last"])
    audit.note("excise.extract-sent", actor=actor, subject=partner, detail={"count": len(bodies)})
    records = publish([Outgoing(RECORD_TYPE, body, body.excise_number) for body in bodies], to=[partner])
    leaves = {record.subject: record for record in records}
    return ExtractSending.objects.bulk_create(
        ExtractSending(
            partner=partner,
            excise_number=body.excise_number,
            version=body.version,
            body=body.model_dump(mode="json"),
            leaf=leaves[body.excise_number].leaf,
            sent_at=leaves[body.excise_number].issued,
        )
        for body in bodies
    )


def receive_extract(received: Received) -> None:
    """Handler: the newest version of a number replaces what was known; an older one changes nothing.

    A number of another country than the sender's is passed over: nobody vouches for a foreign registry.
    """
    record, body = received.record, received.body
    country = Partner.objects.filter(node_id=record.sender).values_list("country", flat=True).first()
    if not body.excise_number.startswith(country or ""):
        audit.note("excise.extract-foreign", actor=record.sender, subject=body.excise_number)
        return
    held = (
        ExtractEntry.objects.select_for_update()
        .filter(partner=record.sender, excise_number=body.excise_number)
        .first()
    )
    if held is not None and (held.version, held.issued_at) > (body.version, record.issued):
        return
    ExtractEntry.objects.update_or_create(
        partner=record.sender,
        excise_number=body.excise_number,
        defaults={
            "version": body.version,
            "body": body.model_dump(mode="json"),
            "leaf": received.leaf,
            "issued_at": record.issued,
            "received_at": clock.now(),
        },
    )


def erase_extract(erasing: Erasing) -> None:
    """Erase what a record said. What was sent is emptied, so that the next sending states it anew."""
    if erasing.sent:
        ExtractSending.objects.filter(leaf=erasing.leaf).update(body={})
    else:
        ExtractEntry.objects.filter(leaf=erasing.leaf).delete()


def restore_extract(received: Received) -> None:
    """A statement of this node that it lost came back: it was made, and its version is taken."""
    ExtractSending.objects.update_or_create(
        partner=received.record.receiver,
        excise_number=received.body.excise_number,
        version=received.body.version,
        defaults={
            "body": received.body.model_dump(mode="json"),
            "leaf": received.leaf,
            "sent_at": received.record.issued,
        },
    )


def take_number(stand_in: str, leaf: str) -> None:
    """What waited for a number has its leaf now."""
    ExtractSending.objects.filter(leaf=stand_in).update(leaf=leaf)


def send_to_all(*, actor: str) -> dict[str, int]:
    """Bring every partner with an agreement up to date; how many statements went to each."""
    return {one.node_id: len(send(one.node_id, actor=actor)) for one in partners()}
