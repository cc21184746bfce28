"""The paper of an assessment: what both countries stated, from their records alone."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language_bidi

from isthmus.apps.excise.assessment.formats import sections
from isthmus.apps.excise.assessment.formats.writing import (
    Disputed,
    Party,
    Sides,
    Writer,
    day_words,
    short_day,
)
from isthmus.apps.excise.assessment.rules.averaging import average, is_strong, is_weak, recommends
from isthmus.apps.excise.assessment.rules.comparing import Views
from isthmus.apps.excise.assessment.rules.questionnaire import Clause, Questionnaire
from isthmus.apps.excise.assessment.rules.sides import Said
from isthmus.apps.excise.assessment.wording.clauses import chapter_title, level, question
from isthmus.ui.formats import grouped
from isthmus.ui.papers.paper import Paper, PaperChart, PaperTable, Section, Sources

_BESIDE = (30, 35, 35)
"""The widths of tables with both countries beside each other."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One signed record: ``kind`` is answers, scores, result or countersignature."""

    kind: str
    node: str
    day: date
    leaf: str


@dataclass(frozen=True, slots=True)
class Signed:
    """The second signature: whose, under whose result, on which day, in which words, and its record."""

    by: Party
    of: Party
    day: date
    words: str
    record: str


@dataclass(frozen=True, slots=True)
class Assessed:
    """An assessment between two nodes. The order of both is the same on either node, so that both nodes
    make the same paper of the same records.
    """

    number: str
    nodes: tuple[str, str]
    sides: Sides
    questionnaire: Questionnaire
    disputed: Disputed
    statements: tuple[Statement, ...]
    signed: Signed | None


def paper(content: Assessed, words: Mapping[str, object], language: str) -> Paper:
    """The paper, in the language that is in use. The same records give the same paper."""
    first, second = content.sides
    writer = Writer(words, {"first": first.name, "second": second.name}, Sources())
    which = sections.questionnaire_words(content.questionnaire, writer)
    until = max((one.day for one in content.statements), default=None)
    return Paper(
        title=writer.said("assessment_title"),
        subtitle=writer.said("assessment_subtitle"),
        language=language,
        facts=(
            (writer.said("assessment_number"), _foreign(content.number)),
            (
                writer.said("assessment_nodes"),
                writer.said(
                    "nodes_words",
                    first_node=_foreign(content.nodes[0]),
                    second_node=_foreign(content.nodes[1]),
                ),
            ),
            (
                writer.said("assessment_state"),
                writer.said("nothing_stated") if until is None else day_words(until),
            ),
            (writer.said("questionnaire"), which),
        ),
        sections=(
            _summary(content, writer),
            _given(content, writer),
            _strong_and_weak(content, writer),
            _advice(content, writer),
            sections.disagreements(content.sides, content.questionnaire, content.disputed, writer),
            _beside(content, writer),
            _counters(content, writer),
            _statements(content, writer),
        ),
        sources_heading=writer.said("sources"),
        sources_text=writer.said("sources_text"),
        sources=tuple(writer.sources.found),
        is_rtl=get_language_bidi(),
    )


def _foreign(text: str) -> str:
    """Words of somebody, whichever way their script runs: held apart from lines from right to left."""
    return (
        f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}" if text and get_language_bidi() else text
    )


def _average(scores: Iterable[int | None]) -> str:
    found = average(scores)
    return "-" if found is None else grouped(found, 1)


def _settled(country: Party, clauses: Iterable[Clause]) -> list[int | None]:
    return [country.side.of(clause.id).settled for clause in clauses]


def _answered(country: Party, clauses: Iterable[Clause]) -> int:
    return sum(country.side.of(clause.id).views.own is not None for clause in clauses)


def _subjects(content: Assessed, writer: Writer) -> list[tuple[str, tuple[Clause, ...]]]:
    """The chapters with their clauses, then all of them together."""
    asked = content.questionnaire
    found = [(chapter_title(chapter), asked.of(chapter.id)) for chapter in asked.chapters]
    return [*found, (writer.said("all_subjects"), asked.clauses)]


def _summary(content: Assessed, writer: Writer) -> Section:
    """On one page: how much was answered, whether both signed, and the averages by subject."""
    first, second = content.sides
    asked = content.questionnaire.clauses
    signed = content.signed
    state = (
        writer.said("not_signed")
        if signed is None
        else writer.sources.after(writer.said("signed_text", day=day_words(signed.day)), signed.record)
    )
    disputed = [one.clause for _code, one in content.disputed]
    text = (
        writer.said(
            "asked_text",
            all=len(asked),
            first_count=_answered(first, asked),
            second_count=_answered(second, asked),
        ),
        state,
        writer.said("score_text"),
        writer.said("differ_text", count=len(disputed)),
    )
    rows = tuple(
        (
            title,
            str(len(clauses)),
            *(_average(_settled(country, clauses)) for country in content.sides),
            str(sum(clause.id in disputed for clause in clauses) or "-"),
        )
        for title, clauses in _subjects(content, writer)
    )
    table = PaperTable(
        writer.heads("score_heads"),
        rows,
        (1, 2, 3, 4),
        writer.said("subject_caption"),
        _drawn(content, writer),
    )
    return Section(writer.said("summary"), text, (table,))


def _drawn(content: Assessed, writer: Writer) -> PaperChart | None:
    """The averages as bars; of subjects on which both have a score, as a gap is not a bar of nothing."""
    first, second = content.sides
    bars: list[tuple[str, Decimal, Decimal]] = []
    for title, clauses in _subjects(content, writer)[:-1]:
        here, there = average(_settled(first, clauses)), average(_settled(second, clauses))
        if here is not None and there is not None:
            bars.append((title, here, there))
    if not bars:
        return None
    return PaperChart(
        writer.said("score_unit"),
        tuple(title for title, _here, _there in bars),
        (first.name, second.name),
        (tuple(here for _title, here, _there in bars), tuple(there for _title, _here, there in bars)),
        is_in_time=False,
    )


_GIVEN: tuple[Callable[[Views], int | None], ...] = (
    lambda views: views.own,
    lambda views: views.peer,
    lambda views: views.machine,
)


def _given(content: Assessed, writer: Writer) -> Section:
    """By country and subject: the averages of the three scores, and of those that count."""
    tables = []
    for country in content.sides:
        side = country.side
        rows = []
        for title, clauses in _subjects(content, writer):
            views = [side.of(clause.id).views for clause in clauses]
            rows.append(
                (
                    title,
                    f"{_answered(country, clauses)} / {len(clauses)}",
                    *(_average(map(which, views)) for which in _GIVEN),
                    _average(_settled(country, clauses)),
                )
            )
        caption = writer.sources.after(country.name, side.answers, side.scores)
        tables.append(PaperTable(writer.heads("given_heads"), tuple(rows), (1, 2, 3, 4, 5), caption))
    return Section(writer.said("given"), (writer.said("given_text"),), tuple(tables))


def _strong_and_weak(content: Assessed, writer: Writer) -> Section:
    """By country: the answers that are good, the best first, and those that are not, the worst first."""
    tables = []
    for country in content.sides:
        for key, belongs in (("strong_caption", is_strong), ("weak_caption", is_weak)):
            scored = [
                (clause, score)
                for clause in content.questionnaire.clauses
                if (score := country.side.of(clause.id).settled) is not None and belongs(score)
            ]
            scored.sort(key=lambda one: one[1], reverse=belongs is is_strong)
            rows = tuple(
                (
                    question(clause),
                    writer.sources.after(str(score), *sections.settled_sources(country, clause)),
                    level(clause, score),
                )
                for clause, score in scored
            )
            if rows:
                caption = writer.said(key, country=country.name)
                tables.append(
                    PaperTable(writer.heads("strong_heads"), rows, (), caption, shares=(50, 16, 34))
                )
    return Section(writer.said("strong"), (writer.said("strong_text"),), tuple(tables))


def _advice(content: Assessed, writer: Writer) -> Section:
    """What the one does well and the other does not, both ways."""
    first, second = content.sides
    tables = []
    for by, to in ((first, second), (second, first)):
        rows = []
        for clause in content.questionnaire.clauses:
            good, now = by.side.of(clause.id), to.side.of(clause.id)
            if not recommends(good.settled, now.settled):
                continue
            rows.append(
                (
                    question(clause),
                    writer.sources.after(level(clause, now.settled), *sections.settled_sources(to, clause)),
                    writer.sources.after(level(clause, good.settled), *sections.settled_sources(by, clause)),
                    writer.sources.after(_foreign(now.remark), to.side.scores) if now.remark else "-",
                )
            )
        if rows:
            heads = writer.heads("advice_heads", by=by.name, to=to.name)
            caption = writer.said("advice_caption", by=by.name, to=to.name)
            tables.append(PaperTable(heads, tuple(rows), (), caption, shares=(30, 24, 26, 20)))
    text = writer.said("advice_text") if tables else writer.said("no_advice")
    return Section(writer.said("advice"), (text,), tuple(tables))


def _beside(content: Assessed, writer: Writer) -> Section:
    """Every question with the answers of both beside each other: scores, words, evidence, remarks."""
    tables = []
    for chapter in content.questionnaire.chapters:
        rows = tuple(
            (question(clause), *_answers(content.sides, clause, writer))
            for clause in content.questionnaire.of(chapter.id)
        )
        tables.append(
            PaperTable(writer.heads("side_heads"), rows, (), chapter_title(chapter), shares=_BESIDE)
        )
    text = (writer.said("clause_text"),)
    return Section(writer.said("clauses"), text, tuple(tables), is_for_files=True)


def _answers(sides: Sides, clause: Clause, writer: Writer) -> tuple[str, str]:
    first, second = sides
    return _answer(first, second, clause, writer), _answer(second, first, clause, writer)


def _answer(country: Party, other: Party, clause: Clause, writer: Writer) -> str:
    """One cell, a line for each thing that was said."""
    said: Said = country.side.of(clause.id)
    lines = [sections.scores(country, writer, clause), _foreign(said.text)]
    if said.evidence:
        lines.append(f"{writer.said('evidence_word')}: {_foreign(said.evidence)}")
    if said.remark:
        lines.append(f"{writer.said('remark_word', country=other.name)}: {_foreign(said.remark)}")
    return "\n".join(line for line in lines if line)


def _counters(content: Assessed, writer: Writer) -> Section:
    text = tuple(
        writer.sources.after(
            writer.said("no_counters" if country.figures is None else "counted_there", country=country.name),
            country.counted,
        )
        for country in content.sides
    )
    return replace(sections.counters(content.sides, text, writer), is_for_files=True)


def _statements(content: Assessed, writer: Writer) -> Section:
    """The records that the paper rests on, and the two signatures of the result."""
    signed = content.signed
    if signed is None:
        text = writer.said("signed_not_yet")
    else:
        said = writer.said("signed_both", by=signed.by.name, of=signed.of.name, words=_foreign(signed.words))
        text = writer.sources.after(said, signed.record)
    rows = tuple(
        (writer.said(f"{one.kind}_kind"), one.node, short_day(one.day), one.leaf)
        for one in content.statements
    )
    tables = (PaperTable(writer.heads("signed_heads"), rows),) if rows else ()
    return Section(writer.said("signed"), (text,), tables)
