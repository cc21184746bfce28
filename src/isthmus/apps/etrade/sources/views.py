"""Pages of sources: their state, adding one, running one now."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can
from isthmus.apps.etrade.models import Source, Target
from isthmus.apps.etrade.services.sources import RUN, add_source, set_enabled
from isthmus.apps.etrade.sources.forms import SourceForm
from isthmus.apps.etrade.targets.queries import troubles
from isthmus.jobs import services as jobs
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Empty, Fact, Link, State
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column

VIEW = "etrade.source.view"
MANAGE = "etrade.source.manage"


def state_of(row: Source | Target) -> State:
    """How a source or a target does, in a word."""
    if not row.enabled:
        return State("off", _("Stopped"))
    if row.last_error:
        return State("bad", _("Fails"))
    return State("ok", _("Runs")) if row.last_good_run else State("wait", _("Not run yet"))


_COLUMNS: tuple[Column[Source], ...] = (
    Column(
        "name",
        gettext_lazy("Source"),
        "name",
        kind="link",
        sort="name",
        url=lambda row: reverse("etrade:source", args=[row.pk]),
    ),
    Column("kind", gettext_lazy("Kind"), lambda row: row.get_kind_display()),
    Column("state", gettext_lazy("State"), state_of, kind="state"),
    Column("taken", gettext_lazy("Documents"), "taken", kind="number", sort="taken"),
    Column("refused", gettext_lazy("Refused"), "refused", kind="number", sort="refused"),
    Column("run", gettext_lazy("Last run"), "last_run", kind="date", sort="last_run"),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Every source with its state."""
    page = ListPage(
        request,
        Source.objects.all(),
        _COLUMNS,
        name="sources",
        default_sort="name",
        empty=Empty(
            _("No sources yet"),
            _("A source is a folder, a database view or an address from which documents come by themselves."),
            Link(_("Add a source"), reverse("etrade:add-source")),
        ),
    )
    context = {
        "lead": _("Where documents of your own systems come from by themselves."),
        "may_manage": can(request.actor, MANAGE),
        "troubles": troubles(),
        "targets": Target.objects.count(),
    }
    return page.respond(_("Sources"), "etrade/sources.html", context)


@require_http_methods(["GET", "POST"])
@authorised(MANAGE)
def add(request: ActorRequest) -> HttpResponse:
    """Add a source; the worker runs it from then on."""
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            source = add_source(form.instance, actor=request.actor.label)
            return redirect("etrade:source", source.pk)
        except BadInput as error:
            form.add_error("address", str(error))
    context = {
        "title": _("Add a source"),
        "lead": _("A password or token belongs into a file of the source's name, in “sources/secrets”."),
        "crumbs": (Link(_("Sources"), reverse("etrade:sources")),),
        "form": form,
        "submit": _("Add the source"),
        "cancel_url": reverse("etrade:sources"),
    }
    return render(request, "ui/form.html", context)


def _find(pk: int) -> Source:
    row = Source.objects.select_related("organisation").filter(pk=pk).first()
    if row is None:
        raise NotFound("etrade.no-source", _("There is no such source."))
    return row


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One source: what it is, how it went, and the way to run or stop it."""
    row = _find(pk)
    facts = (
        Fact(_("State"), state_of(row)),
        Fact(_("Kind"), row.get_kind_display()),
        Fact(_("Address"), row.address),
        Fact(_("View"), row.view or None),
        Fact(_("Organisation"), row.organisation.name),
        Fact(_("Send to"), row.partner or None),
        Fact(_("Last run"), row.last_run),
        Fact(_("Last good run"), row.last_good_run),
        Fact(_("Read up to"), row.cursor or None),
        Fact(_("Documents"), row.taken),
        Fact(_("Refused"), row.refused),
    )
    context = {
        "title": row.name,
        "lead": row.last_error or _("Documents that come from here are read every few minutes."),
        "crumbs": (Link(_("Sources"), reverse("etrade:sources")),),
        "facts": facts,
        "source": row,
        "may_manage": can(request.actor, MANAGE),
    }
    return render(request, "etrade/source.html", context)


@require_POST
@authorised(MANAGE)
def act(request: ActorRequest, pk: int) -> HttpResponse:
    """Run a source now, stop it, or let it run again."""
    row = _find(pk)
    if request.POST.get("action") == "run":
        jobs.enqueue(RUN, {"source": row.pk}, unique_key=f"{RUN}:{row.pk}", actor=request.actor.label)
        messages.success(request, _("The worker fetches from %(name)s now.") % {"name": row.name})
    else:
        set_enabled(row, enabled=request.POST.get("action") == "start", actor=request.actor.label)
    return redirect("etrade:source", row.pk)
