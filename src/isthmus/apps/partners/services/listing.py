"""Needs and offers of this node: entered, confirmed, withdrawn, and told to partners without their names."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from pydantic import ValidationError

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.partners.models import Listing, Sending
from isthmus.apps.partners.queries import bodies
from isthmus.apps.partners.queries.listings import COLLECTIONS
from isthmus.apps.partners.rules.discretion import gives_away
from isthmus.apps.partners.rules.goods import class_of
from isthmus.apps.partners.rules.lasting import expires_at
from isthmus.apps.partners.services.faults import bad, from_model
from isthmus.apps.partners.wording import GIVES
from isthmus.exchange import queries as exchange
from isthmus.exchange.services import Outgoing, publish
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.kit.errors import Conflict, IsthmusError
from isthmus.kit.ids import uuid7
from isthmus.search.services import Entry, put, remove


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says of a need or an offer; ``levels`` and ``countries`` are codes.

    ``certificates`` are objects with kind, number and valid_until. ``local_content`` is a percentage, wanted
    or reached. ``last_day`` ends it before 180 days have passed.
    """

    product: str
    title: str
    hs_code: str
    quantity: int
    contact: str
    email: str
    unit: str = "pcs"
    text: str = ""
    language: str = "en"
    levels: tuple[str, ...] = ("complete",)
    local_content: int | None = None
    certificates: tuple[dict[str, Any], ...] = ()
    countries: tuple[str, ...] = ()
    incoterm: str = ""
    payment: str = ""
    phone: str = ""
    last_day: date | None = None
    country: str = field(default="")


def check_discretion(name: str, text: str, contact: str, organisation: Organisation | None) -> None:
    """BadInput where a text that partners read before anybody has agreed tells who writes it."""
    names = (contact,) if organisation is None else (contact, organisation.name)
    if found := gives_away(text, names):
        raise bad(
            name,
            _("This tells %(what)s, and partners read it before anybody has agreed.")
            % {"what": ", ".join(str(GIVES[one]) for one in found)},
        )


def _check_discretion(given: Given, organisation: Organisation) -> None:
    for name in ("product", "title", "text"):
        check_discretion(name, getattr(given, name), given.contact, organisation)
    for one in given.certificates:
        check_discretion("certificates", one["kind"], given.contact, organisation)


def index(row: Listing) -> None:
    """Let a need or an offer be found, or no longer."""
    if row.withdrawn_at is None:
        text = " ".join(part for part in (row.product, row.hs_code, row.text) if part)
        put(COLLECTIONS[row.kind], [Entry(row.key, row.title, text, row.language)], audience="")
    else:
        remove(COLLECTIONS[row.kind], [row.key])


@transaction.atomic
def enter(kind: str, organisation: Organisation, given: Given, *, actor: str, origin: str = "") -> Listing:
    """Enter a need or an offer, and tell the partners that an agreement names.

    ``origin`` names the record whose words it began with; it is told to nobody. BadInput where something
    cannot be said so, or where a text tells who writes it.
    """
    if given.quantity < 1:
        raise bad("quantity", _("A yearly volume is at least one."))
    if not given.levels:
        raise bad("levels", _("Choose at least one level of assembly."))
    now = clock.now()
    if given.last_day is not None and given.last_day < now.date():
        raise bad("last_day", _("This day has passed."))
    _check_discretion(given, organisation)
    stated = asdict(given) | {
        "levels": list(given.levels),
        "countries": list(given.countries),
        "certificates": [{name: value for name, value in one.items() if value} for one in given.certificates],
        "country": given.country or settings.ISTHMUS.country,
    }
    row = Listing(
        kind=kind,
        reference=uuid7().hex,
        organisation=organisation,
        volume_class=class_of(given.quantity),
        entered_at=now,
        confirmed_at=now,
        expires_at=expires_at(now, given.last_day),
        by=actor,
        origin=origin,
        **stated,
    )
    try:
        bodies.listing_of(row)
        bodies.details_of(row)
    except ValidationError as error:
        raise from_model(error) from error
    row.save()
    audit.note("partners.entered", actor=actor, subject=row.reference, detail={"kind": kind})
    index(row)
    share(row)
    return row


def locked(row: Listing) -> Listing:
    """The row, locked; Conflict where it is none of this node's."""
    found = Listing.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if not found.is_own:
        raise Conflict("partners.abroad", _("This is a partner's; only its own node changes it."))
    return found


@transaction.atomic
def confirm(listing: Listing, *, actor: str) -> Listing:
    """Say that it stands: it lasts another 180 days, or until its last day. Conflict where withdrawn."""
    row = locked(listing)
    if row.withdrawn_at is not None:
        raise Conflict("partners.withdrawn", _("This was withdrawn; enter it anew."))
    now = clock.now()
    if row.last_day is not None and row.last_day < now.date():
        raise Conflict("partners.last-day", _("Its last day has passed; enter it anew."))
    row.confirmed_at, row.expires_at = now, expires_at(now, row.last_day)
    row.revision, row.reminded_at = row.revision + 1, None
    row.save(update_fields=["confirmed_at", "expires_at", "revision", "reminded_at"])
    audit.note("partners.confirmed", actor=actor, subject=row.reference)
    index(row)
    share(row)
    return row


@transaction.atomic
def withdraw(listing: Listing, *, actor: str) -> Listing:
    """Take a need or an offer back. Introductions that were agreed stay as they are."""
    row = locked(listing)
    if row.withdrawn_at is not None:
        raise Conflict("partners.withdrawn", _("This was withdrawn already."))
    row.withdrawn_at, row.revision = clock.now(), row.revision + 1
    row.save(update_fields=["withdrawn_at", "revision"])
    audit.note("partners.withdrawn", actor=actor, subject=row.reference)
    index(row)
    share(row)
    return row


def share(row: Listing, only: str = "") -> None:
    """Tell partners the present revision: all that an agreement names, or one, and each once.

    A need or an offer that was withdrawn is told of only to those who had it.
    """
    told = dict(row.sendings.values_list("partner", "revision"))
    record_type = bodies.TYPE_OF[row.kind]
    to = [
        one.node_id
        for one in exchange.receivers_of(record_type)
        if told.get(one.node_id) != row.revision
        and only in {"", one.node_id}
        and (row.withdrawn_at is None or one.node_id in told)
    ]
    if not to:
        return
    outgoing = Outgoing(record_type, bodies.listing_of(row), row.reference, row.organisation_id)
    for record in publish([outgoing], to=to):
        Sending.objects.update_or_create(
            listing=row,
            partner=record.stream.partner.node_id,
            defaults={"revision": row.revision, "leaf": record.leaf},
        )


def share_missing(progress: Progress) -> dict[str, int]:
    """Job: tell partners with a new agreement, and those who missed a revision."""
    done, failed = 0, 0
    for kind, record_type in bodies.TYPE_OF.items():
        for partner in exchange.receivers_of(record_type):
            has = Sending.objects.filter(
                listing=OuterRef("pk"), partner=partner.node_id, revision=OuterRef("revision")
            )
            had = Sending.objects.filter(listing=OuterRef("pk"), partner=partner.node_id)
            rows = Listing.objects.filter(~Exists(has), kind=kind, partner="").exclude(
                ~Exists(had), withdrawn_at__isnull=False
            )
            for row in rows.filter(expires_at__gt=clock.now()).order_by("pk")[:500]:
                try:
                    with transaction.atomic():
                        share(Listing.objects.select_for_update(of=("self",)).get(pk=row.pk), partner.node_id)
                    done += 1
                except IsthmusError:
                    # A stream that is not open now is tried again by the next run.
                    failed += 1
                progress.step(done, None)
    return {"told": done, "failed": failed}
