"""The addresses of the desk, and that on a badge, which is short and at the root."""

from django.urls import path

from isthmus.apps.workshops.attendance import views

PATHS = [
    path("workshops/<str:number>/desk/", views.desk, name="desk"),
    path("workshops/<str:number>/desk/badges.pdf", views.badges, name="badges"),
    path("workshops/<str:number>/desk/sheet.pdf", views.sheet, name="sheet"),
    path("workshops/<str:number>/desk/list/", views.lists, name="desk-list"),
]
ROOT = [path("B/<str:code>", views.scanned, name="badge")]
