"""`isthmus solar surface`: how reliable every size is, and what reliability costs."""

import json
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from isthmus.apps.solar.engine.rules.battery import CHEMISTRIES
from isthmus.apps.solar.numbers_cli import Number
from isthmus.apps.solar.sizing import queries
from isthmus.apps.solar.sizing.place_cli import asked_by, place_options
from isthmus.apps.solar.sizing.question_analytics import Prepared, prepared
from isthmus.apps.solar.surface import told_analytics as told
from isthmus.apps.solar.surface.analytics import FEWEST, MOST, SIDE, Answer, answer
from isthmus.apps.solar.surface.formats.tables import as_csv
from isthmus.apps.solar.surface.shares_wording import percent_text
from isthmus.apps.solar.surface.wording import frontier_chart, surface_chart
from isthmus.kit.errors import BadInput
from isthmus.kit.terminal import json_option, plain, say, write_json, write_table
from isthmus.ui.charts import alone

_OUT = click.Path(dir_okay=False, path_type=Path)


def _csv(found: Answer) -> bytes:
    whole, currency = found.surface, found.asked.design.currency
    return as_csv(
        whole.wp, whole.battery_wh, whole.by_energy, whole.by_hours, whole.costs, currency, whole.best
    )


_FORMS = {".svg", ".csv", ".json"}


def _content(form: str, asked: Prepared, found: Answer) -> bytes:
    if form == ".svg":
        return alone(surface_chart(found.surface, found.asked))
    if form == ".csv":
        return _csv(found)
    return (json.dumps(plain(told.whole(asked, found)), ensure_ascii=False) + "\n").encode()


def _written(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise BadInput(
            "solar.out", _("%(file)s cannot be written: %(why)s.") % {"file": path, "why": error.strerror}
        ) from error


def _table(found: Answer) -> None:
    currency = found.asked.design.currency
    headings = [
        _("not met"),
        _("panel, Wp"),
        _("battery, Wh"),
        _("dark at most, hours"),
        _("price, %(currency)s") % {"currency": currency},
        _("over 20 years, %(currency)s") % {"currency": currency},
    ]
    write_table(
        headings,
        [
            (
                percent_text(one.design.by_energy) + (" *" if one is found.asked else ""),
                one.design.wp,
                one.design.battery_wh,
                one.design.longest_dark_hours,
                one.design.price,
                one.over_life,
            )
            for one in found.systems
        ],
    )
    say(
        _("* the cheapest of which no more than %(asked)s stays unmet")
        % {"asked": percent_text(found.asked.target)}
    )


@click.command()
@place_options
@click.option("--llp", type=Number(0.0005, 0.5), default=0.03, show_default=True,
              help="The share of the use that may stay unmet.")  # fmt: skip
@click.option("--side", type=click.IntRange(FEWEST, MOST), default=SIDE, show_default=True,
              help="How many sizes of each.")  # fmt: skip
@click.option("--out", type=_OUT, help="The surface: a picture (.svg), or every design (.csv, .json).")
@click.option("--frontier", "frontier_out", type=_OUT, help="What reliability costs, as a picture (.svg).")
@json_option
def surface(
    llp: float, side: int, out: Path | None, frontier_out: Path | None, *, as_json: bool, **given: Any
) -> None:
    """How reliable every size of panel and battery is, and the cheapest system for each reliability."""
    if out is not None and out.suffix not in _FORMS:
        raise BadInput("solar.out", _("%(file)s must end with .svg, .csv or .json.") % {"file": out.name})
    if frontier_out is not None and frontier_out.suffix != ".svg":
        raise BadInput("solar.out", _("%(file)s must end with .svg.") % {"file": frontier_out.name})
    if given["owned_wp"] or given["owned_wh"]:
        raise BadInput(
            "solar.owned",
            _("A surface is of new systems: it does not take what is owned."),
            next_step=_("Use isthmus solar size with --owned-wp and --owned-wh."),
        )
    question = asked_by(given)
    asked = prepared(question)
    found = answer(asked.hours, CHEMISTRIES[question.battery], queries.prices(), llp, side)
    if out is not None:
        _written(out, _content(out.suffix, asked, found))
    if frontier_out is not None:
        _written(frontier_out, alone(frontier_chart(found.systems, found.asked)))
    if as_json:
        write_json(told.summary(asked, found))
        return
    _table(found)
    for sentence in asked.says:
        say(sentence)
    if not queries.prices().confirmed:
        day = queries.prices().checked_on.isoformat()
        say(_("Prices are planning figures of %(day)s, not confirmed.") % {"day": day})
