"""Answering a partner: which of its hashes fit declarations of this node."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.etrade.matching.models import MatchRound, MatchToken
from isthmus.apps.etrade.matching.services.asking import own_direction
from isthmus.apps.etrade.matching.services.traits import (
    answering_days,
    own_declarations,
    secret_of,
    traits_between,
)
from isthmus.apps.etrade.models import Origin
from isthmus.apps.etrade.reconciliation.rules.private import kinds_of_candidates
from isthmus.apps.etrade.records import MatchHitsV1, MatchTokensV1
from isthmus.exchange import queries as exchange
from isthmus.exchange.handlers import Erasing, Received
from isthmus.exchange.services import Outgoing, publish
from isthmus.jobs.progress import Progress
from isthmus.jobs.services import enqueue
from isthmus.kit import clock
from isthmus.kit.errors import Conflict, IsthmusError, NotFound, Refused

HITS = "etrade.match-hits/1"
ANSWER_JOB = "etrade.answer-matches"
_PORTION = 500


def receive_tokens(received: Received) -> None:
    """Handler of ``etrade.match-tokens/1``: take note, and let the worker compare.

    Conflict ``etrade.match-again`` where the partner has used the number before: hashes of two comparisons
    under one number would have one secret.
    """
    body: MatchTokensV1 = received.body
    sender = received.record.sender
    if MatchRound.objects.filter(origin=Origin.PARTNER, partner=sender, number=body.number).exists():
        raise Conflict(
            "etrade.match-again",
            _("The partner has asked under the number %(number)s before.") % {"number": body.number},
        )
    MatchRound.objects.create(
        origin=Origin.PARTNER,
        partner=sender,
        organisation_id=received.organisation_id,
        number=body.number,
        direction=body.declarations,
        from_day=date.fromisoformat(body.from_day),
        until_day=date.fromisoformat(body.until_day),
        tokens=len(body.tokens),
        asked_at=received.record.issued,
        leaf=received.leaf,
        body=body.model_dump(mode="json"),
    )
    enqueue(ANSWER_JOB, unique_key=f"{ANSWER_JOB}:{received.leaf}")


def answer_all(progress: Progress) -> dict[str, int]:
    """Job: answer every partner that waits; what cannot be answered now says why, and is tried again."""
    waiting = list(MatchRound.objects.filter(origin=Origin.PARTNER, answered_at=None).order_by("pk"))
    answered = 0
    for place, asked in enumerate(waiting):
        progress.step(place, len(waiting))
        answered += try_to_answer(asked)
    return {"answered": answered}


def try_to_answer(asked: MatchRound) -> bool:
    """`answer`, with the reason kept where it is refused."""
    try:
        answer(asked)
    except IsthmusError as error:
        MatchRound.objects.filter(pk=asked.pk).update(problem=str(error))
        return False
    return True


@transaction.atomic
def answer(asked: MatchRound) -> None:
    """Compare a partner's hashes with this node's declarations, and send those that fit.

    The partner learns which of its own hashes fit, never what they fit with. Refused where no agreement lets
    answers go, or a key that the hashes were made with is not here any more.
    """
    asked = MatchRound.objects.select_for_update().get(pk=asked.pk)
    if asked.answered_at is not None:
        return
    partner = exchange.find_partner(asked.partner)
    if partner is None:
        raise NotFound("etrade.no-partner", _("The partner is not known here any more."))
    keys = {"own_kid": asked.body["receiver_key"], "partner_kid": asked.body["sender_key"]}
    secret = secret_of(partner, asked.number, **keys).secret
    there, direction = frozenset(asked.body["tokens"]), own_direction(asked)
    rows = own_declarations(asked.partner, direction)
    found: dict[tuple[int, str], str] = {}
    compared = 0
    for pk, every in traits_between(rows, direction, asked.partner, *answering_days(asked)):
        compared += 1
        for traits in every:
            candidates = kinds_of_candidates(traits, secret)
            found |= {(pk, token): kind for token, kind in candidates.items() if token in there}
    body = MatchHitsV1(
        tokens_number=asked.number,
        compared=compared,
        hits=tuple(sorted({token for _pk, token in found})),
    )
    publish([Outgoing(HITS, body, asked.number, asked.organisation_id)], to=[asked.partner])
    MatchToken.objects.bulk_create(
        (
            MatchToken(round=asked, declaration_id=pk, kind=kind, token=token, hit=True)
            for (pk, token), kind in found.items()
        ),
        batch_size=_PORTION,
    )
    asked.compared, asked.answered_at, asked.problem = compared, clock.now(), ""
    asked.body = {name: value for name, value in asked.body.items() if name != "tokens"}
    asked.save(update_fields=["compared", "answered_at", "problem", "body"])
    audit.note(
        "etrade.match-answered",
        actor="node",
        subject=asked.number,
        detail={"compared": compared, "hits": len(body.hits)},
    )


def restore_hits(received: Received) -> None:
    """An answer that this node gave and lost came back: nobody answers again.

    Refused where the partner's hashes have not come back yet.
    """
    body: MatchHitsV1 = received.body
    rows = MatchRound.objects.filter(
        origin=Origin.PARTNER, partner=received.record.receiver, number=body.tokens_number
    )
    if not rows.update(answered_at=received.record.issued, compared=body.compared):
        raise Refused(
            "etrade.no-match",
            _("%(number)s was not asked here.") % {"number": body.tokens_number},
            next_step=_("Run the record again once the partner has given the query back."),
        )


@transaction.atomic
def erase_tokens(erasing: Erasing) -> None:
    """Forget a partner's comparison, with what it hit here."""
    if not erasing.sent:
        MatchRound.objects.filter(origin=Origin.PARTNER, leaf=erasing.leaf).delete()
