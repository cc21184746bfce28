"""The inspectors' page: the same answers as the server's rules, with and without a network."""

import random
from base64 import urlsafe_b64decode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from playwright.sync_api import Page, expect

from isthmus.apps.excise.stamps.rules import codes, filtering
from isthmus.apps.excise.stamps.rules.verdicts import offline
from isthmus.kit import base32
from tests.browser.conftest import Desk

INSPECT = "/excise/stamps/inspect/"


@pytest.fixture
def inspecting(desk: Desk) -> Any:
    page = desk.page("officer")
    page.goto(INSPECT)
    page.wait_for_selector("#inspector[data-ready]")
    yield page
    page.close()


def told(page: Page, text: str) -> str:
    page.locator("#inspector-code").fill(text)
    page.get_by_role("main").get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#inspector-answer")).to_be_visible()
    return str(page.evaluate("document.getElementById('inspector-answer').dataset.verdict"))


def judged(page: Page, text: str) -> str:
    script = """async ([text, keys]) => {
      const { understood, judged, StatusFilter } = globalThis.IsthmusStamps;
      const list = await (await fetch(document.getElementById("inspector").dataset.list)).arrayBuffer();
      return judged(understood(text), new Map(keys), new StatusFilter(list));
    }"""
    return str(page.evaluate(script, [text, keys_of(page)]))


def keys_of(page: Page) -> list[tuple[int, str]]:
    answer = page.request.get(f"{INSPECT}keys/").json()
    return [(key["number"], key["public"]) for key in answer["keys"]]


def by_the_rules(page: Page, text: str) -> str:
    """What Python says with the same keys and the same list."""
    listed = filtering.opened(page.request.get(f"{INSPECT}list/").body())
    try:
        code = codes.understood(text)
    except codes.CodeFault:
        return "no-code"
    public = dict(keys_of(page)).get(code.signature_key if code.signature_key is not None else -1)
    holds = public is not None and codes.signature_holds(
        Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(public + "=")),
        code.gtin,
        code.serial,
        code.signature,
    )
    return offline(
        signed=code.signature_key is not None,
        key_known=public is not None,
        holds=holds,
        listed=listed.holds(code.serial),
    ).value


def changed(text: str, place: int) -> str:
    """The text with another sign of its own kind at a place: serials are written in base32."""
    sign = text[place]
    other = next(one for one in base32.ALPHABET if one != sign)
    return text[:place] + other + text[place + 1 :]


def test_verdicts_are_those_of_the_rules(inspecting: Page, desk: Desk) -> None:
    good, cancelled, signs = (desk.story[f"stamp_{name}"] for name in ("code", "cancelled", "signs"))
    signature = good.index("&92=") + 4
    unknown_key = good[:signature] + "7Z" + good[signature + 2 :]
    other = codes.parsed(good)
    forged = codes.Code(
        *[getattr(other, name) for name in codes.Code.__slots__[:-1]],
        signature=codes.signature_of(Ed25519PrivateKey.generate(), other.gtin, other.serial),
    ).text
    expected = {
        good: "in-order",
        good.replace("HTTPS://", "https://").replace(good[8 : good.index("/01/")], other.host): "in-order",
        cancelled: "not-active",
        changed(good, good.index("/21/") + 9): "forged",
        changed(good, signature + 30): "forged",
        forged: "forged",
        unknown_key: "unknown-key",
        signs: "unproven",
        signs.lower().replace(" ", "-"): "unproven",
        "0000 0000 0000 0001": "not-active",
        good + "&x=1": "no-code",
        good[:-1]: "no-code",
        "hello": "no-code",
        "": "no-code",
    }
    for text, verdict in expected.items():
        assert by_the_rules(inspecting, text) == verdict, text
        assert judged(inspecting, text) == verdict, text
    assert told(inspecting, good) == "in-order"
    expect(inspecting.locator("#inspector-answer")).to_contain_text("on the list of stamps in use")
    assert told(inspecting, cancelled) == "not-active"


def test_the_list_answers_the_same_in_both_languages(inspecting: Page, desk: Desk) -> None:
    chance = random.Random(3)
    serials = [codes.serial_text(chance.randbytes(10)) for _ in range(20_000)] + desk.story["stamp_serials"]
    script = """async (serials) => {
      const { StatusFilter } = globalThis.IsthmusStamps;
      const list = await (await fetch(document.getElementById("inspector").dataset.list)).arrayBuffer();
      const filter = new StatusFilter(list);
      return serials.filter((serial) => filter.holds(serial));
    }"""
    listed = filtering.opened(inspecting.request.get(f"{INSPECT}list/").body())
    found = inspecting.evaluate(script, serials)
    assert found == [serial for serial in serials if listed.holds(codes.serial_of(serial))]
    assert found[-5:] == desk.story["stamp_serials"]
    assert 6 <= len(found) <= 60


def test_the_page_works_without_a_network(desk: Desk) -> None:
    page = desk.page("officer")
    page.goto(INSPECT)
    page.wait_for_selector("#inspector[data-ready]")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function(
        "caches.open('isthmus-stamps-1').then((kept) => kept.keys()).then((all) => all.length > 5)"
    )
    page.context.set_offline(True)
    try:
        page.reload()
        page.wait_for_selector("#inspector[data-ready]")
        expect(page.locator("#inspector-ready")).to_contain_text("Ready for work without a network")
        assert told(page, desk.story["stamp_code"]) == "in-order"
        assert told(page, desk.story["stamp_cancelled"]) == "not-active"
        assert (
            told(page, changed(desk.story["stamp_code"], desk.story["stamp_code"].index("/21/") + 9))
            == "forged"
        )
    finally:
        page.context.set_offline(False)
        page.close()
