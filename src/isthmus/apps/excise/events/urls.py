"""The addresses of events of goods, below those of Excise."""

from django.urls import path

from isthmus.apps.excise.events import views

PATHS = [
    path("events/", views.listed, name="events"),
    path("events/item/", views.history, name="event-item"),
    path("events/<int:pk>/", views.one, name="event"),
]
