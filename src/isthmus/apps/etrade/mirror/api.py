"""Corridors for programs: mirror statistics, and what moves by month and by chapter."""

from decimal import Decimal
from typing import Annotated, Literal

from ninja import Query
from pydantic import Field

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require
from isthmus.apps.etrade.mirror.analytics.corridor import mirror_of, partner_of, seen_by
from isthmus.apps.etrade.mirror.queries import VIEW, tally
from isthmus.apps.etrade.mirror.rules.cells import UNKNOWN, Cell, Level, Period
from isthmus.apps.etrade.mirror.rules.lines import Weights, by_chapter, by_period
from isthmus.apps.etrade.models import State
from isthmus.apps.etrade.reference.queries import codes_in_words
from isthmus.exchange.api.fields import Asked, NodeId, Shown, example_of
from isthmus.exchange.api.routes import Routes

router = Routes("corridors")
Way = Annotated[Literal["in", "out"], Field(description="Whether the goods come here or go to the partner.")]
_KG = "Net weight in kg, a decimal as text; null where no line states one."
_VALUE = "In the currency of the row, a decimal as text; null where no line states one."


class MirrorCell(Shown):
    """What both sides declare of the same goods in the same time."""

    partner: str = Field(description="Way of the goods, by ISO 3166 alpha-2.", examples=["CN>MM"])
    hs: str = Field(description="HS code of the level asked for, or `unknown`.")
    period: str = Field(description="`2026`, `2026-Q1`, `2026-03` or `unknown`.")
    currency: str = Field(description="ISO 4217, or `unknown`.")
    exports_value: str | None = Field(description=_VALUE)
    exports_kg: str | None = Field(description=_KG)
    exports_lines: int = Field(description="Lines of goods declared as exports.")
    imports_value: str | None = Field(description=_VALUE)
    imports_kg: str | None = Field(description=_KG)
    imports_lines: int = Field(description="Lines of goods declared as imports.")
    gap: str = Field(description="Imported less 1.06 times exported value, a decimal as text.")
    ratio: str | None = Field(description="Imported by exported value, a decimal as text.")


class Mirror(Shown):
    """Mirror statistics of one way of a corridor, the widest gap first."""

    model_config = example_of(
        way="in",
        level="hs4",
        period="quarter",
        total=1,
        cells=[
            {
                "partner": "CN>MM",
                "hs": "0713",
                "period": "2026-Q1",
                "currency": "USD",
                "exports_value": "1000",
                "exports_kg": "100",
                "exports_lines": 1,
                "imports_value": "700",
                "imports_kg": "100",
                "imports_lines": 1,
                "gap": "-360",
                "ratio": "0.7",
            }
        ],
    )

    way: Way
    level: Level
    period: Period
    total: int = Field(description="How many cells there are in all.")
    cells: list[MirrorCell]


class MirrorAsked(Asked):
    """Which cells, with the same choices and defaults as on the page."""

    way: Way = "in"
    level: Annotated[Level, Field(description="Chapter, heading or subheading.")] = "hs4"
    period: Annotated[Period, Field(description="Gaps of single months are mostly lag.")] = "quarter"
    limit: Annotated[int, Field(ge=1, le=1000, description="At most so many cells.")] = 100


class StateCount(Shown):
    """How many declarations stand in a state."""

    state: State
    declarations: int


class MonthWeights(Shown):
    """Net weight of one month by each side."""

    month: str = Field(description="`2026-03`, or `unknown`.")
    exports_kg: str | None = Field(description=_KG)
    imports_kg: str | None = Field(description=_KG)


class ChapterWeights(Shown):
    """Net weight of one HS chapter by each side."""

    chapter: str = Field(description="Two digits, or `unknown`.")
    words: str = Field(description="What the chapter is called; empty where no edition of the HS is loaded.")
    exports_kg: str | None = Field(description=_KG)
    imports_kg: str | None = Field(description=_KG)


class CorridorFigures(Shown):
    """What one way of a corridor comes to."""

    model_config = example_of(
        way="in",
        exports=[{"state": "arrived", "declarations": 3}],
        imports=[{"state": "released", "declarations": 2}],
        months=[{"month": "2026-03", "exports_kg": "24000.5", "imports_kg": "24000"}],
        chapters=[{"chapter": "07", "words": "Vegetables", "exports_kg": "24000.5", "imports_kg": "24000"}],
    )

    way: Way
    exports: list[StateCount] = Field(description="Export declarations by state: what is coming, what came.")
    imports: list[StateCount] = Field(description="Import declarations by state.")
    months: list[MonthWeights] = Field(description="In the order of time.")
    chapters: list[ChapterWeights] = Field(description="The heaviest ten, the heaviest first.")


class WayAsked(Asked):
    """Which way of the goods."""

    way: Way = "in"


def _text(value: Decimal | None) -> str | None:
    """The digits without the zeros that the sums add."""
    return None if value is None else f"{value.normalize():f}"


def _cell(cell: Cell) -> MirrorCell:
    return MirrorCell(
        partner=cell.partner,
        hs=cell.hs,
        period=cell.period,
        currency=cell.currency,
        exports_value=_text(cell.exports_value),
        exports_kg=_text(cell.exports_kg),
        exports_lines=cell.exports_count,
        imports_value=_text(cell.imports_value),
        imports_kg=_text(cell.imports_kg),
        imports_lines=cell.imports_count,
        gap=f"{cell.gap.normalize():f}",
        ratio=None if cell.ratio is None else f"{Decimal(str(cell.ratio)):f}",
    )


@router.get("/corridors/{partner}/mirror", response=Mirror, summary="Compare both sides of a corridor")
def show_mirror(request: TokenRequest, partner: NodeId, asked: Query[MirrorAsked]) -> Mirror:
    """Mirror statistics: what both sides declare of the same goods, the widest gap first."""
    require(request.actor, VIEW)
    cells = mirror_of(seen_by(request.actor, partner_of(partner), asked.way), asked.level, asked.period)
    shown = [_cell(cell) for cell in cells[: asked.limit]]
    return Mirror(way=asked.way, level=asked.level, period=asked.period, total=len(cells), cells=shown)


@router.get("/corridors/{partner}/figures", response=CorridorFigures, summary="Show what a corridor moves")
def show_figures(request: TokenRequest, partner: NodeId, asked: Query[WayAsked]) -> CorridorFigures:
    """How many declarations stand where, and net weight by month and by HS chapter as each side states it."""
    require(request.actor, VIEW)
    seen = seen_by(request.actor, partner_of(partner), asked.way)
    cells = mirror_of(seen, "hs2", "month")
    chapters = by_chapter(cells)
    words = codes_in_words((one.name, None) for one in chapters if one.name != UNKNOWN)

    def chapter(one: Weights) -> ChapterWeights:
        told = words[one.name].words if one.name in words else ""
        return ChapterWeights(
            chapter=one.name,
            words=told,
            exports_kg=_text(one.exports_kg),
            imports_kg=_text(one.imports_kg),
        )

    return CorridorFigures(
        way=asked.way,
        exports=_counts(tally(seen.sides.exports)),
        imports=_counts(tally(seen.sides.imports)),
        months=[
            MonthWeights(month=one.name, exports_kg=_text(one.exports_kg), imports_kg=_text(one.imports_kg))
            for one in by_period(cells)
        ],
        chapters=[chapter(one) for one in chapters],
    )


def _counts(states: dict[State, int]) -> list[StateCount]:
    return [StateCount(state=state, declarations=count) for state, count in states.items()]
