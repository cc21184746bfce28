"""Lists of needs and offers, and each with what fits it and why."""

from collections.abc import Mapping

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, require
from isthmus.apps.partners.filter_forms import ListingFilter
from isthmus.apps.partners.house import INTRODUCE, VIEW, WRITE
from isthmus.apps.partners.models import Introduction, Listing, Unit
from isthmus.apps.partners.queries.introductions import introductions_for
from isthmus.apps.partners.queries.listings import RUNNING, listings_for
from isthmus.apps.partners.queries.matches import Matched, Matches, matches_of
from isthmus.apps.partners.rules.matching import Item
from isthmus.apps.partners.services import listing as services
from isthmus.apps.partners.wording import (
    BARS,
    address,
    countries_words,
    introduction_state,
    item_words,
    level_words,
    listing_state,
    points_text,
    volume_words,
)
from isthmus.exchange import handing
from isthmus.kit.errors import NotFound
from isthmus.ui.components import Amount, Empty, Fact, Link, SavedView, Tile
from isthmus.ui.formats import country_name, grouped
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate

MOST_SHOWN = 10


def _tile(row: Listing) -> Tile | None:
    if not row.country:
        return None
    return Tile(row.country, country_name(row.country), side="here" if row.is_own else "there")


_COLUMNS: tuple[Column[Listing], ...] = (
    Column("title", gettext_lazy("Title"), "title", "link", sort="title", url=address),
    Column("country", gettext_lazy("Country"), _tile, sort="country"),
    Column("product", gettext_lazy("Goods"), "product", sort="product"),
    Column("hs", gettext_lazy("HS code"), "hs_code", sort="hs_code"),
    Column("volume", gettext_lazy("Volume a year"), volume_words, sort=("unit", "volume_class")),
    Column("level", gettext_lazy("Level"), level_words),
    Column("state", gettext_lazy("State"), listing_state, "state"),
    Column("expires", gettext_lazy("Ends"), "expires_at", "date", sort="expires_at"),
)
_ITEMS: tuple[Column[Item], ...] = (
    Column("why", gettext_lazy("Why"), item_words),
    Column("count", gettext_lazy("Times"), lambda item: item.count or None, "number"),
    Column("points", gettext_lazy("Points"), lambda item: points_text(item.points), "number"),
)
_INTRODUCTIONS: tuple[Column[Introduction], ...] = (
    Column(
        "with",
        gettext_lazy("With"),
        lambda row: row.other.title,
        "link",
        url=lambda row: reverse("partners:introduction", args=[row.pk]),
    ),
    Column("asked", gettext_lazy("Asked"), "asked_at", "date"),
    Column("state", gettext_lazy("State"), introduction_state, "state"),
)


def _list(request: ActorRequest, kind: str) -> ListPage[Listing]:
    empty = {
        "need": Empty(
            _("No need is entered yet"),
            _("Firms and agencies enter what they look for; partners' needs arrive under an agreement."),
        ),
        "offer": Empty(
            _("No offer is entered yet"),
            _("Firms enter what they make; partners' offers arrive under an agreement."),
        ),
    }
    return ListPage(
        request,
        listings_for(request.actor, kind),
        _COLUMNS,
        name=f"partners-{kind}s",
        filters=ListingFilter,
        default_sort="-expires",
        views=(
            SavedView(_("Open"), "state=open"),
            SavedView(_("Of this node"), "state=own"),
            SavedView(_("Not introduced"), "state=alone"),
        ),
        empty=empty[kind],
    )


@require_GET
@authorised(VIEW)
def needs(request: ActorRequest) -> HttpResponseBase:
    """All needs that are here."""
    context = {
        "lead": _("What firms and agencies look for. Open one to see which offers fit, and why."),
        "may_enter": can(request.actor, WRITE),
        "enter_url": reverse("partners:need-new", args=["goods"]),
        "enter": _("Enter a need"),
    }
    return _list(request, "need").respond(_("Needs"), "partners/listings.html", context)


@require_GET
@authorised(VIEW)
def offers(request: ActorRequest) -> HttpResponseBase:
    """All offers that are here."""
    context = {
        "lead": _("What firms make and assemble. An offer stands for 180 days after its last confirmation."),
        "may_enter": can(request.actor, WRITE),
        "enter_url": reverse("partners:offer-new", args=["goods"]),
        "enter": _("Enter an offer"),
    }
    return _list(request, "offer").respond(_("Offers"), "partners/listings.html", context)


def find(request: ActorRequest, kind: str, pk: int) -> Listing:
    """One that the visitor may see; NotFound otherwise."""
    row = listings_for(request.actor, kind).filter(pk=pk).first()
    if row is None:
        raise NotFound("partners.no-listing", _("There is no such need or offer."))
    return row


def public_facts(row: Listing) -> tuple[Fact, ...]:
    """What everybody is told of a need or an offer."""
    content = None if row.local_content is None else Amount(row.local_content, "%")
    facts = (
        Fact(_("State"), listing_state(row)),
        Fact(_("Country"), _tile(row)),
        Fact(_("Goods"), row.product),
        Fact(_("HS code"), row.hs_code),
        Fact(_("Volume a year"), volume_words(row)),
        Fact(_("Level of assembly"), level_words(row)),
        Fact(_("Local content"), content),
        Fact(_("Certificates"), tuple(one["kind"] for one in row.certificates) or None),
        Fact(_("With firms of"), countries_words(row.countries)),
        Fact(_("More"), row.text or None),
        Fact(_("Confirmed"), row.confirmed_at),
        Fact(_("Ends"), row.expires_at),
        Fact(
            _("Record"),
            Link(row.leaf[:16], reverse("exchange:record", args=[row.leaf])) if row.leaf else None,
        ),
    )
    return tuple(fact for fact in facts if fact.value is not None)


def private_facts(row: Listing) -> tuple[Fact, ...]:
    """What only its own organisation sees before an introduction."""
    facts = (
        Fact(_("Reference"), row.reference),
        Fact(_("Organisation"), row.organisation.name if row.organisation else None),
        Fact(_("Exact volume"), Amount(row.quantity, str(Unit(row.unit).label))),
        Fact(_("Contact"), row.contact),
        Fact(_("E-mail"), row.email),
        Fact(_("Telephone"), row.phone or None),
        Fact(_("Delivery term"), row.incoterm or None),
        Fact(_("Payment"), row.payment or None),
        Fact(_("Told to"), tuple(row.sendings.order_by("partner").values_list("partner", flat=True)) or None),
    )
    return tuple(fact for fact in facts if fact.value is not None)


def _origin(request: ActorRequest, row: Listing) -> tuple[Fact, ...]:
    link = handing.source_link(request.actor, row.origin)
    return () if link is None else (Fact(_("Began with the words of"), link),)


def _checks(asked: Listing, one: Matched) -> list[str]:
    """What gives no points and is still worth knowing."""
    need, offer = (asked, one.row) if asked.kind == "need" else (one.row, asked)
    said = []
    if not one.match.sure:
        said.append(_("The same class of volume: ask for the exact capacity."))
    if need.local_content is not None and (offer.local_content or 0) < need.local_content:
        said.append(_("Local content below the %(percent)d %% wanted.") % {"percent": need.local_content})
    held = {str(cert["kind"]).casefold() for cert in offer.certificates}
    missing = [cert["kind"] for cert in need.certificates if str(cert["kind"]).casefold() not in held]
    if missing:
        said.append(_("Not stated: %(certificates)s.") % {"certificates": ", ".join(missing)})
    return said


def _shown(
    asked: Listing, one: Matched, known: Mapping[int, Introduction], *, asks: bool
) -> dict[str, object]:
    fused = None
    if one.fused is not None:
        parts = [
            _("%(list)s: rank %(rank)d gives %(points)s")
            % {
                "list": _("our points") if name == "points" else _("the model"),
                "rank": rank,
                "points": points_text(points),
            }
            for name, rank, points in one.fused.parts
        ]
        fused = _("Put together by ranks: %(parts)s; sum %(sum)s.") % {
            "parts": ", ".join(parts),
            "sum": points_text(one.fused.score),
        }
    return {
        "row": one.row,
        "url": address(one.row),
        "country": country_name(one.row.country) if one.row.country else "",
        "place": one.place,
        "score": points_text(one.match.score),
        "volume": volume_words(one.row),
        "level": level_words(one.row),
        "checks": _checks(asked, one),
        "items": tabulate(_ITEMS, one.match.items, _("Why it fits")),
        "fused": fused,
        "state": introduction_state(known[one.row.pk]) if one.row.pk in known else None,
        "may_ask": asks,
    }


def _left_out(found: Matches) -> list[str]:
    return [
        _("%(reason)s: %(count)s") % {"count": grouped(count), "reason": capfirst(BARS[bar])}
        for bar, count in sorted(found.left_out.items())
    ]


def _page(request: ActorRequest, kind: str, pk: int) -> HttpResponse:
    row = find(request, kind, pk)
    is_mine = row.is_own and can(request.actor, WRITE, row)
    found = matches_of(row) if row.is_open else Matches((), {})
    asks = is_mine and can(request.actor, INTRODUCE, row)
    known = list(introductions_for(request.actor).filter(**{kind: row}).order_by("-pk")[:50])
    running = {
        (one.offer_id if kind == "need" else one.need_id): one for one in known if one.state in RUNNING
    }
    context = {
        "title": row.title,
        "crumbs": (Link(_("Needs") if kind == "need" else _("Offers"), reverse(f"partners:{kind}s")),),
        "row": row,
        "facts": (*public_facts(row), *_origin(request, row)),
        "private": private_facts(row) if is_mine else None,
        "is_mine": is_mine,
        "heading": _("Offers that fit") if kind == "need" else _("Needs that it fits"),
        "matches": [_shown(row, one, running, asks=asks) for one in found.found[:MOST_SHOWN]],
        "more": max(len(found.found) - MOST_SHOWN, 0),
        "left_out": _left_out(found),
        "ranker_failed": found.ranker_failed,
        "introductions": tabulate(_INTRODUCTIONS, known) if known else None,
        "nothing": Empty(
            _("Nothing fits yet"),
            _("What arrives later is compared as soon as this page is opened again."),
        ),
    }
    return render(request, "partners/listing.html", context)


@require_GET
@authorised(VIEW)
def need(request: ActorRequest, pk: int) -> HttpResponse:
    """One need, the offers that fit it, and why."""
    return _page(request, "need", pk)


@require_GET
@authorised(VIEW)
def offer(request: ActorRequest, pk: int) -> HttpResponse:
    """One offer, and the needs that it fits."""
    return _page(request, "offer", pk)


def _own(request: ActorRequest, pk: int) -> Listing:
    row = Listing.objects.filter(pk=pk, partner="").first()
    if row is None:
        raise NotFound("partners.no-listing", _("There is no such need or offer."))
    require(request.actor, WRITE, row)
    return row


@require_POST
@authorised(WRITE)
def confirm(request: ActorRequest, pk: int) -> HttpResponse:
    """Say that it still stands."""
    return redirect(address(services.confirm(_own(request, pk), actor=request.actor.label)))


@require_POST
@authorised(WRITE)
def withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Take it back."""
    return redirect(address(services.withdraw(_own(request, pk), actor=request.actor.label)))
