"""Flows and counters as charts of pages."""

from django.utils.translation import gettext as _

from isthmus.apps.excise.assessment.rules.figures import Figures
from isthmus.apps.excise.assessment.rules.flows import Flow
from isthmus.apps.excise.assessment.wording import flows as words
from isthmus.apps.excise.stamps.rules.custody import Place
from isthmus.apps.excise.stamps.wording import PLACES
from isthmus.ui.charts import BarChart, Chart, LineChart, Series

FEW = 3
"""Steps up to which bars are read better than lines."""


def stamps_by_place(figures: Figures) -> Chart:
    """Where the stamps are now."""
    shown = [place for place in Place if place is not Place.ISSUED]
    values = [float(figures.value(f"stamps.{place.name.lower()}") or 0) for place in shown]
    return BarChart(
        _("Stamps by place"),
        [str(PLACES[place]) for place in shown],
        [Series(_("Stamps"), values)],
        unit=_("stamps"),
        description=_("Source: the book of custody."),
    )


def drawn(flow: Flow) -> Chart:
    """A flow as bars where it has few steps, else as lines; a line that is always zero is left out."""
    lines = [line for line in flow.lines if any(line.values)] or list(flow.lines)
    series = [Series(words.line_name(flow, line.key), [float(one) for one in line.values]) for line in lines]
    title, unit = words.title(flow), words.unit(flow)
    told = _("Source: %(source)s.") % {"source": flow.source}
    if len(flow.steps) <= FEW:
        names = [words.step_text(flow, step) for step in flow.steps]
        return BarChart(title, names, series, unit=unit, description=told)
    steps = list(flow.steps) if flow.by_day else [words.step_text(flow, step) for step in flow.steps]
    return LineChart(title, steps, series, unit=unit, description=told, step_name=words.step_name(flow))
