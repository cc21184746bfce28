"""The list of guarantees, one with its reservations, and all that stand for one operator."""

from collections.abc import Mapping

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can
from isthmus.apps.excise.guarantees import queries
from isthmus.apps.excise.guarantees.forms import GuaranteeFilter
from isthmus.apps.excise.guarantees.models import Guarantee, GuaranteeReservation, ReservationState
from isthmus.apps.excise.guarantees.views.deeds import ACT, DEEDS, deed_address
from isthmus.apps.excise.guarantees.wording import amount_of, amount_text, share_of, state_of
from isthmus.apps.excise.registry.models import Operator
from isthmus.apps.excise.registry.queries import operators_of
from isthmus.kit import clock
from isthmus.kit.errors import NotFound
from isthmus.ui.components import Empty, Fact, Link, State, StateKind
from isthmus.ui.formats import day_text
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, Table, tabulate

VIEW, KEEP = queries.VIEW, queries.KEEP
SHOWN = 200
"""Reservations on the page of a guarantee, the newest first."""

_RESERVATIONS: dict[str, StateKind] = {
    ReservationState.OPEN: "wait",
    ReservationState.RELEASED: "ok",
    ReservationState.CALLED: "bad",
}


def _columns(held: Mapping[str, queries.Held]) -> tuple[Column[Guarantee], ...]:
    return (
        Column(
            "number",
            gettext_lazy("Guarantee"),
            "number",
            "link",
            sort="number",
            url=lambda row: reverse("excise:guarantee", args=[row.pk]),
        ),
        Column(
            "operator",
            gettext_lazy("Operator"),
            "operator.name",
            "link",
            sort="operator__name",
            url=lambda row: reverse("excise:operator-guarantees", args=[row.operator.excise_number]),
        ),
        *_standing(held),
    )


_GUARANTOR: Column[Guarantee] = Column("guarantor", gettext_lazy("Guarantor"), "guarantor_name")


def _standing(held: Mapping[str, queries.Held]) -> tuple[Column[Guarantee], ...]:
    today = clock.now().date()
    return (
        Column("state", gettext_lazy("State"), lambda row: state_of(row, today), "state", sort="state"),
        Column("until", gettext_lazy("Last day"), "valid_until", "date", sort="valid_until"),
        Column("whole", gettext_lazy("Guaranteed"), lambda row: amount_of(row, row.amount_minor), "number"),
        Column(
            "share",
            gettext_lazy("Free, reserved, claimed"),
            lambda row: share_of(row, held[row.number]),
        ),
        Column("free", gettext_lazy("Free"), lambda row: amount_of(row, held[row.number].free), "number"),
        Column(
            "reserved",
            gettext_lazy("Reserved"),
            lambda row: amount_of(row, held[row.number].reserved),
            "number",
        ),
        Column(
            "called", gettext_lazy("Claimed"), lambda row: amount_of(row, held[row.number].called), "number"
        ),
    )


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Every guarantee that the visitor may see, with what is free, reserved and claimed of it."""
    rows = queries.guarantees_of(request.actor)
    page = ListPage(
        request,
        rows,
        _columns(queries.held(rows)),
        name="guarantees",
        filters=GuaranteeFilter,
        default_sort="number",
        empty=Empty(
            _("No guarantees yet"),
            _("Register what a bank guarantees for an operator, and have the bank sign it."),
        ),
    )
    context = {
        "lead": _("What guarantors stand for, and how much of it is free."),
        "may_keep": queries.keepers_of(request.actor).exists(),
    }
    return page.respond(_("Guarantees"), "excise/guarantees.html", context)


def find(request: ActorRequest, pk: int) -> Guarantee:
    """A guarantee that the visitor may see. NotFound for others' alike."""
    row = queries.guarantees_of(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("excise.no-guarantee", _("There is no such guarantee."))
    return row


def _closed(one: GuaranteeReservation) -> str:
    if one.closed_on is None:
        return ""
    return _("%(day)s: %(why)s") % {"day": day_text(one.closed_on), "why": one.closed_why}


def _reservations(row: Guarantee, *, may_act: bool) -> Table:
    columns: list[Column[GuaranteeReservation]] = [
        Column("key", _("Deed"), "key"),
        Column("amount", _("Reserved"), lambda one: amount_of(row, one.amount_minor), "number"),
        Column("called", _("Claimed"), lambda one: amount_of(row, one.called_minor), "number"),
        Column(
            "state", _("State"), lambda one: State(_RESERVATIONS[one.state], one.get_state_display()), "state"
        ),
        Column("on", _("Day"), "reserved_on", "date"),
        Column("reason", _("Reason"), "reason"),
        Column("by", _("By"), "actor"),
        Column("closed", _("Closed"), _closed),
    ]
    if may_act:

        def act(one: GuaranteeReservation) -> Link | None:
            """One link: the page of the release leads on to the claim."""
            if one.state != ReservationState.OPEN:
                return None
            return Link(_("Release or claim"), deed_address("release", row, one.key))

        columns.append(Column("act", _("What to do"), act))
    return tabulate(columns, list(row.reservations.all()[:SHOWN]), _("What it is reserved for"))


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One guarantee: how it stands, who signed it, and what is reserved for what."""
    row = find(request, pk)
    held, today = queries.held_of(row), clock.now().date()
    facts = [
        Fact(_("State"), state_of(row, today)),
        Fact(_("Kind"), row.get_kind_display()),
        Fact(
            _("Operator"),
            f"{row.operator.name} ({row.operator.excise_number})",
            url=reverse("excise:operator-guarantees", args=[row.operator.excise_number]),
        ),
        Fact(_("Guarantor"), f"{row.guarantor_name} ({row.guarantor_number})"),
        Fact(_("Guaranteed amount"), amount_of(row, row.amount_minor)),
    ]
    if row.consented_at is not None:
        facts += [
            Fact(_("Free, reserved, claimed"), share_of(row, held)),
            Fact(_("Free"), amount_of(row, held.free)),
            Fact(_("Reserved"), amount_of(row, held.reserved)),
            Fact(_("Claimed"), amount_of(row, held.called)),
        ]
    facts += [
        Fact(_("First day"), row.valid_from),
        Fact(_("Last day"), row.valid_until),
        Fact(_("Kept by"), row.organisation.name),
    ]
    if row.consented_at is not None:
        facts.append(Fact(_("Signed by the guarantor; taken in"), row.consented_at))
    if row.ended_on is not None:
        facts += [Fact(_("Ended from"), row.ended_on), Fact(_("Reason"), row.ended_why)]
    may_act = can(request.actor, ACT, row)
    context = {
        "title": _("Guarantee %(number)s") % {"number": row.number},
        "lead": _("%(free)s of %(amount)s are free.")
        % {
            "free": amount_text(held.free, row.currency),
            "amount": amount_text(row.amount_minor, row.currency),
        },
        "crumbs": (Link(_("Guarantees"), reverse("excise:guarantees")),),
        "guarantee": row,
        "facts": tuple(facts),
        "reservations": _reservations(row, may_act=may_act),
        "more": max(row.reservations.count() - SHOWN, 0),
        "deeds": [
            Link(deed.title, deed_address(deed.name, row)) for deed in DEEDS if may_act and deed.offered(row)
        ],
        "may_consent": row.is_waiting and can(request.actor, KEEP, row),
    }
    return render(request, "excise/guarantee.html", context)


@require_GET
@authorised(VIEW)
def of_operator(request: ActorRequest, excise_number: str) -> HttpResponse:
    """All guarantees that stand for one operator, and what is free of them together today."""
    operator: Operator | None = operators_of(request.actor, VIEW).filter(excise_number=excise_number).first()
    if operator is None:
        raise NotFound("excise.no-operator", _("There is no such operator."))
    rows = list(queries.guarantees_of(request.actor).filter(operator=operator).order_by("number"))
    columns: tuple[Column[Guarantee], ...] = (
        Column(
            "number",
            _("Guarantee"),
            "number",
            "link",
            url=lambda row: reverse("excise:guarantee", args=[row.pk]),
        ),
        _GUARANTOR,
        *_standing(queries.held(rows)),
    )
    sums = queries.covered(rows, clock.now().date())
    facts = [
        Fact(
            _("Free today, in %(currency)s") % {"currency": one.currency},
            _("%(free)s, of %(granted)s guaranteed; %(reserved)s reserved, %(called)s claimed")
            % {
                "free": amount_text(one.free, one.currency),
                "granted": amount_text(one.granted, one.currency),
                "reserved": amount_text(one.reserved, one.currency),
                "called": amount_text(one.called, one.currency),
            },
        )
        for one in sums
    ]
    context = {
        "title": _("Guarantees for %(operator)s") % {"operator": operator.name},
        "lead": _("What guarantors stand for when it owes duty. Free counts what is in force today."),
        "crumbs": (Link(_("Guarantees"), reverse("excise:guarantees")),),
        "facts": facts,
        "table": tabulate(columns, rows, _("Guarantees")),
        "empty": Empty(
            _("No guarantees yet"),
            _("Register what a bank guarantees for an operator, and have the bank sign it."),
        ),
        "operator": operator,
    }
    return render(request, "excise/operator_guarantees.html", context)
