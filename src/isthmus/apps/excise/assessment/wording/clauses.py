"""The chapters and clauses of the questionnaire: marked for translation here, translated when shown."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from isthmus.apps.excise.assessment.rules.questionnaire import Chapter, Clause, Questionnaire
from isthmus.apps.excise.assessment.wording import goods, office

TITLE = _("Excise on alcohol")
CHAPTERS = {
    "registration": _("Registration"),
    "licensing": _("Licensing"),
    "marking": _("Marking"),
    "movement": _("Movement"),
    "returns": _("Returns and payment"),
    "control": _("Control"),
    "analytics": _("Analytics"),
    "data-protection": _("Data protection"),
}
CLAUSES = goods.CLAUSES | office.CLAUSES


def chapter_title(chapter: Chapter) -> str:
    """The chapter's title in the language that is in use."""
    return gettext(chapter.title)


def question(clause: Clause) -> str:
    """The clause's question in the language that is in use."""
    return gettext(clause.question)


def level(clause: Clause, score: int | None) -> str:
    """What a score from 0 to 4 means for a clause; nothing without one."""
    return "" if score is None else gettext(clause.levels[score])


def levels(clause: Clause) -> list[str]:
    """What the scores from 0 to 4 mean, in their order."""
    return [gettext(one) for one in clause.levels]


def question_title(asked: Questionnaire) -> str:
    """The title of a questionnaire."""
    return gettext(asked.title)
