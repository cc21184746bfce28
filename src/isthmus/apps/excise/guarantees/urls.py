"""The addresses of guarantees, below those of Excise."""

from django.urls import path

from isthmus.apps.excise.guarantees import views

PATHS = [
    path("guarantees/", views.listed, name="guarantees"),
    path("guarantees/register/", views.register, name="guarantee-register"),
    path("guarantees/<int:pk>/", views.one, name="guarantee"),
    path("guarantees/<int:pk>/consent/", views.consent, name="guarantee-consent"),
    path("guarantees/<int:pk>/statement/", views.statement, name="guarantee-statement"),
]
