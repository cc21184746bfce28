"""The pages of Family solar, for the tests that open every page."""

from tests.browser.page_of import PageOf, of

PAGES = [
    PageOf("solar:tenders", "officer"),
    PageOf("solar:tender-ask", "officer"),
    PageOf("solar:tender", "officer", of("tender_sealing")),
    PageOf("solar:tender", "officer", of("tender_deciding")),
    PageOf("solar:tender-rate", "officer", of("tender_deciding")),
    PageOf("solar:tender-award", "approver", of("tender_deciding")),
    PageOf("solar:decision", "officer", of("solar_decision")),
    PageOf("solar:acceptance", "officer", of("solar_decision")),
    PageOf("solar:ticket-open", "officer", of("solar_decision")),
    PageOf("solar:ticket", "officer", of("solar_ticket")),
    PageOf("solar:requests", "officer"),
    PageOf("solar:request", "officer", of("solar_request")),
    PageOf("solar:quote-write", "officer", of("solar_request")),
    PageOf("solar:quote", "officer", of("solar_draft")),
    PageOf("solar:quote", "officer", of("solar_sealed")),
]
NO_PAGES = {"solar:quote-seal": "a button", "solar:quote-open": "a button"}
