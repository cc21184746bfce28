"""The secretariat: countries are called, nominations decided about, attendance noted."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.workshops.mailing.services.letters import invite
from isthmus.apps.workshops.nominations import body_queries as bodies
from isthmus.apps.workshops.nominations import queries
from isthmus.apps.workshops.nominations.models import Attendance, Invitation, Nominee, Says, Selection
from isthmus.apps.workshops.nominations.rules.standing import may_accept
from isthmus.apps.workshops.programme.models import Workshop
from isthmus.apps.workshops.programme.services.planning import bad, open_programme
from isthmus.exchange import queries as exchange
from isthmus.exchange.services import Outgoing, publish
from isthmus.kit import clock
from isthmus.kit.errors import Conflict, Refused
from isthmus.trust.models import Partner


def partners(record_type: str = bodies.CALL) -> list[Partner]:
    """The active partners to whom an agreement in force lets a record of the type go."""
    return exchange.receivers_of(record_type)


@transaction.atomic
def call(
    workshop: Workshop, to: Sequence[str], *, quota: int, until: datetime, actor: str
) -> list[Invitation]:
    """Call countries by their nodes, once each; Refused where no agreement lets the call go."""
    programme = open_programme(workshop.programme)
    row = Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)
    now = clock.now()
    if row.held_at is not None:
        raise Conflict("workshops.held", _("This workshop was held already."))
    if until <= now:
        raise bad("until", _("The deadline of nominations has passed."))
    if not to:
        raise bad("to", _("Choose at least one country."))
    known = {one.node_id: one for one in partners()}
    if refused := sorted(set(to) - known.keys()):
        raise Refused(
            "workshops.not-agreed",
            _("No agreement in force lets calls go to %(partner)s.") % {"partner": ", ".join(refused)},
            next_step=_("Propose one under Agreements, or wait until every party has signed."),
        )
    if row.invitations.filter(partner__in=to).exists():
        raise bad("to", _("One of these countries is called already."))
    made = [
        Invitation.objects.create(
            workshop=row,
            partner=partner,
            country=known[partner].country,
            quota=quota,
            until=until,
            at=now,
            by=actor,
        )
        for partner in dict.fromkeys(to)
    ]
    row.called_at = row.called_at or now
    row.save(update_fields=["called_at"])
    audit.note("workshops.called", actor=actor, subject=row.number, detail={"to": list(to), "quota": quota})
    body = bodies.call_of(made[0])  # the same for every country
    outgoing = Outgoing(bodies.CALL, body, row.number, programme.organisation_id)
    leaves = {
        one.stream.partner.node_id: one.leaf for one in publish([outgoing], to=[one.partner for one in made])
    }
    for one in made:
        one.leaf = leaves[one.partner]
        one.save(update_fields=["leaf"])
    return made


@transaction.atomic
def select(nominee: Nominee, says: str, reason: str, *, actor: str) -> Selection:
    """Decide about a nomination, or decide anew, and tell the node of the country.

    BadInput where the country's quota is full, or where no reason is given for what is not accepted.
    """
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=nominee.invitation_id)
    programme = open_programme(invitation.workshop.programme)
    row = Nominee.objects.get(pk=nominee.pk)
    if row.withdrawn_at is not None:
        raise Conflict("workshops.withdrawn", _("The country has withdrawn this nomination."))
    last = row.selections.order_by("-at", "-pk").first()
    if last is not None and last.says == says:
        raise bad("says", _("This was decided already."))
    if says != Says.ACCEPTED and not reason:
        raise bad("reason", _("Say why, so that the country can tell the person."))
    if says == Says.ACCEPTED and not may_accept(invitation.quota, queries.accepted_of(invitation)):
        raise bad("says", _("The quota of this country is full; put the person on the waiting list."))
    made = Selection.objects.create(nominee=row, says=says, reason=reason, at=clock.now(), by=actor)
    audit.note("workshops.selected", actor=actor, subject=row.reference, detail={"says": says})
    if not invitation.partner:  # whoever stands on a list came through no node that could be told
        return made
    number = invitation.workshop.number
    outgoing = Outgoing(bodies.SELECTION, bodies.selection_of(made), number, programme.organisation_id)
    (record,) = publish([outgoing], to=[invitation.partner])
    made.leaf = record.leaf
    made.save(update_fields=["leaf"])
    invite(made)
    return made


def note_attendance(workshop: Workshop, on: date, present: Iterable[Nominee], *, actor: str) -> int:
    """Note who was there on a day; a second list adds to the first. Returns how many are new.

    BadInput where the day is none of the workshop's or still to come, or where a person is not accepted.
    """
    return note_days(workshop, {on: present}, actor=actor)


@transaction.atomic
def note_days(workshop: Workshop, days: Mapping[date, Iterable[Nominee]], *, actor: str) -> int:
    """The same for several days at once."""
    open_programme(workshop.programme)
    accepted = {one.nominee.pk for one in queries.nominees_of(workshop) if queries.is_accepted(one)}
    rows = Attendance.objects.filter(nominee__invitation__workshop=workshop)
    known, now, new = set(rows.values_list("nominee_id", "on")), clock.now(), []
    for on, present in sorted(days.items()):
        if not workshop.starts <= on <= workshop.ends:
            raise bad("on", _("The workshop is not on this day."))
        if on > now.date():
            raise bad("on", _("This day is still to come."))
        for nominee in present:
            if nominee.pk not in accepted:
                told = {"name": nominee.name}
                raise bad("present", _("%(name)s is not accepted for this workshop.") % told)
            if (nominee.pk, on) not in known:
                known.add((nominee.pk, on))
                new.append(Attendance(nominee=nominee, on=on, at=now, by=actor))
    Attendance.objects.bulk_create(new)
    detail = {"on": ", ".join(on.isoformat() for on in sorted(days)), "new": len(new)}
    audit.note("workshops.attendance", actor=actor, subject=workshop.number, detail=detail)
    return len(new)
