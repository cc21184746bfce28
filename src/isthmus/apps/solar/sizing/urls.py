"""The addresses of sizing, below those of Family solar."""

from django.urls import path

from isthmus.apps.solar.sizing import views

PATHS = [path("size/", views.size, name="size")]
