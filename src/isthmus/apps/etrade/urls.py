"""The addresses of E-Trade's pages."""

from django.urls import path

from isthmus.apps.etrade.views import declarations, documents, sending

app_name = "etrade"
urlpatterns = [
    path("", declarations.listed, name="declarations"),
    path("declarations/<int:pk>/", declarations.one, name="declaration"),
    path("documents/", documents.listed, name="documents"),
    path("documents/read/", documents.read, name="read"),
    path("documents/<int:pk>/", documents.one, name="document"),
    path("documents/<int:pk>/original", documents.original, name="original"),
    path("send/", sending.choose, name="send"),
    path("send/<str:partner>/", sending.check, name="send-check"),
]
