"""The addresses of the follow-up form; that under ``delegate-follow-up/`` needs no account."""

from django.urls import path

from isthmus.apps.workshops.followups import views

PATHS = [
    path("delegate-follow-up/<str:secret>/", views.by_delegate, name="delegate-follow-up"),
    path("nominations/<int:pk>/follow-up/", views.by_officer, name="follow-up"),
]
