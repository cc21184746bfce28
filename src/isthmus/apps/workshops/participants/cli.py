"""`isthmus workshops import-participants`: a list of participants from the shell."""

from dataclasses import asdict
from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.kit.errors import NotFound
from isthmus.kit.terminal import json_option, show_one, who


@click.command("import-participants")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--workshop", "number", required=True, help="Number of the workshop, such as INT-10-K05-W1.")
@click.option("--dry-run", is_flag=True, help="Check the list and write nothing.")
@json_option
def import_participants(file: Path, number: str, *, dry_run: bool, as_json: bool) -> None:
    """Take the participants of FILE (CSV or a workbook) into a workshop; the same list twice doubles nobody.

    The first line names the columns: name and country, and where known gender, organisation, position,
    e-mail and days present. Exit code 2 names every cell that cannot be used; then nothing is written.
    """
    from isthmus.apps.workshops.participants import services
    from isthmus.apps.workshops.programme.models import Workshop

    row = Workshop.objects.select_related("programme").filter(number=number).first()
    if row is None:
        raise NotFound("workshops.no-workshop", _("There is no such workshop."))
    found = services.read_list(file.read_bytes(), row)
    work = services.check if dry_run else services.take
    taken = asdict(work(row, found, actor=who()))
    show_one({"workshop": number, "written": not dry_run, **taken}, as_json=as_json)
