"""The addresses of the delegate's form; those under ``delegate/`` need no account."""

from django.urls import path

from isthmus.apps.workshops.delegates import officer_views, views

PATHS = [
    path("calls/<int:pk>/forms/", officer_views.forms_of, name="delegate-forms"),
    path("forms/<int:pk>/take-back/", officer_views.take_back, name="delegate-form-back"),
    path("delegate/<str:secret>/", views.begin, name="delegate"),
    path("delegate/<str:secret>/check/", views.check, name="delegate-check"),
    path("delegate/<str:secret>/<str:step>/", views.question, name="delegate-question"),
]
