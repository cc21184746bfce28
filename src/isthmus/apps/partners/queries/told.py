"""Needs, offers, matches and introductions as programs and the shell read them."""

from isthmus.apps.partners.models import Introduction, Listing
from isthmus.apps.partners.queries.matches import Matched, Matches
from isthmus.apps.partners.queries.sides import details
from isthmus.apps.partners.rules.standing import Standing, stage
from isthmus.apps.partners.wording import item_words

Facts = dict[str, object]


def listing(row: Listing) -> Facts:
    """A need or an offer, as partners know it too."""
    return {
        "id": row.pk,
        "reference": row.reference,
        "kind": row.kind,
        "node": row.partner,
        "country": row.country,
        "title": row.title,
        "product": row.product,
        "text": row.text,
        "language": row.language,
        "hs_code": row.hs_code,
        "unit": row.unit,
        "volume_class": row.volume_class,
        "levels": list(row.levels),
        "local_content": row.local_content,
        "certificates": [one["kind"] for one in row.certificates],
        "countries": list(row.countries),
        "confirmed_at": row.confirmed_at,
        "expires_at": row.expires_at,
        "is_open": row.is_open,
    }


def matched(one: Matched) -> Facts:
    """One that fits: all of it, its score in millionths, and the items that sum to it."""
    return {
        "place": one.place,
        "score": one.match.score,
        "capacity_known": one.match.sure,
        "items": [
            {
                "name": item.name,
                "detail": item.detail,
                "count": item.count,
                "points": item.points,
                "why": item_words(item),
            }
            for item in one.match.items
        ],
        "fused": [
            {"list": name, "rank": rank, "points": points}
            for name, rank, points in (one.fused.parts if one.fused is not None else ())
        ],
        "fused_score": one.fused.score if one.fused is not None else None,
        "listing": listing(one.row),
    }


def matches(row: Listing, found: Matches) -> Facts:
    """All that fits a need or an offer."""
    return {
        "of": listing(row),
        "matches": [matched(one) for one in found.found],
        "left_out": [{"reason": bar.value, "count": count} for bar, count in sorted(found.left_out.items())],
        "ranker_failed": found.ranker_failed,
    }


def introduction(row: Introduction) -> Facts:
    """An introduction; of the other side only what its stage allows."""
    other = details(row, row.other)
    return {
        "id": row.pk,
        "reference": row.reference,
        "node": row.partner,
        "need": row.need_id,
        "offer": row.offer_id,
        "asked_by": row.asked_by,
        "asked_here": row.asker.is_own,
        "state": row.state,
        "stage": stage(Standing(row.state)),
        "asked_at": row.asked_at,
        "answered_at": row.answered_at,
        "reason": row.reason,
        "other_side": None if other is None else other.model_dump(mode="json"),
    }
