"""What country plans show elsewhere: what waits, the network's front page, search, the final report."""

from collections import Counter
from collections.abc import Collection

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.accounts.policy import Actor, can
from isthmus.apps.workshops.plans import queries
from isthmus.apps.workshops.plans.house import RELEASE, WRITE
from isthmus.apps.workshops.plans.models import CountryPlan, HeldAnswer, HeldPlan, HowFar, PlanAnswer
from isthmus.exchange import queries as exchange
from isthmus.exchange.application import Panel, PanelRow, ReportSection, Sighting, Waiting
from isthmus.ui.formats import country_name

_MOST = 5
_JOINT = "/"


def waiting(actor: Actor) -> list[Waiting]:
    """Plans and answers for the focal point to let go, and plans that are asked about."""
    found = []
    if can(actor, RELEASE):
        rows = CountryPlan.objects.filter(state=CountryPlan.State.HANDED_IN).exclude(by=actor.label)
        count = rows.count() + PlanAnswer.objects.filter(sent_at=None).count()
        title = ngettext(
            "A country plan or an answer about one waits for the focal point",
            "Country plans or answers about them wait for the focal point",
            count,
        )
        found.append(Waiting(title, count, reverse("workshops:plans")))
    if can(actor, WRITE):
        count = len(queries.due_of(queries.plans_for(actor)))
        title = ngettext("A country plan is asked about", "Country plans are asked about", count)
        found.append(Waiting(title, count, reverse("workshops:plans-asked"), urgent=True))
    return found


def _keyed(own: QuerySet[CountryPlan], held: QuerySet[HeldPlan]) -> tuple[QuerySet, QuerySet]:  # type: ignore[type-arg]  # annotated rows have no name
    text = CharField()
    mine = own.annotate(key=Concat(Value(exchange.me() + _JOINT), "reference", output_field=text))
    theirs = held.annotate(
        key=Concat("nominee__invitation__partner", Value(_JOINT), "reference", output_field=text)
    )
    return mine, theirs


def found_keys(actor: Actor) -> QuerySet:  # type: ignore[type-arg]  # rows of one column
    """The names in the index of the plans that the actor may see."""
    own = queries.plans_for(actor).select_related(None).prefetch_related(None)
    held = queries.held_for(actor).select_related(None).prefetch_related(None)
    mine, theirs = _keyed(own, held)
    return mine.values("key").union(theirs.values("key"))


def sightings(actor: Actor, keys: Collection[str]) -> dict[str, Sighting]:
    """How plans look among what was found, by their names in the index."""
    references = [key.partition(_JOINT)[2] for key in keys]
    mine, theirs = _keyed(
        queries.plans_for(actor).filter(reference__in=references),
        queries.held_for(actor).filter(reference__in=references),
    )
    found = {
        row.key: Sighting(row.title, reverse("workshops:plan", args=[row.pk]), (row.nomination.call.title,))
        for row in mine
    }
    for row in theirs:
        facts = (_country(row), row.nominee.invitation.workshop.title)
        found[row.key] = Sighting(row.title, reverse("workshops:held-plan", args=[row.pk]), facts)
    return {key: seen for key, seen in found.items() if key in keys}


def _country(row: HeldPlan) -> str:
    invitation = row.nominee.invitation
    return country_name(invitation.country) if invitation.country else invitation.partner


def panel(actor: Actor) -> Panel | None:
    """The latest plans that countries sent, and of how many each; None where none is here."""
    rows = queries.held_for(actor)
    counted = Counter(rows.values_list("nominee__invitation__country", flat=True))
    if not counted:
        return None
    latest = rows.order_by("-arrived_at", "-pk")[:_MOST]
    lines = tuple(
        PanelRow(
            row.title,
            reverse("workshops:held-plan", args=[row.pk]),
            row.body.get("partner", "") or row.nominee.invitation.workshop.title,
            row.nominee.invitation.country,
        )
        for row in latest
    )
    return Panel(
        _("Country plans"),
        reverse("workshops:workshops"),
        "",
        ((_("Plans of delegates for home"), lines),),
        tuple(sorted((code, number) for code, number in counted.items() if code)),
        _("plans"),
    )


def report_section(programme_code: str) -> tuple[ReportSection, ...]:
    """How many plans came of a programme, from where, and how far they are; nothing where there is none."""
    rows = HeldPlan.objects.filter(nominee__invitation__workshop__programme__code=programme_code)
    places = Counter(rows.values_list("nominee__invitation__country", flat=True))
    number = sum(places.values())
    if not number:
        return ()
    countries = sorted(code for code in places if code)
    said = [
        ngettext(
            "Delegates wrote %(number)d plan for home.", "Delegates wrote %(number)d plans for home.", number
        )
        % {"number": number}
    ]
    if countries:
        said.append(
            _("They came from: %(countries)s.")
            % {"countries": ", ".join(f"{country_name(code)} ({places[code]})" for code in countries)}
        )
    answers = HeldAnswer.objects.filter(plan__in=rows).values_list("months", "says")
    for months, group in _by_months(answers):
        told = ", ".join(f"{HowFar(says).label}: {count}" for says, count in group)
        said.append(_("Asked after %(months)d months: %(answers)s.") % {"months": months, "answers": told})
    return (ReportSection(_("Country plans"), tuple(said)),)


def _by_months(answers: Collection[tuple[int, str]]) -> list[tuple[int, list[tuple[str, int]]]]:
    counted = Counter(answers)
    order = list(HowFar)
    return [
        (
            months,
            sorted(
                ((says, n) for (of, says), n in counted.items() if of == months),
                key=lambda one: order.index(HowFar(one[0])),
            ),
        )
        for months in sorted({of for of, _says in counted})
    ]
