"""A passkey, added and used in a real browser under the node's script policy."""

import os
from collections.abc import Iterator

import pytest
from django.db import connections
from django.urls import reverse
from playwright.sync_api import Page, sync_playwright

from isthmus.accounts.models import AuditEvent
from tests import chromium

from .conftest import PASSWORD, People

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(chromium.PLACE is None, reason=chromium.MISSING),
]
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    # Playwright keeps an event loop in this thread; the database is used beside it, not from within.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.PLACE, args=chromium.ARGUMENTS)
        try:
            page = browser.new_context(locale="en-GB").new_page()
            cdp = page.context.new_cdp_session(page)
            cdp.send("WebAuthn.enable")
            cdp.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
            yield page
        finally:
            browser.close()
            # Opened beside Playwright's event loop, it is out of reach once the loop has gone.
            connections.close_all()


def test_a_passkey_is_added_and_opens_the_account_alone(
    live_server: object, page: Page, people: People
) -> None:
    blocked: list[str] = []
    page.on("console", lambda said: blocked.append(said.text) if "Security Policy" in said.text else None)
    address = live_server.url.replace("127.0.0.1", "localhost")
    page.goto(address + reverse("account_login"))
    page.get_by_label("Email address").fill(people.officer.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(address + reverse("front"))
    page.goto(address + reverse("mfa_add_webauthn"))
    page.get_by_label("Name of the key").fill("Laptop")
    page.get_by_label("Use it as a passkey").check()
    page.get_by_role("button", name="Add the key").click()
    page.wait_for_url(address + reverse("mfa_view_recovery_codes"))
    page.goto(address + reverse("mfa_list_webauthn"))
    assert "Laptop" in page.inner_text("main")
    assert "Alone (passkey)" in page.inner_text("main")

    page.goto(address + reverse("account_logout"))
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(address + reverse("front"))
    page.goto(address + reverse("account_login"))
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(address + reverse("front"))
    page.goto(address + reverse("accounts:profile"))
    assert people.officer.email in page.inner_text("main")
    assert blocked == []
    signed_in = AuditEvent.objects.filter(kind="accounts.sign-in").order_by("-occurred").first()
    assert signed_in is not None
    assert signed_in.detail == {"proofs": ["webauthn"]}


def test_a_key_that_is_not_read_is_said_on_the_page(live_server: object, page: Page, people: People) -> None:
    page.goto(live_server.url.replace("127.0.0.1", "localhost") + reverse("account_login"))
    notice = page.get_by_text("The key was not read")
    assert not notice.is_visible()
    page.route("**" + reverse("mfa_login_webauthn"), lambda route: route.abort())
    page.get_by_role("button", name="Sign in with a passkey").click()
    notice.wait_for(state="visible", timeout=10_000)
