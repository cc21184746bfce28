"""The addresses of Excise's pages."""

from django.urls import path

from isthmus.apps.excise.stamps.urls import PATHS as STAMPS
from isthmus.apps.excise.tariff import views as tariff

app_name = "excise"
urlpatterns = [
    path("duty/", tariff.duty, name="duty"),
    path("tariffs/", tariff.listed, name="tariffs"),
    path("tariffs/<str:country>/", tariff.one, name="tariff"),
    *STAMPS,
]
