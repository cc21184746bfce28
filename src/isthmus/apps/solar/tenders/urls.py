"""The addresses of tenders, below those of Family solar."""

from django.urls import path

from isthmus.apps.solar.tenders.views import asker, lots, maker, serving

PATHS = [
    path("tenders/", asker.listed, name="tenders"),
    path("tenders/ask/", asker.ask, name="tender-ask"),
    path("tenders/<int:pk>/", asker.one, name="tender"),
    path("tenders/<int:pk>/rate/", asker.rate, name="tender-rate"),
    path("tenders/<int:pk>/award/", asker.award, name="tender-award"),
    path("tenders/decisions/<int:pk>/", serving.decision, name="decision"),
    path("tenders/decisions/<int:pk>/accept/", serving.accept, name="acceptance"),
    path("tenders/decisions/<int:pk>/fault/", serving.open_ticket, name="ticket-open"),
    path("tickets/<int:pk>/", serving.ticket, name="ticket"),
    path("requests/", maker.listed, name="requests"),
    path("requests/<int:pk>/", maker.one, name="request"),
    path("requests/<int:pk>/quote/", maker.write, name="quote-write"),
    path("lots/", lots.seen, name="lots"),
    path("quotes/", maker.own, name="quotes"),
    path("quotes/<int:pk>/", maker.quote, name="quote"),
    path("quotes/<int:pk>/seal/", maker.seal, name="quote-seal"),
    path("quotes/<int:pk>/open/", maker.open_quote, name="quote-open"),
]
