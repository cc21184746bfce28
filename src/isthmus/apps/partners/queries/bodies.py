"""Rows as bodies of records: what a partner is told of a need, an offer, an introduction, a letter."""

from typing import Any

from isthmus.apps.partners.models import Introduction, Letter, Listing
from isthmus.apps.partners.records import (
    CertificateKindV1,
    DetailsV1,
    IntroductionV1,
    LetterAnswerV1,
    LetterOfIntentV1,
    NeedV1,
    OfferV1,
)
from isthmus.apps.partners.rules.standing import Says
from isthmus.kit import clock

NEED, OFFER = "partners.need/1", "partners.offer/1"
INTRODUCTION, LETTER = "partners.introduction/1", "partners.letter-of-intent/1"
LETTER_ANSWER = "partners.letter-answer/1"
TYPES = (NEED, OFFER, INTRODUCTION, LETTER, LETTER_ANSWER)
TYPE_OF = {Listing.Kind.NEED.value: NEED, Listing.Kind.OFFER.value: OFFER}
MODEL_OF: dict[str, type[NeedV1] | type[OfferV1]] = {"need": NeedV1, "offer": OfferV1}


def listing_of(row: Listing) -> NeedV1 | OfferV1:
    """What partners are told of a need or an offer of this node: nothing of who it is, no exact figure."""
    named: dict[str, Any] = {
        "reference": row.reference,
        "revision": row.revision,
        "at": clock.to_text(row.confirmed_at),
        "expires": clock.to_text(row.expires_at),
    }
    if row.withdrawn_at is not None:
        return MODEL_OF[row.kind].model_validate({**named, "says": "withdrawn"})
    return MODEL_OF[row.kind].model_validate(
        {
            **named,
            "says": "open",
            "country": row.country or None,
            "product": row.product,
            "title": row.title,
            "text": row.text or None,
            "language": row.language,
            "hs_code": row.hs_code,
            "unit": row.unit,
            "volume_class": row.volume_class,
            "levels": row.levels,
            "local_content": row.local_content,
            "certificates": [
                CertificateKindV1(kind=one["kind"], valid_until=one.get("valid_until"))
                for one in row.certificates
            ],
            "countries": row.countries,
        }
    )


def details_of(row: Listing) -> DetailsV1:
    """What the other side is told of a need or an offer of this node once both have agreed."""
    assert row.organisation is not None, "it is of this node"
    return DetailsV1.model_validate(
        {
            "organisation": row.organisation.name,
            "contact": row.contact,
            "email": row.email,
            "phone": row.phone or None,
            "quantity": row.quantity,
            "certificates": row.certificates,
            "incoterm": row.incoterm or None,
            "payment": row.payment or None,
        }
    )


def introduction_of(row: Introduction, says: Says, *, details: Listing | None = None) -> IntroductionV1:
    """What this node says of an introduction; ``details`` is its own side, where it opens that."""
    return IntroductionV1.model_validate(
        {
            "introduction": row.reference,
            "need": row.need.reference,
            "offer": row.offer.reference,
            "asked_by": row.asked_by,
            "says": says.value,
            "at": clock.to_text(clock.now()),
            "reason": row.reason or None if says in {Says.REFUSED, Says.EXPIRED, Says.WITHDRAWN} else None,
            "details": None if details is None else details_of(details),
        }
    )


def letter_of(row: Letter) -> LetterOfIntentV1:
    """A letter as it was written."""
    return LetterOfIntentV1.model_validate(row.body)


def letter_answer_of(row: Letter) -> LetterAnswerV1:
    """What this node says of a letter that it declined or withdrew."""
    assert row.ended_at is not None, "it was declined or withdrawn"
    return LetterAnswerV1.model_validate(
        {
            "letter": row.reference,
            "introduction": row.introduction.reference,
            "says": str(row.state),
            "at": clock.to_text(row.ended_at),
            "reason": row.reason,
        }
    )
