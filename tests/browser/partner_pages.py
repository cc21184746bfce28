"""The pages of business partners, for the tests that open every page."""

from tests.browser.page_of import PageOf, of, with_

PAGES = [
    PageOf("partners:needs", "officer"),
    PageOf("partners:needs", "approver", query="?state=alone&hs=8541"),
    PageOf("partners:offers", "officer"),
    PageOf("partners:need-new", "officer", with_("goods")),
    PageOf("partners:need-new", "officer", with_("volume")),
    PageOf("partners:offer-new", "officer", with_("terms")),
    PageOf("partners:offer-new", "officer", with_("contact")),
    PageOf("partners:need", "officer", of("bp_need")),
    PageOf("partners:offer", "officer", of("bp_offer")),
    PageOf("partners:introductions", "officer"),
    PageOf("partners:introduction", "officer", of("bp_asked")),
    PageOf("partners:introduction", "officer", of("bp_open")),
    PageOf("partners:letter-new", "officer", of("bp_open")),
    PageOf("partners:letters", "approver"),
    PageOf("partners:letter", "approver", of("bp_letter")),
    PageOf("partners:letter", "approver", of("bp_letter_sent")),
    PageOf("partners:letter", "officer", of("bp_letter_declined")),
    PageOf("partners:letter-decline", "approver", of("bp_letter")),
    PageOf("partners:letter-withdraw", "approver", of("bp_letter_sent")),
    PageOf("partners:outcomes", "officer"),
    PageOf("partners:outcome", "officer", of("bp_outcome")),
]
NO_PAGES = {
    "partners:confirm": "a button",
    "partners:withdraw": "a button",
    "partners:ask": "a button",
    "partners:introduction-withdraw": "a button",
    "partners:letter-sign": "a button",
    "partners:letter-file": "a file",
}
