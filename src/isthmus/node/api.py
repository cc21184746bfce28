"""The node's HTTP API: the exchange's routes and those of every application, under /api/v1/."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path
from ninja import NinjaAPI, Router
from ninja.openapi.schema import OpenAPISchema

from isthmus import __version__
from isthmus.exchange.api import agreements, evidence, log, publishing, record_types, streams, witnesses
from isthmus.exchange.api.problems import install, not_found, wrong_method
from isthmus.exchange.api.routes import StrictParser
from isthmus.exchange.registry import applications, resolve
from isthmus.node import api_index, openapi
from isthmus.node.network.api import router as search_router

_DESCRIPTION = (
    "For programs of this node's organisations. Times are UTC, RFC 3339 with Z; decimals are texts; lists "
    "are read page by page with `next` as the `cursor`; every error is problem details (RFC 9457)."
)

_ROUTERS: tuple[tuple[str, Router], ...] = (
    ("records", publishing.router),
    ("records", evidence.router),
    ("streams", streams.streams),
    ("receipts", streams.receipts),
    ("agreements", agreements.router),
    ("checkpoints", log.checkpoints),
    ("log", log.log),
    ("log", witnesses.router),
    ("record-types", record_types.router),
    ("search", search_router),
)

View = Callable[..., HttpResponse]


def _at_the_edge(view: View) -> View:
    """What ninja leaves to Django: a method that is not there; and no answer is kept by a cache."""

    @wraps(view)
    def edge(request: HttpRequest, **values: Any) -> HttpResponse:
        response = view(request, **values)
        if response.status_code == 405:
            response = wrong_method(response["Allow"])
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    edge.csrf_exempt = getattr(view, "csrf_exempt", False)  # type: ignore[attr-defined]  # Django's mark
    return edge


class NodeApi(NinjaAPI):
    """Ninja, with our document and our edge."""

    def get_openapi_schema(self, **where: Any) -> OpenAPISchema:
        """The OpenAPI 3.1 document, built anew: titles follow the language of who asks."""
        document = super().get_openapi_schema(**where)
        openapi.complete(document)
        return document

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        patterns = super()._get_urls()
        for pattern in patterns:
            if not isinstance(pattern, URLPattern) or pattern.name == "openapi-json":
                continue
            # The root only gives the other addresses their prefix.
            view = not_found if pattern.name == "api-root" else pattern.callback
            pattern.callback = _at_the_edge(view)
        return [
            *patterns,
            path("docs", partial(api_index.show, self.get_openapi_schema), name="docs"),
            path(
                "docs/<slug:group>",
                partial(api_index.show_group, self.get_openapi_schema),
                name="docs-group",
            ),
            re_path(r"^.+$", not_found, name="nothing-here"),
        ]


def _build() -> NodeApi:
    api = NodeApi(
        title=f"Isthmus node {settings.ISTHMUS.node_id}",
        version=__version__,
        description=_DESCRIPTION,
        urls_namespace="api",
        docs_url=None,
        parser=StrictParser(),
    )
    install(api)
    for prefix, router in _ROUTERS:
        api.add_router(prefix, router)
    for app in applications():
        if app.api:
            api.add_router(app.name, resolve(app.api))
    return api


api = _build()
