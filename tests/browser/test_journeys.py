"""What people come to a node for, by plain forms: everything here works without JavaScript."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from isthmus.apps.etrade.formats.samples import sample_declarations
from tests.browser.conftest import Desk
from tests.browser.looking import axe, too_wide

PASSWORD = "seven calm rivers"


class Plain(Desk):
    """The windows of people whose browser runs no script, on a phone."""

    def context(self, who: str, **options: Any) -> BrowserContext:
        return super().context(who, java_script_enabled=False, locale="en-GB", **options)

    def page(self, who: str, **options: Any) -> Page:
        page = super().page(who, **options)
        page.set_viewport_size({"width": 360, "height": 740})
        return page


@pytest.fixture
def plain(browser: Browser, node: tuple[str, dict[str, Any]]) -> Iterator[Desk]:
    windows = Plain(browser, *node)
    yield windows
    windows.close()
    assert windows.complaints == []


def press(page: Page, name: str) -> None:
    """Press the button of this name in the page's main part."""
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def says(page: Page, text: str) -> None:
    expect(page.get_by_role("main")).to_contain_text(text)


def test_signing_in_and_out(plain: Desk) -> None:
    page = plain.page("visitor")
    page.goto("/exchange/records/")
    says(page, "Sign in")
    page.get_by_label("Email address").fill("officer@node.test")
    page.get_by_label("Password", exact=True).fill("a wrong guess")
    press(page, "Sign in")
    expect(page.locator(".error-summary")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Sign in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Records")
    page.locator(".menu").last.locator("summary").click()
    page.get_by_role("button", name="Sign out").click()
    says(page, "The words of this node")
    page.close()


def test_a_record_is_verified_in_words(plain: Desk) -> None:
    page = plain.page("officer")
    page.goto(f"/exchange/records/{plain.story['received']}/")
    press(page, "Verify now")
    says(page, "Proved")
    says(page, "Checked now")
    page.close()


def test_an_agreement_is_read_tried_out_and_signed(plain: Desk) -> None:
    page = plain.page("approver")
    page.goto(f"/exchange/agreements/{plain.story['to_sign']}/")
    says(page, "China test node gives Test node mm: Export declaration")
    page.get_by_role("link", name="Dry run").click()
    page.get_by_label("Or paste a record’s content as JSON").fill(
        '{"declaration_number": "X-1", "items": []}'
    )
    press(page, "Show what would cross")
    says(page, "would receive")
    assert too_wide(page) == []
    page.goto(f"/exchange/agreements/{plain.story['to_sign']}/")
    page.get_by_role("link", name="Sign", exact=True).click()
    says(page, "China test node gives Test node mm")
    page.locator("main form button[type=submit]").click()
    says(page, "In force")
    page.close()


def test_a_partner_is_confirmed_by_its_words(plain: Desk) -> None:
    page = plain.page("approver")
    page.goto("/exchange/partner/md/")
    page.get_by_role("link", name="Confirm by its words").click()
    page.get_by_label("The partner’s twelve words").fill("these are not the words")
    press(page, "Confirm this partner")
    expect(page.locator(".error-summary")).to_be_visible()
    page.get_by_label("The partner’s twelve words").fill(plain.story["words_of_md"].upper())
    press(page, "Confirm this partner")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Serviciul Vamal al Republicii Moldova")
    says(page, "Active")
    page.close()


def test_a_partner_is_added_by_its_card(plain: Desk) -> None:
    page = plain.page("operator")
    page.goto("/exchange/partners/add/")
    page.locator("textarea[name=card]").fill(plain.story["new_card"])
    page.locator("main form button[type=submit]").click()
    says(page, "Fiji Revenue and Customs")
    page.close()


def test_a_quarantined_record_is_run_again(plain: Desk) -> None:
    page = plain.page("operator")
    page.goto("/exchange/quarantine/")
    page.get_by_role("link", name="CN-Q2").click()
    says(page, "the shelf is full")
    press(page, "Run again")
    expect(page.locator(".notice")).to_be_visible()
    assert page.get_by_role("link", name="CN-Q2").count() == 0
    page.close()


def test_a_quarantined_record_is_set_aside_for_a_reason(plain: Desk) -> None:
    page = plain.page("operator")
    page.goto(f"/exchange/quarantine/{plain.story['to_set_aside']}/dismiss/")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator("main textarea").fill("A test of the partner.")
    page.locator("main form button[type=submit]").click()
    expect(page).not_to_have_url(re.compile("dismiss"))
    page.goto(f"/exchange/quarantine/{plain.story['to_set_aside']}/")
    says(page, "A test of the partner.")
    page.close()


def test_files_are_read_and_their_declarations_sent(plain: Desk) -> None:
    files = sample_declarations(77, 2, malformed=1)
    page = plain.page("officer")
    page.goto("/etrade/documents/read/")
    page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "application/xml", "buffer": content} for name, content in files]
    )
    if page.locator("main select").count():
        page.locator("main select").select_option(plain.story["customs"])
    page.locator("main form button[type=submit]").click()
    says(page, "2 declarations were read.")
    says(page, "1 file was refused.")
    page.goto("/etrade/send/")
    page.get_by_label("China test node").check()
    press(page, "Continue")
    says(page, "What stays here")
    page.get_by_role("button", name=re.compile(r"^Send \d+ declarations$")).click()
    says(page, "on their way to China test node")
    page.close()


def test_a_list_is_narrowed_sorted_and_turned_over(plain: Desk) -> None:
    page = plain.page("officer")
    page.goto("/exchange/records/?direction=out")
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile("direction=out.*page=2"))
    page.goto("/etrade/")
    page.get_by_label("Number, exporter or consignee").fill("CN-3")
    press(page, "Filter")
    says(page, "1 row")
    page.get_by_role("link", name="Clear filters").click()
    expect(page.get_by_label("Number, exporter or consignee")).to_have_value("")
    expect(page.locator("main")).not_to_contain_text(re.compile(r"\b1 row\b"))
    page.close()


def test_another_language_is_chosen_and_kept(plain: Desk) -> None:
    page = plain.page("auditor")
    page.goto("/exchange/agreements/")
    page.locator("summary", has_text="Language").click()
    page.click("button[value='ar']")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.url.endswith("/exchange/agreements/")
    page.goto("/exchange/partners/")
    assert page.locator("html").get_attribute("lang") == "ar"
    page.close()


def test_a_phone_reaches_every_section_by_the_menu(plain: Desk) -> None:
    page = plain.page("operator")
    page.goto("/")
    page.locator(".menu-start summary").click()
    page.locator(".menu-start").get_by_role("link", name=re.compile("^Quarantine")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quarantine")
    page.close()


def test_a_new_colleague_chooses_a_password_by_the_link(desk: Desk) -> None:
    page = desk.page("visitor", locale="en-GB")
    page.goto(desk.story["link"])
    assert axe(page) == []
    assert too_wide(page) == []
    for field in page.locator("main input[type=password]").all():
        field.fill("nine quiet harbours")
    page.locator("main form button[type=submit]").click()
    expect(page).not_to_have_url(re.compile("set-password"))
    page.goto("/account/login/")
    page.get_by_label("Email address").fill("new@node.test")
    page.get_by_label("Password", exact=True).fill("nine quiet harbours")
    press(page, "Sign in")
    expect(page.get_by_role("heading", level=1)).to_have_text("What waits for me")
    page.close()


def test_a_token_and_a_link_are_shown_once_and_pass_axe(desk: Desk) -> None:
    page = desk.page("approver", locale="en-GB")
    page.goto("/people/tokens/issue/")
    page.locator("main input[type=text]").first.fill("Nightly transfer")
    for choice in page.locator("main select").all():
        choice.select_option(index=1)
    page.locator("main form button[type=submit]").click()
    assert page.get_by_label("Secret").input_value().startswith("ist_")
    assert axe(page) == []
    assert too_wide(page) == []
    page.goto(f"/people/{desk.story['officer']}/")
    page.get_by_role("button", name=re.compile("link", re.IGNORECASE)).click()
    says(page, "Link")
    assert "/account/password/reset/key/" in page.locator("main input[readonly]").input_value()
    assert axe(page) == []
    assert too_wide(page) == []
    page.close()


def test_what_the_verify_button_says_passes_axe(desk: Desk) -> None:
    page = desk.page("officer", locale="en-GB")
    page.goto(f"/exchange/records/{desk.story['sent']}/")
    press(page, "Verify now")
    says(page, "Checked now")
    assert axe(page) == []
    assert too_wide(page) == []
    page.close()


def test_what_a_dry_run_shows_passes_axe(desk: Desk) -> None:
    page = desk.page("officer", locale="en-GB")
    page.goto(f"/exchange/agreements/{desk.story['agreed']}/dry-run/")
    press(page, "Show what would cross")
    says(page, "What China test node would receive")
    assert axe(page) == []
    assert too_wide(page) == []
    page.close()


@pytest.mark.parametrize("path", ["/exchange/partners/add/", "/people/invite/", "/exchange/agreements/new/"])
def test_errors_are_summed_up_on_top_and_pass_axe(desk: Desk, path: str) -> None:
    page = desk.page("approver" if "people" in path else "operator", locale="en-GB")
    page.goto(path)
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert axe(page) == []
    assert too_wide(page) == []
    page.close()


def test_the_keyboard_reaches_content_and_menus(desk: Desk) -> None:
    page = desk.page("operator", locale="en-GB")
    page.goto(f"/exchange/records/{desk.story['received']}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.locator(".menu").last.locator("summary").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("button", name="Sign out").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="Sign out").is_visible()
    page.close()


@pytest.mark.parametrize("path", ["/", "/exchange/agreements/new/", "/etrade/"])
def test_every_stop_of_the_keyboard_can_be_seen(desk: Desk, path: str) -> None:
    page = desk.page("operator", locale="en-GB")
    page.goto(path)
    seen = []
    for _stop in range(30):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(e => e === document.body ? null : [getComputedStyle(e).outlineStyle,"
            " parseFloat(getComputedStyle(e).outlineWidth)])(document.activeElement)"
        )
        if style is not None:
            seen.append(style[0] != "none" and style[1] >= 2)
    assert all(seen)
    assert len(seen) > 10
    page.close()


def test_paper_shows_the_record_and_no_buttons(desk: Desk) -> None:
    page = desk.page("officer", locale="en-GB", color_scheme="dark")
    page.goto(f"/exchange/records/{desk.story['received']}/")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.get_by_role("button", name="Verify now").is_visible()
    assert page.get_by_role("heading", name="Signature").is_visible()
    sheet = page.pdf(format="A4", print_background=False)
    assert sheet.startswith(b"%PDF-")
    page.close()
