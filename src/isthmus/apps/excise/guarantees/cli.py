"""`isthmus excise guarantees`: a guarantor's key and signature, taking it in, and how guarantees stand."""

from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.kit.errors import NotFound
from isthmus.kit.terminal import json_option, say, show_one, show_rows, who, write_json

_IN = click.Path(exists=True, dir_okay=False, path_type=Path)
_PASSWORD = click.option("--password", help="Passphrase of the key file, where it is sealed.")


@click.group()
def guarantees() -> None:
    """Guarantees of excise: what guarantors stand for, and their signed consent."""


@guarantees.command()
@click.option("--key", "file", required=True, type=_IN, help="Private key of the guarantor (PEM, P-256).")
@_PASSWORD
def key(file: Path, password: str | None) -> None:
    """Write the public key (JWK) that the authority registers with the guarantee; run by the guarantor."""
    from isthmus.apps.excise.guarantees.formats import consent as consents

    write_json(consents.public_jwk(consents.open_key(file.read_bytes(), password).public_key()))


@guarantees.command()
@click.argument("statement", type=_IN)
@click.option("--key", "file", required=True, type=_IN, help="Private key of the guarantor (PEM, P-256).")
@_PASSWORD
def consent(statement: Path, file: Path, password: str | None) -> None:
    """Sign the STATEMENT of a guarantee, byte by byte as it is; run by the guarantor.

    The signature goes to standard output. What is signed is shown first: read it.
    """
    from isthmus.apps.excise.guarantees.formats import consent as consents

    content = statement.read_bytes()
    say(content.decode("utf-8", errors="replace"))
    click.echo(consents.sign(content, consents.open_key(file.read_bytes(), password)))


@guarantees.command("take-in")
@click.argument("number")
@click.argument("signature", type=_IN)
@json_option
def take_in(number: str, signature: Path, *, as_json: bool) -> None:
    """Verify a guarantor's SIGNATURE and take it in for guarantee NUMBER; exit code 3 if it does not hold."""
    from isthmus.apps.excise.guarantees import services
    from isthmus.apps.excise.guarantees.models import Guarantee

    row = Guarantee.objects.filter(number=number).first()
    if row is None:
        raise NotFound("excise.no-guarantee", _("There is no guarantee %(number)s.") % {"number": number})
    taken = services.take_consent(row, signature.read_text("utf-8"), actor=who())
    show_one({"number": taken.number, "state": taken.state}, as_json=as_json)


@guarantees.command("list")
@json_option
def listed(*, as_json: bool) -> None:
    """Show all guarantees of this node with what is free, reserved and claimed, in minor units."""
    from isthmus.apps.excise.guarantees import queries
    from isthmus.apps.excise.guarantees.models import Guarantee

    rows = list(Guarantee.objects.select_related("operator"))
    held = queries.held(rows)
    shown: list[dict[str, object]] = [
        {
            "number": row.number,
            "operator": row.operator.excise_number,
            "state": row.state,
            "valid_until": row.valid_until,
            "currency": row.currency,
            "free_minor": held[row.number].free,
            "reserved_minor": held[row.number].reserved,
            "called_minor": held[row.number].called,
        }
        for row in rows
    ]
    heads = {name: name.replace("_", " ") for name in (shown[0] if shown else {})}
    show_rows(shown, heads, as_json=as_json, empty=_("There are no guarantees yet."))
