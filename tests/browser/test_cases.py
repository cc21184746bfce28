"""An officer who has never seen it finds the worst case of the day, why it is one, and asks the partner."""

from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.browser.looking import too_wide
from tests.browser.test_journeys import Plain, plain, press, says

__all__ = ["plain"]


def test_three_clicks_from_the_front_page_to_the_question(plain: Desk) -> None:
    assert isinstance(plain, Plain)  # no script runs in these windows
    page = plain.page("officer")
    clicks = 0

    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Cases wait for a decision, the worst first").click()
    clicks += 1
    says(page, "ranked by duty at stake")
    worst = page.locator("main tbody tr").first.get_by_role("link").first
    expect(worst).to_contain_text("of the value that left")

    worst.click()
    clicks += 1
    says(page, "Most likely undervaluation.")
    says(page, "other shipments of HS 0713.31 on this corridor have a value ratio of")
    expect(page.locator("main svg").first).to_be_visible()

    press(page, "Ask the partner")
    clicks += 1
    says(page, "The signed question is on its way to the partner.")
    says(page, "Not answered yet.")
    assert clicks == 3
    assert too_wide(page) == []
    page.close()


def test_an_answer_is_read_where_it_was_asked_for(plain: Desk) -> None:
    page = plain.page("officer")
    page.goto(f"/etrade/cases/{plain.story['answered_case']}/")
    says(page, "It is 0713.39.")
    page.get_by_role("link", name="The signed answer: see who signed it, and verify").click()
    press(page, "Verify now")
    says(page, "Proved")
    page.close()
