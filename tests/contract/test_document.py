"""The OpenAPI document and its readable index: valid, whole, and without foreign parts."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver
from jsonschema_rs import meta
from schemathesis.openapi import from_dict

from isthmus.node.api import api
from isthmus.node.api_index import groups_of, marked

PLAIN_PAGES = {"openapi.json", "", "docs", "docs/<slug:group>", "^.+$"}


@pytest.fixture
def document(db: None) -> dict[str, Any]:
    found: dict[str, Any] = Client().get("/api/v1/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for methods in document["paths"].values() for operation in methods.values()]


def test_it_is_openapi_3_1_and_every_schema_in_it_is_one(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    from_dict(document).validate()
    for schema in document["components"]["schemas"].values():
        meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


def test_it_names_every_route(document: dict[str, Any]) -> None:
    mounted = next(found for found in get_resolver().url_patterns if str(found.pattern) == "api/v1/")
    routes = {
        "/api/v1/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
        for pattern in mounted.url_patterns
        if isinstance(pattern, URLPattern) and str(pattern.pattern) not in PLAIN_PAGES
    }
    assert routes == set(document["paths"])
    assert len(operations(document)) == 162


def test_names_of_operations_are_unique(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for operation in operations(document)]
    assert len(set(names)) == len(names)


def test_every_route_needs_a_token_and_declares_its_problems(document: dict[str, Any]) -> None:
    by_method = [pair for methods in document["paths"].values() for pair in methods.items()]
    for method, operation in by_method:
        assert operation["security"] == [{"OrganisationToken": []}]
        statuses = {"400", "401", "403", "404", "422", "429", "500", "503"}
        if method != "get":  # a deed without a body can come too late, and a body can be sent all the same
            statuses |= {"409", "413", "415"}
        declared = {
            status
            for status, answer in operation["responses"].items()
            if answer.get("$ref", "").endswith("/Problem")
        }
        assert declared == statuses


def test_every_route_and_parameter_is_explained(document: dict[str, Any]) -> None:
    for operation in operations(document):
        assert operation["description"]
        for parameter in operation["parameters"]:
            assert "anyOf" not in parameter["schema"], (operation["operationId"], parameter["name"])


def test_examples_fit_their_schemas(document: dict[str, Any]) -> None:
    from jsonschema_rs import Draft202012Validator

    checked = 0
    for name, schema in document["components"]["schemas"].items():
        for example in schema.get("examples", ()):
            Draft202012Validator({**document, "$ref": f"#/components/schemas/{name}"}).validate(example)
            checked += 1
    assert checked >= 6


class TestIndex:
    def test_it_lists_every_route_and_leads_to_its_parameters_and_problems(
        self, document: dict[str, Any]
    ) -> None:
        index = Client().get("/api/v1/docs").content.decode()
        pages = {
            group.name: Client().get(f"/api/v1/docs/{group.slug}").content.decode()
            for group in groups_of(document)
        }
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                group, name = operation["tags"][0], operation["operationId"]
                assert f"{method.upper()} {path}" in index
                assert f'href="/api/v1/docs/{group.replace(" ", "-")}#{name}"' in index
                assert f'id="{name}"' in pages[group]
        assert "dry_run" in pages["records"]
        assert "items[].verdict_reason" in pages["records"]
        assert "Idempotency-Key" in pages["records"]
        assert all("next_step" in page for page in (index, *pages.values()))

    def test_a_group_that_there_is_not_is_not_found(self, db: None) -> None:
        assert Client().get("/api/v1/docs/wool").status_code == 404

    @pytest.mark.parametrize("where", ["docs", "docs/excise"])
    def test_it_needs_nothing_from_elsewhere(self, db: None, where: str) -> None:
        response = Client().get(f"/api/v1/{where}")
        page = response.content.decode()
        assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []
        assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
        assert re.findall(r'\sstyle="', page) == []
        assert "'unsafe-inline'" not in response["Content-Security-Policy"]

    def test_what_stands_between_backticks_is_code_and_all_of_it_is_escaped(self) -> None:
        assert str(marked("a `b<c` d")) == "a <code>b&lt;c</code> d"

    def test_groups_follow_the_document(self, document: dict[str, Any]) -> None:
        names = [group.name for group in groups_of(document)]
        assert names[:2] == ["records", "streams"]
        own = names[names.index("e-trade") :]
        assert own[:4] == ["e-trade", "excise", "solar", "workshops"]

    def test_the_document_is_made_without_a_request(self, db: None) -> None:
        assert api.get_openapi_schema()["info"]["title"] == "Isthmus node mm"
