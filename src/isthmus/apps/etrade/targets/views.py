"""Pages of targets: their state, what could not be handed over and why, adding one, pushing now."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can
from isthmus.apps.etrade.registered_records import RECORD_TYPES
from isthmus.apps.etrade.sources.views import MANAGE, VIEW, state_of
from isthmus.apps.etrade.targets.forms import NewTargetForm
from isthmus.apps.etrade.targets.models import Push, PushState, Target
from isthmus.apps.etrade.targets.services import RUN, add_target, set_enabled, try_again, waiting
from isthmus.jobs import services as jobs
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Empty, Fact, Link, State
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column

_STATES = {PushState.PUSHED: "ok", PushState.AGAIN: "wait", PushState.REFUSED: "bad"}


_COLUMNS: tuple[Column[Target], ...] = (
    Column(
        "name",
        gettext_lazy("Target"),
        "name",
        kind="link",
        sort="name",
        url=lambda row: reverse("etrade:target", args=[row.pk]),
    ),
    Column("kind", gettext_lazy("Kind"), lambda row: row.get_kind_display()),
    Column("state", gettext_lazy("State"), state_of, kind="state"),
    Column("pushed", gettext_lazy("Handed over"), "pushed", kind="number", sort="pushed"),
    Column("person", gettext_lazy("Need a person"), "person", kind="number", sort="person"),
    Column("run", gettext_lazy("Last run"), "last_run", kind="date", sort="last_run"),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Every target with its state."""
    rows = Target.objects.annotate(
        pushed=Count("pushes", filter=Q(pushes__state=PushState.PUSHED)),
        person=Count("pushes", filter=Q(pushes__state=PushState.REFUSED)),
    )
    page = ListPage(
        request,
        rows,
        _COLUMNS,
        name="targets",
        default_sort="name",
        empty=Empty(
            _("No targets yet"),
            _("A target is a folder or an address to which goes, by itself, what partners sent."),
            Link(_("Add a target"), reverse("etrade:add-target")),
        ),
    )
    context = {
        "lead": _("Your own systems that are handed what partners sent."),
        "may_manage": can(request.actor, MANAGE),
    }
    return page.respond(_("Targets"), "etrade/targets.html", context)


@require_http_methods(["GET", "POST"])
@authorised(MANAGE)
def add(request: ActorRequest) -> HttpResponse:
    """Add a target; the worker pushes to it from then on."""
    form = NewTargetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            beginning = form.cleaned_data["from_the_beginning"]
            target = add_target(form.instance, actor=request.actor.label, from_the_beginning=beginning)
            return redirect("etrade:target", target.pk)
        except BadInput as error:
            form.add_error(_FIELDS.get(error.code, "address"), str(error))
    context = {
        "title": _("Add a target"),
        "lead": _("A token belongs into a file of the target's name, in “targets/secrets”."),
        "crumbs": (Link(_("Targets"), reverse("etrade:targets")),),
        "form": form,
        "submit": _("Add the target"),
        "cancel_url": reverse("etrade:targets"),
    }
    return render(request, "ui/form.html", context)


_FIELDS = {
    "etrade.target.types": "record_types",
    "etrade.target.form": "form",
    "etrade.target.mapping": "mapping",
}


def _find(pk: int) -> Target:
    row = Target.objects.select_related("organisation").filter(pk=pk).first()
    if row is None:
        raise NotFound("etrade.no-target", _("There is no such target."))
    return row


_PUSHES: tuple[Column[Push], ...] = (
    Column("subject", gettext_lazy("Number"), "subject", sort="subject"),
    Column("type", gettext_lazy("Kind"), lambda row: _title(row.record_type)),
    Column("partner", gettext_lazy("From"), "partner", sort="partner"),
    Column(
        "state",
        gettext_lazy("State"),
        lambda row: State(_STATES[PushState(row.state)], row.get_state_display()),  # type: ignore[arg-type]  # its kinds
        kind="state",
    ),
    Column("reason", gettext_lazy("Reason, and what to do"), "reason"),
    Column("at", gettext_lazy("When"), "at", kind="date", sort="at"),
)


def _title(key: str) -> str:
    return next((str(kind.title) for kind in RECORD_TYPES if kind.key == key), key)


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponseBase:
    """One target: what it is, how it goes, and each record with what became of it, trouble first."""
    row = _find(pk)
    stuck = row.pushes.filter(state=PushState.REFUSED).count()
    types = ", ".join(_title(key) for key in row.record_types)
    facts = (
        Fact(_("State"), state_of(row)),
        Fact(_("Kind"), row.get_kind_display()),
        Fact(_("Address"), row.address),
        Fact(_("What is handed over"), types),
        Fact(_("From"), row.partner or _("Every partner")),
        Fact(_("Written as"), row.get_form_display()),
        Fact(_("Mapping"), row.mapping or None),
        Fact(_("Organisation"), row.organisation.name),
        Fact(_("Last run"), row.last_run),
        Fact(_("Last good run"), row.last_good_run),
        Fact(_("Next try"), row.next_try),
        Fact(_("Waiting"), waiting(row).count()),
    )
    page = ListPage(
        request,
        row.pushes.all(),
        _PUSHES,
        name=f"target-{row.name}",
        default_sort="-at",
        empty=Empty(
            _("Nothing was handed over yet"),
            _("What partners send from now on is handed over within a minute or two."),
        ),
    )
    problem = ngettext(
        "%(count)d record needs a person: its reason is below.",
        "%(count)d records need a person: their reasons are below.",
        stuck,
    ) % {"count": stuck}
    context = {
        "lead": row.last_error or (problem if stuck else _("What partners sent goes here by itself.")),
        "crumbs": (
            Link(_("Sources"), reverse("etrade:sources")),
            Link(_("Targets"), reverse("etrade:targets")),
        ),
        "facts": facts,
        "target": row,
        "stuck": stuck,
        "may_manage": can(request.actor, MANAGE),
    }
    return page.respond(row.name, "etrade/target.html", context)


@require_POST
@authorised(MANAGE)
def act(request: ActorRequest, pk: int) -> HttpResponse:
    """Push now, stop or let run, or try again what needed a person."""
    row, actor = _find(pk), request.actor.label
    action = request.POST.get("action")
    if action == "again":
        count = try_again(row, actor=actor)
        messages.success(
            request,
            ngettext("%(count)d record is tried again.", "%(count)d records are tried again.", count)
            % {"count": count},
        )
    if action in {"run", "again"}:
        jobs.enqueue(RUN, {"target": row.pk}, unique_key=f"{RUN}:{row.pk}", actor=actor)
    if action == "run":
        messages.success(request, _("The worker pushes to %(name)s now.") % {"name": row.name})
    elif action in {"start", "stop"}:
        set_enabled(row, enabled=action == "start", actor=actor)
    return redirect("etrade:target", row.pk)
