"""The pages of Workshops for the frame's navigation; those that the visitor may open."""

from django.http import HttpRequest

from isthmus.apps.workshops.houses import HOUSES
from isthmus.exchange.navigation import navigation
from isthmus.ui.shell import NavItem


def sections(request: HttpRequest) -> tuple[NavItem, ...]:
    """The pages of all houses, with the current one marked."""
    return navigation(request, HOUSES.pages)
