"""The addresses of stamps, below those of Excise, and the one that stands in symbols."""

from django.urls import path, re_path

from isthmus.apps.excise.stamps.views import batches, checking, crossings, indications, requests, securing

PATHS = [
    path("stamps/", requests.listed, name="stamps"),
    path("stamps/ask/", requests.ask, name="stamp-ask"),
    path("stamps/requests/<int:pk>/", requests.one, name="stamp-request"),
    path("stamps/requests/<int:pk>/approve/", securing.approve, name="stamp-approve"),
    path("stamps/requests/<int:pk>/refuse/", requests.refuse, name="stamp-refuse"),
    path("stamps/requests/<int:pk>/account/", securing.account, name="stamp-account"),
    path("stamps/requests/<int:pk>/issue/", requests.issue, name="stamp-issue"),
    path("stamps/batches/<int:pk>/", batches.one, name="stamp-batch"),
    path("stamps/batches/<int:pk>/act/", batches.act, name="stamp-act"),
    path("stamps/batches/<int:pk>/offer/", batches.offer, name="stamp-offer"),
    path("stamps/batches/<int:pk>/codes/", batches.code_file, name="stamp-codes"),
    path("stamps/batches/<int:pk>/sheets/<int:first>/", batches.sheet, name="stamp-sheet"),
    path("stamps/handovers/", batches.handovers, name="stamp-handovers"),
    path("stamps/handovers/<int:pk>/", batches.handover, name="stamp-handover"),
    path("stamps/handovers/<int:pk>/close/", batches.close, name="stamp-close"),
    path("stamps/batches/<int:pk>/send/", crossings.send, name="stamp-send"),
    path("stamps/crossings/", crossings.listed, name="stamp-crossings"),
    path("stamps/crossings/<int:pk>/", crossings.one, name="stamp-crossing"),
    path("stamps/crossings/<int:pk>/answer/", crossings.answer, name="stamp-answer"),
    path("stamps/crossings/<int:pk>/take-back/", crossings.take_back, name="stamp-take-back"),
    path("stamps/indications/", indications.listed, name="stamp-indications"),
    path("stamps/indications/<int:pk>/", indications.one, name="stamp-indication"),
    path("stamps/check/", checking.check, name="stamp-check"),
    path("stamps/inspect/", checking.inspect, name="stamp-inspect"),
    path("stamps/inspect/worker.js", checking.worker, name="stamp-worker"),
    path("stamps/inspect/keys/", checking.public_keys, name="stamp-keys"),
    path("stamps/inspect/list/", checking.status_filter, name="stamp-list"),
]
# GS1 Digital Link: the address of goods begins at the root of the host.
urlpatterns = [
    re_path(r"^01/(?P<gtin>[0-9]{14})/21/(?P<serial>[0-9A-Z]{16})$", checking.scanned, name="stamp-scanned")
]
