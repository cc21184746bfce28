"""The addresses of the report."""

from django.urls import path

from isthmus.apps.workshops.reporting import views

PATHS = [
    path("programmes/<str:code>/report/", views.report, name="report"),
    path("programmes/<str:code>/report/<str:kind>/", views.report_file, name="report-file"),
]
