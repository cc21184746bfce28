"""Gathering what an introduction says."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from django.conf import settings
from django.utils import translation

from isthmus.apps.excise.assessment import queries
from isthmus.apps.excise.assessment.formats import params
from isthmus.apps.excise.assessment.formats.introduction import paper
from isthmus.apps.excise.assessment.formats.introduction.content import (
    Compared,
    Content,
    Country,
    StampMove,
)
from isthmus.apps.excise.assessment.queries import flows, standing
from isthmus.apps.excise.assessment.rules.comparing import Views
from isthmus.apps.excise.assessment.rules.costs import worked_out
from isthmus.apps.excise.assessment.rules.figures import Figures
from isthmus.apps.excise.assessment.rules.questionnaire import machine_score
from isthmus.apps.excise.assessment.rules.sides import Said, Side
from isthmus.apps.excise.stamps.models import ACT_WORDS
from isthmus.apps.excise.stamps.rules.custody import MOVES
from isthmus.apps.excise.stamps.wording import PLACES
from isthmus.apps.excise.tariff import queries as tariffs
from isthmus.kit.config import Config
from isthmus.trust.models import Partner
from isthmus.ui.papers.paper import Paper


def _country(code: str, figures: Figures | None, side: Side) -> Country:
    tariff = tariffs.tariff_of(code)
    return Country(
        code=tariff.country,
        title=tariff.title,
        figures=figures,
        counted="",
        side=side,
        tariff=tariff,
        tariff_source=f"{tariff.country}: {queries.tariff_source(tariff)}",
    )


def _moves() -> tuple[StampMove, ...]:
    noted = queries.acts_noted()
    found = []
    for act, move in MOVES.items():
        count, stamps, source = noted.get(act.value, (None, None, ""))
        sources = ", ".join(str(PLACES[place]) for place in sorted(move.sources))
        found.append(StampMove(str(ACT_WORDS[act]), sources, str(PLACES[move.target]), count, stamps, source))
    return tuple(found)


def _scored(figures: Figures) -> Side:
    """A side that has not answered: what its counters alone say."""
    clauses = params.questionnaire().clauses
    said = {
        one.id: Said(Views(machine=machine_score(one.measure, figures) if one.measure else None))
        for one in clauses
    }
    return Side(said, figures)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of this node's country and the other one as of a moment."""

    own: Country
    other: Country
    compared: Compared | None


def _known(own: str, other: str, until: datetime) -> _Known:
    me, figures = settings.ISTHMUS.node_id, queries.counters(until)
    here, there = _country(own, figures, _scored(figures)), _country(other, None, Side({}))
    partners = Partner.objects.filter(country__iexact=other).values_list("node_id", flat=True)
    row = standing.newest_with(partners, until)
    if row is None:
        return _Known(here, there, None)
    found = standing.stated(row, until)
    ours = standing.side(found, own=True, sender=me, receiver=row.partner)
    theirs = standing.side(found, own=False, sender=row.partner, receiver=me)
    if ours.said:
        here = replace(here, side=ours)
    if theirs.said:
        there = replace(there, figures=theirs.figures, counted=theirs.counted, side=theirs)
    signature = standing.signature(row, until)
    result = row.statements.filter(leaf=row.signed_leaf).first() if signature is not None else None
    differing = tuple(
        (country.code, one)
        for country, is_own in ((here, True), (there, False))
        for one in standing.differing(found, own=is_own)
    )
    compared = Compared(
        row.number,
        None if signature is None else signature.issued.date(),
        standing.named(result, me if result.is_own else row.partner) if result is not None else "",
        differing,
    )
    return _Known(here, there, compared)


def _both(giver: str, taker: str, until: datetime) -> tuple[Country, Country, Compared | None]:
    """Giver and taker with what this node knows of them: of itself, of a partner, or by the tariff alone."""
    own = settings.ISTHMUS.country.upper()
    first, second = (tariffs.tariff_of(code).country for code in (giver, taker))
    if own == first:
        known = _known(first, second, until)
        return known.own, known.other, known.compared
    if own == second:
        known = _known(second, first, until)
        return known.other, known.own, known.compared
    return _country(first, None, Side({})), _country(second, None, Side({})), None


def introduction(
    giver: str, taker: str, *, day: date, language: str = "en", costs: Path | None = None
) -> Paper:
    """The introduction of one country's excise to another's, as of a day; both by their ISO codes.

    The same data and day give the same paper, whatever language its reader uses. NotFound
    ``excise.no-tariff`` for a country without a tariff here, BadInput for a language without headings or a
    cost sheet that cannot be used.
    """
    config: Config = settings.ISTHMUS
    words = params.words(language)
    currency, lines, source = params.cost_sheet(costs)
    with translation.override(language):
        here, there, compared = _both(giver, taker, datetime.combine(day, time.max, UTC))
        own = next((one for one in (here, there) if one.figures is not None and not one.counted), None)
        content = Content(
            giver=here,
            taker=there,
            day=day,
            node=config.node_id,
            questionnaire=params.questionnaire(),
            compared=compared,
            moves=_moves(),
            flows=flows.all_flows(day) if own is not None else (),
            counted_by=own,
            currency=currency,
            costs=tuple(worked_out(lines, there.figures or Figures())),
            cost_source=source,
        )
        return paper(content, words, language)
