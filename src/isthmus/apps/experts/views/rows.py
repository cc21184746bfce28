"""Which expert an address names, and whether the visitor may see or change it."""

from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.accounts.guard import ActorRequest
from isthmus.apps.experts import queries, wording
from isthmus.apps.experts.models import Expert
from isthmus.kit.errors import NotFound
from isthmus.ui.components import Link


def missing() -> NotFound:
    """What an address of nobody is answered with, or of somebody who is not for the visitor."""
    return NotFound("experts.no-expert", _("There is no such expert, or not for you."))


def seen(request: ActorRequest, key: str) -> Expert:
    """An expert whom the visitor may see."""
    row = queries.experts_for(request.actor).select_related("organisation").filter(key=key).first()
    if row is None:
        raise missing()
    return row


def kept(request: ActorRequest, key: str) -> Expert:
    """An expert of this node whose profile the visitor may change."""
    row = queries.kept_by(request.actor).select_related("organisation").filter(key=key).first()
    if row is None:
        raise missing()
    return row


def crumbs(expert: Expert | None = None) -> tuple[Link, ...]:
    """The way to an expert."""
    top = Link(_("Experts"), reverse("experts:experts"))
    if expert is None:
        return (top,)
    return (top, Link(wording.name_of(expert), reverse("experts:expert", args=[expert.key])))
