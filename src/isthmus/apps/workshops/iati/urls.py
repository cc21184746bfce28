"""The address of the activity file."""

from django.urls import path

from isthmus.apps.workshops.iati import views

PATHS = [path("programmes/<str:code>/iati/", views.activity, name="iati")]
