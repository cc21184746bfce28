"""Numbers of the commands: within bounds, and never what is no number."""

import math

import click
from django.utils.translation import gettext as _


class Number(click.FloatRange):
    """A number within bounds. ``nan`` lies within any bounds for a computer; here it is refused."""

    def convert(self, value: float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; click's own refusal for what is none."""
        found = float(super().convert(value, param, ctx))
        if not math.isfinite(found):
            self.fail(_("%(text)s is no number.") % {"text": value}, param, ctx)
        return found
