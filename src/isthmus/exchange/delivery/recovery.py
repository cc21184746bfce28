"""Coming back from an older state over the network: asking partners, and helping a partner that asks."""

import logging
import random
from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from isthmus.exchange import queries
from isthmus.exchange.delivery import leases
from isthmus.exchange.delivery.client import PartnerLink
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import Direction, Record, Stream, StreamState
from isthmus.exchange.rules.history import Account, compare
from isthmus.exchange.rules.retry import pause_seconds
from isthmus.exchange.services.recovery import claims, earlier, giving, noticing, reopening, taking
from isthmus.exchange.services.recovery.exchange_form import GivenBack, Wanted
from isthmus.exchange.services.recovery.halting import RECOVERING
from isthmus.kit import clock
from isthmus.kit.errors import Fault, IsthmusError, Refused
from isthmus.trust.models import Partner, PartnerState
from isthmus.wire import jws
from isthmus.wire.receipt import read_refusal

_LOG = logging.getLogger("isthmus.exchange.recovery")
MAX_PORTIONS = 10_000


class FirstContact:
    """Whether a worker has compared its position with each partner's since it started.

    A machine's snapshot that was put back shows itself at the next start: before anything goes out on a
    stream, the partner is asked how far it got. Who runs no worker (a test, a bench) asks nobody.
    """

    def __init__(self) -> None:
        self.session: UUID | None = None
        self._asked: set[tuple[UUID, int]] = set()

    def begin(self) -> None:
        """A worker starts: every stream is compared once from now on."""
        self.session = uuid4()
        self._asked.clear()

    def is_due(self, stream: Stream) -> bool:
        """Whether the partner of ``stream`` has to be asked first."""
        return self.session is not None and (self.session, stream.pk) not in self._asked

    def done(self, stream: Stream) -> None:
        """The position of ``stream`` is sure until the next start."""
        if self.session is not None:
            self._asked.add((self.session, stream.pk))

    def again(self) -> None:
        """Compare every stream once more before anything goes out on it."""
        self._asked.clear()


first_contact = FirstContact()


def _about(stream: Stream) -> Wanted:
    _out, incoming = queries.stream_pair(stream.partner)
    name = incoming.name if incoming is not None else f"{stream.partner.node_id}>{queries.me()}#1"
    return Wanted(
        stream=stream.name,
        after=stream.settled_seq,
        incoming=name,
        receipted=incoming.last_seq if incoming is not None else 0,
    )


def compare_first(stream: Stream, link: PartnerLink) -> str:
    """Ask how far the partner got in ``stream``; returns why nothing may be sent, empty where it may.

    Where the partner holds more than this node, or something else, the streams stop. Fault where the link
    fails: then nothing would get through anyway.
    """
    said = link.position(_about(stream))
    if said is not None:
        known = Record.objects.filter(stream=stream, seq=said.position).values_list("leaf", flat=True).first()
        account = compare(said.position, said.leaf, last_seq=stream.last_seq, own_leaf=known)
        if account is not Account.SAME:
            _stop(stream, said, account)
            return _("This node came back from an older state; it asks first what it has lost.")
    first_contact.done(stream)
    return ""


@transaction.atomic
def _stop(stream: Stream, said: GivenBack, account: Account) -> None:
    with open_ledger():
        locked = Stream.objects.select_for_update().select_related("partner").get(pk=stream.pk)
        noticing.notice_behind(locked, said.position)
        if account is Account.DIVERGED:
            _LOG.warning("%s: two histories up to number %d", stream.name, said.position)
        stream.state = locked.state


def recovering_streams() -> list[Stream]:
    """Outgoing streams whose partner can be asked now how far it got."""
    moment = clock.now()
    free = Q(lease_until=None) | Q(lease_until__lte=moment)
    due = Q(next_attempt_at=None) | Q(next_attempt_at__lte=moment)
    return list(
        Stream.objects.filter(
            free,
            due,
            direction=Direction.OUT,
            state=StreamState.RECOVERING,
            partner__state=PartnerState.ACTIVE,
            partner__reachable=True,
        ).select_related("partner")
    )


def recover_turn(stream: Stream) -> bool:
    """Ask the partner of a recovering stream; a failure is written down with the time of the next attempt."""
    holder = leases.new_holder()
    seconds = settings.ISTHMUS.request_timeout_seconds * 4 + 60
    if not leases.claim(stream.pk, holder, moment=clock.now(), seconds=seconds):
        return False
    problem = ""
    if stream.failures == 0 and claims.is_claimed(stream.partner):
        first_contact.again()  # where the partner is right, the other streams are behind as well
    try:
        recover(stream.partner)
    except IsthmusError as error:
        problem = error.message
    stream.refresh_from_db(fields=["failures", "state"])
    # A stream with two histories waits for people, not for time.
    failures = stream.failures + 1 if problem and stream.state == StreamState.RECOVERING else 0
    limit = settings.ISTHMUS.retry_limit_seconds
    pause = pause_seconds(failures or 1, limit=limit, jitter=random.random())  # noqa: S311  spreads retries
    again = clock.now() + timedelta(seconds=pause) if failures else None
    leases.release(stream.pk, holder, failures=failures, error=problem, next_attempt_at=again)
    if problem:
        _LOG.warning("%s: %s", stream.name, problem)
    return not problem


def recover(partner: Partner) -> int:
    """Ask ``partner`` for everything this node lost; returns how many own records came back.

    Raises Fault where the link fails, and what ``take_back`` raises. Where nothing recovers, an outgoing
    stream that is frozen is compared.
    """
    link = PartnerLink(partner)
    wanted, taken = taking.wanted(partner) or _frozen(partner), 0
    for _portion in range(MAX_PORTIONS):
        if wanted is None:
            break
        brought = taking.take_back(partner, link.held(wanted))
        taken += brought.records
        if brought.wanted == wanted:
            raise Fault("exchange.no-progress", _("%(name)s gives nothing more.") % {"name": partner.name})
        wanted = brought.wanted
    _ask_again(partner, link)
    reopening.clear_unannounced("node")
    return taken


def _frozen(partner: Partner) -> Wanted | None:
    stream = (
        Stream.objects.select_related("partner")
        .filter(partner=partner, direction=Direction.OUT, state=StreamState.FROZEN)
        .order_by("-epoch")
        .first()
    )
    return _about(stream) if stream is not None else None


def _ask_again(partner: Partner, link: PartnerLink) -> None:
    """Let the partner send again what this node lost of its stream."""
    _out, incoming = queries.stream_pair(partner)
    if incoming is None or incoming.state != StreamState.OPEN:
        return
    said = link.position(_about_incoming(partner, incoming))
    if said is not None and said.sent > incoming.last_seq:
        with transaction.atomic(), open_ledger() as ledger:
            incoming.partner = partner
            token = taking.ask_again(ledger, incoming)
        link.post_answers([token])


def _about_incoming(partner: Partner, incoming: Stream) -> Wanted:
    out, _in = queries.stream_pair(partner)
    name = out.name if out is not None else f"{queries.me()}>{partner.node_id}#1"
    return Wanted(stream=name, after=0, incoming=incoming.name, receipted=incoming.last_seq)


def help_partner(stream: Stream, answers: tuple[str, ...], before: int, link: PartnerLink) -> None:
    """Give a partner back what it lost where its answers to a push show that it came back from before.

    ``before`` is what it had receipted of ``stream`` until now.
    """
    codes = {read_refusal(token)[1].code for token in answers if jws.type_of(token) == jws.REFUSAL}
    if RECOVERING in codes:
        give_all(stream.partner, link)
    elif stream.settled_seq < before:
        # It may not know yet. Its own receipts, which it has lost, show it.
        _out, incoming = queries.stream_pair(stream.partner)
        name = incoming.name if incoming is not None else f"{stream.partner.node_id}>{queries.me()}#1"
        after = incoming.last_seq if incoming is not None else 0
        said = giving.give_back(stream.partner, name, after, stream.name, stream.settled_seq, signed=True)
        wanted = link.post_returned(said.model_copy(update={"more": True}))
        if wanted is not None:
            give_all(stream.partner, link)


def give_all(partner: Partner, link: PartnerLink) -> None:
    """Hand a partner that cannot call this node everything that it asks for, portion by portion."""
    wanted = link.wanted()
    for _portion in range(MAX_PORTIONS):
        if wanted is None:
            return
        _heed_answers(partner, wanted)
        given = giving.give_back(
            partner, wanted.stream, wanted.after, wanted.incoming, wanted.receipted, signed=True
        )
        following = link.post_returned(given)
        if following == wanted:
            return
        wanted = following


def _heed_answers(partner: Partner, wanted: Wanted) -> None:
    earlier.settle_each(partner, wanted.answers)


def check_asked(stream: Stream | None, after: int) -> None:
    """A partner that fetches says how far it got; Refused where that shows what this node has lost."""
    if stream is None:
        return
    if stream.state == StreamState.OPEN and after > stream.last_seq:
        with transaction.atomic(), open_ledger():
            locked = Stream.objects.select_for_update().select_related("partner").get(pk=stream.pk)
            noticing.notice_behind(locked, after)
            stream.state = locked.state
    if stream.state == StreamState.RECOVERING:
        raise Refused(RECOVERING, "This node came back from an older state and asks first what it has lost.")
