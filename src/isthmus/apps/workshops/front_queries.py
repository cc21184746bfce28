"""Workshops' card on the front page of a node: how many took part, and what waits."""

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import ngettext

from isthmus.accounts.policy import Actor, can
from isthmus.apps.workshops.evaluation.front_queries import waiting as of_evaluations
from isthmus.apps.workshops.expenditure.house import APPROVE as APPROVE_MONEY
from isthmus.apps.workshops.expenditure.models import Entry
from isthmus.apps.workshops.followups.front_queries import waiting as of_follow_ups
from isthmus.apps.workshops.nominations.house import APPROVE, NOMINATE
from isthmus.apps.workshops.nominations.models import Nomination, Nominee
from isthmus.apps.workshops.nominations.queries import calls_for
from isthmus.apps.workshops.plans.front_queries import waiting as of_plans
from isthmus.apps.workshops.programme.house import KEEP
from isthmus.apps.workshops.programme.queries import in_all_of, programmes_for, workshops_for
from isthmus.exchange.application import Card, Waiting
from isthmus.kit import clock


def card(actor: Actor) -> Card:
    """Participants of the latest programme; where this node runs none, how many calls are open to it."""
    latest = programmes_for(actor).order_by("-starts", "-pk").first()
    if latest is not None:
        number = in_all_of(latest).number
        caption = ngettext(
            "participant of the latest programme", "participants of the latest programme", number
        )
        url = reverse("workshops:programme", args=[latest.code])
    else:
        number = calls_for(actor).filter(until__gt=clock.now()).count()
        caption = ngettext("call to a workshop is open", "calls to workshops are open", number)
        url = reverse("workshops:calls")
    return Card(str(number), caption, url, (*_of_the_country(actor), *_of_the_secretariat(actor)))


def _of_the_country(actor: Actor) -> list[Waiting]:
    found = []
    if can(actor, APPROVE):
        count = Nomination.objects.filter(state=Nomination.State.DRAFT).exclude(by=actor.label).count()
        title = ngettext(
            "A nomination waits for the focal point", "Nominations wait for the focal point", count
        )
        found.append(Waiting(title, count, reverse("workshops:nominations")))
    if can(actor, NOMINATE):
        rows = calls_for(actor).filter(until__gt=clock.now()).annotate(made=Count("nominations"))
        count = rows.filter(made=0).count()
        title = ngettext(
            "A call to a workshop has no nomination", "Calls to workshops have no nomination", count
        )
        found.append(Waiting(title, count, reverse("workshops:calls")))
    found += of_plans(actor)
    return [one for one in found if one.count]


def _of_the_secretariat(actor: Actor) -> list[Waiting]:
    found = []
    if can(actor, KEEP):
        rows = Nominee.objects.filter(
            invitation__workshop__in=workshops_for(actor).filter(programme__closed_at=None),
            withdrawn_at=None,
            selections=None,
        )
        count = rows.count()
        title = ngettext("A nominee waits for a decision", "Nominees wait for a decision", count)
        found.append(Waiting(title, count, reverse("workshops:workshops")))
    found += [*of_follow_ups(actor), *of_evaluations(actor)]
    if can(actor, APPROVE_MONEY):
        count = Entry.objects.filter(approved_by="").exclude(by=actor.label).count()
        title = ngettext(
            "An entry of expenditure waits for approval", "Entries of expenditure wait for approval", count
        )
        found.append(Waiting(title, count, reverse("workshops:programmes")))
    return [one for one in found if one.count]
