"""The addresses of Excise's pages."""

from django.urls import URLPattern

app_name = "excise"
urlpatterns: list[URLPattern] = []
