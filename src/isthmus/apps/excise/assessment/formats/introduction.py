"""The introduction document: all that it says, from values, before it becomes a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from isthmus.apps.excise.assessment.rules import fitting
from isthmus.apps.excise.assessment.rules.costs import Cost, total
from isthmus.apps.excise.assessment.rules.figures import Figures
from isthmus.apps.excise.assessment.rules.fitting import Fit, Verdict
from isthmus.apps.excise.assessment.rules.paper import Paper, PaperTable, Section, Sources
from isthmus.apps.excise.assessment.rules.questionnaire import Questionnaire, machine_score
from isthmus.apps.excise.tariff.rules.model import Row, Tariff

Words = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Country:
    """One side: its tariff with the source of it, and its counters, None where they are not known here."""

    code: str
    tariff: Tariff
    tariff_source: str
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class Flow:
    """An act on stamps: from and to which places, and how often it was noted here, with the newest record."""

    act: str
    sources: str
    target: str
    noted: int | None
    source: str


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that the document says."""

    giver: Country
    taker: Country
    day: date
    node: str
    questionnaire: Questionnaire
    flows: tuple[Flow, ...]
    currency: str
    costs: tuple[Cost, ...]
    cost_source: str


def _said(words: Words, key: str, **values: object) -> str:
    return str(words[key]).format(**values)


def _heads(words: Words, key: str) -> tuple[str, ...]:
    found = words[key]
    assert isinstance(found, list)
    return tuple(map(str, found))


def number(value: int | Decimal) -> str:
    """A number with thousands apart by a thin gap, as both languages read it."""
    return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")


def _charged_on(row: Row) -> str:
    if row.exempt or row.missing:
        return row.missing or "-"
    return " + ".join(
        f"{float(part.rate):g} % {part.of.value.upper()}"
        if part.of
        else f"{float(part.rate):.2f} / {part.base.value}"
        for part in row.parts
    )


def _tariffs(content: Content, words: Words, sources: Sources) -> Section:
    text, tables = [], []
    for side in (content.giver, content.taker):
        tariff = side.tariff
        said = _said(
            words,
            "tariff_text",
            country=f"{tariff.title} ({side.code}, {tariff.currency})",
            rows=len(tariff.rows),
            unconfirmed=fitting.unconfirmed(tariff),
            force=fitting.in_force(tariff, content.day),
            day=content.day.isoformat(),
        )
        text.append(sources.after(said, side.tariff_source))
        titles = {group.name: group.title for group in tariff.groups}
        rows = tuple(
            (
                titles[row.group],
                row.first_day.isoformat(),
                row.last_day.isoformat() if row.last_day else str(words["open_end"]),
                sources.after(_charged_on(row), f"{side.code}: {row.act}", f"{side.code}: {row.source}"),
                str(words["yes" if row.settled else "no"]),
            )
            for row in tariff.rows
        )
        tables.append(PaperTable(_heads(words, "tariff_heads"), rows))
    return Section(str(words["tariffs"]), tuple(text), tuple(tables))


def _flows(content: Content, words: Words, sources: Sources) -> Section:
    rows = tuple(
        (
            flow.act,
            flow.sources,
            flow.target,
            "-" if flow.noted is None else sources.after(number(flow.noted), flow.source),
        )
        for flow in content.flows
    )
    table = PaperTable(_heads(words, "flow_heads"), rows, (3,))
    return Section(str(words["flows"]), (str(words["flow_text"]),), (table,))


def _counters(content: Content, words: Words, sources: Sources) -> Section:
    text, tables = [], []
    for side in (content.giver, content.taker):
        if side.figures is None:
            text.append(_said(words, "no_counters", country=side.code))
            continue
        rows = tuple(
            (f"{side.code} {one.name}", number(one.value), one.unit, sources.mark(one.source))
            for one in side.figures.all
        )
        tables.append(PaperTable(_heads(words, "counter_heads"), rows, (1,)))
    return Section(str(words["counters"]), tuple(text), tuple(tables))


def fits(content: Content, words: Words) -> list[Fit]:
    """The lines of the matrix that follow from the two tariffs."""
    giver, taker = content.giver.tariff, content.taker.tariff
    return [
        *fitting.group_fits(giver, taker),
        fitting.day_fit(giver, taker, content.day, str(words["day_matter"])),
        fitting.confirmed_fit(giver, taker, str(words["confirmed_matter"])),
        fitting.stamp_fit(giver, taker, str(words["stamp_matter"])),
        fitting.currency_fit(giver, taker, str(words["currency_matter"])),
    ]


def _verdict(words: Words, verdict: Verdict) -> str:
    return str(words[f"{verdict.value}_word"])


def _fit_section(content: Content, words: Words, sources: Sources) -> Section:
    found = fits(content, words)
    rows = tuple(
        (
            fit.matter,
            sources.after(fit.giver, content.giver.tariff_source) if fit.giver else "-",
            sources.after(fit.taker, content.taker.tariff_source) if fit.taker else "-",
            _verdict(words, fit.verdict),
        )
        for fit in found
    )
    counts = {verdict.value: count for verdict, count in fitting.counted(found).items()}
    table = PaperTable(_heads(words, "fit_heads"), rows)
    return Section(str(words["fits"]), (_said(words, "fit_text", **counts),), (table,))


def _clauses(content: Content, words: Words, sources: Sources) -> Section:
    rows, verdicts = [], []
    for clause in content.questionnaire.clauses:
        shown, scores = [], []
        for side in (content.giver, content.taker):
            figures = side.figures
            score = machine_score(clause.measure, figures) if clause.measure and figures else None
            figure = figures.of(clause.measure.counter) if clause.measure and figures else None
            scores.append(score)
            shown.append("-" if score is None or figure is None else sources.after(str(score), figure.source))
        verdict = fitting.clause_verdict(scores[0], scores[1])
        verdicts.append(Fit(clause.id, "", "", verdict))
        rows.append((clause.id, clause.question, shown[0], shown[1], _verdict(words, verdict)))
    counts = {verdict.value: count for verdict, count in fitting.counted(verdicts).items()}
    text = (str(words["clause_text"]), _said(words, "fit_text", **counts))
    return Section(str(words["clauses"]), text, (PaperTable(_heads(words, "clause_heads"), tuple(rows)),))


def _costs(content: Content, words: Words, sources: Sources, language: str) -> Section:
    rows = []
    for cost in content.costs:
        counted = cost.figure.source if cost.figure else ""
        rows.append(
            (
                cost.line.words_ro if language == "ro" else cost.line.words,
                sources.after(number(cost.quantity), counted),
                cost.line.unit,
                sources.after(number(cost.line.price), content.cost_source),
                number(cost.amount),
                cost.line.basis,
            )
        )
    sums = tuple(
        _said(words, key, amount=f"{number(total(content.costs, yearly=key == 'yearly'))} {content.currency}")
        for key in ("once", "yearly")
    )
    table = PaperTable(_heads(words, "cost_heads"), tuple(rows), (1, 3, 4))
    return Section(str(words["costs"]), (str(words["cost_text"]), *sums), (table,))


def paper(content: Content, words: Words, language: str) -> Paper:
    """The document. The same content gives the same paper."""
    sources = Sources()
    names = {"giver": content.giver.tariff.title, "taker": content.taker.tariff.title}
    asked = content.questionnaire
    mark = sources.mark(f"questionnaire.toml, version {asked.version}, sha256 {asked.digest[:12]}")
    sections = (
        _fit_section(content, words, sources),
        _costs(content, words, sources, language),
        _tariffs(content, words, sources),
        _flows(content, words, sources),
        _counters(content, words, sources),
        _clauses(content, words, sources),
    )
    return Paper(
        title=_said(words, "title", **names),
        subtitle=_said(words, "subtitle", **names),
        language=language,
        facts=(
            (str(words["countries"]), f"{content.giver.code} - {content.taker.code}"),
            (str(words["day"]), content.day.isoformat()),
            (str(words["node"]), content.node),
            (str(words["questionnaire"]), f"{asked.title}, {asked.version} {mark}"),
        ),
        sections=sections,
        sources_heading=str(words["sources"]),
        sources=tuple(sources.found),
    )
