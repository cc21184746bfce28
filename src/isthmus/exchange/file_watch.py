"""The look at files that records name and that are not here: lost ones, and those that never came."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from isthmus.exchange.services.alarms import clear_alarm, raise_alarm
from isthmus.exchange.services.attachments import leaving
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.trust.models import Partner, PartnerState

MISSING = "exchange.files-missing"


def watch(_progress: Progress) -> dict[str, object]:
    """Raise an alarm for each partner whose files are missing for longer than ISTHMUS_ALARM_HOURS."""
    limit = clock.now() - timedelta(hours=settings.ISTHMUS.alarm_hours)
    raised = 0
    for partner in Partner.objects.exclude(state=PartnerState.PENDING):
        count, since = leaving.missing_since(partner)
        if since is None or since > limit:
            clear_alarm(MISSING, partner.node_id, actor="node")
            continue
        raised += 1
        raise_alarm(
            MISSING,
            partner.node_id,
            _("%(count)d files that records exchanged with %(name)s name are not here, one since %(since)s.")
            % {"count": count, "name": partner.name, "since": clock.to_text(since)},
            next_step=_("Carry a bundle to the partner and one back, or ask it to keep the files again."),
        )
    return {"alarms": raised}
