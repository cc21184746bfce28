"""The addresses of tariffs, below those of Excise."""

from django.urls import path

from isthmus.apps.excise.tariff import views

PATHS = [
    path("duty/", views.duty, name="duty"),
    path("tariffs/", views.listed, name="tariffs"),
    path("tariffs/<str:country>/", views.one, name="tariff"),
]
