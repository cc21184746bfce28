"""The gallery alone, for tests that need pages."""

from django.urls import include, path

urlpatterns = [
    path("language/", include("django.conf.urls.i18n")),
    path("", include("isthmus.ui.urls")),
]
