"""The pages of E-Trade for the frame's navigation; those that the visitor may open."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from isthmus.exchange.house import Page
from isthmus.exchange.navigation import navigation
from isthmus.ui.shell import NavItem

_PAGES = (
    Page("etrade.case.view", _("Cases"), "etrade:cases"),
    Page("etrade.declaration.view", _("Declarations"), "etrade:declarations"),
    Page("etrade.declaration.view", _("Arrivals"), "etrade:arrivals"),
    Page("etrade.declaration.view", _("Documents"), "etrade:documents"),
    Page("etrade.query.view", _("Questions"), "etrade:questions"),
    Page("etrade.document.view", _("Certificates and permits"), "etrade:every-document"),
    Page("etrade.match.view", _("Private matching"), "etrade:matches"),
    Page("etrade.declaration.view", _("Corridors"), "etrade:corridors"),
    Page("etrade.mapping.view", _("Mappings"), "etrade:mappings"),
    Page("etrade.source.view", _("Sources"), "etrade:sources", beside=("etrade:targets",)),
    Page(
        "etrade.reference.view",
        _("Code lists"),
        "etrade:hs-codes",
        beside=("etrade:places", "etrade:units", "etrade:currencies", "etrade:duties"),
    ),
)


def sections(request: HttpRequest) -> tuple[NavItem, ...]:
    """The pages of declarations, documents, questions and sending, with the current one marked."""
    return navigation(request, _PAGES)
