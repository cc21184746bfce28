"""The addresses of country plans; those under ``delegate-plan/`` need no account."""

from django.urls import path

from isthmus.apps.workshops.plans.views import country, delegate, secretariat

PATHS = [
    path("plans/", country.plans, name="plans"),
    path("plans/asked/", country.asked, name="plans-asked"),
    path("plans/<int:pk>/", country.one, name="plan"),
    path("plans/<int:pk>/hand-in/", country.hand_in, name="plan-hand-in"),
    path("plans/<int:pk>/give-back/", country.give_back, name="plan-give-back"),
    path("plans/<int:pk>/release/", country.release, name="plan-release"),
    path("plans/<int:pk>/answer/<int:months>/", country.answer, name="plan-answer"),
    path("plans/<int:pk>/answer/<int:months>/release/", country.release_answer, name="plan-answer-release"),
    path("nominations/<int:pk>/plan/", country.write, name="plan-write"),
    path("delegate-plan/<str:secret>/", delegate.write, name="delegate-plan"),
    path("delegate-plan/<str:secret>/hand-in/", delegate.hand_in, name="delegate-plan-hand-in"),
    path("delegate-plan/<str:secret>/answer/<int:months>/", delegate.answer, name="delegate-plan-answer"),
    path("workshops/<str:number>/plans/", secretariat.plans, name="workshop-plans"),
    path("held-plans/<int:pk>/", secretariat.one, name="held-plan"),
]
