"""`isthmus workshops attendance`: add a list that a desk kept without a network."""

from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.kit.errors import NotFound
from isthmus.kit.terminal import json_option, show_one


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--workshop", "number", required=True, help="Number of the workshop, such as INT-10-K05-W1.")
@json_option
def attendance(file: Path, number: str, *, as_json: bool) -> None:
    """Add the marks of FILE (CSV: code,day,session) to a workshop; the same file twice changes nothing."""
    from isthmus.apps.workshops.attendance import services
    from isthmus.apps.workshops.attendance.formats.lists import read_list
    from isthmus.apps.workshops.programme.models import Workshop

    row = Workshop.objects.select_related("programme").filter(number=number).first()
    if row is None:
        raise NotFound("workshops.no-workshop", _("There is no such workshop."))
    seen = read_list(file.read_bytes())
    new = services.merge(row, seen, actor="shell")
    show_one({"workshop": number, "marks": len(seen), "new": new}, as_json=as_json)
