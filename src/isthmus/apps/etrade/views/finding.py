"""What every page of E-Trade needs: a row that the visitor may see, the partner's name, the way back."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.accounts.guard import ActorRequest
from isthmus.accounts.models import Organisation
from isthmus.accounts.policy import Everything, reach_of, require, visible
from isthmus.apps.etrade.models import Kind, TradeDocument
from isthmus.exchange import queries as exchange
from isthmus.kit.errors import NotFound
from isthmus.trust.models import Partner
from isthmus.ui.components import Link, Tile

M = TypeVar("M", bound=Model)


def found(request: ActorRequest, action: str, rows: "QuerySet[M]", pk: int) -> M:
    """The row on which the visitor may do ``action``; NotFound for every other."""
    row = visible(request.actor, action, rows).filter(pk=pk).first()
    if row is None:
        raise NotFound(
            "etrade.not-found",
            _("There is no such document."),
            next_step=_("Go back to the list and choose it there."),
        )
    return row


def decided(request: ActorRequest, action: str, rows: "QuerySet[M]", pk: int, *, see: str) -> M:
    """The row that the visitor sees; Refused where seeing it is all that he or she may."""
    row = found(request, see, rows, pk)
    require(request.actor, action, row)
    return row


def organisations_for(request: ActorRequest, action: str) -> "QuerySet[Organisation]":
    """The active organisations for which the visitor may do ``action``."""
    active, reach = Organisation.objects.filter(active=True), reach_of(request.actor, action)
    return active if isinstance(reach, Everything) else active.filter(pk__in=reach.ids)


def kind_named(name: str) -> Kind:
    """The kind that an address names; NotFound for what is no kind."""
    try:
        return Kind(name)
    except ValueError:
        raise NotFound("etrade.no-kind", _("There is no such list.")) from None


def partner_name(node_id: str) -> str:
    """What a partner is called; its id where it is not known here."""
    row = exchange.find_partner(node_id)
    return row.name if row is not None else node_id


def partner_names(node_ids: set[str]) -> dict[str, str]:
    """Several partners' names by their ids."""
    return dict(Partner.objects.filter(node_id__in=node_ids).values_list("node_id", "name"))


def side_tile(partner: str) -> Tile:
    """This node or a partner as a tile."""
    if not partner:
        return Tile(exchange.me().upper(), "", "here")
    return Tile(partner.upper(), "", "there")


def list_crumb(kind: Kind) -> Link:
    """The way back to the list of one kind."""
    return Link(plural(kind), reverse("etrade:trade-documents", args=[kind.value]))


def plural(kind: Kind) -> str:
    """The title of the list of one kind."""
    return {
        Kind.CERTIFICATE_OF_ORIGIN: _("Certificates of origin"),
        Kind.PHYTOSANITARY: _("Phytosanitary certificates"),
        Kind.LICENCE: _("Licences"),
        Kind.VEHICLE_PERMIT: _("Vehicle permits"),
        Kind.TRANSIT: _("Transit movements"),
        Kind.MANIFEST: _("Manifests"),
    }[kind]


def page_of(document: TradeDocument) -> str:
    """The address of a document's page."""
    return reverse("etrade:trade-document", args=[document.kind, document.pk])
