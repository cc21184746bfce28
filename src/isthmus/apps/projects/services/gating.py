"""Gates: the lead puts a text, countries sign or refuse it, and the lead opens the gate at the third."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.projects import body_queries as bodies
from isthmus.apps.projects import queries
from isthmus.apps.projects.models import Statement, Topic
from isthmus.apps.projects.rules import gates as rules
from isthmus.apps.projects.rules.gates import Gate
from isthmus.apps.projects.rules.members import QUORUM
from isthmus.apps.projects.rules.said import digest_of
from isthmus.apps.projects.services.joining import check_member
from isthmus.apps.projects.services.telling import check_led_here, check_open, locked, say
from isthmus.apps.projects.wording import PARTS, why_not
from isthmus.exchange import queries as exchange
from isthmus.kit import clock
from isthmus.kit.errors import Conflict, Refused
from isthmus.kit.ids import uuid7


def _body(topic: Topic, gate: Gate, says: str, **more: Any) -> dict[str, Any]:
    return {
        "topic": topic.reference,
        "gate": gate.reference,
        "says": says,
        "at": clock.to_text(clock.now()),
        "kind": gate.kind,
        "digest": gate.digest,
        "hand_on": True,
        **more,
    }


def _wanting(countries: tuple[str, ...], wanting: int) -> str:
    there = ", ".join(countries) or _("none")
    return _("There are: %(countries)s. Wanting: %(count)d.") % {"countries": there, "count": wanting}


@transaction.atomic
def put_gate(topic: Topic, kind: str, terms: Mapping[str, Any], *, actor: str) -> Statement:
    """Put a text for signature. Refused below the quorum, with what is missing.

    ``terms`` as ``GateTermsV1``. BadInput for a text that lacks a part, Conflict for a gate out of order or
    while another waits.
    """
    row = locked(topic)
    check_led_here(row)
    check_open(row)
    story = queries.story_of(row)
    if row.stage != rules.BEFORE[kind]:
        raise Conflict(
            "projects.gate-order",
            _("This gate follows another one: the topic stands at “%(stage)s”.")
            % {"stage": row.get_stage_display()},
        )
    if any(one.is_open_to_sign for one in story.gates):
        raise Conflict(
            "projects.gate-waits",
            _("Another text waits for signatures."),
            next_step=_("Open it, or drop it first."),
        )
    if not story.quorum.is_met:
        raise Refused(
            "projects.quorum",
            _("A working group needs %(needed)d countries that do more than observe.") % {"needed": QUORUM},
            next_step=_wanting(story.quorum.countries, story.quorum.wanting),
        )
    given = {name: value for name, value in terms.items() if value}
    if lacking := rules.missing_parts(kind, given):
        said = ", ".join(str(PARTS[name]) for name in lacking)
        raise bodies.bad(lacking[0], _("This is missing: %(parts)s.") % {"parts": said})
    reference = uuid7().hex
    gate = Gate(reference, kind, digest_of(row.reference, reference, kind, given), given, clock.now())
    audit.note("projects.gate-put", actor=actor, subject=row.reference, detail={"kind": kind})
    return say(row, "gate", _body(row, gate, "put", terms=given), actor=actor)


def _waiting(topic: Topic, reference: str) -> tuple[Topic, Gate]:
    row = locked(topic)
    check_open(row)
    gate = queries.story_of(row).gate(reference)
    if not gate.is_open_to_sign:
        raise Conflict(
            "projects.gate-over",
            _("This gate is open already.") if gate.opened_at else _("The lead has dropped this gate."),
        )
    return row, gate


def _answer(topic: Topic, reference: str, says: str, event: str, *, actor: str, **more: Any) -> Statement:
    row, gate = _waiting(topic, reference)
    check_member(row)
    before = gate.answer_of(exchange.me())
    if before is not None and before.signed and says == "signed":
        raise Conflict("projects.signed", _("This country has signed this text already."))
    if not settings.ISTHMUS.country:
        raise Refused(
            "projects.no-country", _("This node belongs to no country; countries sign gates, it collects.")
        )
    audit.note(event, actor=actor, subject=row.reference, detail={"gate": reference})
    return say(row, "gate", _body(row, gate, says, country=settings.ISTHMUS.country, **more), actor=actor)


@transaction.atomic
def sign(topic: Topic, reference: str, digest: str, *, actor: str) -> Statement:
    """Sign a gate for this country. ``digest`` is of the text that the person has seen.

    Conflict where the text is another one by now, where this country signed already or is not in the topic.
    """
    if queries.story_of(topic).gate(reference).digest != digest:
        raise Conflict(
            "projects.other-text",
            _("The text is not the one that you have seen."),
            next_step=_("Read it again, then sign."),
        )
    return _answer(topic, reference, "signed", "projects.gate-signed", actor=actor)


@transaction.atomic
def refuse(topic: Topic, reference: str, reason: str, *, actor: str) -> Statement:
    """Say that this country does not sign, and why; a signature given before counts no more."""
    if not reason:
        raise bodies.bad("reason", _("Say why, so that the text can be mended."))
    return _answer(topic, reference, "refused", "projects.gate-refused", actor=actor, reason=reason)


@transaction.atomic
def open_gate(topic: Topic, reference: str, *, actor: str) -> Statement:
    """Open a gate that three countries have signed, and move the topic on. Refused with what is missing."""
    row, gate = _waiting(topic, reference)
    check_led_here(row)
    counted = queries.story_of(row).count(gate)
    if not counted.quorum.is_met:
        doubts = [why_not(one, stands) for one, stands in counted.signatures]
        told = " ".join([_wanting(counted.quorum.countries, counted.quorum.wanting), *filter(None, doubts)])
        raise Refused(
            "projects.gate-closed",
            _("Three countries must have signed this text.") + " " + told,
            next_step=_("Nothing is lost: every signature stays, and the gate can be opened later."),
        )
    signed_by = tuple(
        {"node": one.node, "country": one.country, "at": clock.to_text(one.at)} for one in counted.counted
    )
    audit.note("projects.gate-opened", actor=actor, subject=row.reference, detail={"gate": reference})
    body = _body(row, gate, "opened", signed_by=signed_by)
    return say(row, "gate", body, actor=actor, stage=rules.AFTER[gate.kind])


@transaction.atomic
def drop(topic: Topic, reference: str, reason: str, *, actor: str) -> Statement:
    """Take a text back, so that a better one can be put; its signatures stay on record."""
    row, gate = _waiting(topic, reference)
    check_led_here(row)
    if not reason:
        raise bodies.bad("reason", _("Say why, for those who have signed."))
    audit.note("projects.gate-dropped", actor=actor, subject=row.reference, detail={"gate": reference})
    return say(row, "gate", _body(row, gate, "dropped", reason=reason), actor=actor)
