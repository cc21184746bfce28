"""Pages of permits, quotas and bonded stores: who sees and does what, and how it is said."""

import re

from django.urls import reverse

from isthmus.apps.excise.models import BondCount, DutyReturn, ImportPermit, ImportQuota
from isthmus.apps.excise.permits import queries
from isthmus.apps.excise.permits.services import bond
from tests.apps.excise.permits.conftest import DAY, Atoll, applied, approved, drawn, quota
from tests.second_factors import browser_of

GOODS = "product,abv,volume_l,quantity,cif,date\nspirits,50,2,3,100,2023-05-10\n"


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.content[:500]
    return re.sub(r"\s+", " ", answer.content.decode())


def url(name: str, *args) -> str:
    return reverse(f"excise:{name}", args=args)


def test_empty_pages_say_what_to_do(atoll: Atoll):
    approver = browser_of(atoll.approver)
    assert "once its island has a quota" in text_of(approver.get(url("permits")))
    assert "grants each island its quota" in text_of(approver.get(url("quotas")))
    assert "Count the store" in text_of(approver.get(url("bond", "MV00000000017")))


def test_from_the_quota_to_the_goods_at_the_counter(atoll: Atoll):
    approver, resort, officer = map(browser_of, (atoll.approver, atoll.barkeeper, atoll.officer))
    asked = {
        "key": "g",
        "operator": atoll.near.pk,
        "island": "Sample island",
        "year": 2023,
        "amount": "10",
        "why": "Beds",
    }
    assert resort.post(url("quota-grant"), asked).status_code == 403
    approver.post(url("quota-grant"), asked)
    wish = {"key": "a", "operator": atoll.near.pk, "year": 2023, "goods": "Gin", "amount": "8.5"}
    resort.post(url("permit-new"), wish)
    row = ImportPermit.objects.get()
    assert row.asked_ml == 8500
    assert resort.get(url("permit-deed", row.pk, "approve")).status_code == 403
    assert "Approve the application" in text_of(approver.get(url("permit", row.pk)))
    approver.post(url("permit-deed", row.pk, "approve"), {"key": "b", "amount": "6"})
    assert resort.post(url("permit-deed", row.pk, "draw"), {"key": "c"}).status_code == 403
    given = {"key": "c", "how": "clearance", "on": "2023-05-10", "rows": GOODS}
    officer.post(url("permit-deed", row.pk, "draw"), given)
    officer.post(url("permit-deed", row.pk, "draw"), given)
    page = text_of(resort.get(url("permit", row.pk)))
    for shown in ("3.000", "326.00", "RET-2023-000001", "7.000"):
        assert shown in page
    assert DutyReturn.objects.count() == 1
    figures = text_of(approver.get(url("quotas"), {"year": "2023"}))
    for shown in ("Sample island", "10.000", "3.000", "7.000", "l of pure alcohol"):
        assert shown in figures


def test_what_is_short_or_wrong_is_said_in_the_form(atoll: Atoll):
    quota(atoll.near, 2)
    row, officer = approved(atoll.near, 2), browser_of(atoll.officer)
    given = {"key": "c", "how": "clearance", "on": "2023-05-10", "rows": GOODS}
    page = text_of(officer.post(url("permit-deed", row.pk, "draw"), given))
    assert "has 2.000 l of pure alcohol left; 3.000 l of pure alcohol is needed" in page
    page = text_of(
        officer.post(
            url("permit-deed", row.pk, "draw"), given | {"rows": GOODS.replace("spirits", "perfume")}
        )
    )
    assert "Line 1" in page
    assert not DutyReturn.objects.exists()


def test_a_refusal_is_read_by_the_resort_and_each_sees_its_own(atoll: Atoll):
    quota(atoll.near, 2)
    quota(atoll.far, 2)
    near, far = applied(atoll.near, 1), applied(atoll.far, 1)
    approver, resort = browser_of(atoll.approver), browser_of(atoll.barkeeper)
    assert "required" in text_of(
        approver.post(url("permit-deed", near.pk, "refuse"), {"key": "k", "why": " "})
    )
    approver.post(url("permit-deed", near.pk, "refuse"), {"key": "k", "why": "No locked store"})
    assert "No locked store" in text_of(resort.get(url("permit", near.pk)))
    assert resort.get(url("permit", far.pk)).status_code == 404
    assert "far resort" not in text_of(resort.get(url("permits")))
    assert "far resort" in text_of(approver.get(url("permits"), {"q": "far", "state": "applied"}))
    assert "far resort" not in text_of(approver.get(url("permits"), {"state": "refused"}))
    assert approver.get(url("permit-deed", near.pk, "burn")).status_code == 404


def test_a_draw_down_is_taken_back_by_an_officer_of_the_authority_with_a_reason(atoll: Atoll):
    quota(atoll.near, 10)
    made = drawn(approved(atoll.near, 6), 3)
    officer, resort = map(browser_of, (atoll.officer, atoll.barkeeper))
    here, there = url("permit", made.permit_id), url("draw-reverse", made.permit_id, made.pk)
    assert there in text_of(officer.get(here))
    assert there not in text_of(resort.get(here))
    assert resort.get(there).status_code == 403
    assert "3.000 l of pure alcohol of 10 May 2023 come back" in text_of(officer.get(there))
    given = {"key": "r", "on": "2023-05-11", "why": "The lorry turned back"}
    assert "required" in text_of(officer.post(there, given | {"why": ""}))
    assert officer.post(there, given)["Location"] == here
    page = text_of(resort.get(here))
    for shown in ("Taken back", "11 May 2023: The lorry turned back", "10.000"):
        assert shown in page
    assert there not in text_of(officer.get(here))
    assert "taken back on 2023-05-11 already" in text_of(officer.post(there, given | {"key": "s"}))
    assert officer.get(url("draw-reverse", made.permit_id, 9999)).status_code == 404


def test_who_drew_the_goods_reads_that_somebody_else_takes_them_back(atoll: Atoll):
    quota(atoll.near, 10)
    permit = approved(atoll.near, 6)
    approver = browser_of(atoll.approver)
    given = {"key": "c", "how": "clearance", "on": "2023-05-10", "rows": GOODS}
    approver.post(url("permit-deed", permit.pk, "draw"), given)
    there = url("draw-reverse", permit.pk, permit.draws.get().pk)
    page = text_of(approver.post(there, {"key": "r", "on": "2023-05-10", "why": "Typed wrongly"}))
    assert "You drew these goods" in page


def test_quota_is_transferred_on_a_page(atoll: Atoll):
    near, far = quota(atoll.near, 10), quota(atoll.far, 1)
    approver = browser_of(atoll.approver)
    given = {
        "key": "t",
        "taker": far.pk,
        "amount": "4",
        "reference": "T 1",
        "why": "Works",
        "on": "2023-05-10",
    }
    assert "10.000 l of pure alcohol left" in text_of(approver.get(url("quota-transfer", near.pk)))
    approver.post(url("quota-transfer", near.pk), given)
    found = queries.held(ImportQuota.objects.select_related("operator"))
    assert (found[near.pk].left, found[far.pk].left) == (6_000, 5_000)
    page = text_of(approver.post(url("quota-transfer", near.pk), given | {"amount": "7", "reference": "T 2"}))
    assert "has 6.000 l of pure alcohol left" in page
    assert approver.get(url("quota-transfer", 9999)).status_code == 404


def test_a_bonded_store_is_filled_and_counted_on_its_page(atoll: Atoll):
    quota(atoll.near, 10)
    officer, resort = browser_of(atoll.officer), browser_of(atoll.barkeeper)
    number = atoll.near.excise_number
    begin = {"key": "r", "amount": "5", "reference": "D 1", "on": "2023-05-09"}
    officer.post(url("bond-deed", number, "receive"), begin)
    counted = {"key": "k", "amount": "4.75", "why": "", "on": "2023-05-10"}
    page = text_of(officer.post(url("bond-deed", number, "count"), counted))
    assert "Fill this in" in page
    assert not BondCount.objects.exists()
    officer.post(url("bond-deed", number, "count"), counted | {"why": "Broken"})
    page = text_of(resort.get(url("bond", number)))
    for shown in ("5.000", "4.750", "0.250", "Broken"):
        assert shown in page
    assert resort.get(url("bond-deed", number, "count")).status_code == 403
    assert officer.get(url("bond-deed", number, "burn")).status_code == 404
    assert resort.get(url("bond", atoll.far.excise_number)).status_code == 404
    bond.receive(atoll.near, 5_000, on=DAY, reference="D 2", key="2", actor="o")
    assert drawn(approved(atoll.near, 3), 3).amount_ml == 3_000
