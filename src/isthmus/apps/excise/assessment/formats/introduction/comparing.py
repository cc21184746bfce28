"""What fits, what has to change, what is missing, and where the views of both sides are apart."""

from isthmus.apps.excise.assessment.formats import sections
from isthmus.apps.excise.assessment.formats.introduction.content import Content, Country
from isthmus.apps.excise.assessment.formats.writing import Writer, day_words, number
from isthmus.apps.excise.assessment.rules import fitting
from isthmus.apps.excise.assessment.rules.comparing import GOOD
from isthmus.apps.excise.assessment.rules.costs import total
from isthmus.apps.excise.assessment.rules.fitting import Fit, Verdict
from isthmus.apps.excise.assessment.rules.questionnaire import Clause
from isthmus.apps.excise.assessment.wording.bases import base_words
from isthmus.apps.excise.assessment.wording.clauses import chapter_title, level, question
from isthmus.ui.papers.paper import PaperTable, Section


def tariff_fits(content: Content, writer: Writer) -> list[Fit]:
    """The lines of the matrix that follow from the two tariffs."""
    giver, taker = content.giver.tariff, content.taker.tariff
    return [
        *fitting.group_fits(giver, taker),
        fitting.day_fit(giver, taker, content.day, writer.said("day_matter")),
        fitting.confirmed_fit(giver, taker, writer.said("confirmed_matter")),
        fitting.stamp_fit(giver, taker, writer.said("stamp_matter")),
        fitting.currency_fit(giver, taker, writer.said("currency_matter")),
    ]


def clause_verdict(content: Content, clause: Clause) -> Verdict:
    """The verdict of one clause, from the settled scores of both sides."""
    here, there = (side.side.of(clause.id).settled for side in content.sides)
    return fitting.clause_verdict(here, there)


def _group(content: Content, clause: Clause) -> str:
    """Under which heading a clause stands: missing, to change, to change in both countries; or none."""
    verdict, giver = clause_verdict(content, clause), content.giver.side.of(clause.id).settled
    if verdict is Verdict.CHANGE:
        return "both" if giver is not None and giver < GOOD else "change"
    return "gap" if verdict is Verdict.GAP else ""


def _by_subject(content: Content, writer: Writer) -> list[tuple[str, list[Verdict]]]:
    found = [(writer.said("tariffs"), [fit.verdict for fit in tariff_fits(content, writer)])]
    for chapter in content.questionnaire.chapters:
        clauses = content.questionnaire.of(chapter.id)
        found.append((chapter_title(chapter), [clause_verdict(content, clause) for clause in clauses]))
    return found


def summary(content: Content, writer: Writer) -> Section:
    """The paper on one page: the counts of verdicts, the state of the assessment, and what it costs."""
    subjects = _by_subject(content, writer)
    every = [verdict for _title, verdicts in subjects for verdict in verdicts]
    counts = {verdict.value: every.count(verdict) for verdict in Verdict}
    compared = content.compared
    if compared is None:
        state = writer.said("not_compared")
    else:
        signed = (
            writer.said("not_signed")
            if compared.signed_on is None
            else writer.sources.after(
                writer.said("signed_text", day=day_words(compared.signed_on)), compared.result
            )
        )
        state = f"{writer.said('compared', number=compared.number)} {signed}"
    sums = {
        key: f"{number(total(content.costs, yearly=key == 'yearly'))} {content.currency}"
        for key in ("once", "yearly")
    }
    text = (
        writer.said("summary_text", day=day_words(content.day)),
        writer.said("fit_text", all=len(every), **counts),
        state,
        writer.said("summary_costs", once=sums["once"], yearly=sums["yearly"]),
    )
    rows = tuple(
        (title, str(len(verdicts)), *(str(verdicts.count(verdict) or "-") for verdict in Verdict))
        for title, verdicts in subjects
    )
    whole = (writer.said("all_subjects"), str(len(every)), *(str(count or "-") for count in counts.values()))
    table = PaperTable(writer.heads("subject_heads"), (*rows, whole), (1, 2, 3, 4, 5))
    return Section(writer.said("summary"), text, (table,))


def _has(fit_text: str, writer: Writer, country: Country) -> str:
    return writer.sources.after(fit_text, country.tariff_source) if fit_text else "-"


def fits(content: Content, writer: Writer) -> Section:
    """The matrix: the tariffs line by line, then the clauses of which the taker would take something over."""
    lines = tariff_fits(content, writer)
    rows = tuple(
        (
            fit.matter,
            _has(base_words(fit.giver), writer, content.giver),
            _has(base_words(fit.taker), writer, content.taker),
            writer.said(f"{fit.verdict.value}_word"),
        )
        for fit in lines
    )
    tables = [PaperTable(writer.heads("fit_heads"), rows, (), writer.said("tariff_fits"))]
    for key in ("gap", "change", "both"):
        found = [one for one in content.questionnaire.clauses if _group(content, one) == key]
        if found:
            caption = writer.said(f"{key}_caption")
            clauses = tuple(_clause_row(content, writer, one) for one in found)
            tables.append(PaperTable(writer.heads("matter_heads"), clauses, (), caption, shares=(40, 30, 30)))
    text = (writer.said("verdict_text"),)
    return Section(writer.said("fits"), text, tuple(tables))


def _clause_row(content: Content, writer: Writer, clause: Clause) -> tuple[str, str, str]:
    def state(country: Country) -> str:
        score = country.side.of(clause.id).settled
        return writer.sources.after(level(clause, score), *sections.settled_sources(country, clause))

    return question(clause), state(content.giver), state(content.taker)


def disagreements(content: Content, writer: Writer) -> Section | None:
    """Clauses on which the scores are apart, each with all three; None without an assessment."""
    if content.compared is None:
        return None
    return sections.disagreements(
        content.sides, content.questionnaire, content.compared.disagreements, writer
    )


def in_own_words(content: Content, writer: Writer) -> Section | None:
    """What both say of themselves in words; None where nobody did."""
    tables = []
    for country in (content.taker, content.giver):
        rows = []
        for clause in content.questionnaire.clauses:
            said = country.side.of(clause.id)
            if said.text or said.evidence:
                score = "-" if said.views.own is None else str(said.views.own)
                marked = writer.sources.after(score, country.side.answers)
                rows.append((question(clause), marked, said.text or "-", said.evidence or "-"))
        if rows:
            heads = writer.heads("said_heads")
            tables.append(PaperTable(heads, tuple(rows), (), country.name, shares=(38, 10, 32, 24)))
    if not tables:
        return None
    return Section(writer.said("in_words"), (writer.said("in_words_text"),), tuple(tables))


def clauses(content: Content, writer: Writer) -> Section:
    """The whole questionnaire, a table each chapter: both sides' settled scores, and what they come from."""
    tables = []
    for chapter in content.questionnaire.chapters:
        rows = tuple(
            (
                question(clause),
                *(sections.scores(country, writer, clause) for country in content.sides),
                writer.said(f"{clause_verdict(content, clause).value}_word"),
            )
            for clause in content.questionnaire.of(chapter.id)
        )
        title = chapter_title(chapter)
        tables.append(PaperTable(writer.heads("clause_heads"), rows, (), title, shares=(40, 26, 26, 14)))
    return Section(writer.said("clauses"), (writer.said("clause_text"),), tuple(tables))
