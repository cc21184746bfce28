"""The addresses of guarantees, below those of Excise."""

from django.urls import path

from isthmus.apps.excise.guarantees.views import deeds, keeping, listing

PATHS = [
    path("guarantees/", listing.listed, name="guarantees"),
    path("guarantees/register/", keeping.register, name="guarantee-register"),
    path("guarantees/for/<str:excise_number>/", listing.of_operator, name="operator-guarantees"),
    path("guarantees/<int:pk>/", listing.one, name="guarantee"),
    path("guarantees/<int:pk>/consent/", keeping.consent, name="guarantee-consent"),
    path("guarantees/<int:pk>/statement/", keeping.statement, name="guarantee-statement"),
    path("guarantees/<int:pk>/<str:name>/", deeds.deed, name="guarantee-deed"),
]
