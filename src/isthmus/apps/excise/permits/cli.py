"""`isthmus excise permits`: permits with what is left of each, and quotas by island."""

import click

from isthmus.kit.terminal import json_option, show_rows


@click.group()
def permits() -> None:
    """Import permits and quotas, in millilitres of pure alcohol."""


@permits.command("list")
@click.option("--operator", help="Excise number of one resort.")
@click.option("--year", type=int, help="Year of the quota.")
@json_option
def list_permits(operator: str | None, year: int | None, *, as_json: bool) -> None:
    """List import permits, the newest first."""
    from isthmus.apps.excise.permits import queries
    from isthmus.apps.excise.permits.models import ImportPermit
    from isthmus.apps.excise.returns.queries import operator_by_number

    found = ImportPermit.objects.select_related("operator")
    if operator is not None:
        found = found.filter(operator=operator_by_number(operator))
    if year is not None:
        found = found.filter(year=year)
    rows: list[dict[str, object]] = [
        {
            "number": row.number,
            "operator": row.operator.excise_number,
            "year": row.year,
            "state": row.state,
            "asked_ml": row.asked_ml,
            "granted_ml": row.granted_ml,
            "left_ml": queries.left_of(row),
            "why": row.why,
        }
        for row in found
    ]
    heads = ("number", "operator", "year", "state", "asked_ml", "granted_ml", "left_ml")
    show_rows(
        rows, {name: name.replace("_", " ") for name in heads}, as_json=as_json, empty="No permits yet."
    )


@permits.command()
@click.option("--year", type=int, help="Only the quotas of one year.")
@json_option
def quota(year: int | None, *, as_json: bool) -> None:
    """Show quotas by island: granted and transferred make up used and left."""
    from isthmus.apps.excise.permits import queries
    from isthmus.apps.excise.permits.models import ImportQuota

    found = ImportQuota.objects.select_related("operator")
    if year is not None:
        found = found.filter(year=year)
    held = queries.held(found)
    rows: list[dict[str, object]] = [
        {
            "island": row.island,
            "operator": row.operator.excise_number,
            "year": row.year,
            "granted_ml": held[row.pk].granted,
            "transferred_ml": held[row.pk].moved,
            "used_ml": held[row.pk].used,
            "left_ml": held[row.pk].left,
        }
        for row in found
    ]
    heads = ("island", "operator", "year", "granted_ml", "transferred_ml", "used_ml", "left_ml")
    show_rows(rows, {name: name.replace("_", " ") for name in heads}, as_json=as_json, empty="No quotas yet.")
