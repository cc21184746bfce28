"""The addresses that nodes call; their form is part of the protocol."""

from django.urls import path, re_path

from isthmus.exchange import protocol, protocol_files, protocol_keys, protocol_recovery, protocol_witness

_FILE = r"^exchange/v1/attachments/(?P<digest>[0-9a-f]{64})"

urlpatterns = [
    path(".well-known/isthmus", protocol.card, name="node-card"),
    path("exchange/v1/inbox", protocol.inbox, name="exchange-inbox"),
    path("exchange/v1/outbox/<str:node_id>", protocol.outbox, name="exchange-outbox"),
    path("exchange/v1/receipts", protocol.receipts, name="exchange-receipts"),
    path("exchange/v1/keys", protocol_keys.keys, name="exchange-keys"),
    path("exchange/v1/held/<str:node_id>", protocol_recovery.held, name="exchange-held"),
    path("exchange/v1/wanted/<str:node_id>", protocol_recovery.wanted, name="exchange-wanted"),
    path("exchange/v1/returned", protocol_recovery.returned, name="exchange-returned"),
    re_path(f"{_FILE}$", protocol_files.attachment, name="exchange-attachment"),
    re_path(f"{_FILE}/chunks/(?P<index>[0-9]{{1,4}})$", protocol_files.chunk, name="exchange-chunk"),
    re_path(f"{_FILE}/key$", protocol_files.subject_key, name="exchange-subject-key"),
    re_path(f"{_FILE}/arrived$", protocol_files.arrived, name="exchange-attachment-arrived"),
    path("exchange/v1/checkpoint", protocol_witness.checkpoint, name="exchange-checkpoint"),
    path("exchange/v1/consistency", protocol_witness.consistency, name="exchange-consistency"),
    path("exchange/v1/witness", protocol_witness.witness, name="exchange-witness"),
]
