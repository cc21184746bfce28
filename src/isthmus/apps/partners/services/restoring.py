"""A record of this node came back that it had lost: what it had said stands again.

After a restored backup the partner first gives this node's records back, then sends its own anew. Those are
heard by the usual handlers, which look here for what this node had answered before it forgot. Nothing is told
a second time.
"""

from collections.abc import Callable

from django.db import transaction

from isthmus.apps.partners.models import Introduction, Letter, Listing, Sending
from isthmus.apps.partners.queries import bodies
from isthmus.apps.partners.queries.sides import both_sides
from isthmus.apps.partners.records import IntroductionV1, LetterAnswerV1, LetterOfIntentV1, NeedV1, OfferV1
from isthmus.apps.partners.rules.letters import LetterSays, LetterStanding
from isthmus.apps.partners.rules.letters import after as letter_after
from isthmus.apps.partners.rules.standing import ANSWERS, Says, Standing, after
from isthmus.apps.partners.services.listing import index
from isthmus.exchange.handlers import Received
from isthmus.exchange.told import told
from isthmus.kit import clock


@transaction.atomic
def restore(received: Received) -> None:
    """Let what the record says stand again, as far as what it is about is known here; once, however often."""
    record = received.record
    _STEPS[f"{record.type}/{record.version}"](received)


def _listing(received: Received) -> None:
    """A revision that was told counts: the next one must have a higher number, or partners pass it over.

    A need or an offer that is not here any more cannot be made from it: who it is of never left this node.
    """
    body: NeedV1 | OfferV1 = received.body
    rows = Listing.objects.select_for_update(of=("self",)).filter(partner="", reference=body.reference)
    row = rows.first()
    if row is None:
        return
    at, stands = clock.from_text(body.at), (row.confirmed_at, row.withdrawn_at is None)
    if row.revision < body.revision:
        row.revision, row.confirmed_at, row.expires_at = body.revision, at, clock.from_text(body.expires)
        if body.says == "withdrawn":
            row.withdrawn_at = received.record.issued
        row.save()
        index(row)
    elif row.revision == body.revision and stands != (at, body.says == "open"):
        # Confirmed or withdrawn anew since: what stands here now is told as the next revision.
        row.revision += 1
        row.save(update_fields=["revision"])
    sent = Sending.objects.filter(listing=row, partner=received.record.receiver)
    if not sent.filter(revision__gte=body.revision).exists():
        now = {"revision": body.revision, "leaf": received.leaf}
        Sending.objects.update_or_create(listing=row, partner=received.record.receiver, defaults=now)


def _introduction(received: Received) -> None:
    body: IntroductionV1 = received.body
    partner, at = received.record.receiver, clock.from_text(body.at)
    rows = Introduction.objects.select_for_update(of=("self",))
    row = rows.filter(partner=partner, reference=body.introduction).first()
    says = Says(body.says)
    if row is None:
        need, offer = both_sides(body, partner, asked_here=says not in ANSWERS)
        if need is None or offer is None:
            return  # the partner's side comes anew; what was said of it is looked for then
        row = Introduction(
            partner=partner,
            reference=body.introduction,
            need=need,
            offer=offer,
            asked_by=body.asked_by,
            asked_at=at,
        )
    if says is Says.ASKED:
        row.leaf = row.leaf or received.leaf
    elif says is Says.OPENED:
        row.opened_leaf = row.opened_leaf or received.leaf
    now = Introduction.State(after(Standing(row.state), says).value)
    if now != row.state:
        row.state, row.reason = now, body.reason or ""
        if says in ANSWERS:
            row.answered_at, row.answer_leaf = at, received.leaf
    is_new = row.pk is None
    row.save()
    if is_new:  # its letters may have come back before it could
        for kind in (bodies.LETTER, bodies.LETTER_ANSWER):
            for known in told(kind, partner):
                if known.body.introduction == row.reference:
                    _STEPS[kind](known)


def _of_letter(received: Received) -> Introduction | None:
    body: LetterOfIntentV1 | LetterAnswerV1 = received.body
    return Introduction.objects.filter(partner=received.record.receiver, reference=body.introduction).first()


def _letter(received: Received) -> None:
    """A letter that was signed here and sent; a draft of it that the backup held has been sent."""
    body: LetterOfIntentV1 = received.body
    introduction = _of_letter(received)
    if introduction is None:
        return
    rows = Letter.objects.select_for_update(of=("self",)).filter(introduction=introduction)
    row = rows.filter(reference=body.letter).first()
    row = row or Letter(introduction=introduction, reference=body.letter, is_own=True)
    if row.pk is None or row.state == Letter.State.DRAFT:
        row.state, row.body = Letter.State.SENT, body.model_dump(mode="json")
        row.at, row.leaf = clock.from_text(body.at), received.leaf
        row.save()


def _letter_end(received: Received) -> None:
    body: LetterAnswerV1 = received.body
    introduction = _of_letter(received)
    rows = Letter.objects.select_for_update(of=("self",)).filter(introduction=introduction)
    row = rows.filter(reference=body.letter).first() if introduction else None
    if row is None:
        return
    now = Letter.State(letter_after(LetterStanding(row.state), LetterSays(body.says)).value)
    if now != row.state:
        row.state, row.reason = now, body.reason
        row.ended_at, row.end_leaf = clock.from_text(body.at), received.leaf
        row.save()


_STEPS: dict[str, Callable[[Received], None]] = {
    bodies.NEED: _listing,
    bodies.OFFER: _listing,
    bodies.INTRODUCTION: _introduction,
    bodies.LETTER: _letter,
    bodies.LETTER_ANSWER: _letter_end,
}


def recall(partner: str, reference: str) -> None:
    """Let stand again what this node has told a partner of an introduction or a letter, if anything.

    Called where the partner's own part arrives anew, or speaks of what is not known here.
    """
    for kind in (bodies.INTRODUCTION, bodies.LETTER, bodies.LETTER_ANSWER):
        for known in told(kind, partner, reference):
            _STEPS[kind](known)
