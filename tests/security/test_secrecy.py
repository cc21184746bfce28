"""Secrets stay out of logs, error pages, JSON output, health figures and process arguments."""

import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from isthmus.accounts import services
from isthmus.node.settings.logs import JsonLines
from isthmus.node.settings.secrecy import STRUCK, Calm, SecretText, strike, strike_in
from tests.accounts.conftest import PASSWORD, People
from tests.security.conftest import OFFICER, Victim
from tests.security.conftest import PASSWORD as NODE_PASSWORD

CANARY = "canary-7Hq2vXz9"
PEM = f"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII{CANARY}\nabc\n-----END ENCRYPTED PRIVATE KEY-----"


@pytest.mark.parametrize(
    "text",
    [
        f"Bearer ist_{CANARY}abc",
        f"Authorization: Bearer {CANARY}",
        f"authorization={CANARY}",
        f"{{'Authorization': 'Isthmus {CANARY}'}}",
        f"Cookie: isthmus-mm-session={CANARY}; other=1",
        f"eyJhbGciOiJFUzI1NiJ9.eyJ{CANARY}.c2lnbmF0dXJl",
        f"postgres://isthmus:{CANARY}@10.0.0.7:5432/node",
        f"could not connect to 'postgresql://u:{CANARY}@db/n'",
        PEM,
        PEM.partition("-----END")[0],
        f"/account/password/reset/key/1a-{CANARY}/",
        f"otpauth://totp/a%40b?secret={CANARY}&issuer=Isthmus",
        f"password={CANARY}&login=a",
        f"{{'password1': '{CANARY}', 'x': 1}}",
        f'{{"passphrase": "{CANARY}"}}',
        f"csrfmiddlewaretoken={CANARY}",
        f"SECRET_KEY = '{CANARY}'",
    ],
)
def test_what_looks_like_a_secret_is_struck_out(text: str) -> None:
    assert CANARY not in strike(text)
    assert STRUCK in strike(text)


@pytest.mark.parametrize(
    "text",
    [
        "GET /exchange/v1/inbox: The request was signed for another body than it came with.",
        "refused: accounts.token.unusable",
        "/account/password/reset/key/1a-set-password/",
        "mm/cn: 12 records wait. Next attempt in 15 s.",
        "https://node.example.org:8443/people/ 200",
        "2026-11-26T10:00:00Z cn WARNING isthmus.audit: refused: access.refused",
    ],
)
def test_everything_else_is_left_as_it_is(text: str) -> None:
    assert strike(text) == text


def _record(**extra: Any) -> logging.LogRecord:
    try:
        raise RuntimeError(f"password={CANARY}")
    except RuntimeError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("a.b", logging.ERROR, "", 1, "token %s", (f"ist_{CANARY}",), info)
    record.__dict__.update(extra)
    return record


def test_a_line_of_json_holds_none_and_stays_json() -> None:
    extra = {
        "password": CANARY,
        "detail": {"why": [f"ist_{CANARY}"], "cookie": CANARY, "n": 3},
        "o": Path("/x"),
    }
    line = JsonLines().format(_record(**extra))
    assert CANARY not in line
    read = json.loads(line)
    assert read["detail"] == {"why": [STRUCK], "cookie": STRUCK, "n": 3}
    assert read["o"] == "/x"
    assert "RuntimeError" in read["exception"]


def test_a_line_of_text_holds_none() -> None:
    line = SecretText("%(levelname)s %(message)s").format(_record())
    assert CANARY not in line
    assert "RuntimeError" in line


def test_names_tell_secrets_too() -> None:
    assert strike_in({"secret_key": 5, "plain": None, "ok": True}) == {
        "secret_key": STRUCK,
        "plain": None,
        "ok": True,
    }


def test_a_wrong_host_leaves_a_line_and_no_traceback() -> None:
    calm = _record()
    calm.name = "django.security.DisallowedHost"
    assert Calm().filter(calm)
    assert calm.exc_info is None
    other = _record()
    assert Calm().filter(other)
    assert other.exc_info is not None


class Kept(logging.Handler):
    """Keeps what a node would have written, in its two forms."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [SecretText("%(name)s %(message)s").format(record), JsonLines().format(record)]


@pytest.fixture
def kept() -> Any:
    handler, root = Kept(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler.lines
    root.removeHandler(handler)
    root.setLevel(level)


def test_signing_in_tokens_and_links_leave_no_secret_in_the_log(
    people: People, client: Client, kept: list[str]
) -> None:
    wrong = f"wrong {CANARY}"
    client.post(reverse("account_login"), {"login": people.officer.email, "password": wrong})
    client.post(reverse("account_login"), {"login": people.officer.email, "password": PASSWORD})
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": wrong})
    session = client.session.session_key
    _token, secret = services.issue_token(people.customs, "scales", "officer", actor="test")
    client.get("/api/v1/streams", headers={"Authorization": f"Bearer {secret}"})
    client.get("/api/v1/streams", headers={"Authorization": f"Bearer ist_{CANARY}"})
    client.get("/exchange/v1/outbox/cn", headers={"Authorization": f"Isthmus eyJ{CANARY}.a.b"})
    link = services.invitation_link(people.nobody, actor="test")
    key = link.rstrip("/").rpartition("-")[2]
    Client().get(link.removeprefix("http://localhost:8000"))
    Client().get(link.removeprefix("http://localhost:8000") + "x")
    said = "\n".join(kept)
    assert "accounts.sign-in" in said, "something was logged"
    for found in (wrong, CANARY, PASSWORD, session, secret, key):
        assert found not in said


def test_a_fault_shows_a_person_nothing_of_the_inside(
    people: People, monkeypatch: pytest.MonkeyPatch, kept: list[str]
) -> None:
    from isthmus.accounts.views import profile

    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError(f"postgres://node:{CANARY}@db/node refused")

    monkeypatch.setattr(profile, "tabulate", fail)
    client = Client(raise_request_exception=False)
    client.force_login(people.officer)
    answer = client.get(reverse("accounts:profile"))
    assert answer.status_code == 500
    for inside in (CANARY, "RuntimeError", "Traceback", "postgres", "isthmus/accounts"):
        assert inside not in answer.content.decode()
    said = "\n".join(kept)
    assert "RuntimeError" in said
    assert CANARY not in said


class TestRealNode:
    """What a node that runs shows of itself, after people and programs have used it."""

    def secrets_of(self, victim: Victim) -> list[str]:
        found = [NODE_PASSWORD]
        found += [(victim.home / name).read_text().strip() for name in ("passphrase", "secret_key")]
        return found

    def test_its_log_and_its_processes_hold_none(self, victim: Victim) -> None:
        body = f"login={OFFICER}&password={NODE_PASSWORD.replace(' ', '+')}".encode()
        form = "Content-Type: application/x-www-form-urlencoded"
        victim.ask("POST /account/login/ HTTP/1.1", form, f"Content-Length: {len(body)}", body=body)
        victim.ask("GET /api/v1/streams HTTP/1.1", f"Authorization: Bearer ist_{CANARY}")
        log = (victim.home / "node.log").read_text()
        shown = [log]
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    shown.append((entry / "cmdline").read_bytes().decode(errors="replace"))
                except OSError:
                    continue
        for secret in [*self.secrets_of(victim), CANARY]:
            assert not [text for text in shown if secret in text]

    @pytest.mark.parametrize(
        "command",
        [
            ("doctor", "--json"),
            ("officer", "list", "--json"),
            ("card", "--json"),
            ("partner", "list", "--json"),
            ("officer", "add", OFFICER, "--name", "X", "--organisation", "no", "--role", "officer", "--json"),
            ("record", "show", "0" * 64, "--json"),
        ],
        ids=lambda command: " ".join(command[:2]),
    )
    def test_no_command_prints_one(self, victim: Victim, command: tuple[str, ...]) -> None:
        done = victim.command(*command)
        for secret in self.secrets_of(victim):
            assert secret not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr

    def test_health_and_card_hold_none(self, victim: Victim) -> None:
        for path in ("/health", "/.well-known/isthmus", "/metrics"):
            answer = victim.ask(f"GET {path} HTTP/1.1")
            for secret in self.secrets_of(victim):
                assert secret.encode() not in answer.body

    def test_its_keys_are_encrypted_and_its_own(self, victim: Victim) -> None:
        keys = list((victim.home / "keys").iterdir())
        assert keys
        for path in [*keys, victim.home / "passphrase", victim.home / "secret_key"]:
            assert path.stat().st_mode & 0o077 == 0, path
        for path in keys:
            assert re.match(r"-----BEGIN ENCRYPTED PRIVATE KEY-----", path.read_text())
