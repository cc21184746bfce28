"""What arrives: profiles of people of partners, and statements about engagements."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.apps.experts.models import Engagement, Expert
from isthmus.apps.experts.records import EngagementV1, ProfileV1
from isthmus.apps.experts.services import indexing
from isthmus.apps.experts.services.engaging import take_statement
from isthmus.apps.experts.services.restoring import recall
from isthmus.exchange import queries as exchange
from isthmus.exchange.handlers import Received
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, FieldFault


def _fault(field: str, message: str) -> BadInput:
    return BadInput("experts.record", message, faults=(FieldFault(field, message),))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def check_profile(received: Received) -> None:
    """Refuse a profile whose days contradict each other, or with contact details nobody consented to."""
    body: ProfileV1 = received.body
    if body.available_from and body.available_until and body.available_until < body.available_from:
        raise _fault("available_until", _("The last day lies before the first."))
    if body.purposes and "listed" not in body.purposes:
        raise _fault("purposes", _("The person does not consent to be listed here."))
    if body.contact is not None and body.purposes and "contacted" not in body.purposes:
        raise _fault("contact", _("The person does not consent to be contacted from here."))


@transaction.atomic
def receive_profile(received: Received) -> None:
    """Handler of ``experts.profile/1``: the person is listed here and can be found; the latest one counts."""
    body: ProfileV1 = received.body
    node, at = received.record.sender, clock.from_text(body.at)
    row = Expert.objects.filter(node=node, reference=body.expert).first()
    if row is None:
        row = Expert(node=node, reference=body.expert, key=f"{node}-{body.expert}"[:64])
    elif row.stated_at is not None and row.stated_at > at:
        return
    row.listed, row.stated_at, row.changed_at, row.leaf = True, at, at, received.leaf
    row.language = body.language
    row.name, row.headline = body.name or "", body.headline or ""
    row.summary, row.country = body.summary or "", body.country or ""
    row.skills = [
        {"name": one.name, "scheme": one.scheme or "", "code": one.code or ""} for one in body.skills
    ]
    row.sectors, row.countries = list(body.sectors), list(body.countries)
    row.languages = [one.model_dump() for one in body.languages]
    row.available_from, row.available_until = _day(body.available_from), _day(body.available_until)
    row.weeks, row.orcid = body.weeks or 0, body.orcid or ""
    row.level, row.verified_on = body.verified or "", _day(body.verified_on)
    row.review_by, row.purposes = _day(body.review_by), list(body.purposes)
    row.conflicts = [one.model_dump() for one in body.conflicts]
    row.references = [one.model_dump() for one in body.references]
    row.contact = body.contact.model_dump(mode="json") if body.contact is not None else {}
    is_new = row.pk is None
    row.save()
    indexing.index(row)
    if is_new:
        recall(node, body.expert)


def _expert(received: Received, body: EngagementV1) -> Expert:
    """The person of whom a statement speaks: the engager writes to the person's node, the expert from it."""
    node = exchange.me() if body.side == "engager" else received.record.sender
    row = Expert.objects.filter(node=node, reference=body.expert, erased_at=None).first()
    if row is None:
        raise _fault("expert", _("Nobody is known here under this name."))
    if body.side == "engager" and not row.crossings.filter(node=received.record.sender).exists():
        raise _fault("expert", _("Nobody is known here under this name."))
    return row


def _known(body: EngagementV1) -> Engagement | None:
    return Engagement.objects.filter(reference=body.engagement).first()


def check_engagement(received: Received) -> None:
    """Refuse a statement about nobody known, by the wrong side, or about another engagement of this name."""
    body: EngagementV1 = received.body
    expert, row = _expert(received, body), _known(body)
    if row is None:
        if not (body.title and body.engager and body.starts and body.ends):
            raise _fault("title", _("The first statement says what was done, for whom, from when to when."))
        if body.ends < body.starts:
            raise _fault("ends", _("The last day lies before the first."))
        return
    other = received.record.sender if body.side == "engager" else exchange.me()
    if row.expert_id != expert.pk or row.engager_node != other:
        raise _fault("engagement", _("Another engagement was stated under this name."))


@transaction.atomic
def receive_engagement(received: Received) -> None:
    """Handler of ``experts.engagement/1``: what the other side states; its latest statement counts."""
    body: EngagementV1 = received.body
    row = _known(body)
    if row is None:
        engager = received.record.sender if body.side == "engager" else exchange.me()
        row = Engagement(
            expert=_expert(received, body),
            reference=body.engagement,
            engager_node=engager,
            engager=body.engager or "",
            organisation_id=received.organisation_id if body.side == "expert" else None,
            title=body.title or "",
            starts=date.fromisoformat(body.starts or ""),
            ends=date.fromisoformat(body.ends or ""),
        )
    take_statement(row, body, received.leaf)
    row.save()
