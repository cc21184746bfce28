"""Reusable reads of cases: the queue, the thread with the partner, comparable pairs, what is in force."""

from decimal import Decimal

from django.db.models import Count, QuerySet

from isthmus.apps.etrade.cases.models import UNDECIDED, Case, Corridor
from isthmus.apps.etrade.models import Origin, Query
from isthmus.apps.etrade.reconciliation.rules.calibration import Calibration, from_json


def calibration_of(corridor: Corridor) -> Calibration:
    """The calibration in force: the newest that was learned, else the engine's defaults."""
    learned = corridor.calibrations.order_by("-id").first()
    return from_json(learned.content) if learned is not None else Calibration()


def waiting() -> QuerySet[Case]:
    """Cases that the last run found and nobody has decided, worst first."""
    return Case.objects.filter(found=True, state__in=UNDECIDED).order_by("-stake", "number")


def false_alarms_a_day() -> Decimal:
    """How many of the cases that a day brings are expected to be none, over all corridors.

    The share of false alarms of each reason, by the calibration in force, of what waits, spread over the days
    that the corridor's exports span.
    """
    found = Decimal()
    for corridor in Corridor.objects.filter(days__gt=0):
        shares = calibration_of(corridor).false_alarms
        waits = waiting().filter(corridor=corridor).order_by().values_list("reason").annotate(n=Count("pk"))
        alarms = sum(count * shares.get(reason, 0) for reason, count in waits)
        found += Decimal(alarms) / 1000 / corridor.days
    return found


def thread(case: Case) -> QuerySet[Query]:
    """What this node asked the partner about a case, oldest first."""
    asked = Query.objects.filter(origin=Origin.OWN, partner=case.corridor.partner, case=case.number)
    return asked.prefetch_related("answers", "sendings").order_by("id")
