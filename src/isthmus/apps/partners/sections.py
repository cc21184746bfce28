"""The pages of business partners for the frame's navigation; those that the visitor may open."""

from django.http import HttpRequest

from isthmus.apps.partners.house import HOUSE
from isthmus.exchange.navigation import navigation
from isthmus.ui.shell import NavItem


def sections(request: HttpRequest) -> tuple[NavItem, ...]:
    """The pages, with the current one marked."""
    return navigation(request, HOUSE.pages)
