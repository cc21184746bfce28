"""Amounts of guarantees and refusals in words."""

from datetime import date
from decimal import Decimal

from babel.numbers import get_currency_precision
from django.utils.translation import gettext as _

from isthmus.apps.excise.guarantees.models import Guarantee, GuaranteeState
from isthmus.apps.excise.guarantees.queries import Held, terms_of
from isthmus.apps.excise.guarantees.rules.covering import Reason, out_of_force
from isthmus.kit.errors import BadInput, Conflict, FieldFault
from isthmus.ui.components import Amount, Share, State
from isthmus.ui.formats import grouped


def places_of(currency: str) -> int:
    """The decimals of a currency; 2 where the letters name none."""
    return get_currency_precision(currency)


def in_units(amount_minor: int, currency: str) -> Decimal:
    """Minor units in units of the currency: 120050 MDL is 1200.50."""
    return Decimal(amount_minor).scaleb(-places_of(currency))


def amount_text(amount_minor: int, currency: str) -> str:
    """An amount as people read it, with its currency."""
    return f"{grouped(in_units(amount_minor, currency), places_of(currency))} {currency}"


def amount_of(row: Guarantee, minor: int) -> Amount:
    """An amount of a guarantee for a page."""
    return Amount(in_units(minor, row.currency), row.currency, places_of(row.currency))


def state_of(row: Guarantee, on: date) -> State:
    """The state of a guarantee on a day, as it is shown."""
    match out_of_force(terms_of(row), on):
        case None:
            return State("ok", row.get_state_display()) if row.ended_on is None else State("warn", _("Ends"))
        case Reason.CONSENT if row.state == GuaranteeState.WAITING:
            return State("wait", row.get_state_display())
        case Reason.EARLY:
            return State("wait", _("Not valid yet"))
        case Reason.LATE:
            return State("off", _("Has run out"))
        case _:
            return State("off", GuaranteeState.ENDED.label)


def share_of(row: Guarantee, held: Held) -> Share:
    """What is free, reserved and claimed, as a bar; empty where the guarantor has not consented."""
    parts = ((_("Free"), held.free), (_("Reserved"), held.reserved), (_("Claimed"), held.called))
    return Share(parts, row.amount_minor if row.consent else 0)


def declined(reason: str, row: Guarantee, amount_minor: int, free: int) -> BadInput:
    """The error that says why a guarantee does not cover an amount, and what to do."""
    if reason == Reason.AMOUNT:
        message = _("The amount is more than zero.")
        return BadInput("excise.guarantee", message, faults=(FieldFault("amount", message),))
    facts = {
        "number": row.number,
        "amount": amount_text(amount_minor, row.currency),
        "free": amount_text(free, row.currency),
        "guarantor": row.guarantor_name,
        "first": row.valid_from.isoformat(),
        "last": row.valid_until.isoformat(),
        "ended": row.ended_on.isoformat() if row.ended_on is not None else "",
    }
    said = {
        Reason.CONSENT: _("%(guarantor)s has not consented to guarantee %(number)s yet."),
        Reason.EARLY: _("Guarantee %(number)s counts from %(first)s."),
        Reason.LATE: _("Guarantee %(number)s counted until %(last)s."),
        Reason.ENDED: _("Guarantee %(number)s was ended from %(ended)s on."),
        Reason.TAKEN: _("Guarantee %(number)s is an individual one and covers another deed already."),
        Reason.SHORT: _("Guarantee %(number)s does not cover %(amount)s: %(free)s of it are free."),
    }[Reason(reason)]
    step = {
        Reason.CONSENT: _("Send the statement to the guarantor and take its signature in."),
        Reason.SHORT: _("Lower the amount, release what is done, or use another guarantee."),
    }.get(Reason(reason), _("Use a guarantee that counts on the day."))
    return Conflict(f"excise.guarantee-{reason}", said % facts, next_step=step)
