"""The addresses of Family solar's pages, a line each house."""

from isthmus.apps.solar.sizing.urls import PATHS as SIZING

app_name = "solar"
urlpatterns = [*SIZING]
