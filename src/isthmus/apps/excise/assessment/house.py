"""What Excise's assessments declare to the node."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.application import RecordType
from isthmus.exchange.house import House, Page

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

_HERE = "isthmus.apps.excise.assessment."


def _type(name: str, title: "_StrOrPromise", model: str) -> RecordType:
    signed = name == "result"
    return RecordType(
        f"excise.assessment-{name}",
        1,
        title,
        f"{_HERE}records:{model}",
        f"{_HERE}services.receiving:receive",
        samples=f"{_HERE}queries.samples:{name if not signed else 'results'}",
        check=f"{_HERE}services.receiving:check_answers" if name == "answers" else "",
        erase=f"{_HERE}services.receiving:erase",
        restored=f"{_HERE}services.receiving:restore",
        numbered=f"{_HERE}services.receiving:take_number",
        countersigned=signed,
        completed=f"{_HERE}services.receiving:complete" if signed else "",
    )


HOUSE = House(
    access_rules=(
        Rule(
            "excise.assessment.view",
            _("See assessments of excise with partners"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
        Rule(
            "excise.assessment.answer",
            _("Fill in answers and scores of assessments of excise"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER}),
        ),
        Rule(
            "excise.assessment.decide",
            _("Open assessments of excise, state answers and scores, and sign results"),
            frozenset({Role.APPROVER}),
            Reach.NODE,
        ),
        Rule(
            "excise.figures.view",
            _("See the figures of excise and the introduction to another country"),
            frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
            Reach.NODE,
        ),
        Rule(
            "excise.introduction.sign",
            _("Sign the introduction to another country"),
            frozenset({Role.APPROVER}),
            Reach.NODE,
        ),
    ),
    event_words={
        "excise.assessment-opened": _("Opened an assessment of excise"),
        "excise.assessment-answers-sent": _("Stated the answers of an assessment"),
        "excise.assessment-scores-sent": _("Stated the scores of an assessment"),
        "excise.assessment-result-sent": _("Stated the result of an assessment"),
        "excise.introduction-signed": _("Signed an introduction of excise"),
        "excise.assessment-paper-signed": _("Signed the paper of an assessment"),
    },
    organisation_paths={
        "excise.Assessment": "organisation_id",
        "excise.AssessmentDraft": "assessment__organisation_id",
        "excise.AssessmentStatement": "assessment__organisation_id",
    },
    record_types=(
        _type("answers", _("Answers of an assessment"), "AssessmentAnswersV1"),
        _type("scores", _("Scores of an assessment"), "AssessmentScoresV1"),
        _type("result", _("Result of an assessment"), "AssessmentResultV1"),
    ),
    pages=(
        Page("excise.assessment.view", _("Assessments"), "excise:assessments"),
        Page("excise.figures.view", _("Figures"), "excise:figures"),
        Page("excise.figures.view", _("Introduction"), "excise:introduction"),
    ),
)
