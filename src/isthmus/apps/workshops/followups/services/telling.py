"""The country: a delegate hands in the follow-up form, and it crosses, sealed for the secretariat."""

import json
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.workshops.followups.models import FollowUp
from isthmus.apps.workshops.followups.records import FollowUpV1
from isthmus.apps.workshops.followups.rules.journeys import FIELDS, misfit
from isthmus.apps.workshops.followups.wording import words
from isthmus.apps.workshops.letters.queries import keep_days
from isthmus.apps.workshops.nominations.models import Nomination
from isthmus.apps.workshops.programme.services.planning import bad
from isthmus.exchange.services import Outgoing, publish
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.kit.errors import Conflict
from isthmus.trust import vault
from isthmus.trust.models import Partner
from isthmus.trust.sealed_for import seal_to

FOLLOW_UP = "workshops.follow-up/1"


def is_asked(nomination: Nomination) -> bool:
    """Whether the person is asked: once accepted, and until the workshop is over."""
    accepted = nomination.state == Nomination.State.ACCEPTED
    return accepted and clock.now().date() <= nomination.call.ends


def told_of(nomination: Nomination) -> dict[str, str]:
    """What was told so far; nothing where it was not told, or is wiped."""
    row = FollowUp.objects.filter(nomination=nomination).exclude(sealed=b"").first()
    if row is None:
        return {}
    found: dict[str, str] = json.loads(vault.unseal(bytes(row.sealed), name=_name(nomination)))
    return found


def _name(nomination: Nomination) -> str:
    return f"follow-up {nomination.reference}"


@transaction.atomic
def tell(nomination: Nomination, told: dict[str, str], *, actor: str) -> FollowUp:
    """Hand in the form, or hand it in anew; it crosses at once, and only the secretariat can read it.

    ``told`` has ``FIELDS``, days in ISO form. Conflict where the person is not accepted or the workshop is
    over; BadInput where something does not fit; Refused where the secretariat's key is not valid.
    """
    rows = Nomination.objects.select_for_update(of=("self",)).select_related("call")
    holder = rows.get(pk=nomination.pk)
    if not is_asked(holder):
        raise Conflict(
            "workshops.not-asked", _("Only whoever is accepted is asked, until the workshop is over.")
        )
    call = holder.call
    if (found := misfit(told, call.starts, call.ends)) is not None:
        raise bad(found[0], words(found[1]))
    if not any(told[name] for name in FIELDS):
        raise bad("passport", _("Nothing is filled in yet."))
    text = json.dumps({name: told[name] for name in FIELDS}, ensure_ascii=False).encode("utf-8")
    known = FollowUp.objects.filter(nomination=holder).first()
    version = known.version + 1 if known is not None else 1
    now = clock.now()
    partner = Partner.objects.get(node_id=call.partner)
    body = FollowUpV1(
        workshop=call.number,
        nomination=holder.reference,
        version=version,
        at=clock.to_text(now),
        sealed=seal_to(partner, text, about=holder.reference),
    )
    outgoing = Outgoing(FOLLOW_UP, body, call.number, holder.organisation_id)
    (record,) = publish([outgoing], to=[call.partner])
    sealed = vault.seal(text, name=_name(holder))
    told_now = {"version": version, "sealed": sealed, "by": actor, "sent_at": now, "leaf": record.leaf}
    row, _made = FollowUp.objects.update_or_create(nomination=holder, defaults=told_now)
    audit.note("workshops.follow-up-sent", actor=actor, subject=holder.reference, detail={"version": version})
    return row


def purge(progress: Progress) -> dict[str, int]:
    """Job: wipe what delegates told once it is not needed any more, some days after the workshop."""
    until = clock.now().date() - timedelta(days=keep_days())
    progress.step(0)
    rows = FollowUp.objects.filter(nomination__call__ends__lt=until).exclude(sealed=b"")
    return {"wiped": rows.update(sealed=b"")}
