"""The addresses of movements, below those of Excise."""

from django.urls import path

from isthmus.apps.excise.movements.views import gate, listing, movement, saying, securing, writing

PATHS = [
    path("movements/", listing.listed, name="movements"),
    path("movements/draft/", writing.draft, name="movement-draft"),
    path("movements/<int:pk>/", movement.one, name="movement"),
    path("movements/<int:pk>/accept/", securing.accept, name="movement-accept"),
    path("movements/<int:pk>/settle/", securing.settle, name="movement-settle"),
    path("movements/<int:pk>/paper/", movement.paper, name="movement-paper"),
    path("movements/<int:pk>/receipt/", writing.receipt, name="movement-receipt"),
    path("movements/<int:pk>/message/", writing.message, name="movement-say"),
    path("movements/<int:pk>/say/<slug:kind>/", saying.report, name="movement-report"),
    path("movements/<int:pk>/messages/<int:message>/", movement.message_file, name="movement-message"),
    path("gate/", gate.gate, name="gate"),
]
