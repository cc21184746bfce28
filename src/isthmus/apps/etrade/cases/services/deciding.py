"""What officers do with a case: ask the partner, confirm, escalate, dismiss, open it again."""

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.etrade.cases.models import Case, CaseState, Decision, Ground, Step, Way
from isthmus.apps.etrade.cases.rules.moves import after
from isthmus.apps.etrade.cases.wording import question
from isthmus.apps.etrade.models import Declaration, Origin, Query
from isthmus.apps.etrade.records import ImportMatchBlockV1
from isthmus.apps.etrade.services.questions import ask
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault

_STEPS = {
    "ask": Step.ASKED,
    "accept": Step.ACCEPTED,
    "escalate": Step.ESCALATED,
    "dismiss": Step.DISMISSED,
    "reopen": Step.REOPENED,
}


@transaction.atomic
def decide(case: Case, move: str, *, actor: str, note: str = "", ground: str = "") -> Case:
    """Make a move of ``rules.moves``: accept, escalate, dismiss or reopen.

    Conflict ``etrade.case-state`` where the case stands elsewhere by now; BadInput ``etrade.case-ground`` for
    a dismissal that does not say why.
    """
    if move == "dismiss" and (ground not in Ground.values or (ground == Ground.OTHER and not note.strip())):
        raise BadInput(
            "etrade.case-ground",
            _("Say why this is no case."),
            faults=(FieldFault("ground", _("Choose a reason; another reason needs your words.")),),
        )
    locked = _move(case, move)
    _note(locked, move, actor, note, ground if move == "dismiss" else "")
    audit.note(f"etrade.case-{_STEPS[move]}", actor=actor, subject=locked.number)
    return locked


@transaction.atomic
def ask_partner(case: Case, *, actor: str, text: str = "") -> Query:
    """Send the partner the signed question of a case, in the officer's own words where there are some.

    It is about the partner's declaration where there is one, else about ours. Conflict as `decide`; Refused
    where no agreement lets questions go to that partner.
    """
    locked = _move(case, "ask")
    theirs, ours = _sides(locked)
    subject = theirs or ours
    if subject is None:
        raise Conflict(
            "etrade.case-without-declaration",
            _("The declarations of this case are not here any more."),
            next_step=_("It is settled with the next reconciliation."),
        )
    said = text.strip() or question(locked)
    _note(locked, "ask", actor, said, "")
    return ask(
        subject,
        locked.corridor.partner,
        said,
        actor=actor,
        case=locked.number,
        reason=locked.reason,
        figures=_figures(ours) if ours is not None else None,
    )


def _move(case: Case, move: str) -> Case:
    locked = Case.objects.select_for_update(of=("self",)).select_related("corridor").get(pk=case.pk)
    leads_to = after(locked.state, move)
    if leads_to is None:
        raise Conflict(
            "etrade.case-state",
            _("This case is “%(state)s” by now.") % {"state": locked.get_state_display()},
            next_step=_("Look at its history."),
        )
    locked.state = CaseState(leads_to)
    decided = leads_to in {CaseState.ACCEPTED, CaseState.DISMISSED}
    locked.decided_at = clock.now() if decided else None
    locked.decided_by = ""
    return locked


def _note(case: Case, move: str, actor: str, note: str, code: str) -> None:
    if case.decided_at is not None:
        case.decided_by = actor
    case.save(update_fields=["state", "decided_at", "decided_by"])
    Decision.objects.create(
        case=case, step=_STEPS[move], code=code, note=note.strip(), by=actor, at=clock.now()
    )


def _sides(case: Case) -> tuple[Declaration | None, Declaration | None]:
    """The partner's declaration and ours."""
    if case.corridor.way == Way.IN:
        return case.export, case.imported
    return case.imported, case.export


def _figures(own: Declaration) -> ImportMatchBlockV1 | None:
    if own.origin != Origin.OWN:
        return None
    return ImportMatchBlockV1.model_validate_json(own.record.match.model_dump_json())
