"""From a draft to a document under a reference, and all that is said of it on this side."""

import hashlib
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.excise.movements.formats.answering import accepted, header
from isthmus.apps.excise.movements.formats.facts import facts_of, said_about
from isthmus.apps.excise.movements.formats.message import Message
from isthmus.apps.excise.movements.formats.messages.documents import SubmittedDraftOfEADESAD
from isthmus.apps.excise.movements.formats.reading import read_message
from isthmus.apps.excise.movements.formats.remarking import warnings_about
from isthmus.apps.excise.movements.formats.writing import write_message
from isthmus.apps.excise.movements.models import DRAFT, Movement, MovementMessage
from isthmus.apps.excise.movements.rules import arc as references
from isthmus.apps.excise.movements.rules.sides import country_of, parties_of
from isthmus.apps.excise.movements.rules.states import Kind, Party, State
from isthmus.apps.excise.movements.services import book, securing
from isthmus.apps.excise.movements.wording import KINDS, OBJECTIONS
from isthmus.apps.excise.registry.models import AuthorisationKind
from isthmus.apps.excise.registry.queries import authorised
from isthmus.apps.excise.registry.rules.standing import Judged
from isthmus.apps.excise.registry.services.numbers import next_number
from isthmus.exchange import queries as exchange
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault, NotFound, Refused
from isthmus.kit.ids import uuid7

SERIES = "movements"
AHEAD = timedelta(days=7)
"""How long before its dispatch a document may be accepted."""


def _bad(where: str, message: str, step: str = "") -> BadInput:
    fault = FieldFault(where, message)
    return BadInput("excise.movement-draft", message, next_step=step, faults=(fault,))


@transaction.atomic
def draft(organisation: Organisation, xml: bytes, *, actor: str) -> Movement:
    """Keep a draft (IE815), byte for byte. BadInput names what the message says wrongly.

    Conflict where the consignor has used the local reference before: so a paper document that was written
    while the node was down is entered once. A late entry takes the place of the draft whose fallback document
    was printed and that was not accepted yet.
    """
    message = read_message(xml)
    body = message.body
    if not isinstance(body, SubmittedDraftOfEADESAD):
        raise _bad("xml", _("%(code)s is no draft; a draft is IE815.") % {"code": message.code})
    facts = facts_of(message)
    row = Movement(
        organisation=organisation,
        local_reference=body.ead_esad_draft.local_reference_number,
        deferred=bool(body.attributes.deferred_submission_flag),
        dispatch_node=exchange.me(),
        destination_node=book.node_of(
            country_of(facts.get("consignee", ""), facts.get("delivered_to", "")) or book.own_country()
        ),
        opened_at=clock.now(),
    )
    book.set_facts(row, facts)
    if (printed := _printed(row)) is not None:
        row.pk, row.opened_at = printed.pk, printed.opened_at
        printed.lines.all().delete()
    elif _used(row):
        raise _twice(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        # Another request entered it between the look and the writing.
        if _used(row):
            raise _twice(row) from error
        raise
    book.set_lines(row, facts["lines"])
    book.keep(row, message, xml, actor=actor)
    audit.note("excise.movement-drafted", actor=actor, subject=row.local_reference)
    return row


def _printed(late: Movement) -> Movement | None:
    """The draft that a late entry is about, locked; None where there is none or it came late itself."""
    if not late.deferred:
        return None
    known = Movement.objects.select_for_update(of=("self",)).filter(
        consignor=late.consignor,
        local_reference=late.local_reference,
        organisation=late.organisation,
        state=DRAFT,
        deferred=False,
    )
    return known.first()


def _used(row: Movement) -> bool:
    return Movement.objects.filter(consignor=row.consignor, local_reference=row.local_reference).exists()


def _twice(row: Movement) -> Conflict:
    return Conflict(
        "excise.movement-reference",
        _("%(consignor)s has used the local reference %(reference)s before.")
        % {"consignor": row.consignor, "reference": row.local_reference},
        next_step=_("Open that movement, or give this one another reference."),
    )


def draft_of(movement: Movement) -> Message:
    """The draft that a movement began with, the late entry before it. NotFound where it began elsewhere."""
    row = movement.messages.filter(code="IE815").order_by("-id").first()
    if row is None:
        raise NotFound("excise.movement-no-draft", _("The draft of this movement is not here."))
    return read_message(bytes(row.xml))


def _check_consignor(movement: Movement) -> None:
    on = (movement.dispatched_at or clock.now()).date()
    for line in movement.lines.all():
        numbers = [number for number in (movement.consignor, movement.dispatched_from) if number]
        judged: list[Judged] = []
        for number in numbers:
            judged.append(authorised(number, line.product_code, on, kinds=[AuthorisationKind.SEND]))
            if judged[-1].authorised:
                break
        else:
            raise Refused(
                "excise.consignor-not-authorised",
                _("%(number)s may not send %(product)s under suspension on %(day)s (%(why)s).")
                % {
                    "number": movement.consignor,
                    "product": line.product_code,
                    "day": on,
                    "why": judged[0].verdict,
                },
                next_step=_("The authority grants such an authorisation in the registry."),
            )


def _check_time(movement: Movement) -> None:
    now = clock.now()
    left = movement.dispatched_at or now
    if left > now + AHEAD:
        raise _bad("date_of_dispatch", _("The goods leave in more than seven days: accept it later."))
    if left.date() < now.date() and not movement.deferred:
        raise _bad(
            "date_of_dispatch",
            _("The goods have left already."),
            _("If they travel on a paper document, say so: deferred submission, with the paper's number."),
        )


@book.speaking()
def accept(movement: Movement, *, actor: str, duty_minor: int | None = None) -> Movement:
    """Accept a draft: its duty is reserved of a guarantee, it gets the next reference of the year and becomes
    a document, told to the other side.

    ``duty_minor`` is the duty at stake as the office states it, in minor units of the country's currency: at
    least what the tariff gives, and needed where the tariff has no rate. Conflict for what is accepted
    already and where no guarantee covers it (nothing is written and no number taken then), BadInput for a
    draft that lacks something or whose day cannot be, Refused for a consignor who is not authorised or a
    country that no agreement lets messages go to.
    """
    row = Movement.objects.select_for_update(of=("self",)).get(pk=movement.pk)
    if row.state != DRAFT:
        raise Conflict("excise.movement-accepted", _("%(arc)s is accepted already.") % {"arc": row.arc})
    message = draft_of(row)
    if country_of(row.consignor) != book.own_country():
        raise _bad("consignor", _("The consignor's excise number is not of this country."))
    if remarks := warnings_about(message):
        raise BadInput(
            "excise.movement-draft",
            _("The draft cannot be accepted as it is."),
            next_step=_("Correct what is named and send it again."),
            faults=tuple(FieldFault("xml", remark) for remark in remarks),
        )
    _check_time(row)
    _check_consignor(row)
    planned = securing.plan(row, message, duty_minor)
    now = clock.now().replace(microsecond=0)
    row.arc = _next_reference(now.year)
    row.state = State.UNKNOWN
    row.save(update_fields=["arc", "state"])
    head = header(book.own_country(), _recipient(row), uuid7().hex, now, answers=message.header)
    document = accepted(message, row.arc, now, head)
    book.keep(row, document, write_message(document), actor=actor)
    book.refresh(row)
    secured = securing.secure(row, planned, actor=actor)
    detail = {"duty_minor": secured.amount_minor, "guarantee": str(secured.guarantee or "")}
    audit.note("excise.movement-accepted", actor=actor, subject=row.arc, detail=detail)
    book.tell(row)
    return row


def _next_reference(year: int) -> str:
    """The next free reference: a partner may have spoken of one that this node has not given out yet."""
    while True:
        arc = references.compose(year, book.own_country(), str(next_number(SERIES, year)))
        if not Movement.objects.filter(arc=arc).exists():
            return arc


def _recipient(row: Movement) -> str:
    return country_of(row.consignee, row.delivered_to) or book.own_country()


@book.speaking()
def say(movement: Movement, xml: bytes, *, actor: str) -> MovementMessage:
    """Add a message of this side to a movement, byte for byte, and tell the other side.

    BadInput for a message about another movement or a kind that people do not send; Conflict where it would
    have no effect, with the reason. The same message again changes nothing.
    """
    row = book.held(movement.arc)
    message = read_message(xml)
    if row.arc not in message.arcs:
        raise _bad("xml", _("The message is not about %(arc)s.") % {"arc": row.arc})
    said = said_about(message, row.arc)
    if not said["kind"] or said["kind"] == Kind.ACCEPT:
        raise _bad("xml", _("%(code)s is not said by people.") % {"code": message.code})
    known = row.messages.filter(
        node=exchange.me(), sha256=hashlib.sha256(xml).hexdigest(), kind=said["kind"]
    ).first()
    if known is not None:
        return known
    me = exchange.me()
    ours = parties_of(dispatch=row.dispatch_node == me, destination=row.destination_node == me)
    if Party(said["by"]) not in ours:
        raise Conflict(
            "excise.movement-not-ours",
            _("%(what)s is for the other country's side to say.") % {"what": KINDS[Kind(said["kind"])]},
        )
    made = book.keep(row, message, xml, actor=actor, sequence=row.sequence)
    was, found = row.state, book.refresh(row)
    set_aside = {one.key: why for one, why in found.set_aside}
    if (why := set_aside.get(f"{me}/{made.key}")) is not None:
        raise Conflict(
            "excise.movement-no-effect",
            _("%(what)s has no effect: %(why)s.") % {"what": KINDS[Kind(made.kind)], "why": OBJECTIONS[why]},
            next_step=_("The movement's page says what may be done next."),
        )
    securing.settle(row, was=was, actor=actor)
    audit.note("excise.movement-said", actor=actor, subject=row.arc, detail={"code": made.code})
    book.tell(row)
    return made
