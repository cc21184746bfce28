"""The addresses of calls, nominations, selection and attendance."""

from django.urls import path

from isthmus.apps.workshops.nominations.views import country, secretariat

PATHS = [
    path("workshops/<str:number>/call/", secretariat.call, name="workshop-call"),
    path("workshops/<str:number>/attendance/", secretariat.attendance, name="workshop-attendance"),
    path("nominees/<int:pk>/", secretariat.nominee, name="nominee"),
    path("calls/", country.calls, name="calls"),
    path("calls/<int:pk>/", country.call, name="call"),
    path("calls/<int:pk>/nominate/", country.nominate, name="nominate"),
    path("nominations/", country.nominations, name="nominations"),
    path("nominations/<int:pk>/", country.one, name="nomination"),
    path("nominations/<int:pk>/approve/", country.approve, name="nomination-approve"),
    path("nominations/<int:pk>/withdraw/", country.withdraw, name="nomination-withdraw"),
]
