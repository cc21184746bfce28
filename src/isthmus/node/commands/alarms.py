"""Alarms from the shell: what is open, what to do about it, and clearing one for a reason."""

from datetime import datetime

import click
from django.utils.translation import gettext as _

from isthmus.exchange.alarm_book import advice_on
from isthmus.exchange.models import Alarm
from isthmus.exchange.services.alarms import clear_by_hand
from isthmus.kit.errors import NotFound
from isthmus.kit.terminal import json_option, say, show_one, show_rows, who


@click.group()
def alarm() -> None:
    """What will not heal by itself, and what to do about it."""


def _find(number: int) -> Alarm:
    row = Alarm.objects.filter(pk=number).first()
    if row is None:
        raise NotFound(
            "exchange.no-alarm",
            _("There is no alarm %(number)d.") % {"number": number},
            next_step=_("`isthmus alarm list` names all that are open."),
        )
    return row


def _as_row(row: Alarm) -> dict[str, object]:
    cleared: datetime | None = row.cleared_at
    return {
        "number": row.pk,
        "code": row.code,
        "about": row.subject,
        "message": row.message,
        "raised": row.raised_at,
        "last_seen": row.last_seen_at,
        "times": row.times,
        "cleared": cleared,
        "cleared_by": row.cleared_by,
        "reason": row.cleared_reason,
    }


@alarm.command(name="list")
@click.option("--cleared", is_flag=True, help="Those that were cleared, the newest first.")
@json_option
def list_(*, cleared: bool, as_json: bool) -> None:
    """List the open alarms, or with --cleared the history."""
    rows = Alarm.objects.exclude(cleared_at=None) if cleared else Alarm.objects.filter(cleared_at=None)
    columns = {"number": "NUMBER", "code": "CODE", "about": "ABOUT", "raised": "SINCE", "message": "MESSAGE"}
    show_rows([_as_row(row) for row in rows], columns, as_json=as_json, empty="No alarm is open.")


@alarm.command()
@click.argument("number", type=int)
@json_option
def show(number: int, *, as_json: bool) -> None:
    """Say what an alarm means and what to do about it, step by step."""
    row = _find(number)
    advice = advice_on(row.code)
    steps = [*([row.next_step] if row.next_step else []), *(str(step) for step in advice.steps)]
    told = {"title": str(advice.title), **_as_row(row), "meaning": str(advice.meaning)}
    if as_json:
        show_one({**told, "steps": steps}, as_json=True)
        return
    show_one(told, as_json=False)
    for place, step in enumerate(steps, start=1):
        click.echo(f"{place}. {step}")


@alarm.command()
@click.argument("number", type=int)
@click.option("--reason", required=True, help="What you found out; it is kept.")
def clear(number: int, reason: str) -> None:
    """Close an alarm whose matter is settled."""
    clear_by_hand(_find(number), reason, actor=who())
    say("The alarm is cleared. It comes back if the matter does.")


@alarm.command()
def document() -> None:
    """Write docs/guide/alarms.md from the table of alarms."""
    from isthmus.node.checks.alarm_guide import write

    say(f"wrote {write()}")
