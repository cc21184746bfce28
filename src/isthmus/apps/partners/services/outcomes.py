"""What became of introductions: asked after 6 and 12 months, told by this node's side."""

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.partners.models import Introduction, Outcome
from isthmus.apps.partners.rules.lasting import ASKED_AFTER_MONTHS, due_at
from isthmus.apps.partners.services.faults import bad
from isthmus.jobs.progress import Progress
from isthmus.kit import clock

ACCEPTED = (Introduction.State.AGREED, Introduction.State.OPEN)


def ask_all(progress: Progress) -> dict[str, int]:
    """Job: ask what became of introductions that were agreed 6 and 12 months ago; each once."""
    now, asked = clock.now(), 0
    for months in ASKED_AFTER_MONTHS:
        rows = Introduction.objects.filter(state__in=ACCEPTED, answered_at__isnull=False)
        for row in rows.exclude(outcomes__months=months).order_by("pk").iterator():
            assert row.answered_at is not None, "the query says so"
            if due_at(row.answered_at, months) <= now:
                Outcome.objects.get_or_create(introduction=row, months=months, defaults={"asked_at": now})
                asked += 1
                progress.step(asked, None)
    return {"asked": asked}


@transaction.atomic
def tell(outcome: Outcome, says: str, note: str, *, actor: str) -> Outcome:
    """Tell what became of it; a later answer replaces an earlier one."""
    row = Outcome.objects.select_for_update().get(pk=outcome.pk)
    if says not in Outcome.Says.values:
        raise bad("says", _("Choose what became of it."))
    row.says, row.note, row.answered_at, row.by = says, note, clock.now(), actor
    row.save(update_fields=["says", "note", "answered_at", "by"])
    audit.note(
        "partners.outcome-told",
        actor=actor,
        subject=row.introduction.reference,
        detail={"months": row.months, "says": says},
    )
    return row
