"""The addresses of programmes and workshops."""

from django.urls import path

from isthmus.apps.workshops.programme.views import programmes, workshop

PATHS = [
    path("programmes/", programmes.listed, name="programmes"),
    path("programmes/plan/", programmes.plan, name="programme-plan"),
    path("programmes/<str:code>/", programmes.one, name="programme"),
    path("programmes/<str:code>/workshop/", workshop.plan, name="workshop-plan"),
    path("programmes/<str:code>/virtual-project/", programmes.virtual_project, name="virtual-project"),
    path("workshops/", workshop.listed, name="workshops"),
    path("workshops/<str:number>/", workshop.one, name="workshop"),
    path("workshops/<str:number>/session/", workshop.session, name="workshop-session"),
    path("workshops/<str:number>/account/", workshop.account, name="workshop-account"),
    path("workshops/<str:number>/held/", workshop.held, name="workshop-held"),
    path("workshops/<str:number>/reported/", workshop.reported, name="workshop-reported"),
]
