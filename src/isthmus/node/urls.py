"""Every address of the node; an application's own are mounted under its name."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from isthmus.exchange.registry import applications
from isthmus.node import operations, views
from isthmus.node.api import api
from isthmus.node.metrics.view import metrics
from isthmus.node.network import views as network

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.front, name="front"),
    path("health", views.health, name="health"),
    path("metrics", metrics, name="metrics"),
    path("operations/", operations.operations, name="operations"),
    path("operations/jobs/<uuid:job_id>/retry/", operations.retry, name="retry-job"),
    path("network/", network.front, name="network"),
    path("network/search/", network.search, name="network-search"),
    path("language/", include("django.conf.urls.i18n")),
    path("account/", include("isthmus.accounts.sign_in_urls")),
    path("people/", include("isthmus.accounts.urls")),
    path("", include("isthmus.exchange.protocol_urls")),
    path("exchange/", include("isthmus.exchange.urls")),
    path("api/v1/", api.urls),
    *[path(f"{app.name}/", include(app.urls)) for app in applications() if app.urls],
    *[path("", include(app.root_urls)) for app in applications() if app.root_urls],
]

if settings.DEBUG:
    urlpatterns.append(path("ui/", include("isthmus.ui.urls")))
