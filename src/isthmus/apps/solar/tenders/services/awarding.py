"""The decision: every quote of a tender gets one, signed, and its maker is told why."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.apps.solar.tenders import queries
from isthmus.apps.solar.tenders.models import QuoteDecision, Tender
from isthmus.apps.solar.tenders.queries import QuoteSeen
from isthmus.apps.solar.tenders.rules.comparing import NoRate, landed
from isthmus.apps.solar.tenders.rules.standing import COUNTS, Phase
from isthmus.apps.solar.tenders.wording import standing_reason
from isthmus.exchange.services import Outgoing, publish
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault

Key = tuple[str, str]
Says = QuoteDecision.Says


def _check(tender: Tender, seen: list[QuoteSeen], lots: Mapping[int, Key]) -> None:
    found = queries.phase_of(tender, seen)
    if found is not Phase.DECIDING:
        raise Conflict(
            "solar.tender-undecided",
            _("A tender is decided after its deadline, once every sealed quote is open or too late."),
        )
    offers = {(one.partner, one.quote): one.offer for one in seen if one.standing in COUNTS}
    for lot, key in lots.items():
        offer = offers.get(key)
        if offer is None or lot not in {line.lot for line in offer.lines}:
            message = _("Lot %(lot)s cannot be awarded so: no open quote of that name offers it.") % {
                "lot": lot
            }
            raise BadInput("solar.award", message, faults=(FieldFault("lots", message),))


def _landed(tender: Tender, seen: QuoteSeen, lots: list[int]) -> Decimal | None:
    assert seen.offer is not None, "only open quotes are awarded"
    try:
        return landed(queries.priced(seen.offer), queries.charges_of(tender), lots).total
    except NoRate as error:
        message = _("State a rate for %(currency)s first: the award names the landed cost.") % {
            "currency": error.args[0]
        }
        raise BadInput("solar.award", message, faults=(FieldFault("lots", message),)) from error


@transaction.atomic
def award(tender: Tender, lots: Mapping[int, Key], *, reason: str, actor: str) -> list[QuoteDecision]:
    """Award each lot to a quote (node and name), and tell every maker; lots that are not named go to nobody.

    Conflict before every sealed quote is open or its time has passed. BadInput where a quote does not count
    or does not offer the lot.
    """
    row = Tender.objects.select_for_update(of=("self",)).get(pk=tender.pk)
    now = clock.now()
    seen = queries.quotes_of(row, now)
    _check(row, seen, lots)
    made = []
    for one in seen:
        won = sorted(lot for lot, key in lots.items() if key == (one.partner, one.quote))
        counts = one.standing in COUNTS
        says = Says.AWARDED if won else Says.NOT_AWARDED if counts else Says.SET_ASIDE
        why = reason if counts else str(standing_reason(one.standing))
        made.append(
            QuoteDecision.objects.create(
                tender=row,
                partner=one.partner,
                quote=one.quote,
                says=says,
                lots=won,
                landed=_landed(row, one, won) if won else None,
                reason=why[:1000],
                at=now,
                by=actor,
            )
        )
    row.decided_at = now
    row.save(update_fields=["decided_at"])
    detail = {"awarded": {str(lot): key[1] for lot, key in sorted(lots.items())}}
    audit.note("solar.tender-awarded", actor=actor, subject=row.number, detail=detail)
    for decision, one in zip(made, seen, strict=True):
        body = bodies.award_of(decision, one.seal)
        outgoing = Outgoing(bodies.AWARD, body, row.number, row.organisation_id)
        (record,) = publish([outgoing], to=[decision.partner])
        decision.leaf = record.leaf
        decision.save(update_fields=["leaf"])
    return made
