"""Pages of embassies: the list, one with its versions and a sample, a new one, a new version."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, require
from isthmus.apps.workshops.embassies import queries, services
from isthmus.apps.workshops.embassies.forms import EmbassyForm, WordingForm, initial
from isthmus.apps.workshops.embassies.models import Embassy, EmbassyTemplate
from isthmus.apps.workshops.embassies.rules.texts import PLACEHOLDERS, Wording
from isthmus.apps.workshops.embassies.wording import NAMES, languages, shipped
from isthmus.apps.workshops.programme.house import KEEP, VIEW
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Empty, Fact, Link, State
from isthmus.ui.formats import country_name
from isthmus.ui.lists import ListPage
from isthmus.ui.papers import files as papers
from isthmus.ui.papers.paper import Paper
from isthmus.ui.table import Column, tabulate


def _now(row: Embassy) -> EmbassyTemplate | None:
    return queries.used(row, clock.now().date())


def _state(row: Embassy) -> State:
    if _now(row) is not None:
        return State("ok", _("In use"))
    waits = any(one.is_used and one.starts > clock.now().date() for one in row.versions.all())
    return State("wait", _("From a later day on")) if waits else State("off", _("Not in use"))


def _language(version: EmbassyTemplate | None) -> str | None:
    return None if version is None else dict(languages())[version.language]


_COLUMNS: tuple[Column[Embassy], ...] = (
    Column(
        "name",
        gettext_lazy("Embassy or consulate"),
        "name",
        "link",
        sort="name",
        url=lambda row: reverse("workshops:embassy", args=[row.pk]),
    ),
    Column("city", gettext_lazy("City"), "city", sort="city"),
    Column("country", gettext_lazy("For people of"), lambda row: country_name(row.country), sort="country"),
    Column("state", gettext_lazy("State"), _state, "state"),
    Column("language", gettext_lazy("Language"), lambda row: _language(_now(row))),
)
_VERSIONS: tuple[Column[EmbassyTemplate], ...] = (
    Column(
        "version",
        gettext_lazy("Version"),
        lambda row: str(row.version),
        "link",
        url=lambda row: f"{reverse('workshops:embassy', args=[row.embassy_id])}?version={row.version}",
    ),
    Column("starts", gettext_lazy("In force from"), "starts", "date"),
    Column("is_used", gettext_lazy("Says"), lambda row: _("Letters") if row.is_used else _("No letters")),
    Column("language", gettext_lazy("Language"), _language),
    Column("by", gettext_lazy("Written by"), "by"),
    Column("at", gettext_lazy("Written on"), "at", "date"),
)


def _find(request: ActorRequest, pk: int) -> Embassy:
    row = queries.embassies_for(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("workshops.no-embassy", _("There is no such embassy."))
    return row


def _own(request: ActorRequest, pk: int) -> Embassy:
    row = _find(request, pk)
    require(request.actor, KEEP, row)
    return row


def _version(row: Embassy, number: str) -> EmbassyTemplate:
    """The version that is asked for; without a number the one in force, else the last."""
    every = sorted(row.versions.all(), key=lambda one: one.version)
    if not number:
        return _now(row) or every[-1]
    found = next((one for one in every if str(one.version) == number), None)
    if found is None:
        raise NotFound("workshops.no-version", _("There is no such version."))
    return found


def _way(row: Embassy | None = None) -> tuple[Link, ...]:
    top = Link(_("Embassies"), reverse("workshops:embassies"))
    return (top,) if row is None else (top, Link(row.name, reverse("workshops:embassy", args=[row.pk])))


def _samples(wording: Wording, country: str, sender: str) -> list[Paper]:
    return [queries.sample(wording, kind, country=country, sender=sender) for kind in queries.KINDS]


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """The embassies for which this node keeps letters."""
    page = ListPage(
        request,
        queries.embassies_for(request.actor),
        _COLUMNS,
        name="workshops-embassies",
        default_sort="country",
        empty=Empty(
            _("No embassy is kept here"),
            _("Letters for a visa are made in the usual wording. Add an embassy that wants another."),
        ),
    )
    context = {
        "lead": _("What each embassy wants to read in letters of invitation and for a visa."),
        "may_add": can(request.actor, KEEP),
    }
    return page.respond(_("Embassies"), template="workshops/embassies.html", context=context)


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One embassy: what is in force, its versions, and a sample of one of them."""
    row = _find(request, pk)
    shown = _version(row, request.GET.get("version", ""))
    now = _now(row)
    facts = (
        Fact(_("State"), _state(row)),
        Fact(_("City"), row.city),
        Fact(_("For people of"), country_name(row.country)),
        Fact(_("Kept by"), row.organisation.name),
        Fact(_("Version in force"), str(now.version) if now else None),
        Fact(_("Language"), _language(now)),
    )
    versions = sorted(row.versions.all(), key=lambda one: -one.version)
    context = {
        "title": row.name,
        "lead": _("Letters for this embassy are made of the version in force. Versions never change."),
        "crumbs": _way(),
        "embassy": row,
        "facts": tuple(fact for fact in facts if fact.value is not None),
        "versions": tabulate(_VERSIONS, versions, _("Versions")),
        "shown": shown,
        "samples": _samples(shown.wording, row.country, row.organisation.name),
        "may_keep": can(request.actor, KEEP, row),
        "may_stop": versions[0].is_used,
    }
    return render(request, "workshops/embassy.html", context)


@require_GET
@authorised(VIEW)
def sample(request: ActorRequest, pk: int, version: int, kind: str) -> HttpResponse:
    """A letter about an invented person as PDF."""
    row = _find(request, pk)
    if kind not in queries.KINDS:
        raise NotFound("workshops.no-letter", _("There is no such letter."))
    wording = _version(row, str(version)).wording
    paper = queries.sample(wording, kind, country=row.country, sender=row.organisation.name)
    answer = HttpResponse(papers.made(paper, "pdf"), content_type=papers.KINDS["pdf"])
    answer["Content-Disposition"] = f'attachment; filename="sample-{kind}-{pk}-{version}.pdf"'
    return answer


def _context(form: WordingForm, back: str, samples: list[Paper]) -> dict[str, object]:
    return {
        "form": form,
        "placeholders": [(f"{{{name}}}", NAMES[name]) for name in PLACEHOLDERS],
        "samples": samples,
        "cancel_url": back,
    }


def _add_faults(form: WordingForm, error: BadInput) -> None:
    for fault in error.faults:
        form.add_error(fault.where if fault.where in form.fields else "addressee", fault.message)


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def add(request: ActorRequest) -> HttpResponse:
    """Add an embassy, beginning with the usual wording; or look at a sample of it first."""
    code = request.GET.get("language", "")
    begin = shipped(code if code in dict(languages()) else "en")
    form = EmbassyForm(
        request.POST or None,
        organisations=request.actor.organisation_ids,
        initial=initial(begin, clock.now().date()),
    )
    samples: list[Paper] = []
    if request.method == "POST" and form.is_valid():
        try:
            wording = services.checked(form.wording)
            if "preview" in request.POST:
                samples = _samples(wording, form.place.country, form.holder.name)
            else:
                row = services.add_embassy(
                    form.holder, form.place, wording, form.first_day, actor=request.actor.label
                )
                return redirect("workshops:embassy", row.pk)
        except BadInput as error:
            _add_faults(form, error)
    context = {
        "title": _("Add an embassy"),
        "lead": _("Its letters begin with the usual wording; change what the embassy wants otherwise."),
        "crumbs": _way(),
        "usual": languages(),
        **_context(form, reverse("workshops:embassies"), samples),
    }
    return render(request, "workshops/embassy_form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def change(request: ActorRequest, pk: int) -> HttpResponse:
    """Write a new version of an embassy's letters; or look at a sample of it first."""
    row = _own(request, pk)
    last = max(row.versions.all(), key=lambda one: one.version)
    form = WordingForm(request.POST or None, initial=initial(last.wording, clock.now().date()))
    samples: list[Paper] = []
    if request.method == "POST" and form.is_valid():
        try:
            wording = services.checked(form.wording)
            if "preview" in request.POST:
                samples = _samples(wording, row.country, row.organisation.name)
            else:
                services.change(row, wording, form.first_day, actor=request.actor.label)
                return redirect("workshops:embassy", pk)
        except BadInput as error:
            _add_faults(form, error)
    context = {
        "title": _("Change the letters"),
        "lead": _("This makes a new version. Letters that were made before stay explained by theirs."),
        "crumbs": _way(row),
        **_context(form, reverse("workshops:embassy", args=[pk]), samples),
    }
    return render(request, "workshops/embassy_form.html", context)


@require_POST
@authorised(KEEP)
def stop(request: ActorRequest, pk: int) -> HttpResponse:
    """Make no more letters for an embassy."""
    services.stop(_own(request, pk), actor=request.actor.label)
    return redirect("workshops:embassy", pk)
