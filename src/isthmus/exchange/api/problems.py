"""Every error of the API as RFC 9457 problem details; never a traceback."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from pydantic import BaseModel, ConfigDict, Field
from pydantic import ValidationError as ModelError

from isthmus.kit.errors import BadInput, Fault, FieldFault, IsthmusError, NotFound

_LOG = logging.getLogger("isthmus.api")

MEDIA_TYPE = "application/problem+json"
STATUSES = (400, 401, 403, 404, 422, 429, 500, 503)
"""What any route may answer."""

STATUSES_WITH_BODY = (409, 413, 415)
"""What a route that takes a body may answer besides."""


class Unreadable(BadInput):
    """The request cannot even be read."""

    status = 400


class TooLarge(BadInput):
    """The request is longer than this node reads."""

    status = 413


class WrongMediaType(BadInput):
    """The body is of a kind that this route does not take."""

    status = 415


class WrongMethod(BadInput):
    """There is such an address, but not for this method."""

    status = 405


class Unavailable(Fault):
    """The database cannot answer now."""

    status = 503


class ProblemFault(BaseModel):
    """One fault of the input, by its place."""

    where: str = Field(description="The field, parameter or line at fault.", examples=["to.0"])
    message: str = Field(description="What is wrong with it, for a person.")


class Problem(BaseModel):
    """Problem details (RFC 9457) that say what happened and what to do next."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:isthmus:problem:exchange.not-agreed",
                    "title": "Forbidden",
                    "status": 403,
                    "detail": "No agreement in force lets etrade.export-declaration/1 cross from mm to cn.",
                    "code": "exchange.not-agreed",
                    "next_step": "Propose one under Agreements, or wait until every party has signed.",
                    "faults": [],
                }
            ]
        }
    )

    type: str = Field(description="`urn:isthmus:problem:` and the code.")
    title: str = Field(description="The name of the HTTP status.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened, for a person.")
    code: str = Field(description="A stable name of the problem, for programs.", examples=["access.refused"])
    next_step: str = Field(description="What to do next; empty where nobody can do anything.")
    faults: list[ProblemFault] = Field(description="Each fault of the input, where the input is at fault.")


def problem(error: IsthmusError, status: int | None = None) -> HttpResponse:
    """An error of ours as problem details."""
    status = status or error.status
    content = Problem(
        type=f"urn:isthmus:problem:{error.code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=error.message,
        code=error.code,
        next_step=error.next_step,
        faults=[ProblemFault(where=fault.where, message=fault.message) for fault in error.faults],
    )
    response = JsonResponse(content.model_dump(), status=status, content_type=MEDIA_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="isthmus"'
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


# Pydantic's words are for programmers; these are the ones that a form would use.
_WORDS = {
    "missing": gettext_lazy("is required"),
    "extra_forbidden": gettext_lazy("is not a field of this input"),
    "string_type": gettext_lazy("must be a text"),
    "int_type": gettext_lazy("must be a whole number"),
    "int_parsing": gettext_lazy("must be a whole number"),
    "int_from_float": gettext_lazy("must be a whole number"),
    "bool_type": gettext_lazy("must be true or false"),
    "bool_parsing": gettext_lazy("must be true or false"),
    "list_type": gettext_lazy("must be a list"),
    "tuple_type": gettext_lazy("must be a list"),
    "dict_type": gettext_lazy("must be an object"),
    "model_type": gettext_lazy("must be an object"),
    "model_attributes_type": gettext_lazy("must be an object"),
    "none_required": gettext_lazy("must be null"),
    "greater_than_equal": gettext_lazy("must be at least {ge}"),
    "less_than_equal": gettext_lazy("must be at most {le}"),
    "string_too_short": gettext_lazy("must have at least {min_length} characters"),
    "string_too_long": gettext_lazy("must have at most {max_length} characters"),
    "too_short": gettext_lazy("must have at least {min_length} entries"),
    "too_long": gettext_lazy("must have at most {max_length} entries"),
    "string_pattern_mismatch": gettext_lazy("must have the form {pattern}"),
    "literal_error": gettext_lazy("must be {expected}"),
    "enum": gettext_lazy("must be {expected}"),
    "uuid_parsing": gettext_lazy("must be a UUID"),
}


def words_for(error: Mapping[str, Any]) -> str:
    """What is wrong with a field, from an error that Pydantic found."""
    template = _WORDS.get(str(error["type"]))
    if template is not None:
        return str(template).format_map(error.get("ctx") or {})
    return str(error["msg"]).removeprefix("Value error, ").removeprefix("Input ")


def faults_of(errors: Sequence[Mapping[str, Any]], prefix: str = "") -> tuple[FieldFault, ...]:
    """One fault for each error of Pydantic, its place written as a dotted path below ``prefix``."""
    return tuple(
        FieldFault(".".join([*([prefix] if prefix else []), *map(str, error["loc"])]), words_for(error))
        for error in errors
    )


def refuse_model(error: ModelError, code: str, message: str, prefix: str) -> BadInput:
    """A typed body that does not fit its model; names up to a hundred fields, a list cut short says so."""
    found = error.errors(include_url=False, include_input=False)
    more = (
        _(" The first 100 of %(count)d faults are listed.") % {"count": len(found)}
        if len(found) > 100
        else ""
    )
    return BadInput(code, message + more, faults=faults_of(found[:100], prefix))


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:  # noqa: ARG001  ninja's signature
    """Wrong parameters or members of the body; the place is without the name of our own argument."""
    found = []
    for one in error.errors:
        source, *place = one["loc"]
        if source == "body" or (source == "query" and len(place) > 1):
            place = place[1:]
        found.append({**one, "loc": place or [source]})
    faults = faults_of(found)
    listed = "; ".join(f"{fault.where} {fault.message}" for fault in faults[:5])
    return problem(BadInput("api.invalid", f"{listed}.", faults=faults))


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What ninja itself refuses; a body that our parser refused carries our own error as its cause."""
    cause = error.__cause__
    if isinstance(cause, IsthmusError):
        if cause.code == "wire.codec.size":
            return problem(cause, TooLarge.status)
        return problem(cause, Unreadable.status if cause.code.startswith("wire.codec.") else None)
    if isinstance(cause, RequestDataTooBig):
        return _too_big(request, cause)
    return problem(Unreadable("api.unreadable", _("The request cannot be read.")), error.status_code)


def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:  # noqa: ARG001  ninja's signature
    return problem(TooLarge("api.too-large", _("The request is longer than this node reads.")))


def not_found(request: HttpRequest, error: Http404 | None = None) -> HttpResponse:  # noqa: ARG001  ninja's signature
    """There is no such address."""
    return problem(
        NotFound(
            "api.no-such-address",
            _("There is nothing at this address."),
            next_step=_("The routes are listed at /api/v1/docs."),
        )
    )


def wrong_method(allowed: str) -> HttpResponse:
    """The address is there, the method is not."""
    allowed = ", ".join(sorted(part.strip() for part in allowed.split(",")))
    response = problem(
        WrongMethod("api.method", _("This address answers to %(methods)s only.") % {"methods": allowed})
    )
    response["Allow"] = allowed
    return response


def _own(request: HttpRequest, error: IsthmusError) -> HttpResponse:
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _LOG.exception("%s %s failed", request.method, request.path)
    return problem(error)


def _unavailable(request: HttpRequest, error: OperationalError) -> HttpResponse:  # noqa: ARG001  ninja's signature
    _LOG.exception("the database failed during %s", request.path)
    return problem(
        Unavailable(
            "api.unavailable",
            _("The node cannot reach its database now."),
            next_step=_("Try again in a minute."),
        )
    )


def _broken(request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: ARG001  ninja's signature
    _LOG.exception("%s %s failed", request.method, request.path)
    return problem(
        Fault(
            "api.fault",
            _("Something on this node broke."),
            next_step=_("Tell the operator of this node the time of your request; the log says more."),
        )
    )


def install(api: NinjaAPI) -> None:
    """Answer every error of ``api`` with problem details."""
    handlers: tuple[tuple[type[Exception], Any], ...] = (
        (IsthmusError, _own),
        (ValidationError, _invalid),
        (HttpError, _http_error),
        (Http404, not_found),
        (RequestDataTooBig, _too_big),
        (OperationalError, _unavailable),
        (Exception, _broken),
    )
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)
