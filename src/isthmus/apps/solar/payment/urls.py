"""The address of the page about paying, below those of Family solar."""

from django.urls import path

from isthmus.apps.solar.payment import views

PATHS = [path("pay/", views.pay, name="pay")]
