"""The imports of the demonstration: quotas of two islands, a permit drawn in part, a bonded store counted."""

from datetime import date
from typing import Any

from isthmus.apps.excise.models import DutyReturn, ImportPermit, Operator
from isthmus.apps.excise.permits import queries
from isthmus.apps.excise.permits.rules.states import How
from isthmus.apps.excise.permits.services import bond, draws, permits, quotas
from isthmus.apps.excise.permits.wording import litres_text
from isthmus.apps.excise.returns.services import accounts, declaring
from isthmus.apps.excise.tariff.formats.lines import Written, read_lines
from isthmus.kit import clock
from isthmus.node.demo.countries import MARK

NEAR, FAR = "MV0000000R001", "MV0000000R002"
"""Excise numbers of the two resorts."""

LITRE = 1000
"""Millilitres of pure alcohol, the unit of the quota book."""

MISSING_BOTTLES = 5
"""Of whisky, 0.7 l of 40 %, when the bonded store is counted: 1.4 l of pure alcohol."""


def _goods(product: str, abv: str, volume_l: str, quantity: int, cif: int, on: date) -> list[Written]:
    """One line of goods, CIF in rufiyaa."""
    head = "product,abv,volume_l,quantity,cif,date\n"
    return list(read_lines(f"{head}{product},{abv},{volume_l},{quantity},{cif},{on}\n".encode()))


def _whisky(bottles: int, on: date) -> list[Written]:
    return _goods("spirits", "40", "0.7", bottles, 80 * bottles, on)


def _begin(officer: str, approver: str) -> None:
    today = clock.now().date()
    near, far = (Operator.objects.get(excise_number=number) for number in (NEAR, FAR))
    why = f"By beds of the resort {MARK}"
    mine = quotas.grant(
        near, "Blue Lagoon island", today.year, 900 * LITRE, why=why, key="sample", actor=approver
    )
    theirs = quotas.grant(
        far, "Palm Reef island", today.year, 250 * LITRE, why=why, key="sample", actor=approver
    )
    quotas.transfer(
        mine,
        theirs,
        50 * LITRE,
        reference=f"T 7/{today.year} {MARK}",
        why="Half of the rooms are being rebuilt",
        on=today,
        actor=approver,
    )
    asked = permits.apply(
        near, today.year, f"Spirits and wine for the bars {MARK}", 600 * LITRE, actor=officer
    )
    permit = permits.approve(asked, 500 * LITRE, actor=approver)
    permits.apply(far, today.year, f"Beer for the beach bar {MARK}", 40 * LITRE, actor=officer)
    bond.receive(near, 400 * LITRE, on=today, reference=f"D 114 {MARK}", key="sample", actor=officer)
    draws.draw(permit, How.EX_BOND, today, _whisky(1_000, today), key="sample-1", actor=officer)
    wine = _goods("wine", "12", "0.75", 600, 9_000, today)
    never_came = draws.draw(permit, How.CLEARANCE, today, wine, key="sample-2", actor=officer)
    draws.reverse(never_came, on=today, why="The consignment did not arrive", key="sample", actor=approver)
    _count(near, today, officer)


def _count(resort: Operator, today: date, officer: str) -> None:
    """Bottles are missing from the bonded store: the count is posted, and their duty declared."""
    held = queries.balance(resort.excise_number, "bond")
    missing = MISSING_BOTTLES * 280
    why = f"{MISSING_BOTTLES} bottles are missing; their duty is declared"
    bond.count(resort, held - missing, on=today, why=why, key="sample", actor=officer)
    drafted = declaring.draft(
        resort, today, How.EX_BOND.value, _whisky(MISSING_BOTTLES, today), actor=officer
    )
    accounts.assess(declaring.declare(drafted, actor=officer), actor=officer)


def manage_imports(officer: str, approver: str) -> dict[str, Any]:
    """Grant, apply, decide, draw, take back, transfer and count, once; how the first island stands."""
    if not ImportPermit.objects.exists():
        _begin(officer, approver)
    permit = ImportPermit.objects.select_related("operator").get(operator__excise_number=NEAR)
    row = queries.quota(permit.operator, permit.year)
    held = queries.held([row])[row.pk]
    found = DutyReturn.objects.filter(operator=permit.operator, tax_point=How.EX_BOND.value)
    return {
        "island": row.island,
        "quota": litres_text(held.all),
        "used": litres_text(held.used),
        "permit": permit.number,
        "left": litres_text(queries.left_of(permit)),
        "store": litres_text(queries.balance(NEAR, "bond")),
        "duty": [[str(one), one.total_minor, one.currency] for one in found.order_by("pk")],
    }
