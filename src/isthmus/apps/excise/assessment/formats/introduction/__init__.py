"""The introduction document: all that it says, from values, before it becomes a file."""

from collections.abc import Mapping

from isthmus.apps.excise.assessment.formats.introduction import comparing, figures
from isthmus.apps.excise.assessment.formats.introduction.content import Content, Writer, day_words
from isthmus.apps.excise.assessment.rules.paper import Paper, Sources
from isthmus.apps.excise.assessment.wording.clauses import question_title


def paper(content: Content, words: Mapping[str, object], language: str) -> Paper:
    """The document, in the language that is in use. The same content gives the same paper."""
    names = {"giver": content.giver.name, "taker": content.taker.name}
    writer = Writer(words, names, Sources())
    asked = content.questionnaire
    mark = writer.sources.mark(f"questionnaire, version {asked.version}, sha256 {asked.digest[:12]}")
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
            (
                writer.said("questionnaire"),
                f"{question_title(asked)}, {writer.said('version')} {asked.version} {mark}",
            ),
        ),
        sections=tuple(section for section in sections if section is not None),
        sources_heading=writer.said("sources"),
        sources_text=writer.said("sources_text"),
        sources=tuple(writer.sources.found),
    )
