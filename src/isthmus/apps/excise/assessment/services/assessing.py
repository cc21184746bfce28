"""Gathering what the paper of an assessment says: the records of both sides, and who signed them."""

from datetime import UTC, date, datetime, time

from django.conf import settings
from django.utils import translation

from isthmus.apps.excise.assessment.formats import assessing, params
from isthmus.apps.excise.assessment.formats.assessing import Assessed, Signed, Statement
from isthmus.apps.excise.assessment.formats.writing import Party
from isthmus.apps.excise.assessment.models import Assessment, AssessmentStatement
from isthmus.apps.excise.assessment.queries import standing
from isthmus.exchange.models import Countersignature
from isthmus.trust.models import Partner
from isthmus.ui.papers.paper import Paper

Kind = AssessmentStatement.Kind


def _party(row: Assessment, found: standing.Stated, *, own: bool) -> Party:
    me = settings.ISTHMUS.node_id
    if own:
        sender, receiver, code = me, row.partner, settings.ISTHMUS.country
    else:
        countries = Partner.objects.filter(node_id=row.partner).values_list("country", flat=True)
        sender, receiver, code = row.partner, me, countries.first() or ""
    side = standing.side(found, own=own, sender=sender, receiver=receiver)
    figures = side.figures if side.answers else None
    return Party(code.upper(), sender, figures, side.counted, side)


def _statements(
    found: standing.Stated, nodes: dict[bool, str], signature: Countersignature | None
) -> tuple[Statement, ...]:
    """The records in the order in which they were made; the same on both nodes."""
    rows = [(one.at, one.kind, nodes[own], one.leaf) for (_kind, own), one in found.items()]
    if signature is not None:
        rows.append((signature.issued, "countersignature", signature.by, signature.leaf))
    return tuple(Statement(kind, node, at.date(), leaf) for at, kind, node, leaf in sorted(rows))


def _assessed(row: Assessment, until: datetime | None) -> Assessed:
    found, signature = standing.stated(row, until), standing.signature(row, until)
    nodes = {True: settings.ISTHMUS.node_id, False: row.partner}
    parties = {own: _party(row, found, own=own) for own in nodes}
    order = sorted(nodes, key=nodes.__getitem__)
    first, second = (parties[own] for own in order)
    signed = None
    if signature is not None:
        here = signature.by == nodes[True]
        name = f"record exchange.countersignature/1 of node {signature.by}, {signature.issued:%Y-%m-%d}"
        record = f"{name}, leaf {signature.leaf}"
        signed = Signed(parties[here], parties[not here], signature.issued.date(), signature.words, record)
    return Assessed(
        row.number,
        (nodes[order[0]], nodes[order[1]]),
        (first, second),
        params.questionnaire(),
        tuple((parties[own].code, one) for own in order for one in standing.differing(found, own=own)),
        _statements(found, nodes, signature),
        signed,
    )


def paper_of(assessment: Assessment, *, language: str = "en", day: date | None = None) -> Paper:
    """The paper of an assessment; of what was stated by the end of a day, or of all without one.

    It says what the records say and nothing else: the same records give the same paper, on either node and
    whatever language its reader uses. BadInput ``excise.assessment-language`` for a language without words.
    """
    words = params.assessment_words(language)
    until = None if day is None else datetime.combine(day, time.max, UTC)
    with translation.override(language):
        return assessing.paper(_assessed(assessment, until), words, language)
