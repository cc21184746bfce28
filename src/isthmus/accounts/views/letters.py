"""Letters by mail: to whom, about what, how far; and what a person decides where the worker cannot."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from isthmus.accounts import letter_services as services
from isthmus.accounts.forms import LetterFilter
from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.models import Letter
from isthmus.accounts.policy import can, visible
from isthmus.accounts.views.acts import carry_out, find
from isthmus.ui.components import Empty, Fact, Link, SavedView, State, StateKind
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column

VIEW = "accounts.letter.view"
DECIDE = "accounts.letter.decide"


_KINDS: dict[str, StateKind] = {Letter.State.SENT: "ok", Letter.State.LEFT: "off"}


def _way() -> str:
    """How mail leaves this node."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if folder:
        return _(
            "No mail server is set: letters become files in %(folder)s. ISTHMUS_MAIL_SERVER names a server."
        ) % {"folder": folder}
    return _("Letters leave through the mail server %(host)s, port %(port)s.") % {
        "host": settings.EMAIL_HOST,
        "port": settings.EMAIL_PORT,
    }


def standing(row: Letter) -> State:
    """How far a letter is; ``row`` is one of ``letter_services.letters``."""
    if services.in_doubt(row):
        return State("warn", _("In doubt"))
    if services.needs_person(row):
        return State("bad", _("Refused, not tried again"))
    if row.state == Letter.State.WAITING and row.reason:
        return State("warn", _("Refused, is tried again"))
    kind = _KINDS.get(row.state, "wait")
    return State(kind, row.get_state_display())


def _page_of(row: Letter) -> str:
    return reverse("accounts:letter", args=[row.pk])


def _to(row: Letter) -> str:
    if not row.address:
        return _("Forgotten after %(days)d days") % {"days": settings.ISTHMUS.mail_keep_days}
    return f"{row.name} <{row.address}>" if row.name else row.address


_COLUMNS: tuple[Column[Letter], ...] = (
    Column("made", gettext_lazy("Written"), "made_at", kind="date", sort="made_at"),
    Column("to", gettext_lazy("To"), _to, sort=("name", "address")),
    Column(
        "about",
        gettext_lazy("About"),
        lambda row: row.subject or row.key.partition(":")[0],
        kind="link",
        url=_page_of,
    ),
    Column("state", gettext_lazy("State"), standing, kind="state"),
    Column("reason", gettext_lazy("Why"), "reason"),
    Column("sent", gettext_lazy("Sent"), "sent_at", kind="date", sort="sent_at"),
)


@require_GET
@authorised(VIEW)
def letters(request: ActorRequest) -> HttpResponseBase:
    """All letters; none of what they said."""
    page = ListPage(
        request,
        visible(request.actor, VIEW, services.letters()),
        _COLUMNS,
        name="letters",
        filters=LetterFilter,
        default_sort="-made",
        views=(
            SavedView(_("All letters")),
            SavedView(_("Needs a person"), "state=person"),
            SavedView(_("Refused"), "state=refused"),
            SavedView(_("Sent"), "state=sent"),
        ),
        empty=Empty(
            _("No letter yet"),
            _("Decisions, invitations, reminders and digests that this node writes to people come here."),
        ),
    )
    lead = _(
        "What this node wrote to people, and what became of it. What a letter said is wiped once it left."
    )
    return page.respond(_("Letters by mail"), context={"lead": f"{lead} {_way()}"})


@require_GET
@authorised(VIEW)
def letter(request: ActorRequest, pk: int) -> HttpResponse:
    """One letter, and what can be decided about it."""
    row = find(visible(request.actor, VIEW, services.letters()), pk)
    facts = [
        Fact(_("To"), _to(row)),
        Fact(_("State"), standing(row)),
        Fact(_("Written"), row.made_at),
        *((Fact(_("Sent"), row.sent_at),) if row.sent_at else ()),
        *((Fact(_("What the mail server said"), row.reason),) if row.reason else ()),
        Fact(_("Occasion"), row.key),
    ]
    waits = services.needs_person(row)
    context = {
        "title": row.subject or _("A letter"),
        "crumbs": [Link(_("Letters by mail"), reverse("accounts:letters"))],
        "row": row,
        "facts_of_letter": facts,
        "doubtful": services.in_doubt(row),
        "waits": waits,
        "may_decide": waits and can(request.actor, DECIDE),
    }
    return render(request, "accounts/letter.html", context)


@require_POST
@authorised(DECIDE)
def again(request: ActorRequest, pk: int) -> HttpResponse:
    """Send a letter again."""
    row = find(services.letters(), pk)
    done = _("The worker sends the letter again.")
    return carry_out(
        request, lambda: services.send_again(row, actor=request.actor.label), done, _page_of(row)
    )


@require_POST
@authorised(DECIDE)
def leave(request: ActorRequest, pk: int) -> HttpResponse:
    """Leave a letter as it is."""
    row = find(services.letters(), pk)
    done = _("The letter is left as it is.")
    return carry_out(request, lambda: services.leave(row, actor=request.actor.label), done, _page_of(row))
