"""What declarations draw on the licences that they name, never more than is allowed."""

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.etrade.models import (
    Declaration,
    DocumentState,
    Draw,
    Kind,
    Origin,
    State,
    TradeDocument,
)
from isthmus.apps.etrade.queries import licences as queries
from isthmus.apps.etrade.records import LicenceV1
from isthmus.apps.etrade.rules import draw_down as rules
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault, NotFound


def _licence(declaration: Declaration) -> TradeDocument | None:
    """The own licence that an own declaration names, locked: several draws at once wait for each other."""
    if declaration.origin != Origin.OWN or not declaration.permit_number:
        return None
    return (
        TradeDocument.objects.select_for_update()
        .filter(kind=Kind.LICENCE, origin=Origin.OWN, number=declaration.permit_number)
        .first()
    )


def _obstacle(licence: TradeDocument, declaration: Declaration) -> str:
    """Why nothing can be drawn, whatever the quantities; empty where it can."""
    day = clock.now().date()
    if declaration.state == State.CANCELLED:
        return _("The declaration is cancelled.")
    if licence.state in {DocumentState.CANCELLED, DocumentState.SUSPENDED}:
        return _("The licence is suspended or cancelled.")
    if licence.valid_until is not None and licence.valid_until < day:
        return _("The licence has ended.")
    if licence.valid_from is not None and licence.valid_from > day:
        return _("The licence has not begun.")
    if (licence.body.get("direction") or declaration.direction) != declaration.direction:
        return _("The licence is for the other direction.")
    return ""


@transaction.atomic
def draw(declaration: Declaration, *, actor: str = "") -> list[Draw]:
    """Draw on the licence that a declaration names; nothing where it names none of this node or drew already.

    All of it or nothing: what cannot be drawn is left to an officer, who finds it on the licence's page.
    """
    licence = _licence(declaration)
    if licence is None:
        return []
    try:
        return take(licence, declaration)
    except (Conflict, BadInput) as error:
        audit.note(
            "etrade.licence-not-drawn",
            actor=actor,
            subject=licence.number,
            detail={"declaration": declaration.number, "code": error.code},
        )
        return []


@transaction.atomic
def take(licence: TradeDocument, declaration: Declaration) -> list[Draw]:
    """Draw what a declaration needs from a licence.

    Conflict ``etrade.licence-overdrawn`` names the line and what is left of it, ``etrade.licence-closed``
    says why the licence cannot be used; BadInput ``etrade.licence-lines`` names the items that cannot be set
    against it.
    """
    licence = TradeDocument.objects.select_for_update().get(pk=licence.pk)
    held = list(Draw.objects.filter(licence=licence, declaration=declaration, reversed_at=None))
    if held:
        return held
    reason = _obstacle(licence, declaration)
    if reason:
        raise Conflict("etrade.licence-closed", reason, next_step=_("Look at the licence, or name another."))
    record = licence.record
    assert isinstance(record, LicenceV1)
    lines = queries.lines_of(record)
    wanted, obstacles = rules.takings(lines, queries.goods_of(declaration.record), record.currency)
    if obstacles:
        raise BadInput(
            "etrade.licence-lines",
            _("The declaration does not fit the licence %(number)s.") % {"number": licence.number},
            faults=tuple(FieldFault("items", obstacle) for obstacle in obstacles),
        )
    before = {balance.line.number: balance for balance in queries.balances_of(licence)}
    after = rules.balances(lines, [*queries.drawn(licence), *wanted])
    over = next((balance for balance in after if balance.overdrawn), None)
    if over is not None:
        left = before[over.line.number]
        raise Conflict(
            "etrade.licence-overdrawn",
            _("Line %(line)d of %(number)s has %(left)s left, which is less than the declaration needs.")
            % {"line": over.line.number, "number": licence.number, "left": _left(left)},
            next_step=_("Have the licence amended, or correct the declaration."),
        )
    moment = clock.now()
    return Draw.objects.bulk_create(
        Draw(
            licence=licence,
            item_number=one.line,
            declaration=declaration,
            quantity=one.quantity,
            value=one.value,
            drawn_at=moment,
        )
        for one in wanted
    )


def _left(balance: rules.Balance) -> str:
    parts = []
    if balance.quantity_left is not None:
        parts.append(f"{balance.quantity_left.normalize():f} {balance.line.unit or ''}".strip())
    if balance.value_left is not None:
        parts.append(f"{balance.value_left.normalize():f}")
    return ", ".join(parts)


def give_back(declaration: Declaration) -> int:
    """Undo every draw of a declaration; returns how many lines were given back."""
    return Draw.objects.filter(declaration=declaration, reversed_at=None).update(reversed_at=clock.now())


def draw_anew(declaration: Declaration) -> list[Draw]:
    """After an amendment: what the declaration says now is drawn in place of what it said."""
    give_back(declaration)
    return draw(declaration)


@transaction.atomic
def draw_by_hand(licence: TradeDocument, number: str, *, actor: str) -> list[Draw]:
    """Draw for a declaration that an officer names. NotFound where no own declaration has the number."""
    named = Declaration.objects.filter(origin=Origin.OWN, number=number, permit_number=licence.number)
    declaration = named.order_by("-id").first()
    if declaration is None:
        raise NotFound(
            "etrade.no-declaration",
            _("No declaration %(number)s names this licence.") % {"number": number},
            next_step=_("The declaration must name the licence as its permit."),
        )
    made = take(licence, declaration)
    audit.note("etrade.licence-drawn", actor=actor, subject=licence.number, detail={"declaration": number})
    return made
