"""Documents entered by hand: typed with as many items as needed, checked, then stated. No JavaScript."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from isthmus.apps.etrade import services
from isthmus.apps.etrade.models import Kind, TradeDocument
from tests.apps.etrade.conftest import Corridor, Customs
from tests.apps.etrade.test_documents import FORM_D, LICENCE, state
from tests.second_factors import browser_of


@pytest.fixture
def officer(customs: Customs) -> Client:
    return browser_of(customs.officer)


def answers(customs: Customs, **more: Any) -> dict[str, Any]:
    return {
        "organisation": customs.organisation.pk,
        "version": 1,
        "rows": 2,
        "number": "EL-90",
        "direction": "export",
        "valid_until": "2027-01-31",
        "items_0_hs_prefix": "0713",
        "items_0_quantity": "500",
        "items_0_unit": "KGM",
        "items_1_hs_prefix": "1006",
        **more,
    }


def post(client: Client, kind: str, given: dict[str, Any], pk: int | None = None) -> str:
    name, args = ("enter-document", [kind]) if pk is None else ("amend-document", [kind, pk])
    answer = client.post(reverse(f"etrade:{name}", args=args), given, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_licence_is_typed_checked_and_stated(officer: Client, customs: Customs) -> None:
    page = post(officer, "licence", answers(customs, action="check"))
    assert "State it" in page
    assert "0713" in page
    assert not TradeDocument.objects.exists()
    page = post(officer, "licence", answers(customs, confirm="1"))
    assert "EL-90" in page
    row = TradeDocument.objects.get()
    assert (row.state, row.version, str(row.valid_until)) == ("issued", 1, "2027-01-31")
    assert [(item["number"], item["hs_prefix"]) for item in row.body["items"]] == [(1, "0713"), (2, "1006")]
    assert row.organisation == customs.organisation


def test_the_page_of_checked_answers_carries_them_all(officer: Client, customs: Customs) -> None:
    page = post(officer, "licence", answers(customs, action="check"))
    for name in ("organisation", "version", "rows", "number", "items_1_hs_prefix"):
        assert f'type="hidden" name="{name}"' in page


def test_another_item_keeps_what_was_typed(officer: Client, customs: Customs) -> None:
    page = post(officer, "licence", answers(customs, action="add"))
    assert 'name="items_2_hs_prefix"' in page
    assert 'value="1006"' in page
    assert "There is a problem" not in page
    page = post(officer, "licence", answers(customs, action="change"))
    assert 'name="items_1_hs_prefix"' in page
    assert 'name="items_2_hs_prefix"' not in page


def test_rows_left_empty_say_nothing(officer: Client, customs: Customs) -> None:
    post(
        officer,
        "licence",
        answers(customs, items_0_hs_prefix="", items_0_quantity="", items_0_unit="", confirm="1"),
    )
    assert [item["hs_prefix"] for item in TradeDocument.objects.get().body["items"]] == ["1006"]


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"items_1_hs_prefix": "beans"}, "id_items_1_hs_prefix"),
        ({"number": ""}, "id_number"),
        ({"valid_until": "tomorrow"}, "id_valid_until"),
        (
            {"items_0_hs_prefix": "", "items_0_quantity": "", "items_0_unit": "", "items_1_hs_prefix": ""},
            "id_items_0_hs_prefix",
        ),
    ],
)
def test_the_summary_leads_to_each_field_in_error(
    officer: Client, customs: Customs, fault: dict[str, str], field: str
) -> None:
    for given in ({"action": "check"}, {"confirm": "1"}):
        page = post(officer, "licence", answers(customs, **fault, **given))
        assert f'href="#{field}"' in page
        assert not TradeDocument.objects.exists()


def test_an_answer_that_only_the_record_refuses_stands_beside_its_field(
    officer: Client, customs: Customs
) -> None:
    page = post(officer, "licence", answers(customs, number="EL\u009b90", action="check"))
    assert 'href="#id_number"' in page


def test_a_certificate_of_origin_is_typed(officer: Client, customs: Customs) -> None:
    given = {
        "organisation": customs.organisation.pk,
        "version": 1,
        "rows": 1,
        "number": "FD-90",
        "form": "D",
        "issued_retroactively": "on",
        "items_0_criterion": "WO",
        "items_0_packages": "12",
        "confirm": "1",
    }
    post(officer, "certificate-of-origin", given)
    body = TradeDocument.objects.get().body
    assert (body["issued_retroactively"], body["back_to_back"]) == (True, None)
    assert (body["items"][0]["criterion"], body["items"][0]["packages"]) == ("WO", 12)


def test_a_licence_is_suspended_and_the_partner_is_told(
    officer: Client, customs: Customs, corridor: Corridor
) -> None:
    row = state(customs, Kind.LICENCE, {**LICENCE, "items": [{**LICENCE["items"][0], "number": 4}]})
    services.send_document(row, "cn", actor="officer")
    page = officer.get(reverse("etrade:amend-document", args=["licence", row.pk])).content.decode()
    assert 'value="0713"' in page
    given = {
        "version": 2,
        "status": "suspended",
        "rows": 2,
        "direction": "export",
        "reason": "Under review",
        "items_0_number": 4,
        "items_0_hs_prefix": "0713",
        "items_0_quantity": "900",
        "items_0_unit": "KGM",
        "items_1_hs_prefix": "1006",
        "confirm": "1",
    }
    post(officer, "licence", given, row.pk)
    row.refresh_from_db()
    assert (row.state, row.number, row.version) == ("suspended", "EL-77", 2)
    assert [(item["number"], item["quantity"]) for item in row.body["items"]] == [(4, "900"), (5, None)]
    assert [body["status"] for body in corridor.sent("licence")] == ["issued", "suspended"]


def test_two_who_state_the_same_version_do_not_overwrite_each_other(
    officer: Client, customs: Customs
) -> None:
    row = state(customs, Kind.LICENCE, LICENCE)
    state(customs, Kind.LICENCE, LICENCE, version=2, status="amended", holder_name="First")
    given = answers(customs, version=2, status="cancelled", confirm="1")
    page = post(officer, "licence", given, row.pk)
    assert "is known here with another content" in page
    row.refresh_from_db()
    assert row.state == "amended"


def test_a_certificate_keeps_what_it_had(officer: Client, customs: Customs) -> None:
    row = state(customs, Kind.CERTIFICATE_OF_ORIGIN, FORM_D)
    page = officer.get(reverse("etrade:trade-document", args=[row.kind, row.pk])).content.decode()
    assert reverse("etrade:amend-document", args=[row.kind, row.pk]) in page
    listed = officer.get(reverse("etrade:trade-documents", args=[row.kind])).content.decode()
    assert reverse("etrade:enter-document", args=[row.kind]) in listed


def test_who_may_not_state_enters_nothing(customs: Customs) -> None:
    row = state(customs, Kind.LICENCE, LICENCE)
    auditor = browser_of(customs.auditor)
    assert auditor.get(reverse("etrade:enter-document", args=["licence"])).status_code == 403
    elsewhere = browser_of(customs.elsewhere)
    assert elsewhere.get(reverse("etrade:amend-document", args=["licence", row.pk])).status_code == 404
    given = answers(customs, confirm="1")
    elsewhere.post(reverse("etrade:enter-document", args=["licence"]), given)
    assert TradeDocument.objects.count() == 1


def manifest(customs: Customs, **more: Any) -> dict[str, Any]:
    return {
        "organisation": customs.organisation.pk,
        "version": 1,
        "rows": 2,
        "number": "MF-9",
        "conveyance": "MV Sample",
        "transport_mode": "1",
        "arrival_date": "2026-12-01",
        "items_0_transport_document": "BL-1",
        "items_0_containers": "MSKU1234565, MSKU7654320;MSKU1234565",
        "items_0_gross_kg": "1200",
        "items_1_transport_document": "BL-2",
        **more,
    }


def test_a_manifest_is_typed_with_its_consignments(
    officer: Client, customs: Customs, corridor: Corridor
) -> None:
    empty = officer.get(reverse("etrade:enter-document", args=["manifest"])).content.decode()
    assert "Consignment 1" in empty
    assert "Add a consignment" in empty
    page = post(officer, "manifest", manifest(customs, action="check"))
    assert "MSKU7654320" in page
    post(officer, "manifest", manifest(customs, confirm="1"))
    row = TradeDocument.objects.get()
    assert (row.kind, row.state, row.number) == ("manifest", "lodged", "MF-9")
    first, second = row.body["consignments"]
    assert first["containers"] == ["MSKU1234565", "MSKU7654320"]
    assert (second["number"], second["transport_document"]) == (2, "BL-2")
    services.send_document(row, "cn", actor="officer")
    page = officer.get(reverse("etrade:amend-document", args=["manifest", row.pk])).content.decode()
    assert 'value="MSKU1234565, MSKU7654320"' in page
    given = manifest(customs, version=2, status="departed", items_0_number=1, items_1_number=2, confirm="1")
    post(officer, "manifest", given, row.pk)
    assert [body["status"] for body in corridor.sent("manifest")] == ["lodged", "departed"]


def test_a_manifest_without_consignments_states_none(officer: Client, customs: Customs) -> None:
    given = {
        "organisation": customs.organisation.pk,
        "version": 1,
        "rows": 1,
        "number": "MF-0",
        "confirm": "1",
    }
    post(officer, "manifest", given)
    assert TradeDocument.objects.get().body["consignments"] is None


def test_more_consignments_than_can_be_typed_stay_as_they_were(officer: Client, customs: Customs) -> None:
    many = [{"number": at, "transport_document": f"BL-{at}"} for at in range(1, 62)]
    row = state(
        customs, Kind.MANIFEST, {"number": "MF-61", "version": 1, "status": "lodged", "consignments": many}
    )
    page = officer.get(reverse("etrade:amend-document", args=["manifest", row.pk])).content.decode()
    assert "Consignment 1" not in page
    given = {"version": 2, "status": "departed", "rows": 0, "conveyance": "MV Sample", "confirm": "1"}
    post(officer, "manifest", given, row.pk)
    row.refresh_from_db()
    assert (row.state, len(row.body["consignments"])) == ("departed", 61)


def test_a_movement_is_typed_at_its_departure(officer: Client, customs: Customs) -> None:
    empty = officer.get(reverse("etrade:enter-document", args=["transit"])).content.decode()
    for found_later in ("seals_intact", "arrived_on", "discrepancy", "stated_at"):
        assert f'name="{found_later}"' not in empty
    given = {
        "organisation": customs.organisation.pk,
        "version": 1,
        "rows": 1,
        "number": "TR-9",
        "departure_country": "MM",
        "destination_country": "CN",
        "departed_on": "2026-11-20",
        "seals": "S1 S2",
        "items_0_hs_code": "071331",
        "items_0_gross_kg": "300",
    }
    faulty = post(officer, "transit", {**given, "items_0_hs_code": "beans", "action": "check"})
    assert 'href="#id_items_0_hs_code"' in faulty
    post(officer, "transit", {**given, "confirm": "1"})
    row = TradeDocument.objects.get()
    assert (row.state, row.body["seals"]) == ("departed", ["S1", "S2"])
    assert row.body["stated_at"].endswith("Z")
    again = {**given, "version": 2, "status": "cancelled", "items_0_number": 1, "confirm": "1"}
    del again["number"]
    post(officer, "transit", again, row.pk)
    row.refresh_from_db()
    assert row.state == "cancelled"


def test_what_systems_make_is_not_typed(officer: Client) -> None:
    assert (
        officer.get(reverse("etrade:enter-document", args=["phytosanitary-certificate"])).status_code == 404
    )
