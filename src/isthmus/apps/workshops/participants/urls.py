"""The addresses of a workshop's list of participants."""

from django.urls import path

from isthmus.apps.workshops.participants import views

PATHS = [
    path("workshops/<str:number>/participants/", views.participants, name="participants"),
    path("workshops/<str:number>/participants.csv", views.exported, name="participants-file"),
]
