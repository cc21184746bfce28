"""The addresses of Excise's pages."""

from isthmus.apps.excise.stamps.urls import PATHS as STAMPS

app_name = "excise"
urlpatterns = [*STAMPS]
