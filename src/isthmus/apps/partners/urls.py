"""The addresses of business partners' pages."""

from django.urls import path

from isthmus.apps.partners.views import entering, introductions, letter_ends, letters, listings, outcomes

app_name = "partners"
urlpatterns = [
    path("", listings.needs, name="needs"),
    path("offers/", listings.offers, name="offers"),
    path("needs/new/<slug:step>/", entering.step, {"kind": "need"}, name="need-new"),
    path("offers/new/<slug:step>/", entering.step, {"kind": "offer"}, name="offer-new"),
    path("needs/<int:pk>/", listings.need, name="need"),
    path("offers/<int:pk>/", listings.offer, name="offer"),
    path("own/<int:pk>/confirm/", listings.confirm, name="confirm"),
    path("own/<int:pk>/withdraw/", listings.withdraw, name="withdraw"),
    path("introductions/", introductions.introductions, name="introductions"),
    path("introductions/ask/", introductions.ask, name="ask"),
    path("introductions/<int:pk>/", introductions.one, name="introduction"),
    path("introductions/<int:pk>/withdraw/", introductions.withdraw, name="introduction-withdraw"),
    path("introductions/<int:pk>/letter/", letters.draft, name="letter-new"),
    path("letters/", letters.letters, name="letters"),
    path("letters/<int:pk>/", letters.letter, name="letter"),
    path("letters/<int:pk>/sign/", letters.sign, name="letter-sign"),
    path("letters/<int:pk>/decline/", letter_ends.decline, name="letter-decline"),
    path("letters/<int:pk>/withdraw/", letter_ends.withdraw, name="letter-withdraw"),
    path("letters/<int:pk>/file/<slug:kind>/", letters.letter_file, name="letter-file"),
    path("outcomes/", outcomes.outcomes, name="outcomes"),
    path("outcomes/<int:pk>/", outcomes.outcome, name="outcome"),
]
