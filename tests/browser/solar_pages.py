"""The pages of Family solar, for the tests that open every page."""

from tests.browser.page_of import PageOf, of

TENDERS = [
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
    PageOf("solar:lots", "officer"),
    PageOf("solar:requests", "officer"),
    PageOf("solar:quotes", "officer"),
    PageOf("solar:quotes", "officer", query="?state=awarded"),
    PageOf("solar:quote", "officer", of("solar_won")),
    PageOf("solar:ticket", "officer", of("solar_fault")),
    PageOf("solar:request", "officer", of("solar_request")),
    PageOf("solar:quote-write", "officer", of("solar_request")),
    PageOf("solar:quote", "officer", of("solar_draft")),
    PageOf("solar:quote", "officer", of("solar_sealed")),
]
PAGES = [
    PageOf("solar:family", "visitor"),
    PageOf(
        "solar:family", "visitor", query="?lat=12.05&lon=8.52&country=NG&have=lamp&have=television&have=iron"
    ),
    PageOf("solar:family", "officer", query="?lat=99&lon=&count_lamp=many"),
    PageOf("solar:size", "officer"),
    PageOf("solar:size", "officer", query="?lat=12.05&lon=8.52&wh_per_day=500&battery=lfp"),
    PageOf("solar:size", "officer", query="?lat=99&lon=8.52&wh_per_day=0&battery=lfp"),
    PageOf("solar:pay", "visitor"),
    PageOf(
        "solar:pay",
        "visitor",
        query="?price=316.90&deposit=50&wh_per_day=500&a_month=3.18&wp=175&battery_wh=530&battery_years=5",
    ),
    PageOf("solar:pay", "officer", query="?price=100&deposit=200&wh_per_day=&systems=0"),
    PageOf("solar:surface", "officer"),
    PageOf(
        "solar:surface",
        "officer",
        query="?place=Kano&wh_per_day=500&shape=evening&count_lamp=&llp=0.01&battery=lfp",
    ),
    PageOf("solar:surface", "officer", query="?lat=99&wh_per_day=&llp=0.5&battery=lfp&count_lamp=999"),
    PageOf("solar:plans", "officer"),
    PageOf("solar:plan-ask", "officer"),
    PageOf("solar:plan", "officer", of("solar_plan")),
    PageOf("solar:plan", "officer", of("solar_plan_stopped")),
    PageOf("solar:tender-ask", "officer", query="?plan=1"),
    *TENDERS,
]
NO_PAGES = {
    "solar:quote-seal": "a button",
    "solar:quote-open": "a button",
    "solar:plan-drop": "a button",
    "solar:plan-lots": "a file",
    "solar:plan-homes": "a file",
}
