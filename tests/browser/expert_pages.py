"""The pages of Experts, for the tests that open every page."""

from tests.browser.page_of import PageOf, of

_ENGAGED = "ex_engaged"

PAGES = [
    PageOf("experts:experts", "officer"),
    PageOf("experts:find", "officer"),
    PageOf("experts:find", "officer", query="?q=excise+stamp&languages=ro&weeks=3"),
    PageOf("experts:mine", "elsewhere"),
    PageOf("experts:new", "officer"),
    PageOf("experts:expert", "officer", of("ex_own")),
    PageOf("experts:expert", "officer", of("ex_received")),
    PageOf("experts:change", "officer", lambda found: [found["ex_own"], "can"]),
    PageOf("experts:change", "officer", lambda found: [found["ex_own"], "speaks"]),
    PageOf("experts:check", "officer", of("ex_own")),
    PageOf("experts:verify", "approver", of("ex_own")),
    PageOf("experts:consent", "officer", of("ex_own")),
    PageOf("experts:consent-node", "officer", lambda found: [found["ex_own"], "mm"]),
    PageOf("experts:erase", "officer", of("ex_own")),
    PageOf("experts:receipts", "officer", of("ex_gone")),
    PageOf("experts:engage", "officer", of("ex_received")),
    PageOf("experts:claim", "officer", of("ex_own")),
    PageOf("experts:engagements", "officer"),
    PageOf("experts:engagement", "officer", of(_ENGAGED)),
    PageOf("experts:engagement-answer", "officer", lambda found: [found[_ENGAGED], "expert"]),
]
NO_PAGES = {"experts:card": "a file"}
