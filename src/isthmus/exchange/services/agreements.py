"""Agreements: proposing, signing, declining, withdrawing, and what partners say about them."""

from typing import Literal
from uuid import UUID

from django.db import transaction

from isthmus.accounts import audit
from isthmus.exchange import queries, registry
from isthmus.exchange.handlers import Received
from isthmus.exchange.ledger import open_ledger
from isthmus.exchange.models import Agreement, AgreementState, Decision, Effect, Party, Record
from isthmus.exchange.records import AgreementAnswerV1, AgreementV1
from isthmus.exchange.rules import projection
from isthmus.exchange.rules import terms as rules
from isthmus.exchange.services.publish import Outgoing, publish
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault, NotFound, Refused

PROPOSAL = "exchange.agreement/1"
ANSWER = "exchange.agreement-answer/1"


def check_known_types(terms: AgreementV1) -> None:
    """Refuse terms over unknown record types or fields, or that leave out required fields."""
    faults = []
    for number, grant in enumerate(terms.grants, start=1):
        where = f"grants.{number}"
        kind = registry.record_types().get(grant.record_type)
        if kind is None or kind.control:
            faults.append(FieldFault(where, f"{grant.record_type} is not a record type of this node."))
            continue
        model = registry.model_of(grant.record_type)
        unknown = sorted(set(grant.fields) - set(projection.field_titles(model)))
        if unknown:
            faults.append(FieldFault(where, f"{grant.record_type} has no field {', '.join(unknown)}."))
        missing = projection.missing_fields(model, grant.fields)
        if missing:
            faults.append(
                FieldFault(where, f"{grant.record_type} has no meaning without {', '.join(missing)}.")
            )
    if faults:
        listed = " ".join(fault.message for fault in faults)
        raise BadInput("exchange.terms", listed, faults=tuple(faults))


def _store(terms: AgreementV1, *, proposer: str, leaf: str) -> Agreement:
    agreement = Agreement.objects.create(
        uuid=terms.agreement,
        title=terms.title,
        terms=terms.model_dump(mode="json"),
        digest=rules.digest(terms),
        proposed_by=proposer,
        proposed_at=clock.now(),
        valid_from=terms.valid_from,
        valid_until=terms.valid_until,
    )
    Party.objects.bulk_create(Party(agreement=agreement, node_id=node) for node in terms.parties)
    _decide(agreement, proposer, Decision.SIGNED, leaf=leaf)
    return agreement


def _decide(
    agreement: Agreement, node_id: str, decision: Decision, *, leaf: str, reason: str = "", signer: str = ""
) -> None:
    """Write a party's answer and work out where the agreement stands now."""
    changed = Party.objects.filter(agreement=agreement, node_id=node_id).update(
        decision=decision, decided_at=clock.now(), leaf=leaf, reason=reason, signer=signer
    )
    if not changed:
        raise Refused("exchange.not-a-party", f"{node_id} is not a party of “{agreement.title}”.")
    decisions = set(Party.objects.filter(agreement=agreement).values_list("decision", flat=True))
    if Decision.WITHDRAWN in decisions:
        agreement.state = AgreementState.WITHDRAWN
    elif Decision.DECLINED in decisions:
        agreement.state = AgreementState.DECLINED
    elif decisions == {Decision.SIGNED}:
        agreement.state = AgreementState.IN_FORCE
    agreement.save(update_fields=["state"])


def _others(agreement: Agreement) -> list[str]:
    return [node for node in agreement.content.parties if node != queries.me()]


@transaction.atomic
def propose(terms: AgreementV1, *, actor: str) -> Agreement:
    """Sign terms as this node and send them to every other party.

    Raises BadInput for terms that contradict themselves or name unknown types or fields, Refused where a
    party is no confirmed partner.
    """
    rules.check_terms(terms)
    check_known_types(terms)
    if queries.me() not in terms.parties:
        fault = FieldFault("parties", f"{queries.me()} must be a party.")
        raise BadInput("exchange.terms", "This node must be a party of what it proposes.", faults=(fault,))
    item = Outgoing(PROPOSAL, terms, str(terms.agreement))
    sent = publish([item], to=[node for node in terms.parties if node != queries.me()])
    agreement = _store(terms, proposer=queries.me(), leaf=sent[0].leaf)
    Party.objects.filter(agreement=agreement, node_id=queries.me()).update(signer=actor)
    audit.note("exchange.agreement-proposed", actor=actor, subject=str(terms.agreement))
    return agreement


_WIRE_DECISIONS: dict[Decision, Literal["signed", "declined", "withdrawn"]] = {
    Decision.SIGNED: "signed",
    Decision.DECLINED: "declined",
    Decision.WITHDRAWN: "withdrawn",
}
_ALLOWED = {
    AgreementState.PROPOSED: {Decision.SIGNED, Decision.DECLINED},
    AgreementState.IN_FORCE: {Decision.WITHDRAWN},
}


@transaction.atomic
def answer(uuid: UUID, decision: Decision, *, actor: str, reason: str = "") -> Agreement:
    """Sign, decline or withdraw from an agreement and tell every other party.

    Raises Conflict where the agreement does not stand open for that answer.
    """
    with open_ledger():  # before the agreement is locked, as by every writer
        agreement = Agreement.objects.select_for_update().filter(pk=uuid).first()
    if agreement is None:
        raise NotFound("exchange.no-agreement", "There is no such agreement on this node.")
    own = agreement.parties.get(node_id=queries.me())
    allowed = _ALLOWED.get(AgreementState(agreement.state), set())
    if decision not in allowed or own.decision == decision:
        raise Conflict(
            "exchange.agreement-state",
            f"“{agreement.title}” is {agreement.get_state_display().lower()} and"
            f" cannot be {decision.value} now.",
        )
    if decision is Decision.SIGNED:
        check_known_types(agreement.content)
    body = AgreementAnswerV1(
        agreement=agreement.uuid,
        digest=agreement.digest,
        decision=_WIRE_DECISIONS[decision],
        reason=reason,
    )
    sent = publish([Outgoing(ANSWER, body, str(agreement.uuid))], to=_others(agreement))
    _decide(agreement, queries.me(), decision, leaf=sent[0].leaf, reason=reason, signer=actor)
    audit.note(f"exchange.agreement-{decision.value}", actor=actor, subject=str(agreement.uuid))
    return agreement


def take_number(stand_in: str, leaf: str) -> None:
    """What a party signed while a stream recovered has its place in the stream, and so its leaf, now."""
    Party.objects.filter(leaf=stand_in).update(leaf=leaf)


def receive_proposal(received: Received) -> None:
    """Handler of `exchange.agreement/1`: keep the terms; the sender's record is its signature."""
    terms: AgreementV1 = received.body
    rules.check_terms(terms)
    if {received.record.sender, received.record.receiver} - set(terms.parties):
        raise Refused("exchange.not-a-party", "Sender and receiver must both be parties of the proposal.")
    if Agreement.objects.filter(pk=terms.agreement).exists():
        raise Conflict("exchange.agreement-known", "An agreement of this number is here already.")
    _store(terms, proposer=received.record.sender, leaf=received.leaf)
    _apply_early_answers(str(terms.agreement))


def _apply_early_answers(subject: str) -> None:
    """Among three parties an answer can overtake the proposal; it then waited in quarantine."""
    from isthmus.exchange.services.quarantine import run_again

    early = Record.objects.filter(
        type="exchange.agreement-answer", subject=subject, effect=Effect.QUARANTINED
    ).order_by("id")
    for row in early:
        run_again(row, actor="node")


def receive_answer(received: Received) -> None:
    """Handler of `exchange.agreement-answer/1`: a party signed, declined or withdrew."""
    body: AgreementAnswerV1 = received.body
    agreement = Agreement.objects.select_for_update().filter(pk=body.agreement).first()
    if agreement is None:
        raise NotFound("exchange.no-agreement", "The proposal that this answers has not arrived.")
    if body.digest != agreement.digest:
        raise Refused("exchange.other-terms", "The answer is about other terms than the ones held here.")
    _decide(
        agreement, received.record.sender, Decision(body.decision), leaf=received.leaf, reason=body.reason
    )
