"""Counters in plain language: their names and units, and how their figures are written."""

from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import get_currency_precision
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _

from isthmus.apps.excise.assessment.rules.figures import Figure
from isthmus.apps.excise.assessment.rules.shares import Share
from isthmus.ui.formats import grouped

MINOR = "minor units "
"""How the unit of an amount of money begins; its currency follows."""
ML = "ml of pure alcohol"

NAMES = {
    "registry.operators": _("Operators in the registry"),
    "registry.warehouses": _("Tax warehouses that are open"),
    "registry.products": _("Products in the registry"),
    "registry.changes": _("Changes to entries of the registry, each with who and when"),
    "registry.authorisations": _("Authorisations ever given"),
    "registry.in-force": _("Authorisations in force"),
    "registry.suspended": _("Authorisations suspended"),
    "registry.extracts": _("Operators and warehouses published to partners"),
    "permits.approved": _("Import permits approved"),
    "permits.waiting": _("Applications for import permits that wait"),
    "permits.drawn": _("Import permits under which goods have come"),
    "permits.draws": _("Consignments drawn from import permits"),
    "quotas.quotas": _("Yearly quotas of islands"),
    "quotas.overdrawn": _("Quotas of which more was used than granted"),
    "quotas.all": _("Alcohol that the quotas allow"),
    "quotas.used": _("Alcohol drawn from the quotas"),
    "stamps.approved-requests": _("Requests for stamps approved"),
    "stamps.secured-requests": _("Requests for stamps approved with the duty secured"),
    "stamps.issued": _("Stamps issued"),
    "stamps.accounted": _("Stamps whose place is known"),
    "stamps.stock": _("Stamps in stock"),
    "stamps.transit": _("Stamps on their way between holders"),
    "stamps.activated": _("Stamps on containers"),
    "stamps.sold": _("Stamps sold with the goods"),
    "stamps.spoiled": _("Stamps spoiled"),
    "stamps.cancelled": _("Stamps cancelled"),
    "stamps.destroyed": _("Stamps destroyed"),
    "stamps.lost": _("Stamps lost"),
    "stamps.abroad": _("Stamps with holders abroad"),
    "stamps.handovers": _("Handovers of stamps"),
    "stamps.open-handovers": _("Handovers of stamps that wait for the receiver"),
    "stamps.oldest-handover-days": _("Age of the oldest handover that waits"),
    "stamps.checked": _("Checks of stamps by anybody"),
    "stamps.serials-checked": _("Stamps that were checked at least once"),
    "movements.accepted": _("Movements under suspension of duty"),
    "movements.open": _("Movements on their way"),
    "movements.late": _("Movements past the end of their journey time"),
    "movements.ended": _("Movements that ended, other than by cancelling or splitting"),
    "movements.received": _("Movements ended by the receiver's or the customs' own statement"),
    "movements.across": _("Movements to or from a partner country"),
    "movements.matched": _("Movements of which both countries have told"),
    "movements.unmatched": _("Movements of which one country has not told yet"),
    "movements.gate-scans": _("Passages at gates"),
    "movements.gate-stops": _("Passages that a gate refused"),
    "guarantees.in-force": _("Guarantees in force"),
    "guarantees.reservations": _("Times that a part of a guarantee was reserved"),
    "guarantees.called": _("Times that a guarantor was called on"),
    "events.captured": _("Events of goods reported"),
    "events.declared-wrong": _("Events of goods declared wrong"),
    "events.firms": _("Firms that report events of goods"),
    "returns.returns": _("Returns of duty declared"),
    "returns.paid": _("Returns of duty paid"),
    "returns.due": _("Returns whose duty has fallen due"),
    "returns.overdue": _("Returns still owed after that day"),
    "returns.corrections": _("Corrections of returns"),
    "returns.corrections-reasoned": _("Corrections of returns with a reason"),
    "ledger.entries": _("Entries in all books"),
    "ledger.breaks": _("Books that do not verify"),
    "tariff.rows": _("Rows of the country's tariff"),
    "tariff.confirmed-rows": _("Rows of the tariff confirmed against the act"),
    "tariff.unconfirmed-rows": _("Rows of the tariff not confirmed yet"),
    "node.audit-events": _("Acts of officers kept in the audit trail"),
    "node.agreements": _("Agreements in force about excise"),
    "node.decisions": _("Decisions on requests, permits and returns"),
    "node.decided-by-another": _("Decisions by another person than the one who asked"),
}
ROLES = {
    "duty.owed": _("Duty that operators owe"),
    "duty.payments": _("Duty in the treasury"),
    "guarantees.available": _("Free of guarantees"),
    "guarantees.reserved": _("Reserved of guarantees"),
    "guarantees.called": _("Claimed from guarantors"),
    "quota.left": _("Alcohol left of quotas"),
    "quota.used": _("Alcohol drawn from quotas, by the book"),
    "quota.permitted": _("Alcohol left of permits"),
    "quota.imported": _("Alcohol drawn under permits"),
    "quota.bond": _("Alcohol in bonded stores"),
    "quota.released": _("Alcohol released from bonded stores"),
}
"""Accounts of the books; those that only stand against them, below zero, are named by their book and role."""
UNITS = {
    "operators": gettext_lazy("operators"),
    "places": gettext_lazy("places"),
    "products": gettext_lazy("products"),
    "changes": gettext_lazy("changes"),
    "authorisations": gettext_lazy("authorisations"),
    "excise numbers": gettext_lazy("excise numbers"),
    "permits": gettext_lazy("permits"),
    "consignments": gettext_lazy("consignments"),
    "quotas": gettext_lazy("quotas"),
    "requests": gettext_lazy("requests"),
    "stamps": gettext_lazy("stamps"),
    "handovers": gettext_lazy("handovers"),
    "days": gettext_lazy("days"),
    "checks": gettext_lazy("checks"),
    "movements": gettext_lazy("movements"),
    "passages": gettext_lazy("passages"),
    "guarantees": gettext_lazy("guarantees"),
    "times": gettext_lazy("times"),
    "events": gettext_lazy("events"),
    "firms": gettext_lazy("firms"),
    "returns": gettext_lazy("returns"),
    "corrections": gettext_lazy("corrections"),
    "entries": gettext_lazy("entries"),
    "broken books": gettext_lazy("books"),
    "rows": gettext_lazy("rows"),
    "acts": gettext_lazy("acts"),
    "agreements": gettext_lazy("agreements"),
    "decisions": gettext_lazy("decisions"),
    "litres of pure alcohol": gettext_lazy("litres of pure alcohol"),
}
SUBJECTS = {
    "registry": _("Registry"),
    "permits": _("Import permits"),
    "quotas": _("Quotas"),
    "stamps": _("Stamps"),
    "movements": _("Movements"),
    "guarantees": _("Guarantees"),
    "events": _("Events of goods"),
    "returns": _("Returns"),
    "ledger": _("Books"),
    "tariff": _("Tariff"),
    "node": _("Officers and agreements"),
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure as people read it: money in its currency, pure alcohol in litres."""

    value: Decimal | int
    places: int
    unit: str
    is_money: bool = False


def name_of(name: str) -> str:
    """A counter's name in words; one that this version does not know keeps its own."""
    if name in NAMES:
        return gettext(NAMES[name])
    _house, _dot, rest = name.partition(".")
    account = rest.rpartition(".")[0]
    if account in ROLES:
        return gettext(ROLES[account])
    if name.startswith("ledger."):
        book, _dot, role = account.partition(".")
        return gettext("Book “%(book)s”: counterpart “%(role)s”") % {"book": book, "role": role}
    return name


def subject(name: str) -> str:
    """What a counter is about; other than the names above, its house in its own word."""
    house = name.partition(".")[0]
    return gettext(SUBJECTS[house]) if house in SUBJECTS else house


def is_counterpart(figure: Figure) -> bool:
    """Whether it is an account that only stands against others, so that the book sums to zero."""
    name = figure.name.removeprefix("ledger.")
    return name != figure.name and "." in name and name.rpartition(".")[0] not in ROLES


def unit_word(unit: str) -> str:
    """A unit in the language that is in use."""
    return str(UNITS.get(unit, unit))


def quantity(figure: Figure) -> Quantity:
    """A counter's figure with its unit."""
    if figure.unit.startswith(MINOR):
        currency = figure.unit.removeprefix(MINOR)
        places = get_currency_precision(currency)
        return Quantity(Decimal(figure.value).scaleb(-places), places, currency, is_money=True)
    if figure.unit == ML:
        return Quantity(Decimal(figure.value).scaleb(-3), 1, unit_word("litres of pure alcohol"))
    return Quantity(figure.value, 0, unit_word(figure.unit))


def written(figure: Figure) -> str:
    """A counter's figure as the language that is in use writes numbers, without its unit."""
    found = quantity(figure)
    return grouped(found.value, found.places)


def part_of_whole(share: Share) -> str:
    """The two figures of a share."""
    return gettext("%(part)s of %(whole)s") % {"part": written(share.part), "whole": written(share.whole)}
