"""Pages of the desk: badges, a page for telephones, sheets of paper, and lists that were kept offline."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import visible
from isthmus.apps.workshops.agenda.queries import sessions_of, zone_of
from isthmus.apps.workshops.attendance import queries, services
from isthmus.apps.workshops.attendance.formats import badges as badge_paper
from isthmus.apps.workshops.attendance.formats.lists import read_list
from isthmus.apps.workshops.attendance.forms import DeskForm, ListForm
from isthmus.apps.workshops.attendance.models import Badge
from isthmus.apps.workshops.programme.forms import add_faults
from isthmus.apps.workshops.programme.house import KEEP, VIEW
from isthmus.apps.workshops.programme.models import Session, Workshop
from isthmus.apps.workshops.programme.views.workshop import find, kept, way
from isthmus.kit import base32, clock
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.formats import country_name
from isthmus.ui.papers import files as papers
from isthmus.ui.papers.paper import Paper, PaperTable, Section

_MOST_LIST_BYTES = 2 * 1024 * 1024


def _running(sessions: list[Session]) -> Session | None:
    now = clock.now()
    return next(
        (one for one in sessions if one.starts_at and one.ends_at and one.starts_at <= now < one.ends_at),
        None,
    )


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def desk(request: ActorRequest, number: str) -> HttpResponse:
    """Mark who is here, by the code on the badge."""
    row = kept(request, number)
    sessions = [one for one in sessions_of(row) if one.cancelled_at is None]
    running, today = _running(sessions), clock.now().astimezone(zone_of(row)).date()
    initial = {
        "code": request.GET.get("code", "")[:20],
        "on": min(max(today, row.starts), row.ends),
        "session": running.pk if running else "",
    }
    form = DeskForm(request.POST or None, sessions=sessions, initial=initial)
    said = None
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        session = next((one for one in sessions if one.pk == told["session"]), None)
        try:
            person, new = services.mark(row, told["code"], session, told["on"], actor=request.actor.label)
            said = (_("%(name)s is noted as present.") if new else _("%(name)s was noted already.")) % {
                "name": person.name
            }
            form = DeskForm(sessions=sessions, initial={**told, "code": ""})
        except BadInput as error:
            add_faults(form, error, "code")
    context = {
        "title": _("Who is here"),
        "lead": _("Scan a badge with the telephone, or type its ten signs."),
        "crumbs": way(row),
        "workshop": row,
        "form": form,
        "said": said,
        "present": len(queries.presence_of(row)),
    }
    return render(request, "workshops/desk.html", context)


@require_GET
@authorised(KEEP)
def scanned(request: ActorRequest, code: str) -> HttpResponse:
    """The address on a badge, which a telephone's camera opens: the desk, with the code filled in."""
    rows = visible(request.actor, KEEP, Badge.objects.select_related("nominee__invitation__workshop"))
    row = rows.filter(code=base32.tidied(code)).first()
    if row is None:
        raise NotFound("workshops.no-badge", _("There is no such badge."))
    number = row.nominee.invitation.workshop.number
    return redirect(f"{reverse('workshops:desk', args=[number])}?code={row.code}")


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name.lower()}"'
    return answer


@require_POST
@authorised(KEEP)
def badges(request: ActorRequest, number: str) -> HttpResponse:
    """Make the badges that are missing, and print all."""
    row = kept(request, number)
    services.make_badges(row, actor=request.actor.label)
    people = [
        {
            "name": one.nominee.name,
            "country": country_name(one.nominee.invitation.country),
            "employer": one.nominee.employer,
            "code": base32.grouped(one.code),
            "address": queries.address_of(one),
        }
        for one in queries.badges_of(row)
    ]
    if not people:
        raise NotFound("workshops.nobody", _("Nobody is accepted for this workshop yet."))
    language = (get_language() or "en").partition("-")[0]
    return _file(badge_paper.badges(row.title, people, language), f"badges-{number}.pdf")


def sheet_paper(workshop: Workshop, language: str) -> Paper:
    """A sheet to sign, a column for each day; what is signed is entered afterwards."""
    days = [
        workshop.starts.fromordinal(day)
        for day in range(workshop.starts.toordinal(), workshop.ends.toordinal() + 1)
    ]
    heads = (_("Name"), _("Country"), *(f"{day:%d.%m.}" for day in days[:7]))
    people = queries.accepted_of(workshop)
    rows = tuple(
        (one.name, one.invitation.country, *("\N{NO-BREAK SPACE}\n\N{NO-BREAK SPACE}" for _day in days[:7]))
        for one in people
    )
    share = max(6, 50 // len(heads[2:]))
    shares = (38, 12, *(share for _day in days[:7]))
    tables = (PaperTable(heads, rows, shares=shares),) if rows else ()
    facts = (
        (_("Place"), workshop.place),
        (_("Days"), f"{workshop.starts:%d.%m.%Y}\N{EN DASH}{workshop.ends:%d.%m.%Y}"),
    )
    return Paper(
        title=_("Attendance sheet"),
        subtitle=workshop.title,
        language=language,
        facts=facts,
        sections=(Section(_("Please sign on each day"), (), tables),),
        sources_heading="",
        sources_text="",
        sources=(),
        is_rtl=get_language_bidi(),
    )


@require_GET
@authorised(VIEW)
def sheet(request: ActorRequest, number: str) -> HttpResponse:
    """The sheet of paper for those who have no telephone at hand."""
    row = find(request, number)
    return _file(papers.pdf(sheet_paper(row, get_language() or "en")), f"attendance-{number}.pdf")


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def lists(request: ActorRequest, number: str) -> HttpResponse:
    """Add a list that a desk kept without a network."""
    row = kept(request, number)
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            if file.size > _MOST_LIST_BYTES:
                raise BadInput("workshops.list", _("The list is larger than 2 MiB."))
            new = services.merge(row, read_list(file.read()), actor=request.actor.label)
            said = ngettext("%(new)d new mark.", "%(new)d new marks.", new) % {"new": new}
            messages.success(request, said)
            return redirect("workshops:desk", number)
        except BadInput as error:
            form.add_error("file", str(error))
    context = {
        "title": _("Add a list"),
        "lead": _("For a desk that had no network: its marks are added to what is known."),
        "crumbs": way(row),
        "form": form,
        "cancel_url": reverse("workshops:desk", args=[number]),
    }
    return render(request, "ui/form.html", context)
