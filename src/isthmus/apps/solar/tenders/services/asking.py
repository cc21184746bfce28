"""The asker: a request to makers abroad, the rates that quotes are compared by, and its withdrawal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.apps.solar.tenders.models import Tender, TenderInvitation, TenderRate
from isthmus.apps.solar.tenders.records import QuoteRequestV1
from isthmus.exchange import queries as exchange
from isthmus.exchange.services import Outgoing, publish
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault, Refused
from isthmus.kit.ids import uuid7
from isthmus.trust.models import Partner


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; ``lots`` are the members of ``TenderLotV1``."""

    title: str
    closes: datetime
    opens_until: datetime
    currency: str
    lots: Sequence[Mapping[str, Any]]
    incoterm: str = "CIF"
    warranty_months: int = 24
    take_back: bool = True
    documents: Sequence[str] = ()


def bad_input(error: ValidationError) -> BadInput:
    """The faults of a body in the words of its fields."""
    faults = tuple(
        FieldFault(".".join(str(part) for part in one["loc"]), one["msg"]) for one in error.errors()[:20]
    )
    told = "; ".join(f"{one.where}: {one.message}" for one in faults)
    return BadInput(
        "solar.tender", _("This cannot be said so: %(faults)s.") % {"faults": told}, faults=faults
    )


def partners(record_type: str = bodies.REQUEST) -> list[Partner]:
    """The active partners to whom an agreement in force lets a record of the type go."""
    return exchange.receivers_of(record_type)


def _check_deadlines(closes: datetime, opens_until: datetime, now: datetime) -> None:
    if closes <= now:
        message = _("The deadline of seals has passed.")
        raise BadInput("solar.tender", message, faults=(FieldFault("closes", message),))
    if opens_until <= closes:
        message = _("Quotes need time to be opened after the deadline of seals.")
        raise BadInput("solar.tender", message, faults=(FieldFault("opens_until", message),))


@transaction.atomic
def ask(asked: Asked, *, organisation: Organisation, to: Sequence[str], actor: str) -> Tender:
    """Send a request to the nodes of makers; Refused where no agreement lets it go to one of them."""
    now = clock.now()
    _check_deadlines(asked.closes, asked.opens_until, now)
    if not to:
        message = _("Choose at least one partner.")
        raise BadInput("solar.tender", message, faults=(FieldFault("to", message),))
    numbers = [one.get("lot") for one in asked.lots]
    if not numbers or len(set(numbers)) != len(numbers):
        message = _("A request needs lots, each with a number of its own.")
        raise BadInput("solar.tender", message, faults=(FieldFault("lots", message),))
    body = {
        "tender": f"NEW-{uuid7().hex[:20].upper()}",
        "says": "asked",
        "at": clock.to_text(now),
        "title": asked.title,
        "asker": organisation.code,
        "asker_name": organisation.name,
        "closes": clock.to_text(asked.closes),
        "opens_until": clock.to_text(asked.opens_until),
        "currency": asked.currency,
        "incoterm": asked.incoterm,
        "warranty_months": asked.warranty_months,
        "take_back": asked.take_back,
        "documents": list(asked.documents),
        "lots": [dict(one) for one in asked.lots],
    }
    try:
        draft = QuoteRequestV1.model_validate(body)
    except ValidationError as error:
        raise bad_input(error) from error
    tender = Tender.objects.create(
        way=Tender.Way.OUT,
        number=draft.tender,
        organisation=organisation,
        title=asked.title,
        currency=asked.currency,
        closes=asked.closes,
        opens_until=asked.opens_until,
        asked_at=now,
        asked_by=actor,
        body={},
    )
    tender.number = f"RFQ-{now.year}-{tender.pk:04d}"
    request = draft.model_copy(update={"tender": tender.number})
    tender.body = request.model_dump(mode="json")
    tender.save()
    invited = [
        TenderInvitation.objects.create(tender=tender, partner=partner) for partner in dict.fromkeys(to)
    ]
    audit.note("solar.tender-asked", actor=actor, subject=tender.number, detail={"to": list(to)})
    _send(tender, request, invited)
    return tender


def _send(tender: Tender, request: QuoteRequestV1, invited: Sequence[TenderInvitation]) -> None:
    outgoing = Outgoing(bodies.REQUEST, request, tender.number, tender.organisation_id)
    places = [one.partner for one in invited]
    if refused := sorted(set(places) - {one.node_id for one in partners()}):
        raise Refused(
            "solar.tender-not-agreed",
            _("No agreement in force lets requests for quotes go to %(partner)s.")
            % {"partner": ", ".join(refused)},
            next_step=_("Propose one under Agreements, or wait until every party has signed."),
        )
    leaves = {one.stream.partner.node_id: one.leaf for one in publish([outgoing], to=places)}
    for one in invited:
        one.leaf = leaves[one.partner]
        one.save(update_fields=["leaf"])


@transaction.atomic
def withdraw(tender: Tender, reason: str, *, actor: str) -> Tender:
    """Withdraw a request of this node that is not decided; the makers are told why."""
    row = Tender.objects.select_for_update(of=("self",)).get(pk=tender.pk)
    if row.way != Tender.Way.OUT or row.decided_at is not None or row.withdrawn_at is not None:
        raise Conflict("solar.tender-closed", _("This request is closed already."))
    now = clock.now()
    body = {"tender": row.number, "says": "withdrawn", "at": clock.to_text(now), "reason": reason}
    try:
        request = QuoteRequestV1.model_validate(body)
    except ValidationError as error:
        raise bad_input(error) from error
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    audit.note("solar.tender-withdrawn", actor=actor, subject=row.number, detail={"reason": reason})
    places = list(row.invitations.order_by("pk").values_list("partner", flat=True))
    publish([Outgoing(bodies.REQUEST, request, row.number, row.organisation_id)], to=places)
    return row


@transaction.atomic
def state_rate(
    tender: Tender, kind: str, code: str, value: Decimal, *, on: date, source: str, actor: str
) -> TenderRate:
    """State what quotes are compared by, with its day and source; one that stands is replaced, and noted."""
    if tender.way != Tender.Way.OUT or tender.decided_at is not None or tender.withdrawn_at is not None:
        raise Conflict("solar.tender-closed", _("This request is closed already."))
    exchanged = kind == TenderRate.Kind.EXCHANGE
    if exchanged and (code == tender.currency or not code or value <= 0):
        message = _("A rate of exchange is of another currency than the tender's, and above zero.")
        raise BadInput("solar.tender-rate", message, faults=(FieldFault("code", message),))
    if on > clock.now().date():
        message = _("This day is still to come.")
        raise BadInput("solar.tender-rate", message, faults=(FieldFault("on", message),))
    row, _made = TenderRate.objects.update_or_create(
        tender=tender,
        kind=kind,
        code=code if exchanged else "",
        defaults={"value": value, "on": on, "source": source, "by": actor},
    )
    detail = {"kind": kind, "code": row.code, "value": str(value), "on": on.isoformat(), "source": source}
    audit.note("solar.tender-rate", actor=actor, subject=tender.number, detail=detail)
    return row
