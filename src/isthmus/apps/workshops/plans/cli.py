"""`isthmus workshops plans`: the country plans of this node, and what is asked about them."""

import click
from django.utils.translation import gettext as _

from isthmus.kit.terminal import json_option, show_rows


@click.command()
@click.option("--workshop", "number", default="", help="Number of a workshop; all where it is not given.")
@click.option("--asked", is_flag=True, help="Only those that wait for an answer now.")
@json_option
def plans(number: str, *, asked: bool, as_json: bool) -> None:
    """List the plans that delegates wrote here, and those that arrived."""
    from isthmus.apps.workshops.plans import told_queries

    found = [one for one in told_queries.all_of(number) if one["asked_after"] or not asked]
    columns = {
        "workshop": _("WORKSHOP"),
        "country": _("COUNTRY"),
        "title": _("TITLE"),
        "state": _("STATE"),
        "asked_after": _("ASKED AFTER MONTHS"),
        "after_6": _("AFTER 6"),
        "after_12": _("AFTER 12"),
    }
    show_rows(found, columns, as_json=as_json, empty=_("No such plan is here."))
