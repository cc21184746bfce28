"""What the applications of this node let people find, by the names that addresses and commands use."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from isthmus.accounts.policy import Actor, can
from isthmus.exchange.application import Application, Searchable
from isthmus.exchange.registry import applications, resolve
from isthmus.kit.errors import BadInput, FieldFault

VIEW = "node.network.view"


def in_order() -> list[Application]:
    """The applications by their place in the network: topics, needs, experts, then what feeds them."""
    return sorted(applications(), key=lambda app: app.network_place)


def declared() -> dict[str, Searchable]:
    """Every kind that an application of this node declares, in the network's order."""
    return {one.kind: one for app in in_order() for one in app.searchable}


def open_to(actor: Actor) -> dict[str, Searchable]:
    """The kinds of which the actor may find any."""
    return {kind: one for kind, one in declared().items() if can(actor, one.action)}


def keys_of(kinds: Mapping[str, Searchable], actor: Actor) -> dict[str, Any]:
    """By kind, the keys that the actor may see as a query, or None where that is all of them."""
    return {kind: resolve(one.keys)(actor) if one.keys else None for kind, one in kinds.items()}


def require_known(asked: Iterable[str], known: Iterable[str]) -> None:
    """BadInput where a kind is asked that is none of the known ones, which are then named."""
    names = sorted(known)
    unknown = sorted(set(asked) - set(names))
    if not unknown:
        return
    message = _("Nothing of the kind “%(kind)s” can be found here.") % {"kind": unknown[0][:60]}
    said = _("Choose one of: %(kinds)s.") % {"kinds": ", ".join(names)}
    raise BadInput(
        "search.kind",
        message,
        next_step=said if names else _("Leave the kind out: no application here declares one."),
        faults=(FieldFault("kind", message),),
    )
