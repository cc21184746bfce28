"""Letters of intent: drafted by an officer, signed by the approvers of both nodes, and valid only then."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from isthmus.accounts import audit
from isthmus.apps.partners.models import Introduction, Letter, Listing
from isthmus.apps.partners.queries import bodies
from isthmus.apps.partners.queries.sides import name_of
from isthmus.apps.partners.records import LetterOfIntentV1
from isthmus.apps.partners.rules.letters import LetterSays, LetterStanding, after
from isthmus.apps.partners.services.faults import bad, from_model, refused
from isthmus.apps.partners.services.restoring import recall
from isthmus.exchange.handlers import Completed, Received
from isthmus.exchange.models import Record
from isthmus.exchange.services import Outgoing, publish
from isthmus.exchange.services.countersignatures import countersign
from isthmus.kit import clock
from isthmus.kit.errors import Conflict
from isthmus.kit.ids import uuid7

State = Letter.State


@transaction.atomic
def draft(introduction: Introduction, given: dict[str, Any], *, actor: str) -> Letter:
    """Write a letter; nothing leaves this node before an approver signs it.

    ``given`` has quantity, level, incoterm, payment, terms and valid_until (a day). Conflict before both
    sides are introduced, and where both are of this node: then there is only one node that could sign.
    """
    if introduction.state != Introduction.State.OPEN:
        raise Conflict(
            "partners.not-open", _("A letter of intent follows an introduction to which both agreed.")
        )
    if not introduction.partner:
        raise Conflict(
            "partners.one-node",
            _("Both sides are of this node: a letter of intent is signed by two nodes."),
            next_step=_("Sign a letter on paper; tell here what became of the introduction."),
        )
    if given["valid_until"] < clock.now().date():
        raise bad("valid_until", _("This day has passed."))
    need, offer = introduction.need, introduction.offer
    reference = uuid7().hex
    try:
        body = LetterOfIntentV1.model_validate(
            {
                "letter": reference,
                "introduction": introduction.reference,
                "at": clock.to_text(clock.now()),
                "buyer": name_of(introduction, need),
                "supplier": name_of(introduction, offer),
                "product": need.product,
                "hs_code": need.hs_code,
                "quantity": given["quantity"],
                "unit": need.unit,
                "level": given["level"],
                "incoterm": given["incoterm"] or None,
                "payment": given["payment"] or None,
                "terms": " ".join(given["terms"].split()),
                "valid_until": given["valid_until"].isoformat(),
            }
        )
    except ValidationError as error:
        raise from_model(error) from error
    row = Letter.objects.create(
        introduction=introduction,
        reference=reference,
        is_own=True,
        body=body.model_dump(mode="json"),
        by=actor,
        at=clock.now(),
    )
    audit.note("partners.letter-drafted", actor=actor, subject=reference)
    return row


def locked(letter: Letter) -> Letter:
    """The row, locked, with its introduction."""
    rows = Letter.objects.select_for_update(of=("self",)).select_related(
        "introduction__need__organisation", "introduction__offer__organisation"
    )
    return rows.get(pk=letter.pk)


@transaction.atomic
def sign(letter: Letter, *, actor: str) -> Letter:
    """The approver signs for this node, and the letter goes to the partner for its signature."""
    row = locked(letter)
    if row.state != State.DRAFT:
        raise Conflict("partners.letter-signed", _("This letter is signed already."))
    if row.by == actor:
        raise Conflict("partners.own", _("Whoever wrote a letter does not sign it as well."))
    row.state, row.signed_by, row.at = State.SENT, actor, clock.now()
    row.body = row.body | {"at": clock.to_text(row.at)}
    row.save(update_fields=["state", "signed_by", "at", "body"])
    audit.note("partners.letter-signed", actor=actor, subject=row.reference)
    own = row.introduction.own
    outgoing = Outgoing(bodies.LETTER, bodies.letter_of(row), row.reference, own.organisation_id)
    (record,) = publish([outgoing], to=[row.introduction.partner])
    row.leaf = record.leaf
    row.save(update_fields=["leaf"])
    return row


def check_waits_here(row: Letter) -> None:
    """Conflict where a letter does not wait for this node to sign or decline it."""
    if row.is_own or row.state != State.SENT:
        raise Conflict(
            "partners.letter-signed",
            _("This letter is signed already, declined or withdrawn, or waits for the partner."),
        )


@transaction.atomic
def agree(letter: Letter, words: str, *, actor: str) -> Letter:
    """The approver of the other node signs as the second, with what it agrees to in words."""
    row = locked(letter)
    check_waits_here(row)
    row.signed_by = actor
    row.save(update_fields=["signed_by"])
    audit.note("partners.letter-signed", actor=actor, subject=row.reference)
    countersign(Record.objects.select_related("stream__partner").get(leaf=row.leaf), words, actor=actor)
    row.refresh_from_db()
    return row


def _introduction(received: Received) -> Introduction | None:
    rows = Introduction.objects.filter(partner=received.record.sender, reference=received.body.introduction)
    # One reference may name an introduction of either side: they are drawn at random.
    return rows.first()


def check_letter(received: Received) -> None:
    """Refuse a letter without an introduction to which both agreed, and another one under a reference."""
    body: LetterOfIntentV1 = received.body
    row = _introduction(received)
    if row is None or row.state not in {Introduction.State.AGREED, Introduction.State.OPEN}:
        raise refused("introduction", _("There is no introduction to which both have agreed."))
    need: Listing = row.need
    if (body.hs_code, body.unit) != (need.hs_code, need.unit):
        raise refused("hs_code", _("The letter is about other goods than the need."))
    known = row.letters.filter(reference=body.letter).first()
    if known is not None and known.body != body.model_dump(mode="json"):
        raise refused("letter", _("Another letter was sent under this reference."))


@transaction.atomic
def receive_letter(received: Received) -> None:
    """Handler of ``partners.letter-of-intent/1``: it waits for this node's signature."""
    body: LetterOfIntentV1 = received.body
    row = _introduction(received)
    assert row is not None, "the check has seen it"
    _row, new = Letter.objects.get_or_create(
        introduction=row,
        reference=body.letter,
        defaults={
            "is_own": False,
            "state": State.SENT,
            "body": body.model_dump(mode="json"),
            "at": clock.from_text(body.at),
            "leaf": received.leaf,
        },
    )
    if new:
        recall(received.record.sender, body.letter)


def complete_letter(completed: Completed) -> None:
    """Both nodes have signed: the letter counts.

    Runs in the transaction of the signature. Conflict on the node that signs, where the letter was declined
    or withdrawn: nothing is signed then. On the writer's node a signature that crossed its withdrawal counts.
    """
    row = Letter.objects.select_for_update().filter(leaf=completed.leaf).first()
    if row is None or row.state == State.SIGNED:
        return
    if not row.is_own and row.state != State.SENT:
        raise Conflict(
            "partners.letter-ended", _("This letter was declined or withdrawn; it is not signed any more.")
        )
    if after(LetterStanding(row.state), LetterSays.SIGNED) is not LetterStanding.SIGNED:
        return
    row.state, row.signed_at = State.SIGNED, clock.now()
    row.counter_leaf, row.words = completed.counter_leaf, completed.words[:2000]
    row.save(update_fields=["state", "signed_at", "counter_leaf", "words"])
