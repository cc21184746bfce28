"""`isthmus workshops certificates`: issue, list, write out and revoke certificates of attendance."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _

from isthmus.kit.errors import BadInput, NotFound
from isthmus.kit.terminal import json_option, show_one, show_rows

if TYPE_CHECKING:
    from isthmus.apps.workshops.certificates.models import Certificate

_OUT = click.Path(dir_okay=False, path_type=Path)


@click.group()
def certificates() -> None:
    """Certificates of attendance."""


@certificates.command()
@click.option("--workshop", "number", required=True, help="Number of the workshop, such as INT-10-K05-W1.")
@json_option
def issue(number: str, *, as_json: bool) -> None:
    """Issue a certificate to everybody who was there and has none."""
    from isthmus.apps.workshops.certificates import services
    from isthmus.apps.workshops.programme.models import Workshop

    row = Workshop.objects.select_related("programme__organisation").filter(number=number).first()
    if row is None:
        raise NotFound("workshops.no-workshop", _("There is no such workshop."))
    made = services.issue(row, actor="shell")
    show_one({"workshop": number, "issued": len(made)}, as_json=as_json)


@certificates.command(name="list")
@click.option("--workshop", "number", required=True, help="Number of the workshop, such as INT-10-K05-W1.")
@json_option
def listed(number: str, *, as_json: bool) -> None:
    """List the certificates of a workshop."""
    from isthmus.apps.workshops.certificates.models import Certificate

    rows = Certificate.objects.select_related("nominee").filter(nominee__invitation__workshop__number=number)
    found = [
        {
            "number": row.number,
            "name": row.person,
            "issued": row.issued_at,
            "state": "revoked" if row.revoked_at is not None else "counts",
            "ground": row.ground,
        }
        for row in rows.order_by("issued_at", "number")
    ]
    columns = {"number": _("NUMBER"), "name": _("NAME"), "issued": _("ISSUED"), "state": _("STATE")}
    show_rows(found, columns, as_json=as_json, empty=_("No certificate is issued yet."))


@certificates.command()
@click.argument("number")
@click.option("--kind", "kind", required=True, type=click.Choice(["pdf", "code", "credential"]))
@click.option("--out", required=True, type=_OUT)
@click.option("--language", default="en", help="Language of the paper, such as fr.")
@json_option
def write(number: str, kind: str, out: Path, language: str, *, as_json: bool) -> None:
    """Write a certificate as signed PDF, as the text of its square, or as an Open Badge."""
    from django.conf import settings

    from isthmus.apps.workshops.certificates import queries, services

    row = services.whole(_certificate(number))
    if language not in dict(settings.LANGUAGES):
        raise BadInput(
            "workshops.language", _("No certificate is written in %(language)s.") % {"language": language}
        )
    _folder(out)
    if kind == "pdf":
        out.write_bytes(services.signed_pdf(row, language))
    else:
        out.write_text((queries.address_of(row) if kind == "code" else row.credential) + "\n")
    show_one({"number": row.number, "file": str(out)}, as_json=as_json)


@certificates.command()
@click.argument("number")
@click.option("--ground", required=True, type=click.Choice(["issued-in-error", "replaced", "withdrawn"]))
@click.option("--reason", required=True, help="Why; it stays on this node.")
@json_option
def revoke(number: str, ground: str, reason: str, *, as_json: bool) -> None:
    """Revoke a certificate."""
    from isthmus.apps.workshops.certificates import services

    row = services.revoke(_certificate(number), ground, reason, actor="shell")
    show_one({"number": row.number, "ground": row.ground}, as_json=as_json)


@certificates.command()
@click.option("--out", required=True, type=_OUT)
@json_option
def revoked(out: Path, *, as_json: bool) -> None:
    """Write the signed list of revoked certificates, for `isthmus verify --revoked`."""
    from isthmus.apps.workshops.certificates import services

    _folder(out)
    out.write_text(services.revoked_list() + "\n")
    show_one({"file": str(out)}, as_json=as_json)


def _folder(out: Path) -> None:
    if not out.parent.is_dir():
        raise BadInput("workshops.out", _("There is no folder %(folder)s.") % {"folder": out.parent})


def _certificate(number: str) -> "Certificate":
    from isthmus.apps.workshops.certificates.models import Certificate
    from isthmus.kit import base32

    row = Certificate.objects.filter(number=base32.tidied(number)).first()
    if row is None:
        raise NotFound("workshops.no-certificate", _("There is no such certificate."))
    return row
