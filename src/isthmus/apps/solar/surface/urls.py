"""The address of the planner's page, below those of Family solar."""

from django.urls import path

from isthmus.apps.solar.surface import views

PATHS = [path("surface/", views.surface, name="surface")]
