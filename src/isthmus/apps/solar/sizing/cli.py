"""`isthmus solar size` and `isthmus solar simulate`."""

from typing import Any

import click
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from isthmus.apps.solar.engine import single_analytics as single
from isthmus.apps.solar.engine.rules.battery import CHEMISTRIES, LEAD_ACID
from isthmus.apps.solar.engine.rules.kibam import LEAD_ACID_WELLS
from isthmus.apps.solar.numbers_cli import Number
from isthmus.apps.solar.sizing import queries
from isthmus.apps.solar.sizing import told_analytics as told
from isthmus.apps.solar.sizing.analytics import Design, size_each
from isthmus.apps.solar.sizing.analytics import simulate as simulate_design
from isthmus.apps.solar.sizing.living_analytics import Life
from isthmus.apps.solar.sizing.place_cli import asked_by, place_options
from isthmus.apps.solar.sizing.question_analytics import Prepared, prepared
from isthmus.apps.solar.sizing.rules.living import months_short
from isthmus.apps.solar.sizing.rules.usual import TARGETS
from isthmus.apps.solar.sizing.wording import peak_words
from isthmus.kit.terminal import json_option, say, write_json


def _line(name: str, design: Design, life: Life) -> None:
    click.echo(
        _("%(name)s: panel %(wp)d Wp, battery %(wh)d Wh (%(kind)s), %(price)s %(currency)s")
        % {
            "name": name,
            "wp": design.wp,
            "wh": design.battery_wh,
            "kind": design.battery,
            "price": design.price,
            "currency": design.currency,
        }
    )
    click.echo(
        _("  %(short)s %% of the use is not met (%(low)s to %(high)s %% in nine years of ten)")
        % {
            "short": f"{design.by_energy * 100:.2f}",
            "low": f"{design.low * 100:.2f}",
            "high": f"{design.high * 100:.2f}",
        }
    )
    click.echo(_("  longest time without power: %(hours)d hours") % {"hours": design.longest_dark_hours})
    months = ", ".join(str(MONTHS[month + 1]) for month in months_short(life.by_month))
    if months:
        click.echo(_("  runs short in: %(months)s") % {"months": months})
    click.echo(
        _("  tier of access achieved: %(tier)d of 5; %(price)s %(currency)s a month over its life")
        % {"tier": life.achieved.tier, "price": design.a_month, "currency": design.currency}
    )
    too_much = peak_words(life.peak)
    if too_much:
        click.echo(f"  {too_much}")


def _show(asked: Prepared, designs: dict[str, Design], as_json: bool, more: told.Facts | None = None) -> None:
    prices, lives = queries.prices(), told.lives_of(asked, designs)
    if as_json:
        write_json({**told.designs(asked, designs, lives), **(more or {})})
        return
    for name, design in designs.items():
        _line(name, design, lives[name])
    if asked.seeds > 1:
        say(
            _("Over %(years)d synthetic years of %(seeds)d weathers.")
            % {"years": asked.years, "seeds": asked.seeds}
        )
    for sentence in asked.says:
        say(sentence)
    if not prices.confirmed:
        say(
            _("Prices are planning figures of %(day)s, not confirmed.")
            % {"day": prices.checked_on.isoformat()}
        )


@click.command()
@place_options
@click.option("--llp", type=Number(0, 1), help="The share of the use that may stay unmet.")
@json_option
def size(llp: float | None, as_json: bool, **given: Any) -> None:
    """How large a system must be: the cheapest that is good enough, or three of them without --llp."""
    question = asked_by(given)
    asked = prepared(question)
    targets = TARGETS if llp is None else {"asked": llp}
    battery = CHEMISTRIES[question.battery]
    _show(asked, size_each(asked.hours, battery, queries.prices(), targets, question.owned), as_json)


@click.command()
@place_options
@click.option("--pv-wp", type=click.IntRange(0, 100_000), required=True, help="The panel, in Wp.")
@click.option("--battery-wh", type=click.IntRange(0, 1_000_000), required=True, help="On its label, in Wh.")
@click.option("--details", is_flag=True, help="With --json: also PVGIS's off-grid fields, charge and more.")
@click.option("--wells", is_flag=True, help="In the details, lead-acid as two wells (KiBaM).")
@json_option
def simulate(pv_wp: int, battery_wh: int, details: bool, wells: bool, as_json: bool, **given: Any) -> None:
    """How a system does that exists or is thought of."""
    question = asked_by(given)
    asked, battery = prepared(question), CHEMISTRIES[question.battery]
    design = simulate_design(asked.hours, pv_wp, battery_wh, battery, queries.prices(), question.owned)
    more: told.Facts = {}
    if details and as_json:
        kinetic = LEAD_ACID_WELLS if wells and battery is LEAD_ACID else None
        first = asked.hours.each()[0]
        more["details"] = single.details(first, pv_wp, battery_wh * battery.usable, battery, kinetic)
    _show(asked, {"given": design}, as_json, more)
