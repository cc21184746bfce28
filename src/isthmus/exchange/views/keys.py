"""Keys: what each of this node's is for and what to do about it; revoking one of a partner."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised, proven
from isthmus.accounts.policy import can, visible
from isthmus.exchange import wording
from isthmus.exchange.forms import NothingToAsk
from isthmus.exchange.key_forms import RevokeForm, RevokeOwnForm, RollForm
from isthmus.exchange.services import keys as services
from isthmus.exchange.views.acts import ask, find, posted
from isthmus.exchange.views.partners import VIEW as PARTNER_VIEW
from isthmus.exchange.views.partners import crumb, page_of
from isthmus.kit import clock
from isthmus.kit.errors import NotFound
from isthmus.trust import own_keys
from isthmus.trust.models import KeyPurpose, OwnKey, Partner
from isthmus.ui.components import Fact, Link, State
from isthmus.ui.table import Column, tabulate
from isthmus.ui.text import Text

VIEW = "trust.key.view"
ROLL = "trust.key.roll"
REVOKE = "trust.key.revoke"


def _page() -> str:
    return reverse("exchange:keys")


def _crumbs() -> list[Link]:
    return [crumb(), Link(_("Keys"), _page())]


def state_of(own: OwnKey) -> State:
    """Where a key of this node stands."""
    moment = clock.now()
    if own.revoked_from is not None:
        return State("bad", _("Revoked"))
    if own.is_in_use(moment):
        return State("ok", _("In use"))
    if own.begins > moment:
        return State("wait", _("Takes over later"))
    return State("off", _("Retired"))


@dataclass(frozen=True, slots=True)
class _Shown:
    """A key in use with what to do about it."""

    purpose: str
    title: Text
    facts: tuple[Fact, ...]
    kid: str
    rolls: bool


def _to_do(own: OwnKey, successor: OwnKey | None) -> str:
    if own.purpose == KeyPurpose.ROOT:
        return _("Nothing: partners know this node by it. Before it ends, plan new first contacts.")
    if successor is not None:
        return _("Nothing: a new key takes over by itself.")
    left = own.valid_until - clock.now()
    if left.days < settings.ISTHMUS.key_alarm_days:
        return _("Roll it over now; partners are told by a record.")
    return _("Nothing. Roll it over once a year, when staff with access leave, and before it ends.")


def _shown(own: OwnKey, successor: OwnKey | None) -> _Shown:
    facts = [
        Fact(_("In use since"), own.begins),
        Fact(_("Certificate"), wording.validity(own.valid_from, own.valid_until, None, clock.now())),
        Fact(_("Thumbprint"), own.kid, url=reverse("exchange:own_key", args=[own.kid])),
        Fact(_("What to do"), _to_do(own, successor)),
    ]
    if successor is not None:
        facts.insert(1, Fact(_("Its successor takes over"), successor.begins))
    rolls = own.purpose != KeyPurpose.ROOT
    return _Shown(own.purpose, KeyPurpose(own.purpose).label, tuple(facts), own.kid, rolls)


_FORMER: tuple[Column[OwnKey], ...] = (
    Column("purpose", gettext_lazy("Key"), lambda own: KeyPurpose(own.purpose).label),
    Column("state", gettext_lazy("State"), state_of, kind="state"),
    Column("retired", gettext_lazy("Retired"), "retired_at", kind="date"),
    Column("kept", gettext_lazy("Private half kept until"), own_keys.may_go_at, kind="date"),
    Column("destroyed", gettext_lazy("Private half destroyed"), "destroyed_at", kind="date"),
    Column(
        "kid",
        gettext_lazy("Thumbprint"),
        "kid",
        url=lambda own: reverse("exchange:own_key", args=[own.kid]),
    ),
)


def _lead(unfollowed: list[OwnKey]) -> str:
    """What the page is for, and what waits: keys that end soon and have no successor."""
    limit = clock.now() + timedelta(days=settings.ISTHMUS.key_alarm_days)
    ending = sum(own.valid_until < limit for own in unfollowed)
    if not ending:
        return _("What this node signs and opens with. Nothing waits: no certificate ends soon.")
    return ngettext(
        "What this node signs and opens with. %(n)d certificate ends soon.",
        "What this node signs and opens with. %(n)d certificates end soon.",
        ending,
    ) % {"n": ending}


@require_GET
@authorised(VIEW)
def keys(request: ActorRequest) -> HttpResponse:
    """Every key of this node."""
    moment = clock.now()
    rows = list(OwnKey.objects.order_by("purpose", "pk"))
    waiting = {own.purpose: own for own in rows if own.begins > moment}
    present = {own.purpose: own for own in rows if own.is_in_use(moment)}
    former = [own for own in rows if own.retired_at is not None and own.retired_at <= moment]
    context = {
        "title": _("Keys"),
        "lead": _lead([own for own in present.values() if own.purpose not in waiting]),
        "crumbs": [crumb()],
        "present": [_shown(present[p], waiting.get(p)) for p in KeyPurpose.values if p in present],
        "former": tabulate(_FORMER, former, _("Former keys")) if former else None,
        "may_roll": can(request.actor, ROLL),
        "may_revoke": can(request.actor, REVOKE),
    }
    return render(request, "exchange/keys.html", context)


def _own(kid: str) -> OwnKey:
    return find(OwnKey.objects.all(), kid=kid)


@require_GET
@authorised(VIEW)
def own_key(request: ActorRequest, kid: str) -> HttpResponse:
    """One key of this node, also a former one, and what may be done with it."""
    own = _own(kid)
    moment = clock.now()
    facts = [
        Fact(_("State"), state_of(own)),
        Fact(_("Thumbprint"), own.kid),
        Fact(_("In use since"), own.begins),
        Fact(_("Certificate"), wording.validity(own.valid_from, own.valid_until, own.revoked_from, moment)),
    ]
    if own.retired_at is not None:
        facts.append(Fact(_("Retired"), own.retired_at))
    if own.destroyed_at is not None:
        facts.append(Fact(_("Private half destroyed"), own.destroyed_at))
    elif (kept := own_keys.may_go_at(own)) is not None:
        facts.append(Fact(_("Private half kept until"), kept))
    if own.revoked_reason:
        facts.append(Fact(_("Revoked because"), own.revoked_reason))
    retired = own.retired_at is not None and own.retired_at <= moment
    waiting = (key for key in OwnKey.objects.filter(purpose=own.purpose) if key.begins > moment)
    successor = next(waiting, None)
    context = {
        "title": KeyPurpose(own.purpose).label,
        "lead": _to_do(own, successor) if own.is_in_use(moment) else "",
        "crumbs": _crumbs(),
        "own": own,
        "facts": facts,
        "may_roll": can(request.actor, ROLL) and own.is_in_use(moment) and own.purpose != KeyPurpose.ROOT,
        "may_revoke": can(request.actor, REVOKE)
        and own.revoked_from is None
        and own.purpose != KeyPurpose.ROOT,
        "may_destroy": can(request.actor, ROLL) and retired and own.destroyed_at is None,
    }
    return render(request, "exchange/own_key.html", context)


@require_http_methods(["GET", "POST"])
@authorised(ROLL)
@proven
def roll(request: ActorRequest, purpose: str) -> HttpResponse:
    """Let a new key take over."""
    if purpose not in {rolling.value for rolling in own_keys.IN_CERTIFICATES}:
        raise NotFound("exchange.missing", _("There is no key of this kind to roll over."))
    wanted = KeyPurpose(purpose)

    def act(given: dict[str, Any]) -> object:
        return services.roll_over(
            wanted,
            actor=request.actor.label,
            effective_from=given["effective_from"],
            old_key_lost=given["old_key_lost"],
        )

    return ask(
        request,
        RollForm(posted(request)),
        act,
        title=_("Roll a key over"),
        lead=_(
            "%(key)s. A new one is made here; the present seal announces it to every partner in the stream, "
            "and what was signed before stays valid. Back up the keys folder afterwards."
        )
        % {"key": wanted.label},
        submit=_("Make the new key"),
        done=_("The new key is made. Back up the keys folder now."),
        back=_page(),
        crumbs=_crumbs(),
    )


@require_http_methods(["GET", "POST"])
@authorised(REVOKE)
@proven
def revoke(request: ActorRequest, kid: str) -> HttpResponse:
    """Let a key of this node count no more, and tell the partners."""
    own = _own(kid)

    def act(given: dict[str, Any]) -> object:
        return services.revoke_own(
            own,
            revoked_from=given["revoked_from"],
            ground=given["ground"],
            reason=given["reason"],
            actor=request.actor.label,
        )

    return ask(
        request,
        RevokeOwnForm(posted(request)),
        act,
        title=_("Revoke a key"),
        lead=_(
            "%(key)s, %(kid)s. If it is in use, a new one takes over first. Partners are told by a record "
            "that the root signs; telephone them as well, since until then they take what the old key signs."
        )
        % {"key": KeyPurpose(own.purpose).label, "kid": own.kid[:12]},
        submit=_("Revoke the key"),
        done=_("The key is revoked, and the partners are being told."),
        back=reverse("exchange:own_key", args=[own.kid]),
        crumbs=_crumbs(),
    )


@require_http_methods(["GET", "POST"])
@authorised(ROLL)
@proven
def destroy(request: ActorRequest, kid: str) -> HttpResponse:
    """Destroy the private half of a retired key."""
    own = _own(kid)
    return ask(
        request,
        NothingToAsk(posted(request)),
        lambda _given: own_keys.destroy(own, actor=request.actor.label),
        title=_("Destroy a key"),
        lead=_(
            "%(key)s, %(kid)s. What partners still encrypt to it can never be opened then. Its certificate "
            "stays, so that what it signed can be verified."
        )
        % {"key": KeyPurpose(own.purpose).label, "kid": own.kid[:12]},
        submit=_("Destroy the private half"),
        done=_("The private half is destroyed. Backups of the keys folder still hold it."),
        back=reverse("exchange:own_key", args=[own.kid]),
        after=_page(),
        crumbs=_crumbs(),
    )


@require_http_methods(["GET", "POST"])
@authorised(REVOKE)
@proven
def revoke_of_partner(request: ActorRequest, node_id: str, kid: str) -> HttpResponse:
    """Let a partner's key count no more, after its people have telephoned."""
    partner = find(visible(request.actor, PARTNER_VIEW, Partner.objects.all()), node_id=node_id)
    key = find(partner.keys.all(), kid=kid)

    def act(given: dict[str, Any]) -> object:
        return services.revoke_partner_key(
            partner,
            kid,
            revoked_from=given["revoked_from"],
            reason=given["reason"],
            actor=request.actor.label,
        )

    return ask(
        request,
        RevokeForm(posted(request)),
        act,
        title=_("Revoke a key of %(name)s") % {"name": partner.name},
        lead=_(
            "%(key)s, %(kid)s. Do this when its people tell you, over a line on which you know their voice. "
            "What arrives under it from now on is refused with a signed reason."
        )
        % {"key": KeyPurpose(key.purpose).label, "kid": key.kid[:12]},
        submit=_("Revoke the key"),
        done=_("The key counts no more here."),
        back=page_of(partner),
        crumbs=[crumb(), Link(partner.name, page_of(partner))],
    )
