"""Partners: the list, adding one, its page, suspending and forgetting; and this node's own card."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised, proven
from isthmus.accounts.policy import can, visible
from isthmus.exchange import front, queries, registry, wording
from isthmus.exchange.delivery.client import fetch_card
from isthmus.exchange.forms import LONGEST_CARD, AddPartnerForm, NothingToAsk, PartnerFilter, ReasonForm
from isthmus.exchange.models import Agreement
from isthmus.exchange.services.streams import resume_exchange
from isthmus.exchange.views.acts import ask, download, find, posted, submitted
from isthmus.exchange.views.streams import stream_lines
from isthmus.kit import clock
from isthmus.kit.limits import takes
from isthmus.trust import services
from isthmus.trust.models import KeyPurpose, OwnKey, Partner, PartnerKey, PartnerState
from isthmus.ui.components import Empty, Fact, Link, SavedView
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, Table, tabulate
from isthmus.wire.card import fingerprint_words, read_card

VIEW = "trust.partner.view"
CONFIRM = "trust.partner.confirm"
INTRODUCE = "trust.partner.introduce"
SUSPEND = "trust.partner.suspend"


def crumb() -> Link:
    """The step of the breadcrumbs that leads to the list."""
    return Link(_("Partners"), reverse("exchange:partners"))


def page_of(partner: Partner) -> str:
    """The partner's page."""
    return reverse("exchange:partner", args=[partner.node_id])


def seen(request: ActorRequest, node_id: str) -> Partner:
    """The partner, if the visitor may see it."""
    return find(visible(request.actor, VIEW, Partner.objects.all()), node_id=node_id)


_COLUMNS: tuple[Column[Partner], ...] = (
    Column("partner", gettext_lazy("Partner"), wording.partner_tile, kind="link", sort="name", url=page_of),
    Column("node_id", gettext_lazy("Node"), "node_id", sort="node_id"),
    Column("url", gettext_lazy("Address"), "url"),
    Column("reachable", gettext_lazy("Can be called"), "reachable"),
    Column("confirmed", gettext_lazy("Confirmed"), "confirmed_at", kind="date", sort="confirmed_at"),
    Column("state", gettext_lazy("State"), wording.partner_state, kind="state", sort="state"),
)


@require_GET
@authorised(VIEW)
def partners(request: ActorRequest) -> HttpResponseBase:
    """Every node that this node knows."""
    may_add = can(request.actor, INTRODUCE)
    page = ListPage(
        request,
        visible(request.actor, VIEW, Partner.objects.all()),
        _COLUMNS,
        name="partners",
        filters=PartnerFilter,
        default_sort="partner",
        views=(SavedView(_("All")), SavedView(_("Waiting for the ceremony"), "state=pending")),
        empty=Empty(
            _("No partner yet"),
            _(
                "A partner is another country’s node. Add its card, then confirm it by the words that "
                "its people read out."
            ),
            Link(_("Add a partner"), reverse("exchange:add_partner")) if may_add else None,
        ),
    )
    context = {"lead": _("The nodes that this node knows, and how far each is trusted."), "may_add": may_add}
    return page.respond(_("Partners"), "exchange/partners.html", context)


@require_http_methods(["GET", "POST"])
@takes(4 * LONGEST_CARD)  # as text and as a file, with room for a form that escapes it
@authorised(INTRODUCE)
def add(request: ActorRequest) -> HttpResponse:
    """Keep a partner's card, fetched, pasted or as a file; the ceremony follows."""
    form = AddPartnerForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST":

        def act(given: dict[str, Any]) -> Partner:
            token = given["card"] or given["file"] or fetch_card(given["url"].strip())
            return services.introduce(token, actor=request.actor.label)

        partner = submitted(form, act)
        if partner is not None:
            may_confirm = partner.state == PartnerState.PENDING and can(request.actor, CONFIRM)
            return redirect("exchange:ceremony" if may_confirm else "exchange:partner", partner.node_id)
    context = {
        "form": form,
        "title": _("Add a partner"),
        "lead": _("Its card says who it is. Nothing is exchanged before people have compared the words."),
        "submit": _("Add the card"),
        "cancel_url": reverse("exchange:partners"),
        "crumbs": [crumb()],
    }
    return render(request, "ui/form.html", context)


def _revoke_url(key: PartnerKey) -> str:
    return reverse("exchange:revoke_partner_key", args=[key.partner.node_id, key.kid])


def _keys_of(row: Partner, *, may_revoke: bool) -> Table:
    """The partner's certificates; each that can be revoked leads there for who may."""
    kid: Column[Any] = Column("kid", gettext_lazy("Thumbprint"), "kid")
    in_force: Column[Any] = Column(
        "force",
        gettext_lazy("In force"),
        lambda key: wording.force(key.begins, key.superseded_at, clock.now()),
    )
    revoke: Column[Any] = Column(
        "revoke",
        gettext_lazy("What to do"),
        lambda key: Link(_("Revoke it"), _revoke_url(key)) if _can_be_revoked(key) else "",
    )
    columns = (*_KEY_COLUMNS[:2], in_force, kid, *((revoke,) if may_revoke else ()))
    keys = row.keys.select_related("partner").order_by("purpose", "valid_from", "pk")
    return tabulate(columns, keys, _("Certificates"))


def _can_be_revoked(key: PartnerKey) -> bool:
    return key.purpose != KeyPurpose.ROOT and key.revoked_at is None


_KEY_COLUMNS: tuple[Column[Any], ...] = (
    Column("purpose", gettext_lazy("Key"), lambda key: KeyPurpose(key.purpose).label),
    Column(
        "validity",
        gettext_lazy("Certificate"),
        lambda key: wording.validity(
            key.valid_from, key.valid_until, getattr(key, "revoked_at", None), clock.now()
        ),
    ),
    Column("kid", gettext_lazy("Thumbprint"), "kid"),
)


def _facts(partner: Partner) -> list[Fact]:
    facts = [
        Fact(_("State"), wording.partner_state(partner)),
        Fact(_("Node"), partner.node_id),
        Fact(_("Address"), partner.url),
        Fact(
            _("Can be called"),
            _("Yes: this node delivers to it.")
            if partner.reachable
            else _("No: it fetches what waits for it."),
        ),
        Fact(_("Card added"), partner.introduced_at),
        Fact(_("Added by"), partner.introduced_by),
    ]
    if partner.confirmed_at is not None:
        facts += [Fact(_("Confirmed"), partner.confirmed_at), Fact(_("Confirmed by"), partner.confirmed_by)]
    if partner.suspended_reason:
        facts.append(Fact(_("Suspended because"), partner.suspended_reason))
    titles = tuple(wording.type_title(key) for key in partner.record_types)
    facts.append(Fact(_("Record types it offers"), titles or _("None")))
    return facts


@require_GET
@authorised(VIEW)
def partner(request: ActorRequest, node_id: str) -> HttpResponse:
    """One partner: state, certificates, streams, agreements, and what may be done."""
    row = seen(request, node_id)
    moment = clock.now()
    agreements = visible(
        request.actor, "exchange.agreement.view", Agreement.objects.filter(parties__node_id=row.node_id)
    )
    listed: tuple[Column[Agreement], ...] = (
        Column(
            "title",
            _("Agreement"),
            "title",
            url=lambda found: reverse("exchange:agreement", args=[found.pk]),
        ),
        Column("until", _("Until"), "valid_until"),
        Column("state", _("State"), lambda found: wording.agreement_state(found, moment)),
    )
    found = list(agreements[:50])
    context = {
        "title": row.name,
        "crumbs": [crumb()],
        "partner": row,
        "partner_facts": _facts(row),
        "keys": _keys_of(
            row,
            may_revoke=row.state != PartnerState.PENDING and can(request.actor, "trust.key.revoke"),
        ),
        "streams": stream_lines(row, moment),
        "agreements": tabulate(listed, found, _("Agreements")) if found else None,
        # The words of a partner that is not confirmed are heard, never read off this page.
        "words": fingerprint_words(read_card(row.card)) if row.state != PartnerState.PENDING else "",
        "may": {
            "confirm": can(request.actor, CONFIRM) and row.state == PartnerState.PENDING,
            "forget": can(request.actor, INTRODUCE) and row.state == PartnerState.PENDING,
            "suspend": can(request.actor, SUSPEND) and row.state == PartnerState.ACTIVE,
            "resume": can(request.actor, SUSPEND) and row.state == PartnerState.SUSPENDED,
            "propose": can(request.actor, "exchange.agreement.propose") and row.state == PartnerState.ACTIVE,
        },
    }
    return render(request, "exchange/partner.html", context)


@require_http_methods(["GET", "POST"])
@authorised(SUSPEND)
def suspend(request: ActorRequest, node_id: str) -> HttpResponse:
    """Stop the exchange with a partner, for a reason."""
    row = seen(request, node_id)
    return ask(
        request,
        ReasonForm(posted(request)),
        lambda given: services.suspend(row, given["reason"], actor=request.actor.label),
        title=_("Suspend %(name)s") % {"name": row.name},
        lead=_(
            "Nothing is sent to it and nothing taken from it until you resume. "
            "What is published for it waits."
        ),
        submit=_("Suspend the partner"),
        done=_("%(name)s is suspended.") % {"name": row.name},
        back=page_of(row),
        crumbs=[crumb(), Link(row.name, page_of(row))],
    )


@require_http_methods(["GET", "POST"])
@authorised(SUSPEND)
@proven
def resume(request: ActorRequest, node_id: str) -> HttpResponse:
    """Let records cross again."""
    row = seen(request, node_id)
    return ask(
        request,
        NothingToAsk(posted(request)),
        lambda _given: resume_exchange(row, actor=request.actor.label),
        title=_("Resume the exchange with %(name)s") % {"name": row.name},
        lead=_("What waits is sent at the next turn. It was suspended because: %(reason)s")
        % {"reason": row.suspended_reason},
        submit=_("Resume the exchange"),
        done=_("Records cross again."),
        back=page_of(row),
        crumbs=[crumb(), Link(row.name, page_of(row))],
    )


@require_http_methods(["GET", "POST"])
@authorised(INTRODUCE)
def forget(request: ActorRequest, node_id: str) -> HttpResponse:
    """Remove a card that was never confirmed."""
    row = seen(request, node_id)
    return ask(
        request,
        NothingToAsk(posted(request)),
        lambda _given: services.forget(row, actor=request.actor.label),
        title=_("Remove the card of %(name)s") % {"name": row.name},
        lead=_(
            "Do this when the words did not match, or the card was added by mistake. Nothing was exchanged."
        ),
        submit=_("Remove the card"),
        done=_("The card was removed."),
        back=page_of(row),
        after=reverse("exchange:partners"),
        crumbs=[crumb(), Link(row.name, page_of(row))],
    )


@require_GET
@authorised(VIEW)
def own_card(request: ActorRequest) -> HttpResponse:
    """Who this node is to its partners: words, QR code, certificates, the card to hand over."""
    config = settings.ISTHMUS
    moment = clock.now()
    keys = [own for own in OwnKey.objects.order_by("purpose") if own.is_in_use(moment)]
    titles = tuple(wording.type_title(key) for key in registry.offered_types())
    context = {
        "title": _("Our card"),
        "lead": _(
            "What a partner needs to add this node, and the words by which its people make sure of it."
        ),
        "crumbs": [crumb()],
        "words": front.own_words(),
        "card_facts": [
            Fact(_("Node"), queries.me()),
            Fact(_("Name"), config.node_name),
            Fact(_("Address"), config.url),
            Fact(_("Can be called"), config.reachable),
            Fact(_("Record types offered"), titles or _("None")),
        ],
        "keys": tabulate(_KEY_COLUMNS, keys, _("Certificates")),
    }
    return render(request, "exchange/own_card.html", context)


@require_GET
@authorised(VIEW)
def own_card_file(request: ActorRequest) -> HttpResponse:  # noqa: ARG001  Django's signature
    """The card as a file, to be sent to a partner by any way."""
    return download(services.own_card(registry.offered_types()), f"{queries.me()}.card")
