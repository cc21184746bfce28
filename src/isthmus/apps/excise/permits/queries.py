"""What quotas, permits and bonded stores hold by the quota book, and which of them somebody may see."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from isthmus.accounts.policy import Actor, Everything, reach_of
from isthmus.apps.excise.ledger import queries as ledger
from isthmus.apps.excise.ledger.models import LedgerBalance
from isthmus.apps.excise.ledger.rules import AccountKey
from isthmus.apps.excise.permits.models import BondCount, ImportPermit, ImportQuota
from isthmus.apps.excise.permits.rules.entries import CHART, UNIT, of_year
from isthmus.apps.excise.registry.models import Operator
from isthmus.apps.excise.registry.queries import operators_of
from isthmus.kit.errors import NotFound

VIEW, DECIDE = "excise.permit.view", "excise.permit.decide"
DRAW, TRANSFER = "excise.permit.draw", "excise.permit.transfer"


@dataclass(frozen=True, slots=True)
class Held:
    """What became of a quota, in ml of pure alcohol: granted and moved make up used and left."""

    granted: int
    moved: int
    used: int
    left: int

    @property
    def all(self) -> int:
        """The quota as it stands: granted, with what other resorts gave or took."""
        return self.used + self.left


def quotas_of(actor: Actor, action: str = VIEW) -> QuerySet[ImportQuota]:
    """The quotas that somebody may see: those of an authority's resorts, and a resort's own."""
    rows = ImportQuota.objects.select_related("operator")
    if isinstance(reach_of(actor, action), Everything):
        return rows
    return rows.filter(operator__in=operators_of(actor, action).values("pk"))


def permits_of(actor: Actor, action: str = VIEW) -> QuerySet[ImportPermit]:
    """The permits that somebody may see."""
    rows = ImportPermit.objects.select_related("operator")
    if isinstance(reach_of(actor, action), Everything):
        return rows
    return rows.filter(operator__in=operators_of(actor, action).values("pk"))


def balance(holder: str, role: str) -> int:
    """What an account of the quota book holds, in ml of pure alcohol."""
    return ledger.balance(CHART.book, AccountKey(holder, role), UNIT)


def holder_of(row: ImportQuota) -> str:
    """The holder of a quota's accounts."""
    return of_year(row.operator.excise_number, row.year)


def held(rows: Iterable[ImportQuota]) -> dict[int, Held]:
    """What became of quotas, by primary key, with one question to the database."""
    holders = {row.pk: holder_of(row) for row in rows}
    found = LedgerBalance.objects.filter(
        account__book__name=CHART.book, account__holder__in=holders.values(), unit=UNIT
    )
    amounts = {
        (holder, role): amount
        for holder, role, amount in found.values_list("account__holder", "account__role", "amount")
    }
    answer = {}
    for pk, holder in holders.items():
        granted, used, left = (amounts.get((holder, role), 0) for role in ("granted", "used", "left"))
        answer[pk] = Held(-granted, used + left + granted, used, left)
    return answer


def left_of(permit: ImportPermit) -> int:
    """What may still be drawn under a permit."""
    return balance(permit.number, "permitted")


def left_of_all(permits: Iterable[ImportPermit]) -> dict[str, int]:
    """What may still be drawn under permits, by number, with one question to the database."""
    numbers = [row.number for row in permits]
    rows = LedgerBalance.objects.filter(
        account__book__name=CHART.book, account__holder__in=numbers, account__role="permitted", unit=UNIT
    )
    found = dict(rows.values_list("account__holder", "amount"))
    return {number: found.get(number, 0) for number in numbers}


def store_of(excise_number: str) -> dict[str, int]:
    """What a bonded store holds, released and misses by the book, by role."""
    rows = LedgerBalance.objects.filter(
        account__book__name=CHART.book, account__holder=excise_number, unit=UNIT
    )
    return dict(rows.values_list("account__role", "amount"))


def quota(operator: Operator, year: int) -> ImportQuota:
    """The quota of a resort for a year. NotFound."""
    row = ImportQuota.objects.select_related("operator").filter(operator=operator, year=year).first()
    if row is None:
        raise NotFound(
            "excise.no-quota",
            _("%(operator)s has no quota for %(year)d.") % {"operator": operator.name, "year": year},
            next_step=_("An approver grants a quota to the resort's island first."),
        )
    return row


def counts_of(operator: Operator) -> QuerySet[BondCount]:
    """The counts of a resort's bonded store, newest first."""
    return BondCount.objects.filter(operator=operator)
