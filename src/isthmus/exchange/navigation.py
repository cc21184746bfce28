"""The pages of an application in the frame's navigation: those that the visitor may open."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse

from isthmus.accounts.policy import actor_of, can
from isthmus.exchange.house import Page
from isthmus.ui.shell import NavItem


def navigation(request: HttpRequest, pages: Iterable[Page]) -> tuple[NavItem, ...]:
    """The pages in their order, the one marked whose address the visitor is at or below."""
    actor = actor_of(request)
    allowed = [(reverse(page.name), page) for page in pages if can(actor, page.action)]
    below = [(reverse(name), url) for url, page in allowed for name in page.beside]
    below += [(url, url) for url, _page in allowed]
    at = max((pair for pair in below if request.path.startswith(pair[0])), default=("", ""))
    return tuple(NavItem(page.label, url, current=url == at[1]) for url, page in allowed)
