"""The addresses of embassies and their letters."""

from django.urls import path

from isthmus.apps.workshops.embassies import views

PATHS = [
    path("embassies/", views.listed, name="embassies"),
    path("embassies/add/", views.add, name="embassy-new"),
    path("embassies/<int:pk>/", views.one, name="embassy"),
    path("embassies/<int:pk>/change/", views.change, name="embassy-change"),
    path("embassies/<int:pk>/stop/", views.stop, name="embassy-stop"),
    path("embassies/<int:pk>/<int:version>/<str:kind>.pdf", views.sample, name="embassy-sample"),
]
