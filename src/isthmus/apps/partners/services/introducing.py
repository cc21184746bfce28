"""Introductions: asked, answered, opened, withdrawn. No name leaves before both sides have agreed."""

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.partners.models import Introduction, Listing
from isthmus.apps.partners.queries import bodies
from isthmus.apps.partners.rules.matching import bars
from isthmus.apps.partners.rules.standing import Says, Standing, after
from isthmus.apps.partners.services import listing as listings
from isthmus.apps.partners.services.faults import bad
from isthmus.apps.partners.wording import BARS, expired_words
from isthmus.exchange import queries as exchange
from isthmus.exchange.services import Outgoing, publish
from isthmus.kit import clock
from isthmus.kit.errors import Conflict, Refused
from isthmus.kit.ids import uuid7

State = Introduction.State
_RUNNING = (State.ASKED, State.AGREED, State.OPEN)


def locked(row: Introduction) -> Introduction:
    """The row, locked, with both sides."""
    rows = Introduction.objects.select_for_update(of=("self",))
    return rows.select_related("need__organisation", "offer__organisation").get(pk=row.pk)


def tell(row: Introduction, says: Says, *, details: Listing | None = None) -> str:
    """Tell the partner; the leaf, or nothing where both sides are of this node."""
    if not row.partner:
        return ""
    body = bodies.introduction_of(row, says, details=details)
    outgoing = Outgoing(bodies.INTRODUCTION, body, row.reference, row.own.organisation_id)
    (record,) = publish([outgoing], to=[row.partner])
    return record.leaf


def _check_pair(own: Listing, other: Listing) -> None:
    if not own.is_own or own.kind == other.kind:
        raise bad("other", _("An introduction is between a need and an offer, one of them of this node."))
    if own.organisation_id is not None and own.organisation_id == other.organisation_id:
        raise bad("other", _("Both are of one organisation."))
    for row in (own, other):
        if not row.is_open:
            raise Conflict(
                "partners.expired", expired_words(row), next_step=_("Confirm it, or enter it anew.")
            )
    need, offer = (own, other) if own.kind == Listing.Kind.NEED else (other, own)
    if found := bars(need.listed, offer.listed, clock.now()):
        raise Conflict(
            "partners.no-match",
            _("These two do not fit: %(reasons)s.") % {"reasons": ", ".join(str(BARS[one]) for one in found)},
        )
    if Introduction.objects.filter(need=need, offer=offer, state__in=_RUNNING).exists():
        raise Conflict("partners.asked-twice", _("These two are being introduced already."))


@transaction.atomic
def ask(own: Listing, other: Listing, *, actor: str, place: int | None = None) -> Introduction:
    """Ask for an introduction. The other side is told which need and offer it is about, and nothing else.

    ``place`` is where the other one stood in the list of matches. Conflict where one of the two expired, or
    they do not fit or are being introduced; Refused where no agreement lets introductions go.
    """
    own = listings.locked(own)
    _check_pair(own, other)
    known = {one.node_id for one in exchange.receivers_of(bodies.INTRODUCTION)}
    if other.partner and other.partner not in known:
        raise Refused(
            "partners.not-agreed",
            _("No agreement in force lets introductions go to %(partner)s.") % {"partner": other.partner},
            next_step=_("Propose one under Agreements, or wait until every party has signed."),
        )
    is_need = own.kind == Listing.Kind.NEED
    row = Introduction(
        reference=uuid7().hex,
        partner=other.partner,
        need=own if is_need else other,
        offer=other if is_need else own,
        asked_by=own.kind,
        place=place,
        asked_at=clock.now(),
        by=actor,
    )
    row.save()
    audit.note("partners.introduction-asked", actor=actor, subject=row.reference)
    if other.partner:
        # The partner must know the need or offer before it hears of an introduction to it.
        listings.share(own, other.partner)
        row.leaf = tell(row, Says.ASKED)
        row.save(update_fields=["leaf"])
    return row


def may_answer(row: Introduction) -> bool:
    """Whether the side that was asked is of this node and has not answered."""
    return row.state == State.ASKED and row.asked.is_own


@transaction.atomic
def answer(introduction: Introduction, *, agree: bool, reason: str = "", actor: str) -> Introduction:
    """Agree, which opens one's own details to the asker, or refuse with a reason.

    Conflict where it was answered, and where one's own need or offer expired: confirm it first; it waits.
    """
    row = locked(introduction)
    if not may_answer(row):
        raise Conflict("partners.answered", _("This introduction is answered or withdrawn, or not yours."))
    if not agree and not reason:
        raise bad("reason", _("Say why, so that the other side learns from it."))
    if not agree:
        listings.check_discretion("reason", reason, row.asked.contact, row.asked.organisation)
    if agree and not row.asked.is_open:
        raise Conflict(
            "partners.expired",
            expired_words(row.asked),
            next_step=_("Confirm it, then agree. The introduction waits."),
        )
    says = Says.AGREED if agree else Says.REFUSED
    row.state = State(after(Standing(row.state), says).value)
    row.reason, row.answered_at, row.answered_by = "" if agree else reason, clock.now(), actor
    if agree and not row.partner:
        # Both are of this node: each sees the other's row from now on.
        row.state = State.OPEN
    row.save(update_fields=["state", "reason", "answered_at", "answered_by"])
    audit.note(
        "partners.introduction-answered", actor=actor, subject=row.reference, detail={"says": says.value}
    )
    row.answer_leaf = tell(row, says, details=row.asked if agree else None)
    row.save(update_fields=["answer_leaf"])
    return row


def open_details(row: Introduction) -> None:
    """Both have agreed: tell the side that was asked who asks. Runs in the handler of its answer."""
    row.state = State(after(Standing.AGREED, Says.OPENED).value)
    row.save(update_fields=["state"])
    if row.opened_leaf:
        return  # told before a backup was restored that did not know the answer yet
    audit.note("partners.details-opened", actor=row.by, subject=row.reference)
    row.opened_leaf = tell(row, Says.OPENED, details=row.asker)
    row.save(update_fields=["opened_leaf"])


@transaction.atomic
def withdraw(introduction: Introduction, reason: str, *, actor: str) -> Introduction:
    """The asker takes it back before an answer is here. Conflict where there is one."""
    row = locked(introduction)
    if not row.asker.is_own or row.state != State.ASKED:
        raise Conflict("partners.answered", _("This introduction is answered or withdrawn, or not yours."))
    row.state, row.reason = State.WITHDRAWN, reason
    row.save(update_fields=["state", "reason"])
    audit.note("partners.introduction-withdrawn", actor=actor, subject=row.reference)
    tell(row, Says.WITHDRAWN)
    return row


def end_expired(introduction: Introduction, *, actor: str) -> bool:
    """Answer that the side which was asked had expired; the asker may ask again once it is confirmed."""
    with transaction.atomic():
        row = locked(introduction)
        if not may_answer(row) or row.asked.is_open:
            return False
        row.state = State(after(Standing(row.state), Says.EXPIRED).value)
        row.reason, row.answered_at, row.answered_by = expired_words(row.asked), clock.now(), actor
        row.save(update_fields=["state", "reason", "answered_at", "answered_by"])
        row.answer_leaf = tell(row, Says.EXPIRED)
        row.save(update_fields=["answer_leaf"])
    return True
