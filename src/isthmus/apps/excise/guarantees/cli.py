"""`isthmus excise guarantees`: a guarantor's key and signature, taking it in, and how guarantees stand."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _

from isthmus.kit import clock
from isthmus.kit.errors import NotFound
from isthmus.kit.terminal import json_option, say, show_one, show_rows, who, write_json

if TYPE_CHECKING:
    from datetime import date, datetime

    from isthmus.apps.excise.guarantees.models import Guarantee, GuaranteeReservation

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

    taken = services.take_consent(_found(number), signature.read_text("utf-8"), actor=who())
    show_one({"number": taken.number, "state": taken.state}, as_json=as_json)


_DAY = click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day it counts from; else today.",
)
_WHY = click.option("--reason", required=True, help="Why, for whoever reads the book.")


def _found(number: str) -> "Guarantee":
    from isthmus.apps.excise.guarantees.models import Guarantee

    row = Guarantee.objects.filter(number=number).first()
    if row is None:
        raise NotFound("excise.no-guarantee", _("There is no guarantee %(number)s.") % {"number": number})
    return row


def _day(given: "datetime | None") -> "date":
    return (given or clock.now()).date()


def _show(row: "GuaranteeReservation", *, as_json: bool) -> None:
    show_one(
        {
            "guarantee": row.guarantee.number,
            "key": row.key,
            "state": row.state,
            "reserved_minor": row.amount_minor,
            "called_minor": row.called_minor,
        },
        as_json=as_json,
    )


@guarantees.command()
@click.argument("number")
@click.argument("key")
@_WHY
@_DAY
@json_option
def release(number: str, key: str, reason: str, day: "datetime | None", *, as_json: bool) -> None:
    """Release by hand what guarantee NUMBER has reserved for the deed KEY; exit code 3 for your own."""
    from isthmus.apps.excise.guarantees import services

    found = services.release_by_hand(_found(number), key=key, on=_day(day), reason=reason, actor=who())
    _show(found, as_json=as_json)


@guarantees.command()
@click.argument("number")
@click.argument("key")
@click.argument("amount_minor", type=click.IntRange(1, 10**15))
@_WHY
@_DAY
@json_option
def claim(
    number: str, key: str, amount_minor: int, reason: str, day: "datetime | None", *, as_json: bool
) -> None:
    """Claim AMOUNT_MINOR (minor units) from the guarantor of NUMBER, once for the deed KEY."""
    from isthmus.apps.excise.guarantees import services

    found = services.claim(_found(number), amount_minor, key=key, on=_day(day), reason=reason, actor=who())
    _show(found, as_json=as_json)


@guarantees.command()
@click.argument("number")
@_WHY
@_DAY
@json_option
def end(number: str, reason: str, day: "datetime | None", *, as_json: bool) -> None:
    """Let guarantee NUMBER cover nothing new from a day on; what is reserved stays reserved."""
    from isthmus.apps.excise.guarantees import services

    row = services.end(_found(number), on=_day(day), why=reason, actor=who())
    show_one({"number": row.number, "state": row.state, "ended_on": row.ended_on}, as_json=as_json)


@guarantees.command("list")
@click.option("--operator", help="Excise number of one operator.")
@json_option
def listed(operator: str | None, *, as_json: bool) -> None:
    """Show guarantees with what is free, reserved and claimed, in minor units."""
    from isthmus.apps.excise.guarantees import queries
    from isthmus.apps.excise.guarantees.models import Guarantee

    found = Guarantee.objects.select_related("operator")
    rows = list(found if operator is None else found.filter(operator__excise_number=operator))
    held, today = queries.held(rows), clock.now().date()
    shown: list[dict[str, object]] = [
        {
            "number": row.number,
            "operator": row.operator.excise_number,
            "state": row.state,
            "in_force": queries.counts_on(row, today),
            "valid_until": row.valid_until,
            "currency": row.currency,
            "amount_minor": row.amount_minor,
            "free_minor": held[row.number].free,
            "reserved_minor": held[row.number].reserved,
            "called_minor": held[row.number].called,
        }
        for row in rows
    ]
    heads = {name: name.replace("_", " ") for name in (shown[0] if shown else {})}
    show_rows(shown, heads, as_json=as_json, empty=_("There are no guarantees yet."))
