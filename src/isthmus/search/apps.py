"""The index's place among Django's applications."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Registers the tables of the index; what is put into it is the applications' affair."""

    default = True
    name = "isthmus.search"
    label = "search"
    verbose_name = _("Search")
