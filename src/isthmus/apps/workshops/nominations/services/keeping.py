"""What became of records: their text erased, numbered later, or given back after a loss.

After a restored backup the partner first gives this node's records back, then sends its own anew. What this
node had said then stands again, and nothing is told a second time.
"""

from collections.abc import Callable

from django.db import transaction

from isthmus.accounts.models import Organisation
from isthmus.apps.workshops.certificates.models import Certificate
from isthmus.apps.workshops.nominations import body_queries as bodies
from isthmus.apps.workshops.nominations.models import (
    Call,
    Gender,
    Invitation,
    Nomination,
    Nominee,
    Selection,
)
from isthmus.apps.workshops.nominations.records import CallV1, NominationV1, SelectionV1
from isthmus.apps.workshops.programme.models import Workshop
from isthmus.exchange import queries as exchange
from isthmus.exchange.handlers import Erasing, Received
from isthmus.exchange.told import told
from isthmus.kit import clock

State = Nomination.State
_ONE_LEAF = (Call, Invitation, Nominee, Nomination, Selection)


def erase(erasing: Erasing) -> None:
    """Delete what a received record said of a person; that somebody was nominated stays, for the counts."""
    if erasing.sent:
        return
    for nominee in Nominee.objects.filter(leaf=erasing.leaf):
        nominee.name, nominee.body = nominee.reference[:8], {}
        nominee.position = nominee.employer = nominee.email = nominee.motivation = ""
        nominee.save()
        # What the person holds carries its own words; here its number is left, and whether it was revoked.
        Certificate.objects.filter(nominee=nominee).update(statement={}, code="", credential="")
    Nomination.objects.filter(answer_leaf=erasing.leaf).update(reason="")


def take_number(stand_in: str, leaf: str) -> None:
    """What waited for a number has its leaf now."""
    for model in _ONE_LEAF:
        model.objects.filter(leaf=stand_in).update(leaf=leaf)


@transaction.atomic
def restore(received: Received) -> None:
    """Let what the record says stand again, as far as what it is about is known here; once, however often."""
    record = received.record
    _STEPS[f"{record.type}/{record.version}"](received)


def _call(received: Received) -> None:
    """The country was called; a workshop that the backup did not know is not planned from its call."""
    body: CallV1 = received.body
    node = received.record.receiver
    workshop = Workshop.objects.select_for_update(of=("self",)).filter(number=body.workshop).first()
    partner = exchange.find_partner(node)
    if workshop is None or partner is None:
        return
    at = clock.from_text(body.at)
    values = {
        "country": partner.country,
        "quota": body.quota,
        "until": clock.from_text(body.until),
        "at": at,
        "leaf": received.leaf,
    }
    Invitation.objects.get_or_create(workshop=workshop, partner=node, defaults=values)
    if workshop.called_at is None:
        workshop.called_at = at
        workshop.save(update_fields=["called_at"])


def _nomination(received: Received) -> None:
    """The person was nominated, or the nomination withdrawn.

    One that the backup did not know is of the organisation whose desk nominations have here, or of the only
    one; where there are several and no desk, it stands among the records only.
    """
    body: NominationV1 = received.body
    call = Call.objects.filter(partner=received.record.receiver, number=body.workshop).first()
    rows = Nomination.objects.select_for_update(of=("self",))
    row = rows.filter(reference=body.nomination).first()
    if row is None:
        organisation = received.organisation_id or _only_organisation()
        if call is None or organisation is None or body.says == "withdrawn":
            return
        row = Nomination(call=call, organisation_id=organisation, reference=body.nomination)
    if body.says == "withdrawn":
        row.state = State.WITHDRAWN
    elif row.state == State.DRAFT:
        row.state, row.sent_at = State.SENT, clock.from_text(body.at)
        row.name, row.position, row.employer = body.name or "", body.position or "", body.employer or ""
        row.email, row.motivation = body.email or "", body.motivation or ""
        row.gender = body.gender or Gender.NOT_STATED
    row.leaf = received.leaf
    row.save()


def _only_organisation() -> int | None:
    found = Organisation.objects.values_list("pk", flat=True)[:2]
    return found[0] if len(found) == 1 else None


def _selection(received: Received) -> None:
    body: SelectionV1 = received.body
    nominee = Nominee.objects.filter(
        invitation__workshop__number=body.workshop,
        invitation__partner=received.record.receiver,
        reference=body.nomination,
    ).first()
    if nominee is not None:
        said = {
            "nominee": nominee,
            "says": body.says,
            "reason": body.reason or "",
            "at": clock.from_text(body.at),
        }
        Selection.objects.get_or_create(leaf=received.leaf, defaults=said)


def recall(kind: str, partner: str, workshop: str) -> None:
    """Let stand again what this node has told a partner about a workshop, if anything.

    Called where the partner's own part arrives anew: its call, its nomination.
    """
    for known in told(kind, partner, workshop):
        _STEPS[kind](known)


_STEPS: dict[str, Callable[[Received], None]] = {
    bodies.CALL: _call,
    bodies.NOMINATION: _nomination,
    bodies.SELECTION: _selection,
}
