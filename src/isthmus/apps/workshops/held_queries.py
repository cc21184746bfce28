"""What took place at a workshop, for programs: its agenda, who was there, what people thought of it."""

from collections import Counter

from isthmus.apps.workshops.agenda.queries import entries_in, last_version
from isthmus.apps.workshops.attendance.queries import accepted_of, by_day, presence_of
from isthmus.apps.workshops.evaluation.models import Evaluation
from isthmus.apps.workshops.evaluation.queries import Result, results_of
from isthmus.apps.workshops.evaluation.rules.groups import Told
from isthmus.apps.workshops.programme.models import Workshop
from isthmus.apps.workshops.told_queries import Facts


def agenda(row: Workshop) -> Facts:
    """The agenda as it was published last; version 0 and no entry before that."""
    version = last_version(row)
    return {
        "time_zone": row.time_zone,
        "version": 0 if version is None else version.number,
        "published_at": None if version is None else version.at,
        "entries": [
            {
                **one.as_json(),
                "starts": one.starts or None,
                "ends": one.ends or None,
                "changed": one.changed or None,
            }
            for one in entries_in(version)
        ],
    }


def attendance(row: Workshop) -> Facts:
    """How many were accepted and how many came: in all, on each day, and by country. Nobody is named."""
    present = presence_of(row)
    countries = Counter(one.nominee.invitation.country for one in present)
    return {
        "accepted": len(accepted_of(row)),
        "present": len(present),
        "days": [{"on": day, "present": number} for day, number in by_day(row)],
        "countries": [{"country": code, "present": number} for code, number in sorted(countries.items())],
    }


def _answers(group: str, found: Told) -> Facts:
    return {"group": group, "answers": found.number, "counts": list(found.counts), "mean": str(found.mean)}


def _question(one: Result) -> Facts:
    groups = [_answers("all", one.whole)] if one.whole is not None else []
    return {
        "question": one.question,
        "groups": groups + [_answers(name, found) for name, found in one.groups],
        "texts": list(one.texts),
    }


def evaluation(row: Workshop) -> Facts:
    """What people thought of it, once the evaluation is closed, as far as five or more said so."""
    found = Evaluation.objects.filter(workshop=row).first()
    return {
        "state": "none" if found is None else "open" if found.closed_at is None else "closed",
        "closed_at": None if found is None else found.closed_at,
        "answers": 0 if found is None else found.sheets.count(),
        "questions": [] if found is None else [_question(one) for one in results_of(found)],
    }
