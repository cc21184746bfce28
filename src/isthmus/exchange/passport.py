"""A record's passport: who signed it, under which agreement, where it stands, what was answered."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.accounts.policy import Actor, can
from isthmus.exchange import queries, registry, wording
from isthmus.exchange.models import (
    Agreement,
    Direction,
    Effect,
    ErasureGround,
    LogEntry,
    Record,
    Tombstone,
    Verdict,
)
from isthmus.exchange.rules import layout
from isthmus.exchange.verification import Check
from isthmus.kit import clock
from isthmus.trust.models import OwnKey, PartnerKey
from isthmus.ui.components import Fact, Facts, Folded, Link, Passport, State
from isthmus.wire.tombstone import Erasure


def _certificate(row: Record, kid: str) -> Iterator[Fact]:
    moment = clock.now()
    if row.stream.direction == Direction.OUT:
        own = OwnKey.objects.filter(kid=kid).first()
        if own is not None:
            validity = wording.validity(own.valid_from, own.valid_until, None, moment)
            yield Fact(_("Certificate"), validity, url=reverse("exchange:own_card"))
    else:
        key = PartnerKey.objects.filter(partner=row.stream.partner_id, kid=kid).first()
        if key is not None:
            validity = wording.validity(key.valid_from, key.valid_until, key.revoked_at, moment)
            yield Fact(_("Certificate"), validity)
    # An erased text names no key any more.
    if kid:
        yield Fact(_("Key"), kid)


def _signed(row: Record, kid: str) -> Facts:
    outgoing = row.stream.direction == Direction.OUT
    signer = wording.own_tile() if outgoing else wording.partner_tile(row.stream.partner)
    lines = [Fact(_("Signed by"), signer), Fact(_("Issued"), row.issued), *_certificate(row, kid)]
    return Facts(_("Signature"), tuple(lines))


def _agreed(row: Record, *, erased: bool) -> Facts:
    if row.agreement is None:
        text = _("None needed: it is a statement of the exchange itself.")
        return Facts(_("Agreement"), (Fact(_("Under"), text),))
    agreement = Agreement.objects.filter(pk=row.agreement).first()
    if agreement is None:
        text = _("An agreement that this node does not know: %(id)s.") % {"id": row.agreement}
        return Facts(_("Agreement"), (Fact(_("Under"), text),))
    lines = [Fact(_("Under"), agreement.title, url=reverse("exchange:agreement", args=[agreement.pk]))]
    # What was withheld is erased with the text: an empty list says nothing then.
    if row.stream.direction == Direction.OUT and not erased:
        withheld = layout.full_titles(wording.model_of(row.key), row.withheld)
        counted = ngettext("%(n)d field", "%(n)d fields", len(withheld)) % {"n": len(withheld)}
        nothing = _("Nothing: every field crossed.")
        lines.append(Fact(_("Withheld"), Folded(counted, withheld) if withheld else nothing))
    return Facts(_("Agreement"), tuple(lines))


def _place(row: Record) -> Facts:
    partner = row.stream.partner
    number = _("Number %(seq)d of %(stream)s") % {"seq": row.seq, "stream": row.stream.name}
    if not row.is_numbered:
        number = _("Waits for its number in %(stream)s") % {"stream": row.stream.name}
    entry = LogEntry.objects.filter(leaf=row.leaf).first()
    logged = _("Entry %(index)d") % {"index": entry.index} if entry else _("Not in the log of this node")
    return Facts(
        _("Place"),
        (
            Fact(_("Stream"), number, url=reverse("exchange:streams", args=[partner.node_id])),
            Fact(_("Log"), logged, url=reverse("exchange:log_entry", args=[row.leaf]) if entry else ""),
        ),
    )


def _answered(row: Record) -> Facts:
    outgoing = row.stream.direction == Direction.OUT
    who = row.stream.partner.name if outgoing else _("this node")
    lines = [Fact(_("Verdict"), wording.verdict_state(row))]
    if row.verdict == Verdict.REFUSED:
        lines.append(Fact(_("Reason"), row.verdict_reason or row.verdict_code))
    if row.receipt is not None:
        lines.append(Fact(_("Receipt"), _("Given by %(who)s") % {"who": who}))
        lines.append(Fact(_("Given on"), row.receipt.issued))
    elif outgoing:
        lines.append(Fact(_("Receipt"), _("Not yet. The node keeps sending until it is here.")))
    return Facts(_("Answer"), tuple(lines))


def _countersigned(row: Record) -> Facts | None:
    kind = registry.record_types().get(row.key)
    made = getattr(row, "countersignature", None)
    if made is None and (kind is None or not kind.countersigned):
        return None
    if made is None:
        line = Fact(_("State"), State("wait", _("It means nothing until its receiver has countersigned it.")))
        return Facts(_("Countersignature"), (line,))
    signer = wording.own_tile() if made.by == queries.me() else wording.partner_tile(row.stream.partner)
    lines = [
        Fact(_("State"), State("ok", _("Signed by both nodes"))),
        Fact(_("Countersigned by"), signer),
        Fact(_("Agreeing to"), made.words),
        Fact(_("On"), made.issued),
        Fact(_("Record"), _("The countersignature"), url=reverse("exchange:record", args=[made.leaf])),
    ]
    return Facts(_("Countersignature"), tuple(lines))


def _effect(row: Record, actor: Actor) -> Facts:
    quarantined = row.effect == Effect.QUARANTINED and can(actor, "exchange.quarantine.view")
    lines = [Fact(_("State"), wording.effect_state(row))]
    if quarantined:
        url = reverse("exchange:quarantined", args=[row.leaf])
        lines.append(Fact(_("What to do"), Link(_("Look at the error"), url)))
    if row.organisation is not None:
        lines.append(Fact(_("Organisation"), row.organisation.name))
    return Facts(_("Effect here"), tuple(lines))


def _checked(checks: tuple[Check, ...]) -> Facts:
    return Facts(
        _("Checked now"),
        tuple(
            Fact(
                check.what,
                (
                    State("ok" if check.ok else "bad", _("Holds") if check.ok else _("Not proved")),
                    check.detail,
                ),
            )
            for check in checks
        ),
    )


def _erased(gone: tuple[Erasure, Tombstone]) -> Facts:
    found, row = gone
    return Facts(
        _("Erasure"),
        (
            Fact(_("Under"), found.name, url=reverse("exchange:record", args=[row.leaf])),
            Fact(_("Ground"), ErasureGround(found.tombstone.ground).label),
            Fact(_("Reason"), found.tombstone.reason),
            Fact(_("Erased on"), found.tombstone.issued),
        ),
    )


def of(
    row: Record,
    kid: str,
    actor: Actor,
    *,
    checks: tuple[Check, ...] = (),
    verdict: str = "",
    gone: tuple[Erasure, Tombstone] | None = None,
) -> Passport:
    """The passport of a record; with ``checks`` also what the verify button found out.

    ``gone`` is the erasure of its text, if it was erased.
    """
    groups = [_signed(row, kid), _agreed(row, erased=gone is not None), _place(row), _answered(row)]
    if (countersigned := _countersigned(row)) is not None:
        groups.append(countersigned)
    if row.stream.direction == Direction.IN:
        groups.append(_effect(row, actor))
    if gone is not None:
        groups.insert(0, _erased(gone))
    state = wording.verdict_state(row)
    if checks:
        proved = all(check.ok for check in checks)
        groups.insert(0, _checked(checks))
        state = State("ok", _("Proved")) if proved else State("bad", _("Not proved"))
    return Passport(
        tuple(groups),
        state=state,
        verdict=verdict,
        verify_url=reverse("exchange:verify_record", args=[row.leaf]),
    )
