"""The gallery in a real browser: every width, light and direction, with and without script, by axe."""

import pytest

from tests.browser.looking import axe, too_wide

PAGES = (
    "/",
    "/form",
    "/list",
    "/list?none",
    "/record",
    "/case",
    "/progress",
    "/check",
    "/error",
    "/?anonymous",
)


@pytest.fixture
def node(settings, live_server):
    settings.ROOT_URLCONF = "tests.ui.urls"
    settings.UI_SHELL = ""
    return live_server.url


@pytest.fixture
def visit(browser, node):
    """Open a page; whatever the browser complains about, the policy's refusals above all, fails the test."""
    contexts, complaints = [], []

    def opened(path, width=1366, **options):
        context = browser.new_context(viewport={"width": width, "height": 768}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(node + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_no_page_is_wider_than_the_screen(visit, node, locale):
    page = visit("/", locale=locale)
    for path in PAGES:
        page.goto(node + path)
        assert too_wide(page) == [], path


@pytest.mark.parametrize(
    ("locale", "scheme", "width"), [("en", "light", 1366), ("ar", "dark", 360), ("en", "dark", 768)]
)
def test_axe_finds_nothing(visit, node, scheme, locale, width):
    page = visit("/", width, locale=locale, color_scheme=scheme)
    for path in PAGES:
        page.goto(node + path)
        assert axe(page) == [], path


def test_axe_finds_nothing_in_errors_and_open_menus(visit):
    page = visit("/form")
    page.click("main form .buttons button")
    page.wait_for_selector(".error-summary")
    assert axe(page) == []
    for menu in page.query_selector_all("details.menu"):
        menu.evaluate("menu => menu.open = true")
    # An open menu covers a part of what is below it; that is what menus do.
    assert [finding for finding in axe(page) if finding[0] != "target-size"] == []


@pytest.mark.parametrize("script", [True, False])
def test_the_error_summary_has_the_focus_and_leads_to_its_fields(visit, script):
    page = visit("/form", java_script_enabled=script)
    page.click("main form .buttons button")
    # The browser gives the focus when it has drawn the page, some time after it has loaded it.
    page.locator(".error-summary:focus").wait_for()
    page.click(".error-summary a >> nth=0")
    page.locator("#id_exporter:focus").wait_for()


def test_the_first_stop_of_the_keyboard_leads_to_the_content(visit):
    page = visit("/list")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_every_stop_of_the_keyboard_can_be_seen(visit):
    page = visit("/record")
    for _stop in range(24):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(e => e === document.body ? null : [getComputedStyle(e).outlineStyle,"
            " getComputedStyle(e).outlineWidth])(document.activeElement)"
        )
        assert style is None or (style[0] == "solid" and float(style[1].removesuffix("px")) >= 2)


def test_menus_open_without_script(visit):
    page = visit("/list", 360, java_script_enabled=False)
    page.click(".menu-start summary")
    assert page.locator(".menu-start .menu-sheet").is_visible()


def test_menus_close_on_escape_and_on_a_click_elsewhere(visit):
    page = visit("/list")
    sheet, summary = page.locator(".menu-start .menu-sheet"), page.locator(".menu-start summary")
    summary.click()
    page.keyboard.press("Escape")
    assert not sheet.is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    summary.click()
    page.click("h1")
    assert not sheet.is_visible()


def test_a_language_is_chosen_without_script(visit):
    page = visit("/list", java_script_enabled=False)
    page.locator(".menu:not(.menu-start) summary").first.click()
    page.click("button[value='ar']")
    assert page.locator("html").get_attribute("dir") == "rtl"


def test_a_phone_reads_tables_as_labelled_cards(visit):
    page = visit("/list", 360)
    cell = page.locator("tbody td").first
    assert cell.evaluate("e => getComputedStyle(e, '::before').content") == '"Exporter"'
    assert page.locator("tbody tr").first.evaluate("e => getComputedStyle(e).display") == "block"
    wide = visit("/list")
    assert wide.locator("tbody tr").first.evaluate("e => getComputedStyle(e).display") == "table-row"


def test_table_heads_stay_in_sight(visit):
    page = visit("/list")
    page.set_viewport_size({"width": 1366, "height": 420})
    page.evaluate("window.scrollTo(0, 600)")
    top = page.locator("thead th").first.bounding_box()["y"]
    assert -1 <= top <= 2


def test_a_chart_shows_the_picture_that_fits(visit):
    for width, seen, hidden in (
        (1366, ".chart-wide", ".chart-narrow"),
        (360, ".chart-narrow", ".chart-wide"),
    ):
        page = visit("/", width)
        assert page.locator(seen).first.is_visible()
        assert not page.locator(hidden).first.is_visible()


def test_text_in_charts_can_be_read_on_the_smallest_screen(visit):
    page = visit("/", 320)
    sizes = page.evaluate(
        "[...document.querySelectorAll('.chart-narrow svg')].map(s =>"
        " 12 * s.getBoundingClientRect().width / s.viewBox.baseVal.width)"
    )
    assert min(sizes) >= 10


def test_work_polls_itself_and_keeps_the_focus(visit):
    page = visit("/progress")
    page.focus("#work-stop")
    with page.expect_response(lambda r: r.url.endswith("/progress")) as polled:
        pass
    assert polled.value.request.headers["hx-request"] == "true"
    page.wait_for_timeout(200)
    assert page.evaluate("document.activeElement.id") == "work-stop"


def test_paper_is_black_on_white_and_without_buttons(visit):
    page = visit("/record", color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator(".heading-action").is_visible()
    assert not page.locator("form.buttons").is_visible()


def test_forced_colours_keep_the_marks(visit):
    page = visit("/case", forced_colors="active")
    outline = page.locator(".differs").first.evaluate("e => getComputedStyle(e).outlineStyle")
    assert outline == "solid"
