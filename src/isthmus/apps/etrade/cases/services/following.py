"""What becomes of cases when the partner answers, and when a declaration is erased."""

from isthmus.apps.etrade.cases.models import Case, CaseState, Compared, Corridor, Decision, Step
from isthmus.apps.etrade.cases.rules.moves import answered
from isthmus.apps.etrade.models import Declaration, Query


def take_answer(query: Query, answered_by: str) -> None:
    """Note the partner's answer in the case that the question belongs to, if it belongs to one."""
    if not query.case or query.answered_at is None:
        return
    rows = Case.objects.select_for_update(of=("self",)).filter(
        corridor__partner=query.partner, number=query.case
    )
    for case in rows:
        state = CaseState(answered(case.state))
        if state != case.state:
            case.state = state
            case.save(update_fields=["state"])
        Decision.objects.create(case=case, step=Step.ANSWERED, by=answered_by, at=query.answered_at)


def forget(declaration: Declaration) -> None:
    """Delete what was derived from a declaration that is being erased: its links, and the cases about it.

    The next run compares what is left.
    """
    Case.objects.filter(members=declaration).delete()
    declaration.export_links.all().delete()
    declaration.import_links.all().delete()
    Compared.objects.filter(declaration=declaration).delete()
    Corridor.objects.filter(partner=declaration.partner).update(seen="")
