"""The audit events, for those who may read them."""

import json

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from isthmus.accounts.forms import EventFilter
from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.models import AuditEvent
from isthmus.accounts.policy import visible
from isthmus.accounts.wording import words_for
from isthmus.ui.components import Empty, SavedView, State
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _detail(event: AuditEvent) -> str:
    """The members as ``role: officer; organisation: customs``."""
    members = event.detail if isinstance(event.detail, dict) else {}
    return "; ".join(f"{name}: {_said(value)}" for name, value in sorted(members.items()))


def _seal(event: AuditEvent) -> State:
    if event.leaf is None:
        return State("wait", gettext_lazy("Not yet in the log"))
    return State("ok", gettext_lazy("In the log"))


_COLUMNS: tuple[Column[AuditEvent], ...] = (
    Column("occurred", gettext_lazy("When"), "occurred", kind="date", sort="occurred"),
    Column("what", gettext_lazy("What"), lambda event: words_for(event.kind)),
    Column("actor", gettext_lazy("Who"), "actor"),
    Column("subject", gettext_lazy("About"), "subject"),
    Column("kind", gettext_lazy("Kind"), "kind", sort=("kind", "occurred")),
    Column("detail", gettext_lazy("Detail"), _detail),
    Column("seal", gettext_lazy("Seal"), _seal, kind="state"),
)


@require_GET
@authorised("accounts.audit.view")
def events(request: ActorRequest) -> HttpResponseBase:
    """What people and programs did here, and what was refused to them."""
    page = ListPage(
        request,
        visible(request.actor, "accounts.audit.view", AuditEvent.objects.all()),
        _COLUMNS,
        name="events",
        filters=EventFilter,
        default_sort="-occurred",
        views=(
            SavedView(_("Everything")),
            SavedView(_("Refused"), "kind=access.refused"),
            SavedView(_("Failed sign-ins"), "kind=accounts.sign-in.failed"),
            SavedView(_("Roles"), "kind=accounts.role"),
        ),
        empty=Empty(_("Nothing has happened yet"), _("Sign-ins, changes of roles and refusals come here.")),
    )
    lead = _("What people and programs did on this node, and what was refused to them. Nobody can change it.")
    return page.respond(_("Events"), context={"lead": lead})
