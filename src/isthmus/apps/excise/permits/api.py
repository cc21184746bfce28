"""Import permits for programs: quotas, transfers, applications, draw-downs, bonded stores.

To grant a quota and to decide on an application are acts of an approver, and no token is one: people do
them on their pages, and programs read what was decided.
"""

from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Query

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require
from isthmus.apps.excise.api_fields import ExciseNumber, Identifier
from isthmus.apps.excise.permits import queries
from isthmus.apps.excise.permits.api_shapes import (
    BondArrivalAsked,
    BondCountAsked,
    DrawReversalAsked,
    ExciseBondCountShown,
    ExciseBondShown,
    ExciseDrawShown,
    ExcisePermitShown,
    ExcisePermitsShown,
    ExcisePermitWhole,
    ExciseQuotaShown,
    ExciseQuotasShown,
    PermitAsked,
    PermitDrawAsked,
    PermitSearch,
    QuotaSearch,
    QuotaTransferAsked,
)
from isthmus.apps.excise.permits.models import ImportPermit, ImportQuota, PermitDraw
from isthmus.apps.excise.permits.rules.states import How
from isthmus.apps.excise.permits.services import bond, draws, permits, quotas
from isthmus.apps.excise.registry.models import Operator
from isthmus.apps.excise.registry.queries import operators_of
from isthmus.apps.excise.returns.api import written_of
from isthmus.exchange.api.paging import take_page
from isthmus.exchange.api.routes import Routes
from isthmus.kit.errors import NotFound

VIEW, DRAW, TRANSFER, APPLY = queries.VIEW, queries.DRAW, queries.TRANSFER, "excise.permit.apply"
router = Routes("excise")


def _resort(request: TokenRequest, number: str, action: str) -> Operator:
    row: Operator | None = operators_of(request.actor, action).filter(excise_number=number).first()
    if row is None:
        raise NotFound("excise.no-operator", _("There is no operator %(number)s.") % {"number": number})
    return row


def _quotas(rows: list[ImportQuota]) -> list[ExciseQuotaShown]:
    held = queries.held(rows)
    return [
        ExciseQuotaShown(
            id=row.pk,
            operator=row.operator.excise_number,
            island=row.island,
            year=row.year,
            granted_ml=held[row.pk].granted,
            transferred_ml=held[row.pk].moved,
            used_ml=held[row.pk].used,
            left_ml=held[row.pk].left,
        )
        for row in rows
    ]


def _facts(rows: list[ImportPermit]) -> list[dict[str, Any]]:
    same = ExcisePermitShown.model_fields.keys() - {"operator", "left_ml"}
    left = queries.left_of_all(rows)
    return [
        {
            **{name: getattr(row, name) for name in same},
            "operator": row.operator.excise_number,
            "left_ml": left[row.number],
        }
        for row in rows
    ]


def _draw(row: PermitDraw) -> ExciseDrawShown:
    back = row.reversal if row.is_reversed else None
    return ExciseDrawShown(
        id=row.pk,
        key=row.key,
        how=row.how,
        on=row.on,
        amount_ml=row.amount_ml,
        return_number=row.duty_return.number or "",
        duty_minor=row.duty_return.total_minor,
        currency=row.duty_return.currency,
        reversed_on=back.on if back is not None else None,
        reversed_why=back.why if back is not None else "",
    )


def _whole(row: ImportPermit) -> ExcisePermitWhole:
    (facts,) = _facts([row])
    found = row.draws.select_related("duty_return", "reversal")
    return ExcisePermitWhole(**facts, draws=[_draw(one) for one in found])


def _permit(request: TokenRequest, pk: int) -> ImportPermit:
    row = queries.permits_of(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("excise.no-permit", _("There is no such permit."))
    return row


@router.get("/quotas", response=ExciseQuotasShown, summary="List import quotas by island and year")
def list_excise_quotas(request: TokenRequest, asked: Annotated[QuotaSearch, Query()]) -> ExciseQuotasShown:
    """Quotas that the token may see: those of its authority's resorts, or the resort's own."""
    require(request.actor, VIEW)
    rows = queries.quotas_of(request.actor)
    if asked.operator is not None:
        rows = rows.filter(operator__excise_number=asked.operator)
    if asked.year is not None:
        rows = rows.filter(year=asked.year)
    found, after = take_page(rows, asked)
    return ExciseQuotasShown(items=_quotas(found), next=after)


@router.post("/quotas/{quota}/transfers", response=ExciseQuotaShown, summary="Transfer import quota")
def transfer_excise_quota(
    request: TokenRequest, quota: Identifier, asked: QuotaTransferAsked
) -> ExciseQuotaShown:
    """Move what is left of a quota to another resort; the answer is the giver's quota."""
    require(request.actor, TRANSFER)
    found = queries.quotas_of(request.actor, TRANSFER).filter(pk__in=(quota, asked.to))
    rows = {row.pk: row for row in found}
    if quota not in rows or asked.to not in rows:
        raise NotFound("excise.no-quota", _("There is no such quota."))
    for row in rows.values():
        require(request.actor, TRANSFER, row)
    quotas.transfer(
        rows[quota],
        rows[asked.to],
        asked.amount_ml,
        reference=asked.reference,
        why=asked.why,
        on=asked.on,
        actor=request.actor.label,
    )
    (shown,) = _quotas([rows[quota]])
    return shown


@router.get("/permits", response=ExcisePermitsShown, summary="List import permits")
def list_excise_permits(request: TokenRequest, asked: Annotated[PermitSearch, Query()]) -> ExcisePermitsShown:
    """Permits and applications that the token may see."""
    require(request.actor, VIEW)
    rows = queries.permits_of(request.actor)
    if asked.operator is not None:
        rows = rows.filter(operator__excise_number=asked.operator)
    if asked.year is not None:
        rows = rows.filter(year=asked.year)
    if asked.state is not None:
        rows = rows.filter(state=asked.state)
    found, after = take_page(rows, asked)
    return ExcisePermitsShown(items=[ExcisePermitShown(**facts) for facts in _facts(found)], next=after)


@router.get("/permits/{permit}", response=ExcisePermitWhole, summary="Show an import permit")
def show_excise_permit(request: TokenRequest, permit: Identifier) -> ExcisePermitWhole:
    """One permit with its draw-downs."""
    require(request.actor, VIEW)
    return _whole(_permit(request, permit))


@router.post("/permits", response=ExcisePermitWhole, summary="Apply for an import permit")
def apply_for_excise_permit(request: TokenRequest, asked: PermitAsked) -> ExcisePermitWhole:
    """Apply within the quota of a year; somebody else decides."""
    require(request.actor, APPLY)
    operator = _resort(request, asked.operator, APPLY)
    row = permits.apply(operator, asked.year, asked.goods, asked.asked_ml, actor=request.actor.label)
    return _whole(row)


@router.post("/permits/{permit}/draws", response=ExciseDrawShown, summary="Draw goods under a permit")
def draw_excise_permit(request: TokenRequest, permit: Identifier, asked: PermitDrawAsked) -> ExciseDrawShown:
    """Declare the duty of goods, ex-bond or at clearance, and draw quota and permit by their alcohol."""
    require(request.actor, DRAW)
    row = _permit(request, permit)
    require(request.actor, DRAW, row)
    written = [written_of(line) for line in asked.lines]
    return _draw(draws.draw(row, How(asked.how), asked.on, written, key=asked.key, actor=request.actor.label))


@router.post(
    "/permits/{permit}/draws/{draw}/reverse", response=ExciseDrawShown, summary="Take a draw-down back"
)
def reverse_excise_draw(
    request: TokenRequest, permit: Identifier, draw: Identifier, asked: DrawReversalAsked
) -> ExciseDrawShown:
    """Give quota, permit and bonded stock back what was drawn; not by who drew it."""
    require(request.actor, DRAW)
    held = _permit(request, permit)
    require(request.actor, DRAW, held)
    row = held.draws.select_related("permit", "duty_return").filter(pk=draw).first()
    if row is None:
        raise NotFound("excise.no-draw", _("There is no such draw-down."))
    row.reversal = draws.reverse(row, on=asked.on, why=asked.why, key=asked.key, actor=request.actor.label)
    return _draw(row)


def _store(row: Operator) -> ExciseBondShown:
    number = row.excise_number
    held = queries.store_of(number)
    names = ExciseBondCountShown.model_fields
    return ExciseBondShown(
        operator=number,
        held_ml=held.get("bond", 0),
        released_ml=held.get("released", 0),
        missing_ml=held.get("difference", 0),
        counts=[
            ExciseBondCountShown(**{name: getattr(one, name) for name in names})
            for one in queries.counts_of(row)[:100]
        ],
    )


@router.get("/bond/{excise_number}", response=ExciseBondShown, summary="Show a bonded store")
def show_excise_bond(request: TokenRequest, excise_number: ExciseNumber) -> ExciseBondShown:
    """What lies in a resort's bonded store by the book, and its counts."""
    require(request.actor, VIEW)
    return _store(_resort(request, excise_number, VIEW))


@router.post(
    "/bond/{excise_number}/arrivals", response=ExciseBondShown, summary="Bring goods into a bonded store"
)
def receive_excise_bond(
    request: TokenRequest, excise_number: ExciseNumber, asked: BondArrivalAsked
) -> ExciseBondShown:
    """Book goods that were brought in under a customs declaration; neither duty nor quota is touched."""
    row = _keeper(request, excise_number)
    bond.receive(
        row,
        asked.amount_ml,
        on=asked.on,
        reference=asked.reference,
        key=asked.key,
        actor=request.actor.label,
    )
    return _store(row)


@router.post("/bond/{excise_number}/counts", response=ExciseBondShown, summary="Count a bonded store")
def count_excise_bond(
    request: TokenRequest, excise_number: ExciseNumber, asked: BondCountAsked
) -> ExciseBondShown:
    """Keep a count beside the book and post the difference."""
    row = _keeper(request, excise_number)
    bond.count(row, asked.counted_ml, on=asked.on, why=asked.why, key=asked.key, actor=request.actor.label)
    return _store(row)


def _keeper(request: TokenRequest, number: str) -> Operator:
    require(request.actor, DRAW)
    row = _resort(request, number, VIEW)
    require(request.actor, DRAW, row)
    return row
