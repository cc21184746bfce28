"""The addresses of the rules of the fund."""

from django.urls import path

from isthmus.apps.workshops.funding import views

PATHS = [
    path("programmes/<str:code>/fund-rules/", views.fund_rules, name="fund-rules"),
    path("programmes/<str:code>/fund-rules/endorsement/", views.endorse, name="endorsement-new"),
    path("endorsements/<int:pk>/take-back/", views.take_back, name="endorsement-back"),
]
