"""Tariffs, flows, counters and costs of an introduction, every figure with its source."""

from isthmus.apps.excise.assessment.formats import sections
from isthmus.apps.excise.assessment.formats.introduction.content import Content, Country
from isthmus.apps.excise.assessment.formats.writing import Writer, day_words, exact, number, short_day
from isthmus.apps.excise.assessment.rules import fitting
from isthmus.apps.excise.assessment.rules.costs import total
from isthmus.apps.excise.assessment.rules.flows import Flow
from isthmus.apps.excise.assessment.wording import flows as flow_words
from isthmus.apps.excise.tariff.rules.model import Row
from isthmus.apps.excise.tariff.wording import bands_words, rate_words
from isthmus.ui.papers.paper import PaperChart, PaperTable, Section


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
        (steps[place], *(number(exact(line.values[place], flow.places)) for line in kept)) for place in places
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


def counters(content: Content, writer: Writer) -> Section:
    """The counters of both countries side by side, with whose node counted them."""
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
    return sections.counters(content.sides, tuple(text), writer)


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
