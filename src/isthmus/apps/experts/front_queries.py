"""Experts on the network's pages: how they look as a hit, and where they are."""

from collections import Counter
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.accounts.policy import Actor, can
from isthmus.apps.experts import queries, wording
from isthmus.exchange.application import Panel, PanelRow, Sighting

MOST = 5


def sightings(actor: Actor, keys: Iterable[str]) -> dict[str, Sighting]:
    """Those whom the actor may find now: name, country, languages, verification."""
    rows = queries.listed().filter(key__in=queries.found_keys(actor)).filter(key__in=list(keys))
    return {
        row.key: Sighting(
            wording.name_of(row), reverse("experts:expert", args=[row.key]), wording.facts_in_short(row)
        )
        for row in rows
    }


def panel(actor: Actor) -> Panel | None:
    """Experts by country, and those who were stated last."""
    if not can(actor, queries.VIEW):
        return None
    rows = list(queries.listed().order_by("-stated_at", "pk"))
    latest = tuple(
        PanelRow(wording.name_of(row), reverse("experts:expert", args=[row.key]), row.headline, row.country)
        for row in rows[:MOST]
    )
    counted = Counter(row.country for row in rows if row.country)
    return Panel(
        title=_("Experts"),
        url=reverse("experts:experts"),
        empty=_("A person who can help writes a profile under Experts and consents to be listed."),
        groups=((_("Stated last"), latest),) if latest else (),
        countries=tuple(sorted(counted.items())),
        unit=_("experts"),
    )
