"""Charts as server-drawn SVG: frozen values in, a picture and its table out. One module a chart."""

from isthmus.ui.charts.alone import alone
from isthmus.ui.charts.bar import BarChart
from isthmus.ui.charts.figure import Chart, Reference, figure
from isthmus.ui.charts.frontier import Choice, FrontierChart
from isthmus.ui.charts.heat import HeatMap
from isthmus.ui.charts.line import LineChart
from isthmus.ui.charts.series import Series
from isthmus.ui.charts.spark import spark
from isthmus.ui.charts.strip import StripChart
from isthmus.ui.charts.surface import Mark, SurfaceChart
from isthmus.ui.charts.tiles import TileMap

__all__ = [
    "BarChart",
    "Chart",
    "Choice",
    "FrontierChart",
    "HeatMap",
    "LineChart",
    "Mark",
    "Reference",
    "Series",
    "StripChart",
    "SurfaceChart",
    "TileMap",
    "alone",
    "figure",
    "spark",
]
