"""Pages of an agenda: its sessions, what changed, versions, materials, the calendar and the programme."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, visible
from isthmus.apps.workshops.agenda import queries, services
from isthmus.apps.workshops.agenda.formats.calendar import calendar
from isthmus.apps.workshops.agenda.forms import MaterialForm, PlaceForm, ZoneForm, initial_of
from isthmus.apps.workshops.agenda.models import AgendaVersion, Material
from isthmus.apps.workshops.agenda.rules.versions import Change, differences, published
from isthmus.apps.workshops.agenda.wording import change_lines, change_state, programme_paper, state_of, when
from isthmus.apps.workshops.programme.forms import add_faults, joined
from isthmus.apps.workshops.programme.house import KEEP, VIEW
from isthmus.apps.workshops.programme.models import Session, Workshop
from isthmus.apps.workshops.programme.views.workshop import find, kept, way
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Amount, Fact, Link
from isthmus.ui.papers import files as papers
from isthmus.ui.table import Column, tabulate

_MATERIALS: tuple[Column[Material], ...] = (
    Column(
        "title",
        gettext_lazy("Title"),
        "title",
        "link",
        url=lambda row: reverse("workshops:material", args=[row.pk, "file"]),
    ),
    Column("licence", gettext_lazy("Licence"), lambda row: row.get_licence_display()),
    Column("size", gettext_lazy("Size"), lambda row: Amount(-(-row.size // 1024), "kB")),
    Column(
        "small",
        gettext_lazy("Small copy"),
        lambda row: _("Open the small copy") if row.small else None,
        "link",
        url=lambda row: reverse("workshops:material", args=[row.pk, "small"]) if row.small else "",
    ),
    Column("sha256", gettext_lazy("SHA-256"), lambda row: row.sha256[:16]),
)
_VERSIONS: tuple[Column[AgendaVersion], ...] = (
    Column(
        "number",
        gettext_lazy("Version"),
        "number",
        "link",
        url=lambda row: reverse("workshops:agenda-version", args=[row.workshop.number, row.number]),
    ),
    Column("at", gettext_lazy("Published"), "at", "date"),
    Column("by", gettext_lazy("Who"), "by"),
)


def _sessions(workshop: Workshop, *, may: bool) -> tuple[Column[Session], ...]:
    zone = queries.zone_of(workshop)
    title: Column[Session] = Column("title", _("Title"), "title")
    if may:
        title = Column(
            "title", _("Title"), "title", "link", url=lambda row: reverse("workshops:session", args=[row.pk])
        )
    return (
        Column("when", _("When"), lambda row: when(row.starts_at, row.ends_at, zone) or None),
        title,
        Column("kind", _("Kind"), lambda row: row.get_kind_display()),
        Column("speakers", _("Speakers"), lambda row: queries.speakers_of(row) or None),
        Column("room", _("Room"), lambda row: row.room or None),
        Column("state", _("State"), state_of, "state"),
    )


def _changes(workshop: Workshop, changes: tuple[Change, ...]) -> object:
    zone = queries.zone_of(workshop)
    columns: tuple[Column[Change], ...] = (
        Column("title", _("Title"), "title"),
        Column("what", _("What"), change_state, "state"),
        Column("fields", _("Before and now"), lambda one: change_lines(one, zone) or None),
    )
    return tabulate(columns, changes) if changes else None


@require_GET
@authorised(VIEW)
def agenda(request: ActorRequest, number: str) -> HttpResponse:
    """The agenda as it stands, what is not yet published, versions and materials."""
    row = find(request, number)
    last = queries.last_version(row)
    before = queries.entries_in(last)
    changes = differences(before, published(before, queries.entries_of(row), ""))
    sessions = queries.sessions_of(row)
    may = row.programme.closed_at is None and can(request.actor, KEEP, row)
    versions = list(row.agenda_versions.select_related("workshop").order_by("-number"))
    materials = list(row.materials.order_by("title", "pk").defer("content"))
    feed = (
        f"{settings.ISTHMUS.url.rstrip('/')}{reverse('agenda-feed', args=[row.feed_key])}"
        if row.feed_key
        else ""
    )
    context = {
        "title": _("Agenda"),
        "lead": _("People see the last version that was published; their calendars follow it."),
        "crumbs": way(row),
        "workshop": row,
        "facts": (
            Fact(
                _("Time zone of the place"),
                row.time_zone,
                change_url=reverse("workshops:agenda-zone", args=[number]) if may else "",
            ),
            *(
                (Fact(_("Published version"), last.number), Fact(_("Address for calendars"), feed))
                if last
                else ()
            ),
        ),
        "sessions": tabulate(_sessions(row, may=may), sessions) if sessions else None,
        "changes": _changes(row, changes),
        "versions": tabulate(_VERSIONS, versions) if versions else None,
        "materials": tabulate(_MATERIALS, materials) if materials else None,
        "may_keep": may,
        "may_publish": may and bool(changes),
    }
    return render(request, "workshops/agenda.html", context)


@require_GET
@authorised(VIEW)
def version(request: ActorRequest, number: str, version: int) -> HttpResponse:
    """What a version changed of the one before it."""
    row = find(request, number)
    found = {one.number: one for one in row.agenda_versions.filter(number__in=(version, version - 1))}
    if version not in found:
        raise NotFound("workshops.no-version", _("There is no such version."))
    changes = differences(queries.entries_in(found.get(version - 1)), queries.entries_in(found[version]))
    context = {
        "title": _("Version %(number)d of the agenda") % {"number": version},
        "lead": _("What changed since the version before."),
        "crumbs": (*way(row), Link(_("Agenda"), reverse("workshops:agenda", args=[number]))),
        "facts": (Fact(_("Published"), found[version].at), Fact(_("Who"), found[version].by)),
        "changes": _changes(row, changes),
    }
    return render(request, "workshops/agenda_version.html", context)


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def session(request: ActorRequest, pk: int) -> HttpResponse:
    """Change a session, or call it off."""
    rows = visible(request.actor, KEEP, Session.objects.select_related("workshop__programme__organisation"))
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound("workshops.no-session", _("There is no such session."))
    zone, back = queries.zone_of(row.workshop), reverse("workshops:agenda", args=[row.workshop.number])
    form = PlaceForm(request.POST or None, initial=initial_of(row, zone))
    if request.method == "POST" and "off" in request.POST:
        services.call_off(row, actor=request.actor.label)
        return redirect(back)
    if request.method == "POST" and form.is_valid():
        try:
            services.place(row, form.placed(zone), actor=request.actor.label)
            return redirect(back)
        except BadInput as error:
            add_faults(form, error, "title")
    context = {
        "title": row.title,
        "lead": _("People see a change once the agenda is published again."),
        "crumbs": (*way(row.workshop), Link(_("Agenda"), back)),
        "form": form,
        "cancelled": row.cancelled_at is not None,
        "cancel_url": back,
    }
    return render(request, "workshops/session.html", context)


@require_POST
@authorised(KEEP)
def publish(request: ActorRequest, number: str) -> HttpResponse:
    """Publish the agenda as it stands."""
    services.publish_agenda(kept(request, number), actor=request.actor.label)
    return redirect("workshops:agenda", number)


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def zone(request: ActorRequest, number: str) -> HttpResponse:
    """Set the time zone of the place."""
    row, back = kept(request, number), reverse("workshops:agenda", args=[number])
    form = ZoneForm(request.POST or None, initial={"time_zone": row.time_zone})
    if request.method == "POST" and form.is_valid():
        try:
            services.set_zone(row, form.cleaned_data["time_zone"].strip(), actor=request.actor.label)
            return redirect(back)
        except BadInput as error:
            add_faults(form, error, "time_zone")
    context = {"title": _("Time zone of the place"), "crumbs": way(row), "form": form, "cancel_url": back}
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def material_new(request: ActorRequest, number: str) -> HttpResponse:
    """Add a file for the participants."""
    row, back = kept(request, number), reverse("workshops:agenda", args=[number])
    sessions = queries.sessions_of(row)
    form = MaterialForm(request.POST or None, request.FILES or None, sessions=sessions)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        of = next((one for one in sessions if one.pk == told["session"]), None)
        try:
            services.add_material(
                row,
                told["file"],
                title=joined(told["title"]),
                licence=told["licence"],
                session=of,
                actor=request.actor.label,
            )
            return redirect(back)
        except BadInput as error:
            add_faults(form, error, "file")
    context = {
        "title": _("Add material"),
        "lead": _("At most 10 MiB. A picture gets a small copy for people on mobile data."),
        "crumbs": way(row),
        "form": form,
        "cancel_url": back,
    }
    return render(request, "ui/form.html", context)


@require_GET
@authorised(VIEW)
def material(request: ActorRequest, pk: int, which: str) -> HttpResponse:
    """A file, or the small copy of a picture."""
    row = visible(request.actor, VIEW, Material.objects.all()).filter(pk=pk).first()
    if row is None or which not in {"file", "small"} or (which == "small" and not row.small):
        raise NotFound("workshops.no-material", _("There is no such file."))
    small = which == "small"
    content, kind = (row.small, "image/jpeg") if small else (row.content, "application/octet-stream")
    answer = HttpResponse(bytes(content), content_type=kind)
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{row.sha256[:12]}{".jpg" if small else ""}"'
    )
    if not small:
        # The name that was given, in whatever script (RFC 6266).
        from django.utils.http import content_disposition_header

        answer.headers["Content-Disposition"] = (
            content_disposition_header(as_attachment=True, filename=row.name) or ""
        )
    return answer


@require_GET
@authorised(VIEW)
def programme_file(request: ActorRequest, number: str) -> HttpResponse:
    """The published programme on paper, in the reader's language."""
    row = find(request, number)
    last = queries.last_version(row)
    if last is None:
        raise NotFound("workshops.no-agenda", _("No agenda is published yet."))
    language = get_language() or "en"
    made = programme_paper(row, queries.entries_in(last), last.number, language)
    answer = HttpResponse(papers.pdf(made), content_type="application/pdf")
    name = f"programme-{row.number}-{last.number}-{language}.pdf".lower()
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_GET
def feed(_request: HttpRequest, key: str) -> HttpResponse:
    """The published agenda for calendars; whoever has the address sees it."""
    row = Workshop.objects.filter(feed_key=key).exclude(feed_key="").first()
    if row is None:
        raise NotFound("workshops.no-feed", _("There is no such calendar."))
    entries = queries.entries_in(queries.last_version(row))
    content = calendar(row.title, row.place, row.time_zone, entries)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")
