"""The addresses that nodes call; their form is part of the protocol."""

from django.urls import path

from isthmus.exchange import protocol

urlpatterns = [
    path(".well-known/isthmus", protocol.card, name="node-card"),
    path("exchange/v1/inbox", protocol.inbox, name="exchange-inbox"),
    path("exchange/v1/outbox/<str:node_id>", protocol.outbox, name="exchange-outbox"),
    path("exchange/v1/receipts", protocol.receipts, name="exchange-receipts"),
    path("exchange/v1/checkpoint", protocol.checkpoint, name="exchange-checkpoint"),
]
