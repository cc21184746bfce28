"""Gathering what an introduction says, making its file, and signing it by this node."""

from datetime import UTC, date, datetime, time
from pathlib import Path

from django.conf import settings

from isthmus.accounts import audit
from isthmus.apps.excise.assessment import queries
from isthmus.apps.excise.assessment.formats import papers, params
from isthmus.apps.excise.assessment.formats.introduction import Content, Country, Flow, paper
from isthmus.apps.excise.assessment.rules.costs import worked_out
from isthmus.apps.excise.assessment.rules.figures import Figures
from isthmus.apps.excise.assessment.rules.paper import Paper
from isthmus.apps.excise.stamps.rules.custody import MOVES
from isthmus.apps.excise.tariff import queries as tariffs
from isthmus.kit import clock
from isthmus.kit.config import Config
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose
from isthmus.wire import file_statement


def _country(code: str, own: str, figures: Figures) -> Country:
    tariff = tariffs.tariff_of(code)
    return Country(
        tariff.country,
        tariff,
        queries.tariff_source(tariff),
        figures if tariff.country == own else None,
    )


def _flows() -> tuple[Flow, ...]:
    noted = queries.acts_noted()
    found = []
    for act, move in MOVES.items():
        count, source = noted.get(act.value, (None, ""))
        sources = ", ".join(place.name.lower() for place in sorted(move.sources))
        found.append(Flow(act.value, sources, move.target.name.lower(), count, source))
    return tuple(found)


def introduction(
    giver: str, taker: str, *, day: date, language: str = "en", costs: Path | None = None
) -> Paper:
    """The introduction of one country's excise to another's, as of a day; both by their ISO codes.

    The same data and day give the same paper. NotFound ``excise.no-tariff`` for a country without a tariff
    here, BadInput for a language without headings or a cost sheet that cannot be used.
    """
    config: Config = settings.ISTHMUS
    words = params.words(language)
    figures = queries.counters(datetime.combine(day, time.max, UTC))
    currency, lines, source = params.cost_sheet(costs)
    own = config.country.upper()
    there = _country(taker, own, figures)
    content = Content(
        giver=_country(giver, own, figures),
        taker=there,
        day=day,
        node=config.node_id,
        questionnaire=params.questionnaire(),
        flows=_flows(),
        currency=currency,
        costs=tuple(worked_out(lines, there.figures or Figures())),
        cost_source=source,
    )
    return paper(content, words, language)


def signed(content: bytes, *, name: str, kind: str, actor: str) -> str:
    """This node's signature of a file, as a text that ``isthmus verify FILE --named-by`` reads."""
    moment = clock.now()
    seal = keystore.in_use(KeyPurpose.SEAL, moment)
    token = file_statement.sign_file(
        content,
        sender=settings.ISTHMUS.node_id,
        name=name,
        media_type=papers.KINDS[kind],
        issued=moment,
        key=seal.private_key,
        kid=seal.kid,
    )
    audit.note(queries.SIGNED, actor=actor, subject=name)
    return token
