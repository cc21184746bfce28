"""`isthmus workshops list`: the workshops of this node, and how far each is."""

import click
from django.utils.translation import gettext as _

from isthmus.kit.terminal import json_option, show_rows


@click.command(name="list")
@click.option("--programme", "code", default="", help="Code of a programme; all where it is not given.")
@json_option
def listed(code: str, *, as_json: bool) -> None:
    """List the workshops and how far each is."""
    from isthmus.apps.workshops.programme import queries
    from isthmus.apps.workshops.programme.models import Workshop

    rows = Workshop.objects.select_related("programme").order_by("programme__code", "place_in_programme")
    if code:
        rows = rows.filter(programme__code=code)
    found = []
    for row in rows:
        told = queries.participants_of(row)
        found.append(
            {
                "number": row.number,
                "title": row.title,
                "state": queries.state(row).value,
                "place": row.place,
                "starts": row.starts,
                "ends": row.ends,
                "participants": told.number,
                "participants_are": told.basis.value,
            }
        )
    columns = {
        "number": _("NUMBER"),
        "title": _("TITLE"),
        "state": _("STATE"),
        "starts": _("FIRST DAY"),
        "participants": _("PARTICIPANTS"),
    }
    show_rows(found, columns, as_json=as_json, empty=_("No workshop is planned."))
