"""The code lists beside each other: the links that every page of them shows."""

from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.ui.components import Link

VIEW = "etrade.reference.view"


def code_lists() -> tuple[Link, ...]:
    """The pages of the code lists, in the order in which they are needed."""
    return (
        Link(_("HS codes"), reverse("etrade:hs-codes")),
        Link(_("Places"), reverse("etrade:places")),
        Link(_("Units"), reverse("etrade:units")),
        Link(_("Currencies"), reverse("etrade:currencies")),
        Link(_("Rates of duty"), reverse("etrade:duties")),
    )
