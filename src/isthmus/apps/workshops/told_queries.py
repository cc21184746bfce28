"""Programmes, books and nominations as programs read them: plain facts."""

from collections.abc import Iterable

from isthmus.apps.workshops.expenditure import queries as money
from isthmus.apps.workshops.expenditure.rules.amounts import plain
from isthmus.apps.workshops.expenditure.rules.sums import Difference, Sums
from isthmus.apps.workshops.nominations.models import Nomination
from isthmus.apps.workshops.nominations.queries import NomineeSeen
from isthmus.apps.workshops.programme import queries
from isthmus.apps.workshops.programme.models import Programme
from isthmus.apps.workshops.programme.wording import digits_of

Facts = dict[str, object]


def glance(row: Programme) -> Facts:
    """A programme at a glance."""
    names = ("code", "title", "fund", "reference", "currency", "starts", "ends", "closed_at")
    return {name: getattr(row, name) for name in names}


def whole(row: Programme) -> Facts:
    """A programme with its workshops and its money in all."""
    people, in_all = queries.participants_by_workshop(row), queries.in_all_of(row)
    digits = digits_of(row.currency)
    workshops = [
        {
            **{name: getattr(one, name) for name in ("number", "title", "theme", "host", "place")},
            "starts": one.starts,
            "ends": one.ends,
            "state": queries.state(one).value,
            "participants": people[one.pk].number,
            "participants_are": people[one.pk].basis.value,
        }
        for one in row.workshops.order_by("place_in_programme")
    ]
    return {
        **glance(row),
        "workshops": workshops,
        "participants": in_all.number,
        "remainder": in_all.remainder,
        "budget": plain(sum(one.budget_minor for one in money.lines_of(row)), digits),
        "spent": plain(money.sums_of(row).total_minor, digits),
    }


def ledger(found: Sums, wrong: Iterable[Difference], currency: str) -> Facts:
    """Sums, and where they do not agree."""
    digits, listed = digits_of(currency), list(wrong)

    def amount(minor: int | None) -> str | None:
        return None if minor is None else plain(minor, digits)

    return {
        "currency": currency,
        "headings": [{"heading": name, "total": plain(total, digits)} for name, total in found.headings],
        "subtotal": plain(found.subtotal_minor, digits),
        "overhead": plain(found.overhead_minor, digits),
        "total": plain(found.total_minor, digits),
        "agrees": not listed,
        "differences": [
            {
                "about": one.about,
                "spent": amount(one.counted_minor),
                "declared": amount(one.declared_minor),
                "difference": plain(one.difference_minor, digits),
            }
            for one in listed
        ],
    }


def book(row: Programme) -> Facts:
    """The book of a programme, and what keeps it open."""
    found = money.open_of(row)
    return {
        **ledger(money.sums_of(row), found.differences, row.currency),
        "closed_at": row.closed_at,
        "to_approve": list(found.to_approve),
        "without_receipt": list(found.without_receipt),
    }


def nomination(row: Nomination) -> Facts:
    """A person whom this country nominates."""
    return {
        "reference": row.reference,
        "workshop": row.call.number,
        "name": row.name,
        "organisation": row.organisation.code,
        "state": row.state,
        "sent_at": row.sent_at,
        "reason": row.reason,
    }


def nominee(seen: NomineeSeen) -> Facts:
    """A nominee of a workshop of this node."""
    return {
        "reference": seen.nominee.reference,
        "name": seen.nominee.name,
        "country": seen.country,
        "place": seen.standing.place,
        "late": seen.standing.late,
        "over_quota": seen.standing.over_quota,
        "withdrawn": seen.nominee.withdrawn_at is not None,
        "decision": seen.selection.says if seen.selection is not None else None,
    }
