"""The pages of Excise for the frame's navigation; those that the visitor may open."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import actor_of, can
from isthmus.ui.shell import NavItem

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

_PAGES: "tuple[tuple[str, _StrOrPromise, str], ...]" = (
    ("excise.tariff.view", _("Work out the duty"), "excise:duty"),
    ("excise.tariff.view", _("Tariffs"), "excise:tariffs"),
    ("excise.stamp.view", _("Stamps"), "excise:stamps"),
    ("excise.stamp.view", _("Handovers"), "excise:stamp-handovers"),
    ("excise.stamp.inspect", _("Inspect stamps"), "excise:stamp-inspect"),
    ("excise.event.view", _("Events of goods"), "excise:events"),
)
"""What one must be allowed, what the page is called, and the name of its address."""

_BESIDE: tuple[tuple[str, str], ...] = ()
"""Pages that are reached from one of the navigation, which is marked on them."""


def sections(request: HttpRequest) -> tuple[NavItem, ...]:
    """The pages of Excise, with the current one marked."""
    actor = actor_of(request)
    allowed = [(label, reverse(name)) for action, label, name in _PAGES if can(actor, action)]
    beside = {reverse(name): reverse(listed) for name, listed in _BESIDE}
    path = next((listed for url, listed in beside.items() if request.path.startswith(url)), request.path)
    current = max((url for _label, url in allowed if path.startswith(url)), key=len, default="")
    return tuple(NavItem(label, url, current=url == current) for label, url in allowed)
