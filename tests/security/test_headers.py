"""The headers of every answer: every address of the node is asked, by nobody and by an approver."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.accounts.conftest import People
from tests.processes.nodes import ROOT
from tests.second_factors import browser_of

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
_UUID = "0198c0de-0000-7000-8000-000000000000"
VALUES: dict[str, Any] = {
    "uuid": _UUID,
    "job_id": _UUID,
    "leaf": "0" * 64,
    "digest": "0" * 64,
    "node_id": "cn",
    "key": "a-b",
    "how": "sign",
}


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Every address of the URLconf, with something in its places."""
    for entry in (resolver or get_resolver("isthmus.node.urls")).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern)


def filled(pattern: str) -> str:
    """An address that such a pattern matches, or nearly: the headers are the same for what is not there."""
    import re

    text = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(VALUES.get(found[1], "1")), pattern)
    text = re.sub(r"\(\?P(\w+)\)?", lambda found: str(VALUES.get(found[1], "1")), text)
    text = re.sub(r"\[[^\]]*\]|[\^$?\\+*(){}|]", "", text)
    return "/" + text


ADDRESSES = sorted({filled(pattern) for pattern in patterns()} | {"/", "/nowhere/", "/people", "/static/x"})


def check(answer: Any, path: str) -> None:
    for name, value in ALWAYS.items():
        assert answer.headers.get(name) == value, (path, name)
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'", path
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'", path
    assert "unsafe" not in str(policy)
    assert "http" not in str(policy), "nothing outside is loaded or told"
    assert "camera=(self)" in answer.headers["Permissions-Policy"]
    assert "no-store" in answer.headers.get("Cache-Control", ""), path
    assert not [name for name in answer.headers if name.lower().startswith("access-control")], path
    if not answer.streaming and answer.content and answer.headers["Content-Type"].startswith("text/"):
        assert "charset=" in answer.headers["Content-Type"], path
    for name, cookie in answer.cookies.items():
        assert cookie["samesite"] == "Lax", (path, name)
        assert cookie["httponly"], (path, name)
        assert (cookie["domain"], cookie["path"]) == ("", "/"), (path, name)


def test_every_address_for_nobody(people: People, node: str) -> None:
    client = Client(raise_request_exception=False)
    for path in ADDRESSES:
        check(client.get(path), path)
        check(client.post(path), path)


def test_every_address_for_an_approver(people: People, node: str) -> None:
    client = browser_of(people.approver)
    client.raise_request_exception = False
    for path in ADDRESSES:
        if "logout" in path:
            continue
        answer = client.get(path)
        check(answer, path)
        assert answer.status_code < 500 or path == "/health", path


def test_every_address_is_there() -> None:
    assert len(ADDRESSES) > 90
    assert not [path for path in ADDRESSES if set("<>^$()") & set(path)]


def test_static_files_may_be_kept_and_have_the_rest(client: Client, db: None) -> None:
    answer = client.get("/static/ui/isthmus.css")
    assert b"".join(answer.streaming_content)
    answer.close()
    assert "max-age=3600" in answer["Cache-Control"]
    for name, value in ALWAYS.items():
        assert answer.headers.get(name) == value, name


def test_an_answer_before_any_page_has_them_too(client: Client, db: None) -> None:
    answer = client.get("/", headers={"Host": "evil.test"})
    assert answer.status_code == 400
    check(answer, "another host")


UNDER_HTTPS = """
import django, json
django.setup()
from django.conf import settings as s
from django.core.checks import run_checks
from django.test import RequestFactory
from isthmus.node.middleware import StrictHeaders
from django.middleware.security import SecurityMiddleware
from django.http import HttpResponse
answer = SecurityMiddleware(lambda r: HttpResponse())(RequestFactory().get("/", secure=True))
names = ("SESSION", "CSRF", "LANGUAGE", "BROWSER")
print(json.dumps({
    "names": [getattr(s, n + "_COOKIE_NAME") for n in names],
    "secure": [getattr(s, n + "_COOKIE_SECURE") for n in names[:3]],
    "httponly": [getattr(s, n + "_COOKIE_HTTPONLY") for n in names[:3]],
    "domains": [getattr(s, n + "_COOKIE_DOMAIN") for n in names[:3]],
    "paths": [getattr(s, n + "_COOKIE_PATH") for n in names[:3]],
    "hsts": answer.headers["Strict-Transport-Security"],
    "debug": s.DEBUG,
}))
"""


def test_under_https_cookies_are_bound_to_this_host_and_to_tls(tmp_path: Any) -> None:
    import json
    import os

    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ISTHMUS_")},
        "ISTHMUS_HOME": str(tmp_path),
        "ISTHMUS_NODE_ID": "mm",
        "ISTHMUS_URL": "https://node.example.org",
        "DJANGO_SETTINGS_MODULE": "isthmus.node.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    done = subprocess.run(
        [sys.executable, "-c", UNDER_HTTPS], env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert [name.startswith("__Host-isthmus-mm-") for name in found["names"]] == [True] * 4
    assert found["secure"] == found["httponly"] == [True] * 3
    assert found["domains"] == [None] * 3
    assert found["paths"] == ["/"] * 3
    assert found["hsts"] == "max-age=31536000"
    assert found["debug"] is False


def test_here_cookies_are_named_for_the_node_alone() -> None:
    assert settings.SESSION_COOKIE_NAME == "isthmus-mm-session"
    assert not settings.SESSION_COOKIE_SECURE


@pytest.mark.parametrize(
    "path", ["/people/?q=<script>alert(1)</script>", "/nowhere/<script>alert(1)</script>/"]
)
def test_what_was_asked_is_shown_as_text(people: People, path: str) -> None:
    page = browser_of(people.approver).get(path).content.decode()
    assert "<script>alert" not in page
