"""Consent by purpose and node: given, and withdrawn, which erases what crossed on its strength."""

from collections.abc import Collection, Iterable
from contextlib import suppress

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.experts import body_queries as bodies
from isthmus.apps.experts import queries
from isthmus.apps.experts.models import Consent, Crossing, Engagement, Expert, Purpose
from isthmus.apps.experts.services import indexing, sending
from isthmus.apps.experts.services.profiles import fault
from isthmus.exchange import queries as exchange
from isthmus.exchange.models import Record, Tombstone
from isthmus.exchange.services.erasure import erase
from isthmus.exchange.services.subjects import erase_subject
from isthmus.kit import clock
from isthmus.kit.errors import Conflict, NotFound

REASON = "The person no longer consents"
"""It is signed and kept, so it names nobody."""


def _locked(expert: Expert) -> Expert:
    row = Expert.objects.select_for_update(of=("self",)).get(pk=expert.pk)
    if row.node != exchange.me() or row.erased_at is not None:
        raise Conflict("experts.not-here", _("This profile is not kept at this node, or was erased."))
    return row


def _checked(node: str, purposes: Collection[str]) -> frozenset[str]:
    wanted = frozenset(purposes)
    if unknown := wanted - set(Purpose.values):
        raise fault("purposes", _("%(purpose)s is no purpose.") % {"purpose": min(unknown)})
    if wanted and Purpose.LISTED not in wanted:
        raise fault("purposes", _("Whoever is to be contacted or shown with references must be listed."))
    reached = {exchange.me(), *(one.node_id for one in exchange.receivers_of(bodies.PROFILE))}
    if node not in reached:
        message = _("No agreement in force lets profiles of experts go to %(node)s.")
        raise fault("node", message % {"node": node})
    return wanted


@transaction.atomic
def set_consent(
    expert: Expert, node: str, purposes: Collection[str], *, evidence: str = "", actor: str
) -> Expert:
    """The person consents to exactly these purposes at a node, this one included; none withdraws all.

    What was sent on the strength of a purpose that is no longer there is erased at that node; what may still
    be known there is sent again. BadInput for a purpose without being listed, and for a node to which no
    agreement lets profiles go; a withdrawal is never refused for want of an agreement.
    """
    row = _locked(expert)
    before = queries.purposes_at(row, node)
    wanted = _checked(node, purposes) if purposes else frozenset()
    if wanted == before:
        return row
    now = clock.now()
    gone = before - wanted
    held = Consent.objects.filter(expert=row, node=node, withdrawn_at=None)
    held.filter(purpose__in=gone).update(withdrawn_at=now, withdrawn_by=actor)
    Consent.objects.bulk_create(
        Consent(expert=row, node=node, purpose=one, evidence=evidence, given_at=now, given_by=actor)
        for one in sorted(wanted - before)
    )
    event = "experts.consented" if wanted - before else "experts.consent-withdrawn"
    detail = {"node": node, "purposes": sorted(wanted), "withdrawn": sorted(gone)}
    audit.note(event, actor=actor, subject=row.reference, detail=detail)
    if node == exchange.me():
        row.listed = Purpose.LISTED in wanted
        row.save(update_fields=["listed"])
        indexing.index(row)
        return row
    if gone:
        crossed = Crossing.objects.filter(expert=row, node=node, erased_at=None)
        stays = list(held.values_list("pk", flat=True))
        _erase(_leaves(crossed if not wanted else _told(crossed, gone)), actor)
        # An erasure ends consent where nothing is left at the node; here some of it was only narrowed.
        Consent.objects.filter(pk__in=stays).update(withdrawn_at=None, withdrawn_by="")
    if wanted:
        row.stated_at = row.stated_at or now
        row.save(update_fields=["stated_at"])
        sending.send(row, [node], actor=actor)
    return row


def _told(crossed: Iterable[Crossing], gone: Collection[str]) -> list[Crossing]:
    """Those that told what is no longer consented to; references stand in any of them."""
    return [one for one in crossed if Purpose.REFERENCES in gone or one.with_contact]


def _leaves(crossed: Iterable[Crossing]) -> list[str]:
    return [one.leaf for one in crossed]


def _erase(leaves: Collection[str], actor: str) -> list[Tombstone]:
    """Erase these records here and at the partners; erased ones are passed over."""
    rows = list(Record.objects.filter(leaf__in=leaves).select_related("stream__partner"))
    if not rows:
        return []
    try:
        return erase(rows, ground="person", reason=REASON, actor=actor)
    except Conflict as error:
        if error.code == "exchange.erased":
            return []
        raise


@transaction.atomic
def erase_expert(expert: Expert, *, actor: str) -> Expert:
    """Erase a person of this node everywhere: the profile, its crossings, what was stated of engagements.

    The person's key is destroyed, here and at every node that had it. What stays is the reference, whose
    account asked, who was told when, and the receipts. Conflict while a stream to one of the nodes recovers;
    nothing is done then.
    """
    row = _locked(expert)
    now = clock.now()
    Consent.objects.filter(expert=row, withdrawn_at=None).update(withdrawn_at=now, withdrawn_by=actor)
    leaves = set(row.crossings.values_list("leaf", flat=True))
    for pair in Engagement.objects.filter(expert=row).values_list("engager_leaf", "expert_leaf"):
        leaves |= {leaf for leaf in pair if leaf}
    row.engagements.all().delete()
    row.verifications.all().delete()
    row.consents.all().update(evidence="")
    empty = Expert(pk=row.pk, node=row.node, reference=row.reference, key=row.key)
    empty.organisation_id, empty.person_id = row.organisation_id, row.person_id
    empty.changed_at = empty.erased_at = now
    empty.save()
    indexing.index(empty)
    audit.note("experts.erased", actor=actor, subject=row.reference)
    _erase(leaves, actor)
    # No file about the person was ever kept, or its key went with the records.
    with suppress(NotFound):
        erase_subject(sending.subject_of(row), ground="person", reason=REASON, actor=actor)
    return empty
