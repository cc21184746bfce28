"""The addresses of evaluation, and that of a ticket, which is short and at the root."""

from django.urls import path

from isthmus.apps.workshops.evaluation import views

PATHS = [
    path("workshops/<str:number>/evaluation/", views.evaluation, name="evaluation"),
    path("workshops/<str:number>/evaluation/close/", views.close, name="evaluation-close"),
]
ROOT = [path("E/<str:ticket>", views.answer, name="evaluation-answer")]
