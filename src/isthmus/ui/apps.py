"""Django's registration of the look."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """Templates, template tags and static files; no tables."""

    name = "isthmus.ui"
    label = "ui"
    default = True
    verbose_name = _("Look of the pages")
