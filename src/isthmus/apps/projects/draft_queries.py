"""Topics that begin with the words of another application's record."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.accounts.policy import Actor
from isthmus.apps.projects import queries
from isthmus.exchange.application import Sighting
from isthmus.exchange.rules.handing import Words


def proposal_of(words: Words) -> str:
    """What is proposed: the steps, who is sought, and by which figures it is measured."""
    parts = []
    if words.steps:
        steps = (f"{number}. {step}" for number, step in enumerate(words.steps, start=1))
        parts.append("\n".join((_("Steps:"), *steps)))
    if words.partner:
        parts.append(_("Partner sought: %(partner)s") % {"partner": words.partner})
    if words.figures:
        parts.append(_("Figures: %(figures)s") % {"figures": "; ".join(words.figures)})
    return "\n".join(parts)


def initial_of(words: Words) -> dict[str, Any]:
    """The form of a topic as it begins with these words."""
    return {
        "title": words.title,
        "text": proposal_of(words),
        "problem": words.problem,
        "programme": words.programme,
    }


def made(actor: Actor, origin: str) -> list[Sighting]:
    """The topics that began with the words of a record, the oldest first."""
    rows = queries.topics_for(actor).filter(origin=origin).order_by("pk")
    return [
        Sighting(row.title, reverse("projects:topic", args=[row.pk]), (row.get_stage_display(),))
        for row in rows
    ]
