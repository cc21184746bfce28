"""Finding programmes and workshops, and how far they are."""

from collections import defaultdict

from django.db.models import QuerySet

from isthmus.accounts.policy import Actor, visible
from isthmus.apps.workshops.nominations.models import Attendance
from isthmus.apps.workshops.programme.house import VIEW
from isthmus.apps.workshops.programme.models import Programme, Workshop
from isthmus.apps.workshops.programme.rules.counts import Basis, InAll, Participants, in_all, participants
from isthmus.apps.workshops.programme.rules.states import Facts, WorkshopState, state_of


def programmes_for(actor: Actor) -> QuerySet[Programme]:
    """The programmes of the actor's organisations."""
    return visible(actor, VIEW, Programme.objects.select_related("organisation"))


def workshops_for(actor: Actor) -> QuerySet[Workshop]:
    """The workshops of those programmes."""
    return visible(actor, VIEW, Workshop.objects.select_related("programme__organisation"))


def counted(workshop: Workshop) -> int:
    """How many nominees were there on at least one day."""
    rows = Attendance.objects.filter(nominee__invitation__workshop=workshop)
    return rows.values("nominee").distinct().count()


def participants_of(workshop: Workshop) -> Participants:
    """How many took part in a workshop, and what that rests on."""
    return participants(counted(workshop), workshop.stated_participants)


def facts_of(workshop: Workshop) -> Facts:
    """What happened to a workshop, for the rules of its state.

    Of one without a number of its own, the remainder that its programme states in all says that people came.
    """
    told = participants_of(workshop)
    remainder = in_all_of(workshop.programme).remainder if told.basis is Basis.UNKNOWN else None
    return Facts(
        workshop.called_at is not None,
        workshop.ends,
        told.number or remainder or 0,
        workshop.account,
        held=workshop.held_at is not None,
        reported=workshop.reported_at is not None,
    )


def state(workshop: Workshop) -> WorkshopState:
    """How far a workshop is; from its own row alone."""
    return state_of(
        Facts(
            workshop.called_at is not None,
            workshop.ends,
            0,
            "",
            held=workshop.held_at is not None,
            reported=workshop.reported_at is not None,
        )
    )


def in_all_of(programme: Programme) -> InAll:
    """How many took part in all workshops of a programme."""
    each = participants_by_workshop(programme).values()
    return in_all(each, programme.stated_participants)


def present_of(programme: Programme) -> dict[int, list[str]]:
    """By the key of each workshop, the countries of those who were there on a day at least, each once."""
    rows = Attendance.objects.filter(nominee__invitation__workshop__programme=programme)
    found: dict[int, list[str]] = defaultdict(list)
    people = rows.values_list("nominee__invitation__workshop", "nominee", "nominee__invitation__country")
    for workshop, _nominee, country in people.distinct():
        found[workshop].append(country)
    return found


def participants_by_workshop(programme: Programme) -> dict[int, Participants]:
    """How many took part in each workshop of a programme, by its key, in their order."""
    present = present_of(programme)
    rows = programme.workshops.order_by("place_in_programme").values_list("pk", "stated_participants")
    return {pk: participants(len(present.get(pk, ())), stated) for pk, stated in rows}
