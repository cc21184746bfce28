"""The addresses of agendas, and that of the calendar, which is short and at the root."""

from django.urls import path

from isthmus.apps.workshops.agenda import views

PATHS = [
    path("workshops/<str:number>/agenda/", views.agenda, name="agenda"),
    path("workshops/<str:number>/agenda/publish/", views.publish, name="agenda-publish"),
    path("workshops/<str:number>/agenda/zone/", views.zone, name="agenda-zone"),
    path("workshops/<str:number>/agenda/material/", views.material_new, name="material-new"),
    path("workshops/<str:number>/agenda/programme.pdf", views.programme_file, name="agenda-programme"),
    path("workshops/<str:number>/agenda/<int:version>/", views.version, name="agenda-version"),
    path("sessions/<int:pk>/", views.session, name="session"),
    path("materials/<int:pk>/<str:which>/", views.material, name="material"),
]
ROOT = [path("A/<str:key>.ics", views.feed, name="agenda-feed")]
