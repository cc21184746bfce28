"""The addresses of plans, below those of Family solar."""

from django.urls import path

from isthmus.apps.solar.planning import views

PATHS = [
    path("plans/", views.listed, name="plans"),
    path("plans/new/", views.ask, name="plan-ask"),
    path("plans/<int:pk>/", views.one, name="plan"),
    path("plans/<int:pk>/delete/", views.drop, name="plan-drop"),
    path("plans/<int:pk>/homes.<str:kind>", views.homes, name="plan-homes"),
    path("plans/<int:pk>/lots.csv", views.lots, name="plan-lots"),
]
