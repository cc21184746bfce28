"""The router of every part of the API: problems declared, nothing unknown passed over, JSON read strictly."""

import difflib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from ninja.operation import Operation
from ninja.parser import Parser

from isthmus.accounts.api import OrganisationToken
from isthmus.exchange.api.problems import STATUSES, STATUSES_WITH_BODY, WrongMediaType
from isthmus.kit.errors import BadInput, FieldFault
from isthmus.wire import codec

JOSE = "application/jose"
PROBLEM_REFERENCE = {"$ref": "#/components/responses/Problem"}


class StrictParser(Parser):
    """JSON bodies by the wire's strict codec, so that two readers cannot see two values in one body."""

    def parse_body(self, request: HttpRequest) -> Any:  # noqa: ANN401  any JSON value
        """The body's value. WrongMediaType for another kind of body, BadInput for JSON with two meanings."""
        if request.content_type != "application/json":
            raise WrongMediaType("api.media-type", _("Send the body as application/json."))
        return codec.decode(request.body)


def _refuse_unknown(request: HttpRequest, known: frozenset[str]) -> None:
    """A misspelt filter that is passed over answers another question than the one that was asked."""
    unknown = sorted(set(request.GET) - known)
    if not unknown:
        return
    faults = []
    for name in unknown[:20]:
        close = difflib.get_close_matches(name, known, n=1)
        hint = _(" (did you mean %(name)s?)") % {"name": close[0]} if close else ""
        faults.append(FieldFault(name[:100], _("is no parameter of this route") + hint))
    listed = "; ".join(f"{fault.where} {fault.message}" for fault in faults)
    raise BadInput("api.unknown-parameter", f"{listed}.", faults=tuple(faults))


def _query_names(operation: Operation) -> frozenset[str]:
    names: set[str] = set()
    for model in operation.models:
        if model.__ninja_param_source__ == "query":
            names.update(getattr(model, "__ninja_flatten_map__", {}))
    return frozenset(names)


class Routes(Router):
    """A router whose routes need a token, refuse unknown parameters and declare their problems."""

    def __init__(self, tag: str) -> None:
        super().__init__(auth=OrganisationToken(), tags=[tag])

    def add_api_operation(
        self, path: str, methods: list[str], view_func: Callable[..., Any], **options: Any
    ) -> None:
        """As ninja's own, with what the class promises."""
        statuses = STATUSES + (() if methods == ["GET"] else STATUSES_WITH_BODY)
        extra = dict(options.pop("openapi_extra", None) or {})
        declared = dict(extra.get("responses", {}))
        extra["responses"] = {**declared, **dict.fromkeys(statuses, PROBLEM_REFERENCE)}
        options["operation_id"] = options.get("operation_id") or view_func.__name__
        super().add_api_operation(path, methods, view_func, openapi_extra=extra, **options)
        operation = self.path_operations[path].operations[-1]
        operation.view_func = _strict(operation.view_func, _query_names(operation))


def _strict(view: Callable[..., Any], known: frozenset[str]) -> Callable[..., Any]:
    @wraps(view)
    def strict(request: HttpRequest, **values: Any) -> Any:  # noqa: ANN401  what the view returns
        _refuse_unknown(request, known)
        return view(request, **values)

    return strict


def jose(description: str) -> dict[str, Any]:
    """What a route that answers with a signed text declares."""
    content = {JOSE: {"schema": {"type": "string", "description": "A JWS in compact form."}}}
    return {"responses": {200: {"description": description, "content": content}}}


def signed_text(token: str) -> HttpResponse:
    """The exact signed text, byte for byte."""
    return HttpResponse(token, content_type=JOSE)
