"""The pages of Experts for the frame's navigation; those that the visitor may open."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from isthmus.apps.experts.queries import OWN, VIEW
from isthmus.exchange.house import Page
from isthmus.exchange.navigation import navigation
from isthmus.ui.shell import NavItem

_PAGES = (
    Page(VIEW, _("Experts"), "experts:experts"),
    Page(VIEW, _("Find by need"), "experts:find"),
    Page(OWN, _("My profile"), "experts:mine"),
    Page(VIEW, _("Engagements"), "experts:engagements"),
)


def sections(request: HttpRequest) -> tuple[NavItem, ...]:
    """The pages of this application, with the current one marked."""
    return navigation(request, _PAGES)
