"""Charts as server-drawn SVG: frozen values in, a picture and its table out. One module a chart."""

from isthmus.ui.charts.figure import Chart, Reference, figure
from isthmus.ui.charts.spark import spark

__all__ = ["Chart", "Reference", "figure", "spark"]
