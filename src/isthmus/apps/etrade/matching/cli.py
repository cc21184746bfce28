"""`isthmus etrade match`: private matching from the shell."""

from datetime import datetime
from typing import Any

import click
from django.utils.translation import gettext as _

from isthmus.apps.etrade.mappings.cli import organisation_of
from isthmus.apps.etrade.matching.models import MatchRound
from isthmus.apps.etrade.matching.queries import Hit, hits_of
from isthmus.apps.etrade.matching.services import asking
from isthmus.apps.etrade.matching.services.answering import try_to_answer
from isthmus.apps.etrade.matching.wording import kinds_text, minimisation, standing
from isthmus.apps.etrade.models import Declaration, Direction, Origin
from isthmus.kit.errors import NotFound
from isthmus.kit.terminal import Bar, json_option, say, show_one, show_rows, who

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def match() -> None:
    """Find by keyed hashes which shipments a partner knows as well, before any declaration is shown."""


def _row(asked: MatchRound) -> dict[str, Any]:
    return {
        "number": asked.number,
        "asked_by": "here" if asked.origin == Origin.OWN else asked.partner,
        "partner": asked.partner,
        "declarations": asked.direction,
        "from": asked.from_day,
        "until": asked.until_day,
        "state": standing(asked),
        "hashed": asked.declarations,
        "hashes": asked.tokens,
        "compared": asked.compared,
        "problem": asked.problem,
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "number": hit.declaration.number,
        "known_by": kinds_text(hit.kinds),
        "sure": hit.sure,
        "sent": hit.sent_at,
    }


def _round(number: str) -> MatchRound:
    found = MatchRound.objects.filter(number=number).first()
    if found is None:
        raise NotFound(
            "etrade.no-match",
            _("No comparison has the number %(number)s.") % {"number": number},
            next_step=_("`isthmus etrade match list` shows them."),
        )
    return found


@match.command("ask")
@click.argument("partner")
@click.option("--from", "first", type=_DAY, required=True, help="First day of the declarations, 2026-11-01.")
@click.option("--until", "last", type=_DAY, required=True, help="Last day of the declarations.")
@click.option("--imports", is_flag=True, help="Of import declarations instead of export declarations.")
@click.option("--organisation", "code", help="Code of the organisation that asks, if there are more.")
@click.option("--at-once", is_flag=True, help="Send what surely matches as soon as the partner has answered.")
@json_option
def ask(
    partner: str,
    first: datetime,
    last: datetime,
    *,
    imports: bool,
    code: str | None,
    at_once: bool,
    as_json: bool,
) -> None:
    """Send a partner keyed hashes of an organisation's declarations of these days that it does not have."""
    organisation = organisation_of(code)
    asked = asking.ask(
        partner,
        Direction.IMPORT if imports else Direction.EXPORT,
        (first.date(), last.date()),
        Declaration.objects.filter(organisation=organisation),
        actor=who(),
        organisation_id=organisation.pk,
        at_once=at_once,
    )
    show_one(_row(asked), as_json=as_json)
    say(minimisation())


@match.command("list")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 100_000), help="At most so many."
)
@json_option
def list_rounds(limit: int, *, as_json: bool) -> None:
    """List comparisons, the newest first."""
    rows = [_row(asked) for asked in MatchRound.objects.all()[:limit]]
    shown = ("number", "asked_by", "partner", "from", "until", "state", "hashed", "compared")
    columns = {name: name.replace("_", " ") for name in shown}
    show_rows(rows, columns, as_json=as_json, empty="Nothing was compared yet.")


@match.command("show")
@click.argument("number")
@json_option
def show(number: str, *, as_json: bool) -> None:
    """Show which declarations of this node match, by what, and how surely."""
    rows = [_hit(hit) for hit in hits_of(_round(number), Declaration.objects.all())]
    columns = {"number": "declaration", "known_by": "known there by", "sure": "sure", "sent": "sent"}
    show_rows(rows, columns, as_json=as_json, empty="Nothing matches, or no answer is here yet.")
    say(minimisation())


@match.command("send")
@click.argument("number")
@click.option("--all", "every", is_flag=True, help="Also those that match perhaps.")
@json_option
def send(number: str, *, every: bool, as_json: bool) -> None:
    """Send the partner the declarations that surely match, as far as the agreement lets them go."""
    asked = _round(number)
    chosen = set(asking.hit_kinds(asked)) if every else None
    sent = asking.send_hits(asked, chosen, actor=who())
    show_one({"number": asked.number, "to": asked.partner, "sent": sent}, as_json=as_json)


@match.command("answer")
@json_option
def answer(*, as_json: bool) -> None:
    """Answer partners that wait, as the node's worker does by itself."""
    waiting = list(MatchRound.objects.filter(origin=Origin.PARTNER, answered_at=None).order_by("pk"))
    with Bar("Comparing") as bar:
        for place, asked in enumerate(waiting, start=1):
            try_to_answer(asked)
            bar.step(place, len(waiting))
    rows = [_row(asked) for asked in MatchRound.objects.filter(pk__in=[one.pk for one in waiting])]
    columns = {name: name for name in ("number", "partner", "state", "compared", "problem")}
    show_rows(rows, columns, as_json=as_json, empty="No partner waits for an answer.")
