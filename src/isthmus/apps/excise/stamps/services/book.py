"""The double-entry book of custody: each act posts what leaves one account and enters another.

An account is a batch, a holder and a place; what was given out in all stands against them as ``GIVEN_OUT``.
Postings are never changed, those of an act sum to zero, and so do all of them together.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from django.db.models import Sum

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.stamps.models import StampAct, StampBatch, StampPosting
from isthmus.apps.excise.stamps.rules.custody import Place

GIVEN_OUT: Final = 99
"""The account against which all stamps of a batch stand; its balance is the number of them, below zero."""


@dataclass(frozen=True, slots=True)
class Held:
    """How many stamps somebody holds in one place."""

    holder: str
    place: Place
    count: int


def _write(act: StampAct, lines: Counter[tuple[int, int]]) -> None:
    assert sum(lines.values()) == 0, "what leaves an account enters another"
    StampPosting.objects.bulk_create(
        StampPosting(act=act, batch_id=act.batch_id, holder_id=holder, place=place, stamps=stamps)
        for (holder, place), stamps in sorted(lines.items())
        if stamps
    )


def post_issue(act: StampAct, count: int) -> None:
    """Stamps come into being: issued to a holder, against what was given out."""
    _write(act, Counter({(act.holder_id, Place.ISSUED.value): count, (act.holder_id, GIVEN_OUT): -count}))


def post_move(act: StampAct, moved: Counter[Place], target: Place, receiver: Organisation) -> None:
    """Stamps leave the places of the act's holder for one of the receiver's."""
    lines: Counter[tuple[int, int]] = Counter()
    for place, count in moved.items():
        lines[act.holder_id, place.value] -= count
    lines[receiver.pk, target.value] += moved.total()
    _write(act, lines)


def balances(batch: StampBatch | None = None) -> Counter[tuple[int, int, int]]:
    """The balance of every account, by batch, holder and place; those at zero left out."""
    rows = StampPosting.objects.order_by()
    if batch is not None:
        rows = rows.filter(batch=batch)
    sums = rows.values_list("batch_id", "holder_id", "place").annotate(total=Sum("stamps"))
    return Counter({(one, holder, place): total for one, holder, place, total in sums if total})


def held(batch: StampBatch) -> list[Held]:
    """Who holds how many stamps of a batch in which place."""
    found = balances(batch)
    names = dict(
        Organisation.objects.filter(pk__in={holder for _batch, holder, _place in found}).values_list(
            "pk", "name"
        )
    )
    return sorted(
        (
            Held(names[holder], Place(place), count)
            for (_batch, holder, place), count in found.items()
            if place != GIVEN_OUT
        ),
        key=lambda row: (row.holder, row.place),
    )
