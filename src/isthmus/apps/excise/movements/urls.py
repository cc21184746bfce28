"""The addresses of movements, below those of Excise."""

from django.urls import path

from isthmus.apps.excise.movements.views import gate, listing, writing

PATHS = [
    path("movements/", listing.listed, name="movements"),
    path("movements/draft/", writing.draft, name="movement-draft"),
    path("movements/<int:pk>/", listing.one, name="movement"),
    path("movements/<int:pk>/accept/", writing.accept, name="movement-accept"),
    path("movements/<int:pk>/receipt/", writing.receipt, name="movement-receipt"),
    path("movements/<int:pk>/message/", writing.message, name="movement-say"),
    path("movements/<int:pk>/messages/<int:message>/", listing.message_file, name="movement-message"),
    path("gate/", gate.gate, name="gate"),
]
