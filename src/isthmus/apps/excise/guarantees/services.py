"""Registering guarantees, taking consent in, and the only ways in which their amounts move.

Whoever reserves holds the row of the guarantee first and the book "guarantees" then, until the transaction
ends: two deeds that race for one guarantee follow each other. Books are locked in the order of their names
(duty, guarantees, stamps).
"""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Kind
from isthmus.apps.excise.guarantees import queries
from isthmus.apps.excise.guarantees.formats import consent as consents
from isthmus.apps.excise.guarantees.models import (
    Guarantee,
    GuaranteeKind,
    GuaranteeReservation,
    GuaranteeState,
    ReservationState,
)
from isthmus.apps.excise.guarantees.rules.accounts import (
    AVAILABLE,
    CALLED,
    CHART,
    GRANTED,
    RESERVED,
    moves,
)
from isthmus.apps.excise.guarantees.rules.covering import days_to_end, refusal
from isthmus.apps.excise.guarantees.wording import amount_text, declined
from isthmus.apps.excise.ledger import services as ledger
from isthmus.apps.excise.ledger.rules import LARGEST, Draft
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault, NotFound, Refused
from isthmus.kit.text import nfc
from isthmus.wire import codec

MAX_KEY = 80


def _bad(field: str, message: str) -> BadInput:
    return BadInput("excise.guarantee", message, faults=(FieldFault(field, message),))


def _check(guarantee: Guarantee) -> None:
    if guarantee.organisation.kind == Kind.FIRM:
        raise _bad("organisation", _("A firm keeps no guarantees; choose the authority."))
    if not 1 <= guarantee.amount_minor <= LARGEST:
        raise _bad("amount_minor", _("The amount is more than zero and has at most 15 digits."))
    if len(guarantee.currency) != 3 or not guarantee.currency.isascii() or not guarantee.currency.isupper():
        raise _bad("currency", _("A currency has three capital letters, such as MDL."))
    if guarantee.valid_until < guarantee.valid_from:
        raise _bad("valid_until", _("The guarantee must end on the day on which it begins, or later."))
    if guarantee.kind not in GuaranteeKind.values:
        raise _bad("kind", _("A guarantee is individual, comprehensive or a deposit."))
    for field, longest in (("number", 40), ("guarantor_name", 182), ("guarantor_number", 40)):
        text = nfc(getattr(guarantee, field)).strip()
        if not text or len(text) > longest or not text.isprintable():
            raise _bad(field, _("Write a short text of printable signs."))
        setattr(guarantee, field, text)


@transaction.atomic
def register(guarantee: Guarantee, *, actor: str) -> Guarantee:
    """Keep a new guarantee; it covers nothing before its guarantor has consented.

    ``guarantor_jwk`` is the guarantor's public key as a JWK. BadInput names the field at fault; Conflict
    ``excise.guarantee-taken`` where the number is taken.
    """
    _check(guarantee)
    guarantee.guarantor_jwk = consents.read_jwk(codec.encode(guarantee.guarantor_jwk).decode("utf-8"))
    guarantee.state, guarantee.consent, guarantee.consented_at = GuaranteeState.WAITING, "", None
    guarantee.registered_at, guarantee.registered_by = clock.now(), actor
    guarantee.statement = consents.statement(
        {
            "number": guarantee.number,
            "kind": guarantee.kind,
            "guarantor": {"name": guarantee.guarantor_name, "number": guarantee.guarantor_number},
            "beneficiary": {"name": guarantee.organisation.name, "code": guarantee.organisation.code},
            "operator": {
                "name": guarantee.operator.name,
                "excise_number": guarantee.operator.excise_number,
            },
            "currency": guarantee.currency,
            "amount_minor": guarantee.amount_minor,
            "valid_from": guarantee.valid_from.isoformat(),
            "valid_until": guarantee.valid_until.isoformat(),
        }
    )
    try:
        with transaction.atomic():
            guarantee.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            "excise.guarantee-taken",
            _("The guarantee %(number)s is here already.") % {"number": guarantee.number},
            next_step=_("Look it up; give another number."),
        ) from error
    audit.note("excise.guarantee-registered", actor=actor, subject=guarantee.number)
    return guarantee


def _locked(guarantee: Guarantee) -> Guarantee:
    return Guarantee.objects.select_for_update().get(pk=guarantee.pk)


def _post(
    row: Guarantee, kind: str, key: str, changes: dict[str, int], *, on: date, reason: str, actor: str
) -> None:
    draft = Draft(
        key=f"{kind} {row.pk} {key}".strip(),
        kind=kind,
        moves=moves(row.number, row.currency, changes),
        value_on=on,
        reference=row.number,
        detail={"deed": key, "reason": reason} if key else {"reason": reason},
    )
    ledger.post(CHART, draft, actor=actor)


@transaction.atomic
def take_consent(guarantee: Guarantee, token: str, *, actor: str) -> Guarantee:
    """Take in the guarantor's signature; its amount is available from then on. Once more is no change.

    Refused where another key or another statement was signed, or the signature does not hold; Conflict
    ``excise.guarantee-ended`` where it was ended.
    """
    row = _locked(guarantee)
    signed = "".join(token.split())
    consents.check(signed, bytes(row.statement), row.guarantor_jwk)
    if row.state != GuaranteeState.WAITING:
        # A second signature of the same key over the same bytes says nothing new.
        if row.state == GuaranteeState.ENDED:
            raise Conflict(
                "excise.guarantee-ended",
                _("The guarantee %(number)s was ended.") % {"number": row.number},
                next_step=_("Register the new guarantee under a number of its own."),
            )
        return row
    row.state, row.consent, row.consented_at = GuaranteeState.CONSENTED, signed, clock.now()
    row.save(update_fields=["state", "consent", "consented_at"])
    changes = {GRANTED: -row.amount_minor, AVAILABLE: row.amount_minor}
    _post(row, "grant", "", changes, on=row.valid_from, reason="", actor=actor)
    audit.note("excise.guarantee-consented", actor=actor, subject=row.number)
    return row


@transaction.atomic
def end(guarantee: Guarantee, *, on: date, why: str, actor: str) -> Guarantee:
    """Let a guarantee cover nothing new from a day on. What is reserved stays so until it is released.

    BadInput for a day outside of its validity, or before one on which an amount was reserved: what was
    covered then cannot be uncovered. Conflict ``excise.guarantee-ended`` where it was ended.
    """
    reason = _reason(why)
    row = _locked(guarantee)
    if row.state == GuaranteeState.ENDED:
        raise Conflict(
            "excise.guarantee-ended", _("The guarantee %(number)s was ended.") % {"number": row.number}
        )
    days = days_to_end(queries.terms_of(row), queries.reserved_last(row))
    if on not in days:
        message = _("Choose a day from %(first)s to %(last)s.")
        raise _bad("on", message % {"first": days.first.isoformat(), "last": days.last.isoformat()})
    row.state, row.ended_on, row.ended_why = GuaranteeState.ENDED, on, reason
    row.save(update_fields=["state", "ended_on", "ended_why"])
    audit.note("excise.guarantee-ended", actor=actor, subject=row.number, detail={"on": on.isoformat()})
    return row


def _reason(reason: str) -> str:
    said = nfc(reason).strip()[:500]
    if not said:
        raise _bad("reason", _("Say why."))
    return said


def _key(key: str) -> str:
    if not 0 < len(key) <= MAX_KEY or not key.isprintable() or key != key.strip():
        raise _bad("key", _("A deed is named by at most 80 printable signs."))
    return key


def _standing(row: Guarantee, key: str) -> GuaranteeReservation | None:
    return GuaranteeReservation.objects.select_for_update().filter(guarantee=row, key=key).first()


@transaction.atomic
def reserve(
    guarantee: Guarantee, amount_minor: int, *, key: str, on: date, reason: str, actor: str
) -> GuaranteeReservation:
    """Take an amount of a guarantee for a deed, once for its ``key``; the same again returns what stands.

    Conflict ``excise.guarantee-`` and one of: short (says what is free), consent, early, late, ended, taken
    (an individual guarantee covers one deed at a time), key-reused (the key reserved another amount, or was
    released). BadInput for an amount that is not above zero, a reason or a key that is no text.
    """
    name, why = _key(key), _reason(reason)
    row = _locked(guarantee)
    standing = _standing(row, name)
    if standing is not None:
        if standing.amount_minor == amount_minor and standing.state == ReservationState.OPEN:
            return standing
        raise Conflict(
            "excise.guarantee-key-reused",
            _("%(amount)s of guarantee %(number)s were reserved for “%(key)s” already; they are %(state)s.")
            % {
                "amount": amount_text(standing.amount_minor, row.currency),
                "number": row.number,
                "key": name,
                "state": str(standing.get_state_display()).lower(),
            },
            next_step=_("Name another deed by another key."),
        )
    free = queries.free(row)
    open_deeds = row.reservations.filter(state=ReservationState.OPEN).count()
    against = refusal(queries.terms_of(row), on, amount=amount_minor, free=free, open_deeds=open_deeds)
    if against is not None:
        raise declined(against, row, amount_minor, free)
    _post(
        row,
        "reserve",
        name,
        {AVAILABLE: -amount_minor, RESERVED: amount_minor},
        on=on,
        reason=why,
        actor=actor,
    )
    found = GuaranteeReservation.objects.create(
        guarantee=row,
        key=name,
        amount_minor=amount_minor,
        reserved_on=on,
        reason=why,
        at=clock.now(),
        actor=actor,
    )
    detail = {"key": name, "amount_minor": amount_minor}
    audit.note("excise.guarantee-reserved", actor=actor, subject=row.number, detail=detail)
    return found


@transaction.atomic
def release(guarantee: Guarantee, *, key: str, on: date, reason: str, actor: str) -> GuaranteeReservation:
    """Give back what is reserved for a deed, apart from what was claimed. The same again is no change.

    For code that knows that the deed is done. NotFound ``excise.no-reservation`` where nothing was ever
    reserved under the key.
    """
    name, why = _key(key), _reason(reason)
    row = _locked(guarantee)
    return _give_back(row, _reserved(row, name), on=on, why=why, actor=actor)


@transaction.atomic
def release_by_hand(
    guarantee: Guarantee, *, key: str, on: date, reason: str, actor: str
) -> GuaranteeReservation:
    """As ``release``, where a person says that the deed is done: not the person who reserved the amount.

    Refused ``excise.guarantee-own``; BadInput for a day that lies ahead.
    """
    name, why = _key(key), _reason(reason)
    _come(on)
    row = _locked(guarantee)
    found = _reserved(row, name)
    if found.state == ReservationState.OPEN and found.actor == actor[:254]:
        raise Refused(
            "excise.guarantee-own",
            _("You reserved this amount; somebody else releases it by hand."),
            next_step=_("Ask another officer of the authority."),
        )
    return _give_back(row, found, on=on, why=why, actor=actor)


def _reserved(row: Guarantee, key: str) -> GuaranteeReservation:
    found = _standing(row, key)
    if found is None:
        raise NotFound(
            "excise.no-reservation",
            _("Nothing of guarantee %(number)s is reserved for “%(key)s”.")
            % {"number": row.number, "key": key},
        )
    return found


def _give_back(
    row: Guarantee, found: GuaranteeReservation, *, on: date, why: str, actor: str
) -> GuaranteeReservation:
    if found.state != ReservationState.OPEN:
        return found
    back = found.amount_minor - found.called_minor
    _post(row, "release", found.key, {RESERVED: -back, AVAILABLE: back}, on=on, reason=why, actor=actor)
    found.state, found.closed_on, found.closed_why = ReservationState.RELEASED, on, why
    found.save(update_fields=["state", "closed_on", "closed_why"])
    detail = {"key": found.key, "amount_minor": back}
    audit.note("excise.guarantee-released", actor=actor, subject=row.number, detail=detail)
    return found


@transaction.atomic
def claim(
    guarantee: Guarantee, amount_minor: int, *, key: str, on: date, reason: str, actor: str
) -> GuaranteeReservation:
    """What a person claims from the guarantor: as ``call``, on a day that has come."""
    _come(on)
    return call(guarantee, amount_minor, key=key, on=on, reason=reason, actor=actor)


def _come(day: date) -> None:
    if day > clock.now().date():
        raise _bad("on", _("The day %(day)s lies ahead.") % {"day": day.isoformat()})


@transaction.atomic
def call(
    guarantee: Guarantee, amount_minor: int, *, key: str, on: date, reason: str, actor: str
) -> GuaranteeReservation:
    """Claim an amount from the guarantor, once for a ``key``; the same again returns what stands.

    It is taken from what is reserved under the key, which stays open for the rest, or is closed where nothing
    is left. Without a reservation it is taken from what is free; a guarantee that has run out since can still
    be called upon. Conflict ``excise.guarantee-short`` says how much there is,
    ``excise.guarantee-key-reused`` that another amount was claimed under the key,
    ``excise.guarantee-consent`` that nothing was granted.
    """
    name, why = _key(key), _reason(reason)
    if amount_minor <= 0:
        raise _bad("amount", _("The amount is more than zero."))
    row = _locked(guarantee)
    found = _standing(row, name)
    if found is not None and found.called_minor:
        if found.called_minor == amount_minor:
            return found
        raise Conflict(
            "excise.guarantee-key-reused",
            _("%(amount)s were claimed for “%(key)s” already.")
            % {"amount": amount_text(found.called_minor, row.currency), "key": name},
            next_step=_("Claim what is still due under another key."),
        )
    source = RESERVED if found is not None and found.state == ReservationState.OPEN else AVAILABLE
    there = found.amount_minor if source == RESERVED and found is not None else queries.free(row)
    if not row.consent or amount_minor > there:
        raise declined("short" if row.consent else "consent", row, amount_minor, there)
    _post(row, "call", name, {source: -amount_minor, CALLED: amount_minor}, on=on, reason=why, actor=actor)
    found = _note_call(row, found, name, amount_minor, on=on, why=why, actor=actor)
    detail = {"key": name, "amount_minor": amount_minor}
    audit.note("excise.guarantee-called", actor=actor, subject=row.number, detail=detail)
    return found


def _note_call(
    row: Guarantee,
    found: GuaranteeReservation | None,
    key: str,
    amount: int,
    *,
    on: date,
    why: str,
    actor: str,
) -> GuaranteeReservation:
    if found is None:
        found = GuaranteeReservation(
            guarantee=row,
            key=key,
            amount_minor=amount,
            reserved_on=on,
            reason=why,
            at=clock.now(),
            actor=actor,
        )
    found.called_minor = amount
    # What was released before and is claimed now came from what was free; the row says how much in all.
    if amount >= found.amount_minor or found.state == ReservationState.RELEASED:
        found.amount_minor = max(found.amount_minor, amount)
        found.state, found.closed_on, found.closed_why = ReservationState.CALLED, on, why
    found.save()
    return found
