"""What programs ask of sizing, and what they are answered."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from isthmus.apps.solar.loads.rules.limits import LEAST_WH, MOST_WH
from isthmus.exchange.api.fields import Asked, Shown, Text, plain_digits

MOST_SEEDS = 5
"""Fewer than at the shell: others wait for the same machine."""
_SHARE = r"[0-9]{1,6}(\.[0-9]{1,6})?"
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,330})?([eE][+-]?[0-9]{1,3})?")


def _plain_number(value: object) -> object:
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise ValueError("must be a number in plain digits, such as 12.05")
    return value


# Python would also read 1_0, nan and ٣.
_PLAIN, _DIGITS = BeforeValidator(_plain_number), BeforeValidator(plain_digits)
Latitude = Annotated[
    float, _PLAIN, Field(ge=-90, le=90, description="Degrees, north above zero; with `lon`, not `place`.")
]
Longitude = Annotated[float, _PLAIN, Field(ge=-180, le=180, description="Degrees, east above zero.")]
WhADay = Annotated[
    float,
    _PLAIN,
    Field(ge=LEAST_WH, le=MOST_WH, description="What is used on a day, Wh; or give `appliances`."),
]
Measured = Annotated[
    float,
    _PLAIN,
    Field(ge=LEAST_WH, le=MOST_WH, description="Measured, Wh a day: corrects `appliances`."),
]
Growth = Annotated[float, _PLAIN, Field(ge=-0.2, le=0.5, description="Of the use in a year, as a share.")]
Tilt = Annotated[
    float, _PLAIN, Field(ge=0, le=90, description="Of the panel, degrees; else by the latitude.")
]
Air = Annotated[
    float, _PLAIN, Field(ge=-40, le=60, description="The air's mean of the year, °C; else estimated.")
]
Unmet = Annotated[float, _PLAIN, Field(ge=0, le=0.5, description="The share of the use that may stay unmet.")]
UnmetOfSurface = Annotated[
    float, _PLAIN, Field(ge=0.0005, le=0.5, description="The share of the use that may stay unmet.")
]
OwnedWp = Annotated[int, _DIGITS, Field(ge=0, le=100_000, description="A panel that is there, Wp.")]
OwnedWh = Annotated[
    int, _DIGITS, Field(ge=0, le=1_000_000, description="A battery that is there, Wh on its label.")
]
PanelWp = Annotated[int, _DIGITS, Field(ge=0, le=100_000, description="The panel, Wp.")]
BatteryWh = Annotated[int, _DIGITS, Field(ge=0, le=1_000_000, description="The battery, Wh on its label.")]
Seed = Annotated[int, _DIGITS, Field(ge=0, le=2**31 - 1, description="Of the first synthetic weather.")]
Seeds = Annotated[
    int, _DIGITS, Field(ge=1, le=MOST_SEEDS, description="How many synthetic weathers of 20 years.")
]
Cells = Annotated[int, _DIGITS, Field(ge=1, le=144, description="A PWM controller: cells of the panel.")]
Side = Annotated[int, _DIGITS, Field(ge=8, le=64, description="How many sizes of each.")]
Money = Annotated[
    Decimal,
    PlainSerializer(lambda value: f"{value:.2f}", return_type=str),
    WithJsonSchema({"type": "string", "description": "Money with two decimals.", "examples": ["316.90"]}),
]


class SolarQuestion(Asked):
    """A place and its use. A place is a town by name or coordinates; the use watt-hours or appliances."""

    place: (
        Annotated[
            Text, Field(min_length=1, max_length=60, description="A town, such as `Kano` or `San Pedro, CI`.")
        ]
        | None
    ) = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    wh_per_day: WhADay | None = None
    appliances: (
        Annotated[
            Text,
            Field(min_length=1, max_length=500, description="A list such as `lamp:3,phone:2,television`."),
        ]
        | None
    ) = None
    country: (
        Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="Of the appliances, where it is known.")]
        | None
    ) = None
    measured_wh: Measured | None = None
    growth: Growth = 0.0
    shape: Annotated[
        str,
        Field(
            pattern=rf"^(evening|light|cooling|work|{_SHARE}(,{_SHARE}){{23}})$",
            description="When it is used: a name, or 24 shares of the day from midnight between commas.",
        ),
    ] = "evening"
    tilt: Tilt | None = None
    air: Air | None = None
    pwm_cells: Cells | None = None
    volts: Literal["12", "24", "48"] = "12"
    battery: Literal["lfp", "lead-acid"] = "lfp"
    seed: Seed = 1
    seeds: Seeds = 1


class SolarSizeAsked(SolarQuestion):
    """How large a system must be."""

    llp: Unmet | None = None
    owned_wp: OwnedWp = 0
    owned_wh: OwnedWh = 0


class SolarSimulationAsked(SolarQuestion):
    """How a system does."""

    pv_wp: PanelWp
    battery_wh: BatteryWh
    owned_wp: OwnedWp = 0
    owned_wh: OwnedWh = 0


class SolarSurfaceAsked(SolarQuestion):
    """How every size does."""

    llp: UnmetOfSurface = 0.03
    side: Side = 32


class SolarGives(Shown):
    """What a system gave: what nine days in ten reach, and a mean week's breaks."""

    power_w: float
    wh_per_day: float
    hours: float
    evening_hours: float
    interruptions: float
    hours_out: float


class SolarPeak(Shown):
    """What is on at once, against what the battery gives at once."""

    asks_w: float
    gives_w: float
    is_carried: bool
    least_battery_wh: float


class _System(Shown):
    """A system as it is bought and how it does; shares are from 0 to 1."""

    wp: int
    battery_wh: int = Field(description="On its label.")
    battery: str
    by_energy: float = Field(description="Loss of load by energy: the share of the use that is not met.")
    by_hours: float = Field(description="Loss of load by hours: the share in which something is not met.")
    low: float = Field(description="Nine in ten years of all seeds lie between this and `high`, by energy.")
    high: float
    longest_dark_hours: int
    price: Money
    a_month: Money
    currency: str


class SolarDesignShown(_System):
    """A design with what it is like to live with."""

    design: str = Field(description="basic, good, best, asked or given.")
    batteries: float = Field(description="How many the years counted take.")
    tier: int = Field(description="Of access, as achieved (ESMAP): 0 to 5.")
    tier_holds_back: str = Field(description="What the next tier lacks: power, energy, hours, evening, …")
    gives: SolarGives
    months_short: list[int] = Field(description="Months, 1 to 12, with over 1 % not met, the worst first.")
    short_by_month: list[float]
    peak: SolarPeak | None


class SolarSystemShown(_System):
    """The cheapest system for a share that may stay unmet."""

    target: float
    cost_over_life: Money


class SolarPoint(Shown):
    """A design that no other beats in cost and reliability at once."""

    wp: float
    battery_wh: float
    by_energy: float
    cost_over_life: float


class SolarOver(Shown):
    """What figures and intervals are over."""

    years: int = Field(description="Of all seeds.")
    seeds: int


class SolarPricesShown(Shown):
    """How far the prices can be trusted."""

    checked_on: date
    confirmed: bool


class _Beside(Shown):
    over: SolarOver
    prices: SolarPricesShown
    says: list[str] = Field(description="Sentences that belong beside the figures.")


class SolarDesignsShown(_Beside):
    """Designs, and what belongs beside them."""

    designs: list[SolarDesignShown]


class SolarSurfaceShown(_Beside):
    """Every size: `by_energy[i][j]` is of panel `wp[i]` with battery `battery_wh[j]`."""

    asked: SolarSystemShown
    systems: list[SolarSystemShown] = Field(description="The cheapest for each reliability, plain to good.")
    frontier: list[SolarPoint] = Field(description="Designs that none beats, from cheap to dear.")
    years: int = Field(description="Over which costs are counted.")
    wp: list[float]
    battery_wh: list[float]
    by_energy: list[list[float]]
    by_hours: list[list[float]]
    cost_over_life: list[list[float]]
