"""The addresses of the proposal and of marking."""

from django.urls import path

from isthmus.apps.workshops.selection import views

PATHS = [
    path("workshops/<str:number>/proposal/", views.proposal, name="proposal"),
    path("nominees/<int:pk>/marks/", views.assess, name="assess"),
]
