"""The addresses of figures and the introduction, below those of Excise."""

from django.urls import path

from isthmus.apps.excise.assessment import views

PATHS = [
    path("figures/", views.figures, name="figures"),
    path("introduction/", views.introduction, name="introduction"),
    path("introduction/file/", views.introduction_file, name="introduction-file"),
    path("introduction/signature/", views.introduction_signature, name="introduction-signature"),
]
