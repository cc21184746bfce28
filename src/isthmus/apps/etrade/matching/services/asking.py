"""Asking a partner which unshared declarations it knows as well, and sending those that hit."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.etrade.matching.models import MatchRound, MatchToken
from isthmus.apps.etrade.matching.services.traits import secret_of, traits_between, unshared
from isthmus.apps.etrade.models import Declaration, Direction, Origin
from isthmus.apps.etrade.queries.declarations import agreed_directions
from isthmus.apps.etrade.reconciliation.rules.private import is_sure, kinds_of_tokens
from isthmus.apps.etrade.records import MAX_TOKENS, MatchHitsV1, MatchTokensV1
from isthmus.apps.etrade.services.declarations import send
from isthmus.exchange import queries as exchange
from isthmus.exchange.handlers import Erasing, Received
from isthmus.exchange.services import Outgoing, publish
from isthmus.jobs.services import enqueue
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault, IsthmusError, NotFound, Refused
from isthmus.trust.models import Partner

TOKENS = "etrade.match-tokens/1"
SEND_JOB = "etrade.send-matched"
_PORTION = 500


@transaction.atomic
def ask(
    partner: str,
    direction: Direction,
    days: tuple[date, date],
    rows: QuerySet[Declaration],
    *,
    actor: str,
    organisation_id: int | None = None,
    at_once: bool = False,
) -> MatchRound:
    """Send a partner keyed hashes of those of ``rows`` that it does not have, with an item on these days.

    BadInput where the days are none, hold no such declaration, or more than one record can carry; Refused
    where no agreement lets the hashes go, or, with ``at_once``, the declarations themselves.
    """
    known = _partner(partner)
    if days[0] > days[1]:
        raise _days_fault(_("The last day lies before the first one."), _("Choose a later last day."))
    if at_once and direction not in agreed_directions(partner):
        raise Refused(
            "etrade.match-not-agreed",
            _("No agreement in force lets such declarations go to %(name)s.") % {"name": known.name},
            next_step=_("Ask without sending at once, or propose an agreement."),
        )
    asked = MatchRound.objects.create(
        origin=Origin.OWN,
        partner=partner,
        organisation_id=organisation_id,
        number="",
        direction=direction,
        from_day=days[0],
        until_day=days[1],
        at_once=at_once,
        tokens=0,
        asked_by=actor,
        asked_at=clock.now(),
        body={},
    )
    asked.number = f"{exchange.me().upper()}-M-{asked.pk}"
    shared = secret_of(known, asked.number)
    chosen = rows.filter(pk__in=unshared(partner, direction).values("pk"))
    made = _hashed(asked, chosen, shared.secret)
    tokens = tuple(sorted({row.token for row in made}))
    if not tokens:
        raise _days_fault(
            _("None of the declarations of these days is still to be shared and has what can be matched."),
            _("Choose other days, or the other kind of declarations."),
        )
    if len(tokens) > MAX_TOKENS:
        raise _days_fault(
            _("These days hold %(count)d hashes; one comparison takes at most %(most)d.")
            % {"count": len(tokens), "most": MAX_TOKENS},
            _("Choose fewer days."),
        )
    body = MatchTokensV1(
        number=asked.number,
        declarations=direction.value,  # type: ignore[arg-type]  # the model itself refuses what is no kind
        from_day=days[0].isoformat(),
        until_day=days[1].isoformat(),
        sender_key=shared.own_kid,
        receiver_key=shared.partner_kid,
        tokens=tokens,
    )
    asked.declarations, asked.tokens = len({row.declaration_id for row in made}), len(tokens)
    asked.body = body.model_dump(mode="json", exclude={"tokens"})
    asked.save()
    MatchToken.objects.bulk_create(made, batch_size=_PORTION)
    publish([Outgoing(TOKENS, body, asked.number, organisation_id)], to=[partner])
    audit.note(
        "etrade.match-asked", actor=actor, subject=asked.number, detail={"declarations": asked.declarations}
    )
    return asked


def _days_fault(fault: str, next_step: str) -> BadInput:
    return BadInput(
        "etrade.match-days",
        _("These days cannot be compared."),
        next_step=next_step,
        faults=(FieldFault("days", fault),),
    )


def _partner(node_id: str) -> Partner:
    known = exchange.find_partner(node_id)
    if known is None or not known.is_active:
        raise NotFound(
            "etrade.no-partner",
            _("%(partner)s is no active partner of this node.") % {"partner": node_id},
            next_step=_("Look under Partners."),
        )
    return known


def _hashed(asked: MatchRound, rows: QuerySet[Declaration], secret: bytes) -> list[MatchToken]:
    direction = Direction(asked.direction)
    found = []
    for pk, every in traits_between(rows, direction, asked.partner, asked.from_day, asked.until_day):
        kinds: dict[str, str] = {}
        for traits in every:
            kinds |= kinds_of_tokens(traits, secret)
        found += [
            MatchToken(round=asked, declaration_id=pk, kind=kind, token=token)
            for token, kind in kinds.items()
        ]
    return found


def receive_hits(received: Received) -> None:
    """Handler of ``etrade.match-hits/1``: which of the hashes fit; those that do not are forgotten.

    Refused ``etrade.no-match`` for what was not asked, Conflict for a second answer.
    """
    body: MatchHitsV1 = received.body
    rows = MatchRound.objects.select_for_update().filter(
        origin=Origin.OWN, partner=received.record.sender, number=body.tokens_number
    )
    asked = rows.first()
    if asked is None:
        raise Refused(
            "etrade.no-match",
            _("%(number)s was not asked here.") % {"number": body.tokens_number},
            next_step=_(
                "Where the query was lost with an older state, run the record again once it is back."
            ),
        )
    if asked.answered_at is not None:
        raise Conflict(
            "etrade.match-answered", _("%(number)s is answered already.") % {"number": body.tokens_number}
        )
    hits = list(body.hits)
    for start in range(0, len(hits), _PORTION):
        asked.found.filter(token__in=hits[start : start + _PORTION]).update(hit=True)
    asked.found.filter(hit=False).delete()
    asked.compared, asked.answered_at, asked.leaf = body.compared, received.record.issued, received.leaf
    asked.problem = ""
    asked.save(update_fields=["compared", "answered_at", "leaf", "problem"])
    if asked.at_once and asked.found.exists():
        enqueue(SEND_JOB, {"round": asked.pk}, unique_key=f"{SEND_JOB}:{asked.pk}", actor=asked.asked_by)


def hit_kinds(asked: MatchRound) -> dict[int, set[str]]:
    """By declaration that hit: what of it did."""
    found: dict[int, set[str]] = {}
    for pk, kind in asked.found.filter(hit=True).values_list("declaration", "kind"):
        found.setdefault(pk, set()).add(kind)
    return found


def send_hits(asked: MatchRound, chosen: Collection[int] | None, *, actor: str) -> int:
    """Send the partner declarations that hit: those chosen, or all that surely did; returns how many went.

    What is no hit, or went already, is passed over. Refused where no agreement covers a declaration.
    """
    kinds = hit_kinds(asked)
    wanted = [pk for pk, of in kinds.items() if (is_sure(of) if chosen is None else pk in chosen)]
    rows = unshared(asked.partner, own_direction(asked)).filter(pk__in=wanted).order_by("pk")
    return len(send(list(rows), asked.partner, actor=actor))


def own_direction(asked: MatchRound) -> Direction:
    """Of which kind this node's declarations in a comparison are."""
    direction = Direction(asked.direction)
    if asked.origin == Origin.OWN:
        return direction
    return Direction.IMPORT if direction == Direction.EXPORT else Direction.EXPORT


def send_surely_matched(number_of_row: int) -> int:
    """What was asked to be sent at once; why it cannot be is said on the comparison."""
    asked = MatchRound.objects.filter(pk=number_of_row).first()
    if asked is None:
        return 0
    try:
        with transaction.atomic():
            return send_hits(asked, None, actor=asked.asked_by)
    except IsthmusError as error:
        MatchRound.objects.filter(pk=asked.pk).update(problem=str(error))
        return 0


def restore_tokens(received: Received) -> None:
    """A comparison that this node asked for and lost came back; its hashes are made again."""
    body: MatchTokensV1 = received.body
    partner = received.record.receiver
    if MatchRound.objects.filter(origin=Origin.OWN, partner=partner, number=body.number).exists():
        return
    asked = MatchRound.objects.create(
        origin=Origin.OWN,
        partner=partner,
        organisation_id=received.organisation_id,
        number=body.number,
        direction=body.declarations,
        from_day=body.from_day,
        until_day=body.until_day,
        tokens=len(body.tokens),
        asked_at=received.record.issued,
        body=body.model_dump(mode="json", exclude={"tokens"}),
    )
    asked.refresh_from_db()
    shared = secret_of(_partner(partner), body.number, own_kid=body.sender_key, partner_kid=body.receiver_key)
    went = set(body.tokens)
    made = _hashed(asked, unshared(partner, Direction(body.declarations)), shared.secret)
    MatchToken.objects.bulk_create([row for row in made if row.token in went], batch_size=_PORTION)


@transaction.atomic
def erase_hits(erasing: Erasing) -> None:
    """Forget what a partner's answer said; that it answered stays."""
    if not erasing.sent:
        for asked in MatchRound.objects.filter(origin=Origin.OWN, leaf=erasing.leaf):
            asked.found.all().delete()
