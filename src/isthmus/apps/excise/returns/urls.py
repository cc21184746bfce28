"""The addresses of returns, below those of Excise."""

from django.urls import path

from isthmus.apps.excise.returns.views import books, deeds, lists

PATHS = [
    path("returns/", lists.listed, name="returns"),
    path("returns/new/", lists.begin, name="return-new"),
    path("returns/terms/", books.terms, name="return-terms"),
    path("returns/book/", books.duty_book, name="duty-book"),
    path("returns/accounts/<str:excise_number>/", books.statement, name="return-statement"),
    path("returns/<int:pk>/", lists.one, name="return"),
    path("returns/<int:pk>/change/", lists.change, name="return-change"),
    path("returns/<int:pk>/amend/", lists.amend, name="return-amend"),
    path("returns/<int:pk>/step/", lists.step, name="return-step"),
    path("returns/<int:pk>/<str:name>/", deeds.deed, name="return-deed"),
]
