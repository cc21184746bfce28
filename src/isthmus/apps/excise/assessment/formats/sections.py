"""Sections that both papers hold: disagreements, scores with their sources, and counters side by side."""

from isthmus.apps.excise.assessment.formats.writing import Disputed, Party, Sides, Writer, exact, number
from isthmus.apps.excise.assessment.rules.figures import Figure
from isthmus.apps.excise.assessment.rules.questionnaire import Clause, Questionnaire
from isthmus.apps.excise.assessment.rules.shares import PARTS, share
from isthmus.apps.excise.assessment.wording import counters as words
from isthmus.apps.excise.assessment.wording.clauses import question, question_title
from isthmus.ui.papers.paper import PaperTable, Section

_COUNTERS = (46, 20, 20, 18)
"""The widths of tables of counters."""


def questionnaire_words(asked: Questionnaire, writer: Writer) -> str:
    """Which questionnaire it was, with the mark of its source."""
    source = f"questionnaire, version {asked.version}, sha256 {asked.digest[:12]}"
    return f"{question_title(asked)}, {writer.said('version')} {asked.version} {writer.sources.mark(source)}"


def disagreements(sides: Sides, asked: Questionnaire, disputed: Disputed, writer: Writer) -> Section:
    """Clauses on which the scores are apart, each with all three."""
    by_code = {country.code: country for country in sides}
    rows = []
    for code, one in disputed:
        country, clause = by_code[code], asked.clause(one.clause)
        if clause is None:
            continue
        views, side = country.side.of(one.clause).views, country.side
        own, peer, machine = (
            "-" if score is None else str(score) for score in (views.own, views.peer, views.machine)
        )
        if clause.measure is not None and (figure := side.figures.of(clause.measure.counter)) is not None:
            machine = writer.sources.after(machine, side.counted, f"{code}: {figure.source}")
        rows.append(
            (
                country.name,
                question(clause),
                writer.sources.after(own, side.answers),
                writer.sources.after(peer, side.scores) if peer != "-" else peer,
                machine,
                writer.said(f"{one.why.value}_why"),
            )
        )
    if not rows:
        return Section(writer.said("disagreements"), (writer.said("agreed_text"),))
    text = (writer.said("disagree_text"),)
    table = PaperTable(writer.heads("disagree_heads"), tuple(rows), ())
    return Section(writer.said("disagreements"), text, (table,))


def settled_sources(country: Party, clause: Clause) -> tuple[str, ...]:
    """What the settled score of a clause rests on: counters, else the peer's scores, else its own answers."""
    views, side = country.side.of(clause.id).views, country.side
    if views.machine is not None and clause.measure is not None:
        figure = side.figures.of(clause.measure.counter)
        assert figure is not None
        return side.counted, *(f"{country.code}: {part}" for part in figure.source.split("; "))
    return (side.scores,) if views.peer is not None else (side.answers,)


def scores(country: Party, writer: Writer, clause: Clause) -> str:
    """The score that counts, then those that it was taken from, each with its source; "-" without any."""
    said, side = country.side.of(clause.id), country.side
    if said.settled is None:
        return "-"
    parts = []
    for key, score, source in (
        ("own_word", said.views.own, side.answers),
        ("peer_word", said.views.peer, side.scores),
    ):
        if score is not None:
            parts.append(writer.sources.after(f"{writer.said(key)} {score}", source))
    if said.views.machine is not None:
        text = f"{writer.said('counters_word')} {said.views.machine}"
        parts.append(writer.sources.after(text, *settled_sources(country, clause)))
    return f"{said.settled}: {', '.join(parts)}"


def counters(sides: Sides, text: tuple[str, ...], writer: Writer) -> Section:
    """The counters of both countries side by side; those that are nothing on both sides are left out."""
    figures = [country.figures for country in sides if country.figures is not None]
    if not figures:
        return Section(writer.said("counters"), text)
    by_subject: dict[str, list[tuple[str, ...]]] = {}
    for name in dict.fromkeys(one.name for known in figures for one in known.all):
        found = [country.figures.of(name) if country.figures else None for country in sides]
        first = next(one for one in found if one is not None)
        if words.is_counterpart(first) or not any(one is not None and one.value for one in found):
            continue
        cells = [_counter(one, country, writer) for one, country in zip(found, sides, strict=True)]
        row = (words.name_of(name), *cells, words.quantity(first).unit)
        by_subject.setdefault(words.subject(name), []).append(row)
    heads = writer.heads("counter_heads")
    tables = [
        PaperTable(heads, tuple(rows), (1, 2), subject, shares=_COUNTERS)
        for subject, rows in by_subject.items()
    ]
    if shown := _shares(sides, writer):
        tables.append(PaperTable(writer.heads("share_heads"), shown, (1, 2), writer.said("shares")))
    return Section(writer.said("counters"), (*text, writer.said("left_out")), tuple(tables))


def _counter(figure: Figure | None, country: Party, writer: Writer) -> str:
    if figure is None:
        return "-"
    found = words.quantity(figure)
    value = found.value if isinstance(found.value, int) else exact(found.value, found.places)
    return writer.figure(number(value), country, figure)


def _shares(sides: Sides, writer: Writer) -> tuple[tuple[str, ...], ...]:
    rows = []
    for part, whole in PARTS:
        found = [share(one.figures, part, whole) if one.figures else None for one in sides]
        if not any(found):
            continue
        cells = []
        for one, country in zip(found, sides, strict=True):
            if one is None:
                cells.append("-")
                continue
            text = f"{one.thousandths / 10:.1f} % ({words.part_of_whole(one)})"
            cells.append(
                writer.figure(text.replace(" ", "\N{NO-BREAK SPACE}", 1), country, one.part, one.whole)
            )
        rows.append((writer.said("share_of", part=words.name_of(part), whole=words.name_of(whole)), *cells))
    return tuple(rows)
