"""The addresses of travel details and letters."""

from django.urls import path

from isthmus.apps.workshops.letters import views

PATHS = [
    path("nominees/<int:pk>/travel/", views.travel, name="travel"),
    path("nominees/<int:pk>/letter/<str:kind>/", views.letter, name="letter"),
]
