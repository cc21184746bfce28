"""Handlers of the records of assessments: received, completed, given back, numbered and erased."""

from django.utils.translation import gettext as _

from isthmus.apps.excise.assessment.formats import params
from isthmus.apps.excise.assessment.models import Assessment, AssessmentStatement
from isthmus.exchange.handlers import Completed, Erasing, Received
from isthmus.kit import clock
from isthmus.kit.errors import Refused

Kind = AssessmentStatement.Kind
_KINDS = {
    "excise.assessment-answers": Kind.ANSWERS,
    "excise.assessment-scores": Kind.SCORES,
    "excise.assessment-result": Kind.RESULT,
}


def check_answers(received: Received) -> None:
    """Refuse answers to another questionnaire than this node's: scores would compare different questions."""
    if received.body.questionnaire != params.questionnaire().digest:
        raise Refused(
            "excise.assessment-questionnaire", _("The answers are to another version of the questionnaire.")
        )


def _assessment(received: Received, partner: str) -> Assessment:
    made, _new = Assessment.objects.get_or_create(
        partner=partner,
        number=received.body.number,
        defaults={
            "organisation_id": received.organisation_id,
            "opened_by": received.record.sender,
            "opened_at": received.record.issued,
        },
    )
    return made


def _keep(received: Received, partner: str, *, own: bool) -> None:
    AssessmentStatement.objects.get_or_create(
        leaf=received.leaf,
        defaults={
            "assessment": _assessment(received, partner),
            "kind": _KINDS[received.record.type],
            "is_own": own,
            "body": received.body.model_dump(mode="json"),
            "at": received.record.issued,
        },
    )


def receive(received: Received) -> None:
    """Take note of a partner's statement; its assessment is opened here where it was not known."""
    _keep(received, received.record.sender, own=False)


def restore(received: Received) -> None:
    """A statement that this node made and lost came back from the partner."""
    _keep(received, received.record.receiver, own=True)


def complete(completed: Completed) -> None:
    """Both nodes have signed the result."""
    Assessment.objects.filter(statements__leaf=completed.leaf, signed_leaf="").update(
        signed_leaf=completed.leaf, signed_at=clock.now()
    )


def take_number(stand_in: str, leaf: str) -> None:
    """What waited for a number has its leaf now."""
    AssessmentStatement.objects.filter(leaf=stand_in).update(leaf=leaf)


def erase(erasing: Erasing) -> None:
    """Forget a statement whose text was erased."""
    AssessmentStatement.objects.filter(leaf=erasing.leaf).delete()
