"""The addresses of E-Trade's pages."""

from django.urls import path

from isthmus.apps.etrade.cases import corridor_views
from isthmus.apps.etrade.cases import views as cases
from isthmus.apps.etrade.mappings import views as mappings
from isthmus.apps.etrade.matching import views as matching
from isthmus.apps.etrade.mirror.views import behind, corridors
from isthmus.apps.etrade.reference.views import codes, duties, measures, places
from isthmus.apps.etrade.sources import views as sources
from isthmus.apps.etrade.targets import views as targets
from isthmus.apps.etrade.views import (
    arrivals,
    decisions,
    declarations,
    documents,
    entering,
    questions,
    sending,
    trade_documents,
)

app_name = "etrade"
urlpatterns = [
    path("", declarations.listed, name="declarations"),
    path("declarations/<int:pk>/", declarations.one, name="declaration"),
    path("declarations/<int:pk>/mark/", arrivals.mark, name="mark"),
    path("declarations/<int:pk>/ask/", questions.ask_about_declaration, name="ask-declaration"),
    path("arrivals/", arrivals.listed, name="arrivals"),
    path("questions/", questions.listed, name="questions"),
    path("questions/<int:pk>/", questions.one, name="question"),
    path("certificates/check/", decisions.check, name="check-certificate"),
    path("certificates/<int:pk>/use/", decisions.use, name="use-certificate"),
    path("licences/<int:pk>/draw/", decisions.draw, name="draw-licence"),
    path("movements/<int:pk>/state/", decisions.state, name="state-movement"),
    path("trade/", trade_documents.every, name="every-document"),
    path("trade/<str:kind>/", trade_documents.listed, name="trade-documents"),
    path("trade/<str:kind>/enter/", entering.enter, name="enter-document"),
    path("trade/<str:kind>/<int:pk>/amend/", entering.amend, name="amend-document"),
    path("trade/<str:kind>/<int:pk>/", trade_documents.one, name="trade-document"),
    path("trade/<str:kind>/<int:pk>/send/", trade_documents.send, name="send-document"),
    path("trade/<str:kind>/<int:pk>/ask/", questions.ask_about_document, name="ask-document"),
    path("documents/", documents.listed, name="documents"),
    path("documents/read/", documents.read, name="read"),
    path("documents/<int:pk>/", documents.one, name="document"),
    path("documents/<int:pk>/original", documents.original, name="original"),
    path("corridors/", corridors.listed, name="corridors"),
    path("corridors/<str:partner>/", corridors.one, name="corridor"),
    path("corridors/<str:partner>/lines/", behind.rows, name="corridor-rows"),
    path("documents/<int:pk>/map/", mappings.make, name="make-mapping"),
    path("mappings/", mappings.listed, name="mappings"),
    path("mappings/<int:pk>/", mappings.one, name="mapping"),
    path("sources/", sources.listed, name="sources"),
    path("sources/add/", sources.add, name="add-source"),
    path("sources/<int:pk>/", sources.one, name="source"),
    path("sources/<int:pk>/act/", sources.act, name="act-source"),
    path("targets/", targets.listed, name="targets"),
    path("targets/add/", targets.add, name="add-target"),
    path("targets/<int:pk>/", targets.one, name="target"),
    path("targets/<int:pk>/act/", targets.act, name="act-target"),
    path("cases/", cases.listed, name="cases"),
    path("cases/<int:pk>/", cases.one, name="case"),
    path("cases/corridors/", corridor_views.listed, name="case-corridors"),
    path("cases/corridors/<int:pk>/", corridor_views.one, name="case-corridor"),
    path("matching/", matching.listed, name="matches"),
    path("matching/ask/", matching.ask_partner, name="ask-match"),
    path("matching/<int:pk>/", matching.one, name="match"),
    path("lists/hs/", codes.listed, name="hs-codes"),
    path("lists/hs/<str:edition>/<str:code>/", codes.one, name="hs-code"),
    path("lists/places/", places.listed, name="places"),
    path("lists/units/", measures.units, name="units"),
    path("lists/currencies/", measures.listed_currencies, name="currencies"),
    path("lists/duties/", duties.listed, name="duties"),
    path("send/", sending.choose, name="send"),
    path("send/<str:partner>/", sending.check, name="send-check"),
]
