"""The introduction document: all that it says, from values, before it becomes a file."""

from collections.abc import Mapping

from isthmus.apps.excise.assessment.formats.introduction import comparing, figures
from isthmus.apps.excise.assessment.formats.introduction.content import Content
from isthmus.apps.excise.assessment.formats.sections import questionnaire_words
from isthmus.apps.excise.assessment.formats.writing import Writer, day_words
from isthmus.ui.papers.paper import Paper, Sources


def paper(content: Content, words: Mapping[str, object], language: str) -> Paper:
    """The document, in the language that is in use. The same content gives the same paper."""
    giver, taker = content.giver.name, content.taker.name
    names = {"giver": giver, "taker": taker, "first": giver, "second": taker}
    writer = Writer(words, names, Sources())
    which = questionnaire_words(content.questionnaire, writer)
    sections = (
        comparing.summary(content, writer),
        comparing.fits(content, writer),
        comparing.disagreements(content, writer),
        figures.costs(content, writer, language),
        comparing.in_own_words(content, writer),
        figures.tariffs(content, writer),
        figures.flows(content, writer),
        figures.counters(content, writer),
        comparing.clauses(content, writer),
    )
    return Paper(
        title=writer.said("title"),
        subtitle=writer.said("subtitle"),
        language=language,
        facts=(
            (writer.said("day"), day_words(content.day)),
            (writer.said("node"), content.node),
            (writer.said("questionnaire"), which),
        ),
        sections=tuple(section for section in sections if section is not None),
        sources_heading=writer.said("sources"),
        sources_text=writer.said("sources_text"),
        sources=tuple(writer.sources.found),
    )
