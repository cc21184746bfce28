"""The pages of E-Trade for the frame's navigation; those that the visitor may open."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import actor_of, can
from isthmus.ui.shell import NavItem

_PAGES = (
    ("etrade.declaration.view", _("Export declarations"), "etrade:declarations"),
    ("etrade.declaration.view", _("Documents"), "etrade:documents"),
    ("etrade.declaration.send", _("Send to a partner"), "etrade:send"),
)


def sections(request: HttpRequest) -> tuple[NavItem, ...]:
    """Declarations, documents and sending, with the current one marked."""
    actor = actor_of(request)
    allowed = [(label, reverse(name)) for action, label, name in _PAGES if can(actor, action)]
    current = max((url for _label, url in allowed if request.path.startswith(url)), key=len, default="")
    return tuple(NavItem(label, url, current=url == current) for label, url in allowed)
