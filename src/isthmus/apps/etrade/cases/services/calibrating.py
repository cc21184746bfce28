"""What officers' decisions and a corridor's own shipments teach: a new calibration, dated."""

import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from django.db import transaction

from isthmus.accounts import audit
from isthmus.apps.etrade.cases.analytics import Told, learn
from isthmus.apps.etrade.cases.models import Calibration, Case, CaseState, Corridor, Decision, Ground, Step
from isthmus.apps.etrade.cases.queries import calibration_of
from isthmus.apps.etrade.cases.rules.deciding import false_alarm_share, review_threshold
from isthmus.apps.etrade.cases.services import gathering
from isthmus.apps.etrade.reconciliation.rules.calibration import FALSE_ALARMS, REVIEW
from isthmus.apps.etrade.reconciliation.rules.calibration import Calibration as Learned
from isthmus.kit import clock


def calibrate_corridor(
    corridor: Corridor, actor: str, told: Told = lambda _done, _label: None
) -> Calibration | None:
    """Learn a corridor's margins from its linked shipments, its thresholds from what officers decided.

    None where one of its sides is empty, or nothing is learned that is not in force already.
    """
    before = calibration_of(corridor)
    decided = list(corridor.cases.filter(state__in=(CaseState.ACCEPTED, CaseState.DISMISSED)))
    with tempfile.TemporaryDirectory(prefix="isthmus-cases-") as folder:
        gathered = gathering.gather(corridor, Path(folder))
        if not gathered.comparable:
            return None
        confirmed = [
            (case.export_key, case.import_key) for case in decided if case.state == CaseState.ACCEPTED
        ]
        learned = learn(gathered, before, confirmed, told)
    learned = replace(
        learned, false_alarms=_false_alarms(decided), review=_review(corridor, decided, learned)
    )
    if learned == replace(before, learned_on=learned.learned_on):
        return None
    return _keep(corridor, replace(learned, learned_on=clock.now().date()), len(decided), actor)


@transaction.atomic
def _keep(corridor: Corridor, learned: Learned, decisions: int, actor: str) -> Calibration:
    row = Calibration.objects.create(
        corridor=corridor,
        learned_at=clock.now(),
        learned_by=actor,
        content=learned.as_json(),
        decisions=decisions,
        shipments=learned.margin.shipments,
    )
    audit.note(
        "etrade.corridor-calibrated", actor=actor, subject=str(corridor), detail={"decisions": decisions}
    )
    return row


def _false_alarms(decided: list[Case]) -> dict[str, int]:
    counted = Counter((case.reason, case.state) for case in decided)
    return {
        reason: false_alarm_share(
            prior, counted[reason, CaseState.ACCEPTED], counted[reason, CaseState.DISMISSED]
        )
        for reason, prior in FALSE_ALARMS.items()
    }


def _review(corridor: Corridor, decided: list[Case], learned: Learned) -> dict[int, int]:
    """Thresholds of links to look at, from the engine's own: they may fall again as well as rise."""
    apart = set(
        Decision.objects.filter(
            case__in=decided, step=Step.DISMISSED, code=Ground.OTHER_SHIPMENT
        ).values_list("case_id", flat=True)
    )
    passes = {
        (link.export_key, link.import_key): link.found_by for link in corridor.links.filter(accepted=False)
    }
    by_pass: dict[int, list[tuple[int, bool]]] = {}
    for case in decided:
        found_by = passes.get((case.export_key, case.import_key))
        if found_by is not None and case.score is not None:
            by_pass.setdefault(found_by, []).append((case.score, case.pk not in apart))
    return {
        number: review_threshold(given, learned.accept[number], by_pass.get(number, ()))
        for number, given in REVIEW.items()
    }
