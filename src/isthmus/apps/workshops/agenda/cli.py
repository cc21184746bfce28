"""`isthmus workshops agenda`: the published agenda of a workshop as an iCalendar file."""

from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.kit.errors import BadInput, NotFound
from isthmus.kit.terminal import json_option, show_one


@click.command()
@click.option("--workshop", "number", required=True, help="Number of the workshop, such as INT-10-K05-W1.")
@click.option("--ics", "out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@json_option
def agenda(number: str, out: Path, *, as_json: bool) -> None:
    """Write the published agenda of a workshop as an iCalendar file."""
    from isthmus.apps.workshops.agenda import queries
    from isthmus.apps.workshops.agenda.formats.calendar import calendar
    from isthmus.apps.workshops.programme.models import Workshop

    row = Workshop.objects.filter(number=number).first()
    if row is None:
        raise NotFound("workshops.no-workshop", _("There is no such workshop."))
    last = queries.last_version(row)
    if last is None:
        raise NotFound("workshops.no-agenda", _("No agenda is published yet."))
    if not out.parent.is_dir():
        raise BadInput("workshops.out", _("There is no folder %(folder)s.") % {"folder": out.parent})
    entries = queries.entries_in(last)
    out.write_bytes(calendar(row.title, row.place, row.time_zone, entries))
    show_one({"file": str(out), "version": last.number, "sessions": len(entries)}, as_json=as_json)
