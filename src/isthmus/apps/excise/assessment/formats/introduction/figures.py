"""Tariffs, flows, counters and costs of an introduction, every figure with its source."""

from decimal import Decimal

from isthmus.apps.excise.assessment.formats.introduction.content import (
    Content,
    Country,
    Writer,
    day_words,
    number,
    short_day,
)
from isthmus.apps.excise.assessment.rules import fitting
from isthmus.apps.excise.assessment.rules.costs import total
from isthmus.apps.excise.assessment.rules.figures import Figure
from isthmus.apps.excise.assessment.rules.flows import Flow
from isthmus.apps.excise.assessment.rules.paper import PaperChart, PaperTable, Section
from isthmus.apps.excise.assessment.rules.shares import PARTS, share
from isthmus.apps.excise.assessment.wording import counters as words
from isthmus.apps.excise.assessment.wording import flows as flow_words
from isthmus.apps.excise.tariff.rules.model import Row
from isthmus.apps.excise.tariff.wording import bands_words, rate_words

_COUNTERS = (46, 20, 20, 18)
"""The widths of tables of counters."""


def tariffs(content: Content, writer: Writer) -> Section:
    """Both tariffs row by row, the newest rows first."""
    text, tables = [], []
    for country in content.sides:
        tariff = country.tariff
        said = writer.said(
            "tariff_text",
            country=country.name,
            rows=len(tariff.rows),
            unconfirmed=fitting.unconfirmed(tariff),
            force=fitting.in_force(tariff, content.day),
            day=day_words(content.day),
        )
        text.append(writer.sources.after(said, country.tariff_source))
        titles = {group.name: group.title for group in tariff.groups}
        rows = sorted(tariff.rows, key=lambda row: (-row.first_day.toordinal(), titles[row.group]))
        shown = tuple(
            (
                "; ".join(part for part in (titles[row.group], row.relief, bands_words(row)) if part),
                short_day(row.first_day),
                short_day(row.last_day) if row.last_day else writer.said("open_end"),
                _rate(row, country, writer),
                writer.said("yes" if row.settled else "no"),
            )
            for row in rows
        )
        caption = f"{country.name} ({tariff.currency})"
        tables.append(PaperTable(writer.heads("tariff_heads"), shown, (), caption))
    return Section(writer.said("tariffs"), tuple(text), tuple(tables))


def _rate(row: Row, country: Country, writer: Writer) -> str:
    rate = rate_words(row, country.tariff.currency)
    return writer.sources.after(rate, f"{country.code}: {row.act}", f"{country.code}: {row.source}")


def flows(content: Content, writer: Writer) -> Section:
    """The life of a stamp, then everything that flows, drawn and listed."""
    code = content.counted_by.code if content.counted_by is not None else content.node
    moves = tuple(
        (
            move.act,
            move.sources,
            move.target,
            "-" if move.noted is None else writer.sources.after(number(move.noted), f"{code}: {move.source}"),
            "-" if move.stamps is None else number(move.stamps),
        )
        for move in content.moves
    )
    life = PaperTable(writer.heads("flow_heads"), moves, (3, 4), writer.said("stamp_life"))
    text = (
        writer.said("flow_text"),
        writer.said("flow_whose", country=content.counted_by.name)
        if content.flows and content.counted_by is not None
        else writer.said("no_flows"),
    )
    drawn = [_flow(flow, code, writer) for flow in content.flows]
    noted = any(move.noted is not None for move in content.moves)
    return Section(writer.said("flows"), text, (*drawn, life) if noted else tuple(drawn))


def _flow(flow: Flow, code: str, writer: Writer) -> PaperTable:
    kept = [line for line in flow.lines if any(line.values)] or list(flow.lines)
    # Days on which nothing happened say nothing in a list; they stay in the picture.
    places = [
        place
        for place in range(len(flow.steps))
        if not flow.by_day or any(line.values[place] for line in kept)
    ]
    names = tuple(flow_words.line_name(flow, line.key) for line in kept)
    steps = tuple(flow_words.step_text(flow, step) for step in flow.steps)
    rows = tuple(
        (steps[place], *(number(_exact(line.values[place], flow.places)) for line in kept))
        for place in places
    )
    unit = flow_words.unit(flow)
    mark = writer.sources.mark(f"{code}: {flow.source}")
    title = flow_words.title(flow)
    return PaperTable(
        (
            flow_words.step_name(flow),
            *(name if name.lower() == unit.lower() else f"{name} ({unit})" for name in names),
        ),
        rows,
        tuple(range(1, len(names) + 1)),
        f"{title} {mark}",
        PaperChart(unit, steps, names, tuple(line.values for line in kept)),
    )


def _exact(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places))


def counters(content: Content, writer: Writer) -> Section:
    """The counters of both countries side by side; those that are nothing on both sides are left out."""
    text = []
    for country in content.sides:
        key = (
            "no_counters"
            if country.figures is None
            else "counted_there"
            if country.counted
            else "counted_here"
        )
        said = writer.said(key, country=country.name, node=content.node, day=day_words(content.day))
        text.append(writer.sources.after(said, country.counted))
    known = [country for country in content.sides if country.figures is not None]
    if not known:
        return Section(writer.said("counters"), tuple(text))
    text.append(writer.said("left_out"))
    every = dict.fromkeys(one.name for country in known for one in country.figures.all)  # type: ignore[union-attr]  # known are those that have figures
    by_subject: dict[str, list[tuple[str, ...]]] = {}
    for name in every:
        found = [country.figures.of(name) if country.figures else None for country in content.sides]
        first = next(one for one in found if one is not None)
        if words.is_counterpart(first) or not any(one is not None and one.value for one in found):
            continue
        cells = [_counter(one, country, writer) for one, country in zip(found, content.sides, strict=True)]
        row = (words.name_of(name), *cells, words.quantity(first).unit)
        by_subject.setdefault(words.subject(name), []).append(row)
    heads = writer.heads("counter_heads")
    tables = [
        PaperTable(heads, tuple(rows), (1, 2), subject, shares=_COUNTERS)
        for subject, rows in by_subject.items()
    ]
    if shown := _shares(content, writer):
        tables.append(PaperTable(writer.heads("share_heads"), shown, (1, 2), writer.said("shares")))
    return Section(writer.said("counters"), tuple(text), tuple(tables))


def _counter(figure: Figure | None, country: Country, writer: Writer) -> str:
    if figure is None:
        return "-"
    found = words.quantity(figure)
    value = found.value if isinstance(found.value, int) else _exact(found.value, found.places)
    return writer.figure(number(value), country, figure)


def _shares(content: Content, writer: Writer) -> tuple[tuple[str, ...], ...]:
    rows = []
    for part, whole in PARTS:
        found = [share(one.figures, part, whole) if one.figures else None for one in content.sides]
        if not any(found):
            continue
        cells = []
        for one, country in zip(found, content.sides, strict=True):
            if one is None:
                cells.append("-")
                continue
            text = f"{one.thousandths / 10:.1f} % ({words.part_of_whole(one)})"
            cells.append(
                writer.figure(text.replace(" ", "\N{NO-BREAK SPACE}", 1), country, one.part, one.whole)
            )
        rows.append((writer.said("share_of", part=words.name_of(part), whole=words.name_of(whole)), *cells))
    return tuple(rows)


def costs(content: Content, writer: Writer, language: str) -> Section:
    """The cost sheet: what comes once, then what comes each year, each with its sum."""
    tables, romanian = [], language == "ro"
    for yearly in (False, True):
        rows = []
        for cost in content.costs:
            line = cost.line
            if line.yearly is not yearly:
                continue
            quantity = number(cost.quantity)
            if cost.figure is not None:
                quantity = writer.figure(quantity, content.taker, cost.figure)
            rows.append(
                (
                    line.words_ro if romanian else line.words,
                    quantity,
                    (line.unit_ro if romanian else "") or line.unit,
                    writer.sources.after(number(line.price), content.cost_source),
                    number(cost.amount),
                    (line.basis_ro if romanian else "") or line.basis,
                )
            )
        if rows:
            caption = writer.said("yearly" if yearly else "once")
            amount = number(total(content.costs, yearly=yearly))
            rows.append((writer.said("sum"), "", "", "", amount, ""))
            heads = writer.heads("cost_heads", currency=content.currency)
            tables.append(PaperTable(heads, tuple(rows), (1, 3, 4), caption))
    return Section(writer.said("costs"), (writer.said("cost_text"),), tuple(tables))
