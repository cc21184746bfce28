"""`isthmus excise registry`: operators, whether one is authorised, and the extract for partners."""

from datetime import datetime
from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _

from isthmus.kit import clock
from isthmus.kit.errors import NotFound
from isthmus.kit.terminal import json_option, show_one, show_rows, who

if TYPE_CHECKING:
    from isthmus.apps.excise.registry.models import Product


@click.group()
def registry() -> None:
    """The registry of operators: who may make, store and bring in excise goods."""


@registry.command()
@click.option("--search", default="", help="Part of a name, an excise number or a tax number.")
@json_option
def operators(search: str, *, as_json: bool) -> None:
    """List the operators."""
    from django.db.models import Q

    from isthmus.apps.excise.registry.models import Operator

    rows = Operator.objects.order_by("name", "excise_number")
    if search:
        rows = rows.filter(
            Q(name__icontains=search) | Q(excise_number__icontains=search) | Q(tax_number__icontains=search)
        )
    found = [
        {
            "excise_number": row.excise_number,
            "name": row.name,
            "kind": row.kind,
            "country": row.country,
            "tax_number": row.tax_number,
            "state": row.state,
            "registered_on": row.registered_on,
            "retired_on": row.retired_on,
        }
        for row in rows
    ]
    columns = {
        "excise_number": _("EXCISE NUMBER"),
        "name": _("NAME"),
        "kind": _("KIND"),
        "state": _("STATE"),
    }
    show_rows(found, columns, as_json=as_json, empty=_("No operator is registered."))


@registry.command()
@click.argument("number")
@click.argument("code")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day; today where it is not given.")
@json_option
def check(number: str, code: str, on: datetime | None, *, as_json: bool) -> None:
    """Say whether NUMBER is authorised for the product CODE, such as W200, on a day.

    A number of this country is looked up in the registry, another one in what partners sent. Exit code 0
    where it is authorised, 3 where it is not, 4 where the number is not known here.
    """
    from isthmus.apps.excise.registry.services.answering import ask

    answer = ask(number.upper(), code.upper(), on.date() if on else clock.now().date())
    show_one(answer.facts(), as_json=as_json)
    if not answer.authorised:
        raise SystemExit(3)


@registry.command()
@click.option("--to", "partner", required=True, help="Node id of the partner.")
@json_option
def export(partner: str, *, as_json: bool) -> None:
    """Send a partner what changed in the registry since the last sending."""
    from isthmus.apps.excise.registry.services import extract

    sent = extract.send(partner, actor=who())
    facts = {"partner": partner, "sent": len(sent), "numbers": [row.excise_number for row in sent]}
    show_one(facts, as_json=as_json)


def _product(gtin: str) -> "Product":
    from isthmus.apps.excise.registry.models import Product

    row = Product.objects.select_related("operator").filter(gtin=gtin).first()
    if row is None:
        raise NotFound(
            "excise.no-product", _("There is no product %(gtin)s in this registry.") % {"gtin": gtin}
        )
    return row


_WHY = click.option("--reason", required=True, help="Why, for whoever reads the history.")


@registry.command("amend-product")
@click.argument("gtin")
@click.option("--name", help="Name as it is sold.")
@click.option("--hs", "hs_code", help="HS code, 4 to 10 digits.")
@click.option("--code", "excise_code", help="Excise product code, such as W200.")
@click.option("--abv", "abv_thousandths", type=int, help="Strength in thousandths of a per cent.")
@click.option("--volume", "volume_ml", type=int, help="Volume of one container in millilitres.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day it counts from; else today.")
@_WHY
@json_option
def amend_product(
    gtin: str, on: datetime | None, reason: str, *, as_json: bool, **given: str | int | None
) -> None:
    """Amend the product GTIN from a day on; goods of earlier days keep what stood then."""
    from isthmus.apps.excise.registry.services import products

    changes = {name: value for name, value in given.items() if value is not None}
    day = (on or clock.now()).date()
    row = products.amend(_product(gtin), changes, day, actor=who(), why=reason)
    show_one({"gtin": row.gtin, **{name: getattr(row, name) for name in given}}, as_json=as_json)


@registry.command("withdraw-product")
@click.argument("gtin")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The last day it is sold; else today.")
@_WHY
@json_option
def withdraw_product(gtin: str, on: datetime | None, reason: str, *, as_json: bool) -> None:
    """Withdraw the product GTIN: it is sold up to and with a day."""
    from isthmus.apps.excise.registry.services import products

    row = products.withdraw(_product(gtin), (on or clock.now()).date(), actor=who(), why=reason)
    show_one({"gtin": row.gtin, "withdrawn_on": row.withdrawn_on}, as_json=as_json)
