"""The readable index of the API: what the OpenAPI document says, as a page of this node."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from isthmus.ui.components import Link

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Member:
    """A parameter, or a member of a body or an answer."""

    name: str
    place: str
    kind: str
    required: bool
    description: SafeString


@dataclass(frozen=True, slots=True)
class Answer:
    """One status with what it carries."""

    status: str
    media: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation."""

    name: str
    method: str
    path: str
    summary: str
    description: SafeString
    parameters: tuple[Member, ...]
    media: str
    body: tuple[Member, ...]
    answers: tuple[Answer, ...]
    problems: str


@dataclass(frozen=True, slots=True)
class Group:
    """The routes about one thing."""

    name: str
    routes: tuple[Route, ...]

    @property
    def slug(self) -> str:
        """Its name in an address."""
        return self.name.replace(" ", "-")


def marked(text: str) -> SafeString:
    """A description, with what stands between backticks as code."""
    parts = enumerate(" ".join(text.split()).split("`"))
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", part) if number % 2 else part,) for number, part in parts)
    )


def _resolve(document: Document, schema: Document) -> Document:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    resolved: Document = found
    return resolved


def kind_of(document: Document, schema: Document) -> str:
    """What a value is, in a few words: its type, its choices, its limits."""
    schema = _resolve(document, schema)
    if "anyOf" in schema:
        return " | ".join(kind_of(document, choice) for choice in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return _("list of %(kind)s") % {"kind": kind_of(document, schema.get("items", {}))}
    words = [str(schema.get("type", "any"))]
    if "title" in schema and schema.get("type") == "object" and "properties" in schema:
        words = [str(schema["title"])]
    words += [str(schema[name]) for name in ("format", "contentMediaType") if name in schema]
    if "minimum" in schema or "maximum" in schema:
        words.append(f"{schema.get('minimum', '')}…{schema.get('maximum', '')}")
    if "maxLength" in schema:
        words.append(_("at most %(count)d characters") % {"count": schema["maxLength"]})
    return ", ".join(words)


def _members(document: Document, schema: Document, above: str = "") -> Iterator[Member]:
    """The members of an object, and of the objects in a list, which stand below it as ``items[].leaf``."""
    schema = _resolve(document, schema)
    required = set(schema.get("required", ()))
    for name, part in schema.get("properties", {}).items():
        text = part.get("description") or _resolve(document, part).get("description", "")
        yield Member(above + name, "", kind_of(document, part), name in required, marked(text))
        if part.get("type") == "array" and not above:
            yield from _members(document, part["items"], f"{name}[].")


def _parameters(document: Document, operation: Document) -> Iterator[Member]:
    places = {"path": _("address"), "query": _("query"), "header": _("header")}
    for found in operation["parameters"]:
        schema = found["schema"]
        text = found.get("description") or _resolve(document, schema).get("description", "")
        yield Member(
            found["name"], places[found["in"]], kind_of(document, schema), found["required"], marked(text)
        )


def _answers(document: Document, operation: Document) -> Iterator[Answer]:
    for status, response in operation["responses"].items():
        if "$ref" in response:
            continue
        for media, content in response.get("content", {}).items():
            yield Answer(str(status), media, tuple(_members(document, content["schema"])))


def _route(document: Document, path: str, method: str, operation: Document) -> Route:
    body = operation.get("requestBody", {}).get("content", {})
    problems = [str(status) for status, response in operation["responses"].items() if "$ref" in response]
    return Route(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=marked(operation.get("description", "")),
        parameters=tuple(_parameters(document, operation)),
        media=", ".join(body),
        body=tuple(member for content in body.values() for member in _members(document, content["schema"])),
        answers=tuple(_answers(document, operation)),
        problems=", ".join(problems),
    )


def groups_of(document: Document) -> tuple[Group, ...]:
    """The routes of an OpenAPI document by what they are about, in its order."""
    found: dict[str, list[Route]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append(_route(document, path, method, operation))
    return tuple(Group(name, tuple(routes)) for name, routes in found.items())


def show(read_document: Callable[[], Document], request: HttpRequest) -> HttpResponse:
    """`/api/v1/docs`: every route by what it is about, each leading to what it takes and gives."""
    document = read_document()
    context = {
        "title": _("API of this node"),
        "lead": marked(document["info"]["description"]),
        "groups": groups_of(document),
        "problem": _problem(document),
        "token": marked(document["components"]["securitySchemes"]["OrganisationToken"]["description"]),
    }
    return render(request, "node/api.html", context)


def show_group(read_document: Callable[[], Document], request: HttpRequest, group: str) -> HttpResponse:
    """`/api/v1/docs/excise`: the routes about one thing, with parameters, body, answers and problems."""
    document = read_document()
    found = next((one for one in groups_of(document) if one.slug == group), None)
    if found is None:
        raise Http404
    context = {
        "title": _("API: %(group)s") % {"group": group},
        "lead": _("What each route takes and gives."),
        "crumbs": (Link(_("API of this node"), reverse("api:docs")),),
        "group": found,
        "problem": _problem(document),
    }
    return render(request, "node/api_group.html", context)


def _problem(document: Document) -> tuple[Member, ...]:
    return tuple(_members(document, document["components"]["schemas"]["Problem"]))
