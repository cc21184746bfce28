"""States, durations, nodes and record types of the exchange in words that officials use."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pydantic import BaseModel

from isthmus.exchange import registry
from isthmus.exchange.models import (
    Agreement,
    AgreementState,
    Decision,
    Direction,
    Effect,
    ErasureGround,
    Record,
    Stream,
    StreamState,
    Verdict,
)
from isthmus.exchange.services.erasure.places import ERASED_CODE, PLACE_TYPE
from isthmus.trust.models import Partner, PartnerState
from isthmus.ui.components import State, StateKind, Tile
from isthmus.ui.formats import day_text
from isthmus.ui.text import Text
from isthmus.wire.tombstone import Erasure

_PARTNER: dict[str, StateKind] = {
    PartnerState.PENDING: "wait",
    PartnerState.ACTIVE: "ok",
    PartnerState.SUSPENDED: "warn",
}
_AGREEMENT: dict[str, StateKind] = {
    AgreementState.PROPOSED: "wait",
    AgreementState.IN_FORCE: "ok",
    AgreementState.DECLINED: "bad",
    AgreementState.WITHDRAWN: "off",
}
_DECISION: dict[str, StateKind] = {
    Decision.NONE: "wait",
    Decision.SIGNED: "ok",
    Decision.DECLINED: "bad",
    Decision.WITHDRAWN: "off",
}
_VERDICT: dict[str, StateKind] = {
    Verdict.WAITING: "wait",
    Verdict.ACCEPTED: "ok",
    Verdict.REFUSED: "bad",
}
_EFFECT: dict[str, StateKind] = {
    Effect.NONE: "off",
    Effect.APPLIED: "ok",
    Effect.AWAITING: "wait",
    Effect.QUARANTINED: "warn",
    Effect.DISMISSED: "off",
}


def partner_state(partner: Partner) -> State:
    """How far a partner is trusted."""
    return State(_PARTNER[partner.state], PartnerState(partner.state).label)


def agreement_state(agreement: Agreement, moment: datetime) -> State:
    """Where an agreement stands; one in force is told apart by its period."""
    if agreement.state == AgreementState.IN_FORCE and moment < agreement.valid_from:
        return State("wait", gettext_lazy("Signed, not begun"))
    if (
        agreement.state in {AgreementState.IN_FORCE, AgreementState.PROPOSED}
        and moment >= agreement.valid_until
    ):
        return State("off", gettext_lazy("Ended"))
    return State(_AGREEMENT[agreement.state], AgreementState(agreement.state).label)


def decision_state(decision: str) -> State:
    """A party's answer."""
    return State(_DECISION[decision], Decision(decision).label)


def verdict_state(record: Record) -> State:
    """The receiver's finding about a record."""
    if record.verdict_code == ERASED_CODE:
        return State("off", gettext_lazy("Erased before delivery"))
    return State(_VERDICT[record.verdict], Verdict(record.verdict).label)


def effect_state(record: Record) -> State:
    """What became of a record inside this node."""
    return State(_EFFECT[record.effect], Effect(record.effect).label)


def sent_or_received(record: Record) -> Text:
    """Which way a record crossed, in one word."""
    return gettext_lazy("Sent") if record.stream.direction == Direction.OUT else gettext_lazy("Received")


def stream_state(stream: Stream) -> State:
    """Whether a stream moves."""
    if stream.state == StreamState.FROZEN:
        return State("bad", StreamState.FROZEN.label)
    if stream.state == StreamState.RECOVERING:
        return State("warn", StreamState.RECOVERING.label)
    if stream.state == StreamState.CLOSED:
        return State("off", StreamState.CLOSED.label)
    if stream.failures:
        return State("warn", gettext_lazy("Cannot get through"))
    return State("ok", StreamState.OPEN.label)


def own_tile() -> Tile:
    """This node in its tile."""
    config = settings.ISTHMUS
    return Tile(config.country or config.node_id.upper()[:6], config.node_name, "here")


def partner_tile(partner: Partner) -> Tile:
    """A partner in its tile."""
    return Tile(partner.tile, partner.name)


def known_nodes() -> dict[str, Tile]:
    """This node and every partner by id; one query."""
    known = {settings.ISTHMUS.node_id: own_tile()}
    known.update((partner.node_id, partner_tile(partner)) for partner in Partner.objects.all())
    return known


def tile_of(node_id: str, known: Mapping[str, Tile]) -> Tile:
    """A node's tile; one that this node does not know is shown by its id."""
    return known.get(node_id) or Tile(node_id.upper()[:6], node_id)


def name_of(node_id: str, known: Mapping[str, Tile]) -> str:
    """A node's name; its id where nothing else is known."""
    return str(tile_of(node_id, known).name)


def type_title(key: str) -> Text:
    """The title of a record type, or its key where this node does not know it."""
    kind = registry.record_types().get(key)
    if key.startswith(f"{PLACE_TYPE}/"):
        return gettext_lazy("Erased before it came")
    return kind.title if kind is not None else key


def model_of(key: str) -> type[BaseModel] | None:
    """The model of a record type; None where this node does not know it any more."""
    return registry.model_of(key) if key in registry.record_types() else None


def span(length: timedelta) -> str:
    """How long something takes, in the largest unit that fits: 40 seconds, 5 minutes, 3 hours, 12 days."""
    seconds = max(0, round(length.total_seconds()))
    if seconds < 90:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    if seconds < 90 * 60:
        minutes = round(seconds / 60)
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if seconds < 36 * 3600:
        hours = round(seconds / 3600)
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = round(seconds / 86400)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def next_attempt(stream: Stream, moment: datetime) -> str:
    """When an outgoing stream will be tried again, and why it waits."""
    if stream.state == StreamState.FROZEN:
        return _("Not before an operator thaws the stream.")
    if stream.state == StreamState.RECOVERING:
        return _("Not before the partner has said how far it got.")
    if stream.state == StreamState.CLOSED:
        return _("A later epoch goes on.")
    if not stream.partner.is_active:
        return _("Not before the partner is active.")
    if not stream.waiting:
        return _("Nothing waits.")
    if not stream.partner.reachable:
        return _("The partner fetches its records itself.")
    if stream.next_attempt_at is None or stream.next_attempt_at <= moment:
        return _("Now.")
    return _("In %(span)s.") % {"span": span(stream.next_attempt_at - moment)}


def force(begins: datetime, superseded_at: datetime | None, moment: datetime) -> State:
    """Whether a partner signs under a key now, did, or will."""
    if moment < begins:
        return State("wait", _("From %(day)s") % {"day": day_text(begins.date())})
    if superseded_at is not None and superseded_at <= moment:
        return State("off", _("Replaced on %(day)s") % {"day": day_text(superseded_at.date())})
    return State("ok", _("Since %(day)s") % {"day": day_text(begins.date())})


def validity(
    valid_from: datetime, valid_until: datetime, revoked_at: datetime | None, moment: datetime
) -> State:
    """A certificate's period in words."""
    if revoked_at is not None and revoked_at <= moment:
        return State("bad", _("Revoked on %(day)s") % {"day": day_text(revoked_at.date())})
    if moment < valid_from:
        return State("wait", _("Valid from %(day)s") % {"day": day_text(valid_from.date())})
    if moment > valid_until:
        return State("off", _("Ended on %(day)s") % {"day": day_text(valid_until.date())})
    left = {"day": day_text(valid_until.date()), "span": span(valid_until - moment)}
    if valid_until - moment < timedelta(days=60):
        return State("warn", _("Valid until %(day)s, only %(span)s more") % left)
    return State("ok", _("Valid until %(day)s") % left)


def erasure(found: Erasure) -> str:
    """An erasure in words: under which tombstone, on what ground, on which day."""
    return _("erased under tombstone %(name)s (%(ground)s, %(day)s)") % {
        "name": found.name,
        "ground": ErasureGround(found.tombstone.ground).label,
        "day": day_text(found.tombstone.issued.date()),
    }
