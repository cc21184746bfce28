"""What waits for a person in all parts of the node: one source for the front page and digests by mail."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.accounts import letter_services
from isthmus.accounts.policy import Actor, can
from isthmus.accounts.views.letters import DECIDE
from isthmus.exchange import front
from isthmus.exchange.application import Application, Card
from isthmus.exchange.registry import applications, resolve
from isthmus.ui.components import State, Task
from isthmus.ui.text import Text


@dataclass(frozen=True, slots=True)
class ApplicationCard:
    """One application on the front page; ``card`` is None for one that shows no figure."""

    application: Application
    url: str
    card: Card | None


@dataclass(frozen=True, slots=True)
class Group:
    """What waits in one part of the node. ``name`` is the same in every language."""

    name: str
    title: Text
    tasks: tuple[Task, ...]


def cards(actor: Actor) -> tuple[ApplicationCard, ...]:
    """Every application as this person may see it."""
    return tuple(
        ApplicationCard(
            app,
            reverse(app.front) if app.front else "",
            resolve(app.card)(actor) if app.card else None,
        )
        for app in applications()
    )


def groups(actor: Actor, shown: Iterable[ApplicationCard]) -> tuple[Group, ...]:
    """What waits for this person: of the exchange, of mail, then of each application; none without a task."""
    found = [
        Group("exchange", _("Exchange between nodes"), front.waiting(actor)),
        Group("mail", _("Letters by mail"), _letters(actor)),
        *(Group(one.application.name, one.application.title, _of(one.card)) for one in shown if one.card),
    ]
    return tuple(group for group in found if group.tasks)


def _of(card: Card) -> tuple[Task, ...]:
    return tuple(
        Task(line.title, line.url, line.count, state=State("warn", _("Urgent")) if line.urgent else None)
        for line in card.waiting
        if line.count
    )


def _letters(actor: Actor) -> tuple[Task, ...]:
    if not can(actor, DECIDE):
        return ()
    count = letter_services.letters().filter(letter_services.NEEDS_PERSON).count()
    title = ngettext(
        "A letter may have left, or was refused", "Letters may have left, or were refused", count
    )
    return (Task(title, f"{reverse('accounts:letters')}?state=person", count),) if count else ()


def in_order(found: Iterable[Group]) -> tuple[Task, ...]:
    """All tasks in one list: the exchange's first, then what is urgent, then what is calm."""
    tasks = [(group.name, task) for group in found for task in group.tasks]
    ordered = sorted(tasks, key=lambda one: (one[0] != "exchange", one[0] != "exchange" and not one[1].state))
    return tuple(task for _name, task in ordered)
