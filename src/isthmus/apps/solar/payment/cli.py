"""`isthmus solar pay`: what a system costs a family a month, and beside other sources."""

from decimal import Decimal, InvalidOperation

import click
from django.utils.translation import gettext as _

from isthmus.apps.solar.numbers_cli import Number
from isthmus.kit.errors import BadInput
from isthmus.kit.terminal import json_option, say, write_json


def _amount(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found < 0 or found > 10**9:
        raise BadInput("solar.pay", _("%(text)s is no amount of money.") % {"text": text})
    return found


@click.command()
@click.option("--price", required=True, help="Of the system, in USD.")
@click.option("--deposit", default="0", show_default=True, help="Paid at once.")
@click.option("--months", type=click.IntRange(1, 240), default=24, show_default=True)
@click.option("--rate", type=Number(0, 20), default=1.5, show_default=True, help="Percent a month.")
@click.option("--stops", type=Number(0, 50), default=1.0, show_default=True,
              help="Percent of payers who stop each month.")  # fmt: skip
@click.option("--resale", type=Number(0, 100), default=40.0, show_default=True,
              help="Percent of the price that a system taken back at once is worth.")  # fmt: skip
@click.option("--wh-per-day", type=Number(1, 1_000_000), required=True, help="The family's use.")
@json_option
def pay(
    price: str,
    deposit: str,
    months: int,
    rate: float,
    stops: float,
    resale: float,
    wh_per_day: float,
    *,
    as_json: bool,
) -> None:
    """What is paid a month, with the risk that some stop, and what other sources cost and emit a year."""
    from isthmus.apps.solar.payment.queries import sources
    from isthmus.apps.solar.payment.rules.instalments import Terms, covering, expected, instalment
    from isthmus.apps.solar.payment.rules.sources import compare

    of, down = _amount(price), _amount(deposit)
    if down > of:
        raise BadInput("solar.pay", _("The deposit is more than the price."))
    shares = (Decimal(str(one)) / 100 for one in (rate, stops, resale))
    terms = Terms(of, down, months, *shares)
    monthly = instalment(terms)
    risk = expected(terms, monthly)
    known, years = sources()
    others = compare(known, Decimal(str(wh_per_day)), years)
    told = {
        "monthly": str(monthly),
        "monthly_covering_risk": str(covering(terms)),
        "paid_to_the_end": f"{risk.paid_to_the_end:.4f}",
        "expected_loss": str(risk.loss),
        "currency": "USD",
        "sources": [
            {
                "name": one.name,
                "cost_a_year": f"{one.cost:.2f}",
                "co2_kg_a_year": f"{one.co2_kg:.0f}",
                "covers": f"{one.covers:.4g}",
                "confirmed": one.confirmed,
            }
            for one in others
        ],
    }
    if as_json:
        write_json(told)
        return
    click.echo(
        _("%(monthly)s USD a month; %(covering)s where those who pay cover those who stop")
        % {"monthly": told["monthly"], "covering": told["monthly_covering_risk"]}
    )
    for one in others:
        click.echo(
            _("  %(name)s: %(cost)s USD and %(co2)s kg of CO2 a year, for %(part)s %% of the use")
            % {
                "name": one.name,
                "cost": f"{one.cost:.2f}",
                "co2": f"{one.co2_kg:.0f}",
                "part": f"{one.covers * 100:.3g}",
            }
        )
    say(_("Other sources are planning figures, not confirmed."))
