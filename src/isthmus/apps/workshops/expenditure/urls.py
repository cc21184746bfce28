"""The addresses of a programme's money."""

from django.urls import path

from isthmus.apps.workshops.expenditure import paper_views, views

PATHS = [
    path("programmes/<str:code>/money/", views.book, name="book"),
    path("programmes/<str:code>/money/budget/", views.budget, name="budget"),
    path("programmes/<str:code>/money/totals/", views.totals, name="totals"),
    path("programmes/<str:code>/money/enter/", views.enter, name="entry-new"),
    path("programmes/<str:code>/money/virement/", views.virement, name="virement"),
    path("programmes/<str:code>/money/rate/", paper_views.rate, name="rate"),
    path("programmes/<str:code>/money/close/", views.close, name="book-close"),
    path("entries/<int:pk>/", views.entry, name="entry"),
    path("entries/<int:pk>/receipt/", paper_views.attach, name="receipt-new"),
    path("receipts/<int:pk>/", paper_views.receipt, name="receipt"),
    path("entries/<int:pk>/approve/", views.approve, name="entry-approve"),
]
