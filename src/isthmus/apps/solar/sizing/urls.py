"""The addresses of sizing, below those of Family solar."""

from django.urls import path

from isthmus.apps.solar.sizing import family_views, views

PATHS = [
    path("family/", family_views.family, name="family"),
    path("size/", views.size, name="size"),
]
