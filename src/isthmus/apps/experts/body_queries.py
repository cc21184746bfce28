"""Rows of experts as the bodies of records."""

from collections.abc import Collection

from isthmus.apps.experts import queries
from isthmus.apps.experts.models import Engagement, Expert, Purpose
from isthmus.apps.experts.records import EngagementV1, ProfileV1
from isthmus.kit import clock
from isthmus.wire import codec
from isthmus.wire.attachment import AttachmentRef
from isthmus.wire.codec import Json

PROFILE, ENGAGEMENT = "experts.profile/1", "experts.engagement/1"
TYPES = (PROFILE, ENGAGEMENT)


def _day(value: object) -> str | None:
    return str(value) if value is not None else None


def references(expert: Expert) -> list[dict[str, str]]:
    """The engagements of a person of this node of which both sides say the same."""
    return [
        {
            "title": row.title,
            "engager": row.engager,
            "starts": row.starts.isoformat(),
            "ends": row.ends.isoformat(),
        }
        for row in queries.agreed_engagements(expert)[:30]
    ]


def profile_of(expert: Expert, purposes: Collection[str], contact: AttachmentRef | None) -> ProfileV1:
    """A profile of this node as it goes to a node at which the person consents to these purposes."""
    body: dict[str, Json] = {
        "expert": expert.reference,
        "at": clock.to_text(expert.stated_at or expert.changed_at),
        "purposes": [one.value for one in Purpose if one in purposes],
        "language": expert.language,
        "name": expert.name,
        "headline": expert.headline,
        "summary": expert.summary or None,
        "country": expert.country or None,
        "skills": [{name: value for name, value in one.items() if value} for one in expert.skills],
        "sectors": list(expert.sectors),
        "countries": list(expert.countries),
        "languages": [dict(one) for one in expert.languages],
        "available_from": _day(expert.available_from),
        "available_until": _day(expert.available_until),
        "weeks": expert.weeks or None,
        "orcid": expert.orcid or None,
        "verified": expert.level or None,
        "verified_on": _day(expert.verified_on),
        "review_by": _day(expert.review_by),
        "conflicts": [dict(one) for one in expert.conflicts],
        "references": [dict(one) for one in references(expert)] if Purpose.REFERENCES in purposes else [],
        "contact": contact.model_dump(mode="json") if contact is not None else None,
    }
    return ProfileV1.model_validate_json(codec.encode(body))


def engagement_of(row: Engagement, side: str) -> EngagementV1:
    """What a side of this node states of an engagement."""
    says, words, at = (
        (row.engager_says, row.engager_words, row.engager_at)
        if side == "engager"
        else (row.expert_says, row.expert_words, row.expert_at)
    )
    assert at is not None, "the side has stated it"
    body: dict[str, Json] = {
        "engagement": row.reference,
        "expert": row.expert.reference,
        "side": side,
        "says": says,
        "at": clock.to_text(at),
        "title": row.title,
        "engager": row.engager,
        "starts": row.starts.isoformat(),
        "ends": row.ends.isoformat(),
        "words": words or None,
    }
    return EngagementV1.model_validate_json(codec.encode(body))
