"""What happens to declarations: told by the own systems, by officers, and by partners."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.cases.services.following import forget
from isthmus.apps.etrade.cases.services.waking import compare_soon
from isthmus.apps.etrade.models import (
    Declaration,
    DeclarationEvent,
    Direction,
    Origin,
    Sending,
    SourceDocument,
    State,
)
from isthmus.apps.etrade.records import DeclarationEventV1, ImportMatchBlockV1, ImportResponseV1
from isthmus.apps.etrade.rules.states import DeclarationEvent as Event
from isthmus.apps.etrade.rules.states import event_of
from isthmus.apps.etrade.services import licences, versions
from isthmus.apps.etrade.services.publishing import covered, note_restored, publish_thing
from isthmus.exchange.handlers import Erasing, Received
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.kit.errors import Conflict, IsthmusError

EVENT = "etrade.declaration-event/1"
RESPONSE = "etrade.import-response/1"
NEWS_PORTION = 1000
"""Events that one run of the job sends to one partner; the next run goes on."""


def _moment(text: str | None) -> datetime | None:
    return clock.from_text(text) if text is not None else None


def _enter(
    body: DeclarationEventV1,
    *,
    origin: Origin,
    partner: str,
    said_by: str,
    organisation_id: int | None,
    leaf: str = "",
    source: SourceDocument | None = None,
) -> DeclarationEvent:
    declaration = versions.find(
        direction=body.declaration,
        origin=origin,
        partner=partner,
        number=body.declaration_number,
        local_reference=body.local_reference or "",
    )
    event = DeclarationEvent.objects.create(
        declaration=declaration,
        direction=body.declaration,
        origin=origin,
        partner=partner,
        number=body.declaration_number,
        local_reference=body.local_reference or "",
        said_by=said_by,
        event=body.event,
        version=body.version,
        occurred_at=_moment(body.occurred_at),
        organisation_id=organisation_id,
        source=source,
        leaf=leaf,
        body=body.model_dump(mode="json"),
        received_at=clock.now(),
    )
    if declaration is not None:
        take_effect(declaration, event)
        compare_soon()
    return event


def take_effect(declaration: Declaration, event: DeclarationEvent) -> None:
    """Bring a declaration to what an event about it proves; a cancelled one gives back what it drew."""
    versions.take_version(declaration, event)
    versions.settle_state(declaration)
    if declaration.state == State.CANCELLED:
        licences.give_back(declaration)
    elif event.event == Event.AMEND and declaration.origin == Origin.OWN:
        licences.draw_anew(declaration)


@transaction.atomic
def record_event(
    body: DeclarationEventV1,
    organisation: Organisation,
    *,
    actor: str,
    source: SourceDocument | None = None,
) -> DeclarationEvent:
    """Enter what happened to a declaration of this node, and tell the partners that have the declaration.

    An event without its declaration waits for it. Where the partner cannot be told now, ``send_news`` does
    it later. Conflict ``etrade.version-differs`` for an amendment whose version is known otherwise.
    """
    event = _enter(
        body,
        origin=Origin.OWN,
        partner="",
        said_by="",
        organisation_id=organisation.pk,
        source=source,
    )
    audit.note(
        "etrade.event-entered", actor=actor, subject=body.declaration_number, detail={"event": body.event}
    )
    if event.declaration is not None:
        holders = Sending.objects.filter(declaration=event.declaration).values_list("partner", flat=True)
        _tell(event, covered(EVENT, holders))
    return event


def _tell(event: DeclarationEvent, receivers: Sequence[str]) -> int:
    """Publish an own event; returns for how many. What cannot be sent now stays for ``send_news``."""
    try:
        with transaction.atomic():
            body = event.record
            return len(publish_thing(event, EVENT, body, event.number, event.organisation_id, receivers))
    except IsthmusError:
        return 0


def _untold(partner: str) -> QuerySet[DeclarationEvent]:
    """Own events about declarations that the partner has, of which it was not told, oldest first.

    A declaration that was sent after an amendment went as it stands after it: that is no news.
    """
    had = Sending.objects.filter(declaration=OuterRef("declaration"), partner=partner)
    told = Sending.objects.filter(event=OuterRef("pk"), partner=partner)
    own = DeclarationEvent.objects.filter(Exists(had), ~Exists(told), origin=Origin.OWN, said_by="")
    before = Exists(had.filter(sent_at__lte=OuterRef("received_at")))
    return own.filter(before | ~Q(event=Event.AMEND)).order_by("id")


def send_history(declarations: Sequence[Declaration], partner: str) -> None:
    """After declarations went to a partner for the first time: what had happened to them before."""
    if covered(EVENT, [partner]):
        for event in _untold(partner).filter(declaration__in=declarations):
            publish_thing(event, EVENT, event.record, event.number, event.organisation_id, [partner])


def send_news(progress: Progress) -> dict[str, int]:
    """Job: tell partners what happened to declarations that they have and were not told of."""
    told = 0
    for partner in covered(EVENT):
        for event in list(_untold(partner)[:NEWS_PORTION]):
            told += _tell(event, [partner])
            progress.step(told, None)
    return {"told": told}


def receive_event(received: Received) -> None:
    """Handler of ``etrade.declaration-event/1``: something happened to a partner's own declaration."""
    _enter(
        received.body,
        origin=Origin.PARTNER,
        partner=received.record.sender,
        said_by=received.record.sender,
        organisation_id=received.organisation_id,
        leaf=received.leaf,
    )


def restore_event(received: Received) -> None:
    """An event that this node told a partner of and lost came back."""
    body: DeclarationEventV1 = received.body
    event = DeclarationEvent.objects.filter(
        origin=Origin.OWN, said_by="", number=body.declaration_number, event=body.event, version=body.version
    ).first()
    if event is None:
        event = _enter(
            body, origin=Origin.OWN, partner="", said_by="", organisation_id=received.organisation_id
        )
    note_restored(event, received.record.receiver, received.leaf, received.record.issued)


@transaction.atomic
def erase_event(erasing: Erasing) -> None:
    """Erase an event or a response that a partner told of, with the version that it brought."""
    if erasing.sent:
        return
    event = DeclarationEvent.objects.select_for_update().filter(leaf=erasing.leaf).first()
    if event is None:
        return
    declaration, carried = event.declaration, versions.amended_body(event)
    version = event.version
    event.delete()
    if declaration is not None:
        if carried is not None and version is not None:
            forget(declaration)
            versions.drop_version(declaration, version)
        if declaration.pk is not None:
            versions.settle_state(declaration)


@transaction.atomic
def respond(
    declaration: Declaration,
    outcome: str,
    *,
    actor: str,
    import_number: str | None = None,
    place: str | None = None,
    reason: str | None = None,
    match: ImportMatchBlockV1 | None = None,
) -> DeclarationEvent:
    """Tell the partner what became of goods that it exported to this country.

    Conflict ``etrade.not-theirs`` for a declaration that is no partner's export; Refused where no agreement
    lets import responses go to that partner.
    """
    if declaration.origin != Origin.PARTNER or declaration.direction != Direction.EXPORT:
        raise Conflict(
            "etrade.not-theirs",
            _("%(number)s is no export declaration of a partner.") % {"number": declaration.number},
            next_step=_("Only what a partner exported to this country can be marked as arrived."),
        )
    declaration = Declaration.objects.select_for_update().get(pk=declaration.pk)
    moment = clock.now()
    body = ImportResponseV1(
        declaration_number=declaration.number,
        outcome=outcome,  # type: ignore[arg-type]  # the model itself refuses what is no outcome
        import_number=import_number,
        occurred_at=clock.to_text(moment.replace(microsecond=0)),
        place=place,
        reason=reason,
        match=match or ImportMatchBlockV1(),
    )
    event = DeclarationEvent.objects.create(
        declaration=declaration,
        direction=Direction.EXPORT,
        origin=Origin.PARTNER,
        partner=declaration.partner,
        number=declaration.number,
        event=event_of(outcome).value,
        occurred_at=moment,
        organisation_id=declaration.organisation_id,
        body=body.model_dump(mode="json"),
        received_at=moment,
    )
    take_effect(declaration, event)
    audit.note("etrade.arrival-marked", actor=actor, subject=declaration.number, detail={"outcome": outcome})
    publish_thing(
        event, RESPONSE, body, declaration.number, declaration.organisation_id, [declaration.partner]
    )
    return event


def receive_response(received: Received) -> None:
    """Handler of ``etrade.import-response/1``: what became of an export of this node at the partner."""
    body: ImportResponseV1 = received.body
    sender = received.record.sender
    rows = Declaration.objects.select_for_update().filter(
        direction=Direction.EXPORT, origin=Origin.OWN, number=body.declaration_number
    )
    sent = rows.filter(pk__in=Sending.objects.filter(partner=sender).values("declaration"))
    declaration = sent.order_by("id").first()
    event = DeclarationEvent.objects.create(
        declaration=declaration,
        direction=Direction.EXPORT,
        origin=Origin.OWN,
        number=body.declaration_number,
        said_by=sender,
        event=event_of(body.outcome).value,
        occurred_at=_moment(body.occurred_at),
        organisation_id=declaration.organisation_id if declaration else received.organisation_id,
        leaf=received.leaf,
        body=body.model_dump(mode="json"),
        received_at=clock.now(),
    )
    if declaration is not None:
        take_effect(declaration, event)
        compare_soon()


def restore_response(received: Received) -> None:
    """A response that this node gave and lost came back: the declaration stands again where it stood."""
    body: ImportResponseV1 = received.body
    partner = received.record.receiver
    proved = event_of(body.outcome).value
    event = DeclarationEvent.objects.filter(
        origin=Origin.PARTNER, partner=partner, said_by="", number=body.declaration_number, event=proved
    ).first()
    if event is None:
        declaration = versions.find(
            direction=Direction.EXPORT, origin=Origin.PARTNER, partner=partner, number=body.declaration_number
        )
        event = DeclarationEvent.objects.create(
            declaration=declaration,
            direction=Direction.EXPORT,
            origin=Origin.PARTNER,
            partner=partner,
            number=body.declaration_number,
            event=proved,
            occurred_at=_moment(body.occurred_at),
            organisation_id=received.organisation_id,
            body=body.model_dump(mode="json"),
            received_at=clock.now(),
        )
        if declaration is not None:
            take_effect(declaration, event)
    note_restored(event, partner, received.leaf, received.record.issued)
