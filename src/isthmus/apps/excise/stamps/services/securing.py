"""The duty behind stamps: worked out, secured when they are approved, and set free when it is accounted for.

Two things secure it: a guarantee of the operator that owes it, of which the amount is reserved, or a return
that is paid and names the product, of which the bottles are used up. A reservation is released as a whole
once every stamp of the batch is accounted for: its bottle is on a return that is paid, or the stamp is
cancelled or destroyed. Lost and spoiled stamps are not: somebody may still put one on a bottle.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Sum
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.excise.guarantees import services as guarantees
from isthmus.apps.excise.guarantees.models import Guarantee
from isthmus.apps.excise.guarantees.queries import in_force
from isthmus.apps.excise.guarantees.wording import amount_text
from isthmus.apps.excise.registry.models import Product
from isthmus.apps.excise.returns.models import DutyReturn, DutyReturnLine
from isthmus.apps.excise.returns.rules.states import State
from isthmus.apps.excise.stamps.models import RequestState, StampDuty, StampRequest
from isthmus.apps.excise.stamps.rules.codes import spellings
from isthmus.apps.excise.stamps.services import book
from isthmus.apps.excise.tariff.queries import tariff_of
from isthmus.apps.excise.tariff.rules.model import Line
from isthmus.apps.excise.tariff.services import AtStake, duty_at_stake
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault

MILLILITRE = 1000
"""Microlitres, the unit of a line's volume."""


@dataclass(frozen=True, slots=True)
class Security:
    """What secures the duty: one of the two. ``cif`` is the goods' value in ten-thousandths of the currency,
    for tariffs that work duty out from it.
    """

    guarantee: Guarantee | None = None
    paid_return: DutyReturn | None = None
    cif: int | None = None


def _refused(where: str, message: str, step: str = "") -> Conflict:
    faults = (FieldFault(where, message),)
    return Conflict("excise.stamps-unsecured", message, next_step=step, faults=faults)


def product_of(request: StampRequest) -> Product:
    """The product in the registry. Conflict where it is not there: nobody knows then what duty it bears."""
    rows = Product.objects.select_related("operator").filter(gtin__in=spellings(request.gtin))
    found = rows.first()
    if found is None:
        raise _refused(
            "security",
            _("The registry has no product with the GTIN %(gtin)s, so its duty cannot be worked out.")
            % {"gtin": request.gtin},
            _("Enter the product with its operator under Registry, then approve the request."),
        )
    return found


def at_stake(request: StampRequest, product: Product, *, on: date, cif: int | None = None) -> AtStake:
    """The duty on a request, by the tariff of its operator's country; BadInput says why not."""
    line = Line(
        product.excise_code,
        hs=product.hs_code,
        abv=product.abv_thousandths,
        volume=product.volume_ml * MILLILITRE,
        quantity=request.count,
        cif=cif,
        day=on,
    )
    return duty_at_stake(tariff_of(product.operator.country), line)


def secure(row: StampRequest, security: Security, *, actor: str) -> None:
    """Secure the duty of a request that is locked; its fields say how. Conflict says what is missing."""
    product, today = product_of(row), clock.now().date()
    stake = at_stake(row, product, on=today, cif=security.cif)
    row.secured_minor, row.currency, row.rates_of = stake.duty_minor, stake.currency, stake.rates_of
    if not stake.duty_minor:
        row.secured_by = str(_("No duty on it (%(rule)s)") % {"rule": stake.rule})[:200]
    elif security.paid_return is not None:
        _by_return(row, product, security.paid_return)
    elif security.guarantee is not None:
        _by_guarantee(row, product, security.guarantee, today, actor)
    else:
        raise _refused(
            "security",
            _("%(amount)s of duty are at stake and nothing secures them.")
            % {"amount": amount_text(stake.duty_minor, stake.currency)},
            _("Choose a guarantee of %(operator)s, or a return on which the duty is paid.")
            % {"operator": product.operator.name},
        )


def key_of(row: StampRequest) -> str:
    """The name under which the duty of a request is reserved."""
    return f"stamps {row.number}"


def _by_guarantee(row: StampRequest, product: Product, guarantee: Guarantee, today: date, actor: str) -> None:
    if guarantee.operator_id != product.operator_id:
        raise _refused(
            "security",
            _("Guarantee %(number)s secures the duty of another operator than %(operator)s.")
            % {"number": guarantee.number, "operator": product.operator.name},
            _("Choose a guarantee of the operator that owes the duty."),
        )
    if guarantee.currency != row.currency:
        raise _refused(
            "security",
            _("Guarantee %(number)s is in %(currency)s; the duty is in %(other)s.")
            % {"number": guarantee.number, "currency": guarantee.currency, "other": row.currency},
        )
    assert row.secured_minor is not None
    guarantees.reserve(
        guarantee,
        row.secured_minor,
        key=key_of(row),
        on=today,
        reason=_("Duty on the stamps of request %(number)s") % {"number": row.number},
        actor=actor,
    )
    row.guarantee = guarantee
    row.secured_by = str(_("Guarantee %(number)s") % {"number": guarantee.number})


def _by_return(row: StampRequest, product: Product, duty_return: DutyReturn) -> None:
    found = _paid(duty_return)
    if found.operator_id != product.operator_id:
        raise _refused(
            "security",
            _("Return %(number)s is of another operator than %(operator)s.")
            % {"number": found.number, "operator": product.operator.name},
        )
    _enough(found, row.gtin, row.count)
    row.paid_return = found
    row.secured_by = str(_("Return %(number)s, paid") % {"number": found.number})


def _paid(duty_return: DutyReturn) -> DutyReturn:
    """The return, locked, so that two deeds do not use the same bottles; Conflict where it is not paid."""
    found = DutyReturn.objects.select_for_update().get(pk=duty_return.pk)
    if found.stands is not State.PAID:
        raise _refused(
            "security",
            _("Return %(number)s is not paid.") % {"number": found.number or found.pk},
            _("Choose a return that is paid, or a guarantee."),
        )
    return found


def _enough(duty_return: DutyReturn, gtin: str, count: int) -> None:
    left = bottles_left(duty_return, gtin)
    if count > left:
        raise _refused(
            "count",
            _("Return %(number)s leaves %(left)s bottles of this product; %(count)s are needed.")
            % {"number": duty_return.number, "left": f"{left:,}", "count": f"{count:,}"},
            _("Bottles count where the return names the product by its GTIN, and once."),
        )


def bottles_left(duty_return: DutyReturn, gtin: str) -> int:
    """The bottles of a product on a return that account for no stamps yet."""
    lines = DutyReturnLine.objects.filter(duty_return=duty_return, gtin__in=spellings(gtin))
    on_it = lines.aggregate(sum=Sum("quantity"))["sum"] or 0
    standing = [RequestState.APPROVED, RequestState.ISSUED]
    asked = StampRequest.objects.filter(paid_return=duty_return, gtin=gtin, state__in=standing)
    used = asked.aggregate(sum=Sum("count"))["sum"] or 0
    noted = StampDuty.objects.filter(duty_return=duty_return, request__gtin=gtin)
    return int(on_it - used - (noted.aggregate(sum=Sum("count"))["sum"] or 0))


def paid_returns(row: StampRequest, product: Product) -> list[tuple[DutyReturn, int]]:
    """The newest hundred returns of the operator that are paid and have bottles of the product left."""
    lines = DutyReturnLine.objects.filter(duty_return=OuterRef("pk"), gtin__in=spellings(row.gtin))
    rows = DutyReturn.objects.filter(Exists(lines), operator=product.operator, state=State.PAID.value)
    found = [(one, bottles_left(one, row.gtin)) for one in rows.order_by("-period", "-id")[:100]]
    return [(one, left) for one, left in found if left > 0]


def usable(product: Product) -> list[Guarantee]:
    """The guarantees of the operator that count today, in the currency of the tariff."""
    currency = tariff_of(product.operator.country).currency
    return list(in_force(product.operator, currency, clock.now().date()))


@transaction.atomic
def account_for(request: StampRequest, duty_return: DutyReturn, count: int, *, actor: str) -> StampDuty:
    """Note that the duty on so many of a request's stamps is paid on a return; release what is done with.

    Conflict where the return is not paid, is of another operator, or has no more such bottles, and where
    fewer stamps are left to be accounted for.
    """
    row = StampRequest.objects.select_for_update().get(pk=request.pk)
    if row.guarantee_id is None or row.released_at is not None:
        raise _refused("duty_return", _("Nothing is reserved for request %(n)s.") % {"n": row.number})
    if count < 1:
        message = _("Give a number above zero.")
        raise BadInput("excise.stamps-count", message, faults=(FieldFault("count", message),))
    found = _paid(duty_return)
    if found.operator_id != product_of(row).operator_id:
        raise _refused("duty_return", _("This return is of another operator."))
    left = accounted(row).left
    if count > left:
        raise _refused(
            "count",
            _("%(left)s stamps of request %(number)s are left to be accounted for.")
            % {"left": f"{left:,}", "number": row.number},
        )
    _enough(found, row.gtin, count)
    noted = StampDuty.objects.create(request=row, duty_return=found, count=count, at=clock.now(), actor=actor)
    audit.note(
        "excise.stamps-accounted",
        actor=actor,
        subject=str(row.number),
        detail={"return": str(found.number), "count": count},
    )
    settle(row, 0, actor=actor)
    return noted


@dataclass(frozen=True, slots=True)
class Accounted:
    """Of the stamps of a request: on paid returns, cancelled or destroyed, and left to be accounted for."""

    paid: int
    withdrawn: int
    left: int


def accounted(row: StampRequest, more_withdrawn: int = 0) -> Accounted:
    """How far the stamps of a request are accounted for; ``more_withdrawn`` are being cancelled right now."""
    paid = StampDuty.objects.filter(request=row).aggregate(sum=Sum("count"))["sum"] or 0
    batch = getattr(row, "batch", None)
    withdrawn = more_withdrawn + (book.withdrawn(batch) if batch is not None else 0)
    return Accounted(paid, withdrawn, max(0, row.count - paid - withdrawn))


def settle(row: StampRequest, more_withdrawn: int, *, actor: str) -> None:
    """Release the reservation of a request, which is locked, where every stamp is accounted for."""
    if row.guarantee is None or row.released_at is not None or accounted(row, more_withdrawn).left:
        return
    release(row, _("Every stamp of request %(number)s is accounted for") % {"number": row.number}, actor)


def release(row: StampRequest, why: str, actor: str) -> None:
    """Give back what is reserved for a request, which is locked; nothing where nothing is."""
    if row.guarantee is None or row.released_at is not None:
        return
    guarantees.release(row.guarantee, key=key_of(row), on=clock.now().date(), reason=why, actor=actor)
    row.released_at = clock.now()
    row.save(update_fields=["released_at"])
