"""The charts of the gallery, with invented figures and the cases that are hard to draw."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from isthmus.ui.charts import (
    BarChart,
    Chart,
    Choice,
    FrontierChart,
    HeatMap,
    LineChart,
    Mark,
    Reference,
    Series,
    StripChart,
    SurfaceChart,
    TileMap,
)

_WEEKS = tuple(date(2026, 7, 6) + timedelta(weeks=i) for i in range(20))
_PANELS = tuple(round(50 * 1.15**i, 1) for i in range(16))
_BATTERIES = tuple(round(80 * 1.25**i, 1) for i in range(16))
_DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"))


def _wave(start: int, slope: int, sway: int) -> tuple[float, ...]:
    return tuple(float(start + slope * i + sway * ((i * 7) % 5 - 2)) for i in range(len(_WEEKS)))


COMPARABLE = StripChart(
    _("Loss of mass in comparable shipments"),
    tuple(round(0.4 + 0.11 * i + 0.5 * ((i * i) % 7), 1) for i in range(52)),
    4.5,
    _("This shipment"),
    "%",
    _("Most shipments of rice lost between 1 and 5 per cent of their mass."),
    Reference(6.0, _("allowed")),
)

CHARTS: tuple[Chart, ...] = (
    LineChart(
        _("Declarations a week"),
        _WEEKS,
        (
            Series(_("China"), _wave(820, 14, 30)),
            Series(_("Moldova"), (*_wave(610, 11, 12)[:8], None, None, *_wave(610, 11, 12)[10:])),
            Series(_("Nigeria"), _wave(580, 13, 22)),
            Series(_("Maldives"), _wave(120, 2, 9)),
        ),
        _("declarations"),
        _("All four partners send more than in July; Moldova's link was down for two weeks in September."),
        Reference(1_000, _("Capacity of the desk")),
    ),
    BarChart(
        _("Difference of declared and received mass"),
        (
            _("Rice, semi-milled or wholly milled"),
            _("Sesame seeds"),
            _("Teak"),
            _("Frozen shrimps"),
            _("Jade"),
        ),
        (Series(_("Net mass"), (12_480, -3_120, 840, 0, None)),),
        "t",
        _("Rice is declared higher than it is received, sesame lower."),
        Reference(5_000, _("Tolerance")),
    ),
    BarChart(
        _("Movements by fuel"),
        (_("Diesel"), _("Petrol"), _("Kerosene")),
        (Series(_("2025"), (41, 35, 12)), Series(_("2026"), (52, 31, 9))),
        _("movements"),
    ),
    HeatMap(
        _("Records by day and hour"),
        _DAYS,
        tuple(f"{hour:02d}" for hour in range(6, 20)),
        tuple(
            tuple(None if (d, h) == (2, 9) else (h * (14 - h) + d * 7) % 61 for h in range(14))
            for d in range(5)
        ),
        _("records"),
        _("Most records leave between nine and noon."),
    ),
    HeatMap(
        _("Change by quarter"),
        (_("Exports"), _("Imports")),
        ("Q1", "Q2", "Q3", "Q4"),
        ((3.5, -2, 0.5, 8), (-9, -4.5, 1, 2)),
        "%",
    ),
    FrontierChart(
        _("Plants for Kyauk Taung"),
        (
            Choice(_("Sun 8 kW"), 31_000, 4.1),
            Choice(_("Sun 12 kW, small battery"), 38_500, 1.6),
            Choice(_("Sun 12 kW"), 45_200, 0.7, marked=True),
            Choice(_("Sun 16 kW"), 58_000, 0.22),
            Choice(_("Diesel alone"), 62_000, 1.9),
            Choice(_("Sun and diesel"), 49_000, 1.3),
            Choice(_("Grid"), 74_000, 0.9),
        ),
        _("Cost over 20 years"),
        _("Hours without power"),
        "USD",
        _("per cent of the year"),
        description=_("Below 45,200 USD each hour of supply saved costs little, above it much."),
    ),
    COMPARABLE,
    TileMap(
        _("Partners' records this year"),
        {
            "MM": 41_208,
            "CN": 38_112,
            "MD": 9_120,
            "NG": 22_480,
            "MV": 1_204,
            "FR": 310,
            "BR": 5_400,
            "KE": 12_050,
        },
        _("records"),
        _("Myanmar and China exchange most."),
        frozenset({"MM"}),
    ),
    SurfaceChart(
        _("Share not met by panel and battery"),
        _PANELS,
        _BATTERIES,
        tuple(tuple(round(4e6 / (p * p * b) + 40_000 / (b * b), 4) for b in _BATTERIES) for p in _PANELS),
        (0.1, 1, 3, 10, 30),
        _("Panel"),
        _("Battery"),
        "Wp",
        "Wh",
        "%",
        _("Share of the use that is not met"),
        (Mark(_("Asked for"), 160, 500),),
        0.5,
        _("The stronger the shade, the less reliable; the dashed line is what was asked for."),
    ),
    LineChart(_("A chart without values"), (), (Series(_("Nothing"), ()),), "kg"),
    LineChart(_("A single point"), (date(2026, 11, 23),), (Series(_("Stock"), (4_200_000_000,)),), "kg"),
)
