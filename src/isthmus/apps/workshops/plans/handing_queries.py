"""The words of country plans for drafts of other applications: only what the focal point has let go."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.accounts.policy import Actor
from isthmus.apps.workshops.plans import queries
from isthmus.apps.workshops.plans.house import WORDS
from isthmus.apps.workshops.plans.models import CountryPlan, HeldPlan
from isthmus.exchange import handing
from isthmus.exchange import queries as exchange
from isthmus.exchange.handing import Handing
from isthmus.exchange.rules.handing import Origin, Words
from isthmus.ui.formats import country_name, day_text


def words(actor: Actor, node: str, record: str) -> Words | None:
    """What a plan says to a reader of it; None before it was let go, and once its text is erased.

    A draft elsewhere may leave this node at once, so a plan that waits for the focal point gives none.
    """
    if node == exchange.me():
        own = queries.plans_for(actor).filter(reference=record, state=CountryPlan.State.SENT).first()
        return None if own is None else _own(own)
    rows = queries.held_for(actor).filter(reference=record, nominee__invitation__partner=node)
    held = rows.order_by("pk").first()
    return None if held is None or not held.body else _held(held)


def handing_of(actor: Actor, row: CountryPlan | HeldPlan) -> Handing:
    """Where the words of a plan may go, and what was made of them."""
    node = exchange.me() if isinstance(row, CountryPlan) else row.nominee.invitation.partner
    return handing.handing_of(actor, Origin(WORDS, node, row.reference))


def _source(title: str, place: str) -> str:
    return _("the country plan “%(title)s” of %(country)s") % {"title": title, "country": place}


def _step(step: Mapping[str, str]) -> str:
    if not step.get("by"):
        return step["what"]
    by = day_text(date.fromisoformat(step["by"]))
    return _("%(step)s (by %(day)s)") % {"step": step["what"], "day": by}


def _figure(one: Mapping[str, str]) -> str:
    amount = " ".join(part for part in (one["amount"], one.get("unit", "")) if part)
    return _("%(name)s: %(value)s") % {"name": one["name"], "value": amount}


def _said(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "problem": told.get("problem") or "",
        "steps": tuple(_step(one) for one in told.get("steps") or ()),
        "partner": told.get("partner") or "",
        "figures": tuple(_figure(one) for one in told.get("figures") or ()),
    }


def _own(row: CountryPlan) -> Words:
    country = settings.ISTHMUS.country
    return Words(
        origin=Origin(WORDS, exchange.me(), row.reference),
        source=_source(row.title, country_name(country) if country else exchange.me()),
        url=reverse("workshops:plan", args=[row.pk]),
        language=row.language,
        leaf=row.leaf,
        title=row.title,
        **_said({name: getattr(row, name) for name in ("problem", "steps", "partner", "figures")}),
    )


def _held(row: HeldPlan) -> Words:
    invitation = row.nominee.invitation
    place = country_name(invitation.country) if invitation.country else invitation.partner
    return Words(
        origin=Origin(WORDS, invitation.partner, row.reference),
        source=_source(row.title, place),
        url=reverse("workshops:held-plan", args=[row.pk]),
        language=row.body["language"],
        leaf=row.leaf,
        programme=invitation.workshop.programme.code,
        title=row.title,
        **_said(row.body),
    )
