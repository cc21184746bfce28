"""The double-entry book of custody, kept on the ledger: each act posts what leaves an account and enters one.

An account is a holder and a place, its unit a batch; what was given out stands against them. An act is posted
under its own key, so that posting it again changes nothing.
"""

from collections import Counter
from dataclasses import dataclass

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.ledger import services as ledger
from isthmus.apps.excise.ledger.models import LedgerBalance
from isthmus.apps.excise.ledger.rules import Draft, Move
from isthmus.apps.excise.stamps.models import StampAct, StampBatch
from isthmus.apps.excise.stamps.rules.accounts import (
    BOOK,
    CHART,
    GIVEN_OUT,
    batch_of,
    giving_out,
    passing_on,
    place_of,
    role_of,
    unit_of,
)
from isthmus.apps.excise.stamps.rules.custody import WITHDRAWN, Place


@dataclass(frozen=True, slots=True)
class Held:
    """How many stamps somebody holds in one place."""

    holder: str
    place: Place
    count: int


def key_of(act: StampAct) -> str:
    """The name under which an act stands in the book."""
    return f"act {act.pk}"


def _post(act: StampAct, moves: tuple[Move, ...]) -> None:
    detail: dict[str, str | int | bool] = {"first": act.first, "last": act.last}
    if act.reason:
        detail["reason"] = act.reason
    draft = Draft(key_of(act), act.act, moves, act.at.date(), unit_of(act.batch_id), detail)
    ledger.post(CHART, draft, actor=act.actor)


def post_issue(act: StampAct, count: int) -> None:
    """Stamps come into being: issued to a holder, against what was given out."""
    _post(act, giving_out(act.holder.code, act.batch_id, count))


def post_arrival(act: StampAct, count: int) -> None:
    """Stamps of a partner's node arrive with a holder: they begin here, in stock."""
    _post(act, giving_out(act.holder.code, act.batch_id, count, Place.STOCK))


def post_move(act: StampAct, moved: Counter[Place], target: Place, receiver: Organisation) -> None:
    """Stamps leave the places of the act's holder for one of the receiver's."""
    _post(act, passing_on(act.holder.code, moved, receiver.code, target, act.batch_id))


def balances(batch: StampBatch | None = None) -> Counter[tuple[int, str, str]]:
    """The balance of every account, by batch, holder's code and role; those at zero left out."""
    rows = LedgerBalance.objects.filter(account__book__name=BOOK).exclude(amount=0)
    if batch is not None:
        rows = rows.filter(unit=unit_of(batch.pk))
    held = rows.order_by().values_list("unit", "account__holder", "account__role", "amount")
    return Counter({(batch_of(unit), holder, role): amount for unit, holder, role, amount in held})


def held(batch: StampBatch) -> list[Held]:
    """Who holds how many stamps of a batch in which place."""
    found = balances(batch)
    codes = {holder for _batch, holder, _role in found}
    names = dict(Organisation.objects.filter(code__in=codes).values_list("code", "name"))
    rows = [
        Held(names.get(holder, holder), place, count)
        for (_batch, holder, role), count in found.items()
        if role != GIVEN_OUT and (place := place_of(role)) is not None
    ]
    return sorted(rows, key=lambda row: (row.holder, row.place))


def withdrawn(batch: StampBatch) -> int:
    """How many stamps of a batch are cancelled or destroyed, whoever holds them."""
    roles = {role_of(place) for place in WITHDRAWN}
    return sum(count for (_batch, _holder, role), count in balances(batch).items() if role in roles)
