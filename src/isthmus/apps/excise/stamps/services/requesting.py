"""Asking for stamps, and deciding once the duty is secured."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Kind, Organisation
from isthmus.apps.excise.guarantees.models import Guarantee
from isthmus.apps.excise.stamps.models import MOST_STAMPS, Proof, RequestState, StampRequest
from isthmus.apps.excise.stamps.rules import codes
from isthmus.apps.excise.stamps.services import securing
from isthmus.apps.excise.stamps.services.securing import Security
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault, NotFound
from isthmus.kit.text import nfc


def padded(gtin: str) -> str:
    """A GTIN of 8, 12, 13 or 14 digits in 14 digits; BadInput for anything else."""
    digits = gtin.strip()
    whole = digits.zfill(14) if len(digits) in (8, 12, 13, 14) else ""
    if not codes.gtin_fits(whole):
        message = _("A GTIN has 8, 12, 13 or 14 digits and ends in its check digit.")
        raise BadInput(
            "excise.stamp-gtin",
            message,
            next_step=_("Copy the number below the bar code of the product."),
            faults=(FieldFault("gtin", message),),
        )
    return whole


@transaction.atomic
def ask(
    organisation: Organisation,
    *,
    gtin: str,
    product: str,
    count: int,
    proof: Proof = Proof.TAGGED,
    actor: str,
) -> StampRequest:
    """Ask for so many stamps for a product. BadInput names the field at fault."""
    whole = padded(gtin)
    name = nfc(product).strip()
    if not name or len(name) > 200:
        message = _("Name the product, in at most 200 signs.")
        raise BadInput("excise.stamp-product", message, faults=(FieldFault("product", message),))
    if not 1 <= count <= MOST_STAMPS:
        message = _("A request is for 1 to %(most)s stamps.") % {"most": f"{MOST_STAMPS:,}"}
        raise BadInput("excise.stamp-count", message, faults=(FieldFault("count", message),))
    # The row of the organisation keeps two requests from taking one number.
    list(Organisation.objects.select_for_update().order_by("pk").values_list("pk", flat=True)[:1])
    last = StampRequest.objects.aggregate(last=Max("number"))["last"] or 0
    request = StampRequest.objects.create(
        organisation=organisation,
        number=last + 1,
        gtin=whole,
        product=name,
        count=count,
        proof=proof,
        asked_at=clock.now(),
        asked_by=actor,
    )
    audit.note(
        "excise.stamps-asked",
        actor=actor,
        subject=str(request.number),
        detail={"gtin": whole, "count": count},
    )
    return request


def _open(request: StampRequest, *states: RequestState) -> StampRequest:
    row = StampRequest.objects.select_for_update().get(pk=request.pk)
    if row.state not in states:
        raise Conflict(
            "excise.stamps-decided",
            _("Request %(number)s is decided already.") % {"number": row.number},
        )
    return row


@transaction.atomic
def approve(request: StampRequest, security: Security, *, actor: str) -> StampRequest:
    """Approve a request and secure its duty. Conflict ``excise.stamps-unsecured``, or one of guarantees, says
    what is missing.
    """
    row = _open(request, RequestState.ASKED)
    securing.secure(row, security, actor=actor)
    row.state, row.decided_at, row.decided_by = RequestState.APPROVED, clock.now(), actor
    row.save()
    detail = {"secured_by": row.secured_by, "secured_minor": row.secured_minor}
    audit.note("excise.stamps-approved", actor=actor, subject=str(row.number), detail=detail)
    return row


@transaction.atomic
def refuse(request: StampRequest, reason: str, *, actor: str) -> StampRequest:
    """Refuse a request, or withdraw its approval before stamps were issued; what was reserved is released."""
    why = nfc(reason).strip()
    if not why:
        message = _("Say why, so that they can do better.")
        raise BadInput("excise.stamps-reason", message, faults=(FieldFault("reason", message),))
    row = _open(request, RequestState.ASKED, RequestState.APPROVED)
    securing.release(row, _("Request %(number)s was refused") % {"number": row.number}, actor)
    row.state, row.decided_at, row.decided_by = RequestState.REFUSED, clock.now(), actor
    row.reason = why[:500]
    row.save()
    audit.note("excise.stamps-refused", actor=actor, subject=str(row.number), detail={"reason": row.reason})
    return row


def approved(number: int, *, gtin: str, count: int) -> StampRequest:
    """An approved request by its number. NotFound; Conflict where it is for another product or count."""
    row = StampRequest.objects.filter(number=number).first()
    if row is None:
        raise NotFound("excise.no-stamp-request", _("There is no request %(number)s.") % {"number": number})
    if (row.gtin, row.count) != (padded(gtin), count):
        raise Conflict(
            "excise.stamps-other-request",
            _("Request %(number)s is for %(count)s stamps of GTIN %(gtin)s.")
            % {"number": number, "count": row.count, "gtin": row.gtin},
        )
    return row


@transaction.atomic
def at_the_command_line(
    organisation: str | None,
    *,
    gtin: str,
    product: str,
    count: int,
    proof: str,
    actor: str,
    guarantee: str = "",
) -> StampRequest:
    """A request that whoever runs the node makes and approves; the audit trail says so.

    ``organisation`` is a code; without one it is the node's only organisation, which is made where there is
    none yet. Without the number of a guarantee the duty is not secured, and the request says so.
    """
    if organisation is not None:
        holder = Organisation.objects.filter(code=organisation).first()
        if holder is None:
            raise NotFound(
                "excise.no-organisation", _("There is no organisation %(code)s.") % {"code": organisation}
            )
    else:
        some = list(Organisation.objects.order_by("pk")[:2])
        if len(some) > 1:
            raise BadInput(
                "excise.stamps-whose",
                _("This node has several organisations."),
                next_step=_("Say with --organisation who holds the stamps."),
            )
        holder = some[0] if some else _stamp_office()
    row = ask(holder, gtin=gtin, product=product or gtin, count=count, proof=Proof(proof), actor=actor)
    if guarantee:
        found = Guarantee.objects.filter(number=guarantee).first()
        if found is None:
            raise NotFound(
                "excise.no-guarantee", _("There is no guarantee %(number)s.") % {"number": guarantee}
            )
        return approve(row, Security(found), actor=actor)
    row.state, row.decided_at, row.decided_by = RequestState.APPROVED, clock.now(), actor
    row.secured_by = str(_("Not secured: issued at the command line by %(actor)s") % {"actor": actor})[:200]
    row.save()
    audit.note(
        "excise.stamps-approved", actor=actor, subject=str(row.number), detail={"secured_by": row.secured_by}
    )
    return row


def _stamp_office() -> Organisation:
    return Organisation.objects.create(code="stamps", name=str(_("Tax stamps")), kind=Kind.AGENCY)
