"""The addresses of Excise's pages."""

from django.urls import path

from isthmus.apps.excise.events import views as events
from isthmus.apps.excise.stamps.urls import PATHS as STAMPS
from isthmus.apps.excise.tariff import views as tariff

app_name = "excise"
urlpatterns = [
    path("duty/", tariff.duty, name="duty"),
    path("tariffs/", tariff.listed, name="tariffs"),
    path("tariffs/<str:country>/", tariff.one, name="tariff"),
    *STAMPS,
    path("events/", events.listed, name="events"),
    path("events/item/", events.history, name="event-item"),
    path("events/<int:pk>/", events.one, name="event"),
]
