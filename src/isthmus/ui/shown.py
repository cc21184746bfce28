"""One way to show any value on a page: numbers grouped, times with zone, states with their shape."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from isthmus.ui.components import Amount, Folded, Link, Share, State, Tile
from isthmus.ui.formats import amount, day, grouped, moment
from isthmus.ui.icons import icon
from isthmus.ui.share import share_html


def state_html(state: State) -> SafeString:
    """The state's shape and word."""
    return format_html(
        '<span class="state state-{}">{}{}</span>', state.kind, icon(f"state-{state.kind}"), state.word
    )


def tile_html(tile: Tile) -> SafeString:
    """The code in its tile and, where it is given, the name beside it."""
    there = " tile-there" if tile.side == "there" else ""
    code = format_html('<span class="tile{}">{}</span>', there, tile.code)
    if not tile.name:
        return code
    return format_html('<span class="row">{}<span>{}</span></span>', code, tile.name)


def shown(value: object) -> SafeString:
    """The value as HTML; what is unknown is said to be, rather than left blank."""
    match value:
        case None | "":
            return format_html('<span class="muted">{}</span>', _("Not given"))
        case State():
            return state_html(value)
        case Tile():
            return tile_html(value)
        case Link():
            return format_html('<a href="{}">{}</a>', value.url, value.label)
        case Share():
            return share_html(value)
        case Folded():
            return format_html(
                '<details class="fold"><summary>{}</summary>{}</details>', value.label, shown(value.lines)
            )
        case Amount(value=int() | float() | Decimal() as number):
            return format_html('<span class="number">{}</span>', amount(number, value.unit, value.places))
        case bool():
            return conditional_escape(_("Yes") if value else _("No"))
        case int() | float() | Decimal():
            return format_html('<span class="number">{}</span>', grouped(value))
        case datetime():
            return conditional_escape(moment(value))
        case date():
            return conditional_escape(day(value))
        case str():
            return conditional_escape(value)
        case Sequence():
            return format_html(
                '<ul role="list">{}</ul>', format_html_join("", "<li>{}</li>", ((shown(v),) for v in value))
            )
        case _:
            return conditional_escape(str(value))
