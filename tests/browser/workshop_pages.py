"""The pages of Workshops, for the tests that open every page."""

from tests.browser.page_of import PageOf, of

PAGES = [
    PageOf("workshops:programmes", "officer"),
    PageOf("workshops:programme-plan", "officer"),
    PageOf("workshops:programme", "officer", of("ws_programme")),
    PageOf("workshops:workshop-plan", "officer", of("ws_programme")),
    PageOf("workshops:virtual-project", "officer", of("ws_programme")),
    PageOf("workshops:workshops", "officer"),
    PageOf("workshops:workshop", "officer", of("ws_held")),
    PageOf("workshops:workshop", "officer", of("ws_planned")),
    PageOf("workshops:workshop-session", "officer", of("ws_planned")),
    PageOf("workshops:workshop-account", "officer", of("ws_held")),
    PageOf("workshops:workshop-call", "officer", of("ws_planned")),
    PageOf("workshops:workshop-attendance", "officer", of("ws_held")),
    PageOf("workshops:nominee", "officer", of("ws_nominee")),
    PageOf("workshops:calls", "officer"),
    PageOf("workshops:call", "officer", of("ws_call")),
    PageOf("workshops:nominate", "officer", of("ws_call")),
    PageOf("workshops:nominations", "officer"),
    PageOf("workshops:nomination", "approver", of("ws_nomination")),
    PageOf("workshops:book", "officer", of("ws_programme")),
    PageOf("workshops:budget", "officer", of("ws_programme")),
    PageOf("workshops:totals", "officer", of("ws_programme")),
    PageOf("workshops:entry-new", "officer", of("ws_programme")),
    PageOf("workshops:virement", "approver", of("ws_programme")),
    PageOf("workshops:entry", "approver", of("ws_entry")),
    PageOf("workshops:report", "officer", of("ws_programme")),
]
NO_PAGES = {
    "workshops:workshop-held": "a button",
    "workshops:workshop-reported": "a button",
    "workshops:nomination-approve": "a button",
    "workshops:nomination-withdraw": "a button",
    "workshops:entry-approve": "a button",
    "workshops:book-close": "a button",
    "workshops:report-file": "a file",
    "workshops:iati": "a file",
}
