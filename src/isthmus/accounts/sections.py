"""The pages of this layer for the frame's navigation; those that the visitor may open."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import actor_of, can
from isthmus.ui.shell import NavItem

_PAGES = (
    ("accounts.person.view", _("People"), "accounts:people"),
    ("accounts.organisation.view", _("Organisations"), "accounts:organisations"),
    ("accounts.token.view", _("API tokens"), "accounts:tokens"),
    ("accounts.audit.view", _("Events"), "accounts:events"),
    ("accounts.letter.view", _("Letters by mail"), "accounts:letters"),
)


def sections(request: HttpRequest) -> tuple[NavItem, ...]:
    """People, organisations, tokens, events and letters, with the current one marked."""
    actor = actor_of(request)
    here = request.path
    allowed = [(label, reverse(name)) for action, label, name in _PAGES if can(actor, action)]
    current = max((url for _label, url in allowed if here.startswith(url)), key=len, default="")
    return tuple(NavItem(label, url, current=url == current) for label, url in allowed)
