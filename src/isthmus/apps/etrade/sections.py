"""The pages of E-Trade for the frame's navigation; those that the visitor may open."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import actor_of, can
from isthmus.ui.shell import NavItem

_PAGES = (
    ("etrade.case.view", _("Cases"), "etrade:cases"),
    ("etrade.declaration.view", _("Declarations"), "etrade:declarations"),
    ("etrade.declaration.view", _("Arrivals"), "etrade:arrivals"),
    ("etrade.declaration.view", _("Documents"), "etrade:documents"),
    ("etrade.query.view", _("Questions"), "etrade:questions"),
    ("etrade.document.view", _("Certificates and permits"), "etrade:every-document"),
    ("etrade.match.view", _("Private matching"), "etrade:matches"),
    ("etrade.declaration.view", _("Corridors"), "etrade:corridors"),
    ("etrade.mapping.view", _("Mappings"), "etrade:mappings"),
    ("etrade.source.view", _("Sources"), "etrade:sources"),
    ("etrade.reference.view", _("Code lists"), "etrade:hs-codes"),
)

_BESIDE = (
    ("etrade:targets", "etrade:sources"),
    ("etrade:places", "etrade:hs-codes"),
    ("etrade:units", "etrade:hs-codes"),
    ("etrade:currencies", "etrade:hs-codes"),
    ("etrade:duties", "etrade:hs-codes"),
)
"""Pages that are reached from one of the navigation, which is marked on them."""


def sections(request: HttpRequest) -> tuple[NavItem, ...]:
    """The pages of declarations, documents, questions and sending, with the current one marked."""
    actor = actor_of(request)
    allowed = [(label, reverse(name)) for action, label, name in _PAGES if can(actor, action)]
    beside = {reverse(name): reverse(listed) for name, listed in _BESIDE}
    path = next((listed for url, listed in beside.items() if request.path.startswith(url)), request.path)
    current = max((url for _label, url in allowed if path.startswith(url)), key=len, default="")
    return tuple(NavItem(label, url, current=url == current) for label, url in allowed)
