"""Private matching for officers: what was compared, what matches, and sending exactly that."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, visible
from isthmus.apps.etrade.matching.forms import AskMatchForm, SendHitsForm
from isthmus.apps.etrade.matching.models import MatchRound
from isthmus.apps.etrade.matching.queries import Hit, askable, hits_of
from isthmus.apps.etrade.matching.services import asking
from isthmus.apps.etrade.matching.wording import kinds_text, minimisation, standing
from isthmus.apps.etrade.models import Declaration, Direction, Origin
from isthmus.apps.etrade.queries.declarations import agreed_directions
from isthmus.apps.etrade.views.finding import found, organisations_for, partner_name, side_tile
from isthmus.kit.errors import BadInput, IsthmusError
from isthmus.ui.components import Empty, Fact, Link, State
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, Table, tabulate

VIEW = "etrade.match.view"
ASK = "etrade.match.ask"
DECLARATIONS = "etrade.declaration.view"
SEND = "etrade.declaration.send"


def _state(asked: MatchRound) -> State:
    kind = "bad" if asked.problem else "ok" if asked.answered_at is not None else "wait"
    return State(kind, standing(asked))  # type: ignore[arg-type]  # one of its three words


_COLUMNS: tuple[Column[MatchRound], ...] = (
    Column(
        "number",
        gettext_lazy("Number"),
        "number",
        kind="link",
        sort="number",
        url=lambda row: reverse("etrade:match", args=[row.pk]),
    ),
    Column(
        "asker",
        gettext_lazy("Asked by"),
        lambda row: side_tile("" if row.origin == Origin.OWN else row.partner),
    ),
    Column("partner", gettext_lazy("Partner"), lambda row: side_tile(row.partner)),
    Column("state", gettext_lazy("State"), _state, kind="state"),
    Column("from", gettext_lazy("From"), "from_day", kind="date", sort="from_day"),
    Column("until", gettext_lazy("Until"), "until_day", kind="date", sort="until_day"),
    Column("asked", gettext_lazy("Asked on"), "asked_at", kind="date", sort="asked_at"),
)


def _crumb() -> Link:
    return Link(_("Private matching"), reverse("etrade:matches"))


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Every comparison by keyed hashes, asked here or by a partner."""
    may_ask = can(request.actor, ASK)
    page = ListPage(
        request,
        visible(request.actor, VIEW, MatchRound.objects.all()),
        _COLUMNS,
        name="matches",
        default_sort="-asked",
        empty=Empty(
            _("Nothing was compared yet"),
            _("Ask a partner which shipments it knows as well, before either shows a declaration."),
            Link(_("Ask a partner"), reverse("etrade:ask-match")) if may_ask else None,
        ),
    )
    lead = _("Which shipments a partner knows as well, found before either shows a declaration.")
    context = {"lead": lead, "may_ask": may_ask, "minimisation": minimisation()}
    return page.respond(_("Private matching"), "etrade/matches.html", context)


@require_http_methods(["GET", "POST"])
@authorised(ASK)
def ask_partner(request: ActorRequest) -> HttpResponse:
    """Whom to ask, and about which declarations."""
    partners = askable()
    given = request.POST if request.method == "POST" else None
    form = AskMatchForm(given, partners=partners, organisations=organisations_for(request, ASK))
    if partners and form.is_valid():
        asked = _asked(request, form)
        if asked is not None:
            name = partner_name(asked.partner)
            messages.success(request, _("Asked. The answer of %(name)s appears here.") % {"name": name})
            return redirect("etrade:match", asked.pk)
    context = {
        "title": _("Ask which shipments a partner knows"),
        "lead": minimisation(),
        "crumbs": (_crumb(),),
        "form": form,
        "submit": _("Send the keyed hashes"),
        "cancel_url": reverse("etrade:matches"),
        "empty": None
        if partners
        else Empty(
            _("Nobody can be asked yet"),
            _("An agreement about keyed hashes must be signed by both sides first."),
            Link(_("See the agreements"), reverse("exchange:agreements")),
        ),
    }
    return render(request, "etrade/choose.html", context)


def _asked(request: ActorRequest, form: AskMatchForm) -> MatchRound | None:
    """The comparison asked for; None, with the form saying why, where it is refused."""
    chosen = form.cleaned_data
    rows = visible(request.actor, ASK, Declaration.objects.filter(organisation=chosen["organisation"]))
    try:
        return asking.ask(
            chosen["partner"],
            Direction(chosen["direction"]),
            (chosen["days_from"], chosen["days_until"]),
            rows,
            actor=request.actor.label,
            organisation_id=chosen["organisation"].pk,
            at_once=chosen["at_once"],
        )
    except IsthmusError as error:
        about_days = isinstance(error, BadInput)
        words = error.faults[0].message if about_days and error.faults else error.message
        form.add_error("days_until" if about_days else None, f"{words} {error.next_step}".strip())
        return None


@require_http_methods(["GET", "POST"])
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One comparison: what was compared, what matches, and sending declarations that do."""
    asked = found(request, VIEW, MatchRound.objects.select_related("organisation"), pk)
    hits = hits_of(asked, visible(request.actor, DECLARATIONS, Declaration.objects.all()))
    sendable = _sendable(request, asked, hits)
    labels = [(hit.declaration.pk, hit.declaration.number, hit.sure) for hit in sendable]
    form = SendHitsForm(request.POST if request.method == "POST" else None, hits=labels)
    if sendable and form.is_valid() and _sent(request, asked, form):
        return redirect("etrade:match", asked.pk)
    context = {
        "title": _("Private matching %(number)s") % {"number": asked.number},
        "lead": _lead(asked, hits),
        "crumbs": (_crumb(),),
        "minimisation": minimisation(),
        "facts": _facts(asked),
        "hits": _table(hits) if hits else None,
        "form": form if sendable else None,
        "partner": partner_name(asked.partner),
        "not_agreed": bool(hits) and asking.own_direction(asked) not in agreed_directions(asked.partner),
        "problem": asked.problem,
        "record_url": reverse("exchange:record", args=[asked.leaf]) if asked.leaf else "",
    }
    return render(request, "etrade/match.html", context)


def _sendable(request: ActorRequest, asked: MatchRound, hits: list[Hit]) -> list[Hit]:
    if asking.own_direction(asked) not in agreed_directions(asked.partner):
        return []
    return [hit for hit in hits if hit.sent_at is None and can(request.actor, SEND, hit.declaration)]


def _sent(request: ActorRequest, asked: MatchRound, form: SendHitsForm) -> bool:
    try:
        count = asking.send_hits(asked, form.cleaned_data["chosen"], actor=request.actor.label)
    except IsthmusError as error:
        form.add_error(None, f"{error.message} {error.next_step}".strip())
        return False
    messages.success(
        request,
        ngettext(
            "%(n)d declaration is on its way to %(name)s.",
            "%(n)d declarations are on their way to %(name)s.",
            count,
        )
        % {"n": count, "name": partner_name(asked.partner)},
    )
    return True


def _lead(asked: MatchRound, hits: list[Hit]) -> str:
    name = partner_name(asked.partner)
    if asked.answered_at is None:
        if asked.origin == Origin.OWN:
            return _("The hashes are on their way to %(name)s, which has not answered yet.") % {"name": name}
        return _("%(name)s asked; this node compares and answers by itself.") % {"name": name}
    if not hits:
        return _("Nothing that was compared is known to %(name)s as well.") % {"name": name}
    sure = sum(hit.sure for hit in hits)
    return ngettext(
        "%(n)d declaration of this node matches what %(name)s knows, surely %(sure)d of them.",
        "%(n)d declarations of this node match what %(name)s knows, surely %(sure)d of them.",
        len(hits),
    ) % {"n": len(hits), "name": name, "sure": sure}


def _facts(asked: MatchRound) -> tuple[Fact, ...]:
    own = asked.origin == Origin.OWN
    direction = Direction(asked.direction)
    kind = direction.label if own else asking.own_direction(asked).label
    found = (
        Fact(_("State"), _state(asked)),
        Fact(_("Asked by"), side_tile("" if own else asked.partner)),
        Fact(_("Own declarations"), kind),
        Fact(_("From"), asked.from_day),
        Fact(_("Until"), asked.until_day),
        Fact(_("Declarations hashed"), asked.declarations),
        Fact(_("Keyed hashes"), asked.tokens),
        Fact(_("Declarations they were compared with"), asked.compared),
        Fact(_("Asked on"), asked.asked_at),
        Fact(_("Answered on"), asked.answered_at),
        Fact(_("Sure ones are sent at once"), (_("Yes") if asked.at_once else _("No")) if own else None),
    )
    return tuple(fact for fact in found if fact.value is not None)


def _table(hits: list[Hit]) -> Table:
    columns: tuple[Column[Hit], ...] = (
        Column(
            "number",
            _("Declaration"),
            lambda hit: hit.declaration.number,
            kind="link",
            url=lambda hit: reverse("etrade:declaration", args=[hit.declaration.pk]),
        ),
        Column("marks", _("Known there by"), lambda hit: kinds_text(hit.kinds)),
        Column(
            "sure",
            _("Same shipment"),
            lambda hit: State("ok", _("Surely")) if hit.sure else State("wait", _("Perhaps")),
            kind="state",
        ),
        Column("sent", _("Sent"), lambda hit: hit.sent_at, kind="date"),
    )
    return tabulate(columns, hits, _("What matches"))
