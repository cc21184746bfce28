"""Pages of the registry: who sees and keeps what, and one click to the other country's duty."""

import html
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from isthmus.apps.excise.models import Authorisation, Operator, Product, TaxWarehouse
from isthmus.apps.excise.registry.services import licensing
from isthmus.exchange.models import Agreement
from isthmus.kit import clock
from tests.apps.excise.registry.conftest import CELLAR, GTIN, NUMBER, OTHER, Registry
from tests.apps.excise.registry.test_extract import FOREIGN, arrive, statement
from tests.apps.excise.stamps.conftest import People
from tests.foreign import ForeignNode
from tests.second_factors import browser_of

WHY = {"why": "Asked for by letter 17"}


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.content[:500]
    return html.unescape(re.sub(r"\s+", " ", answer.content.decode()))


def page(client: Client, name: str, *args: object, **query: str) -> str:
    return text_of(client.get(reverse(f"excise:{name}", args=args), query))


class TestList:
    def test_operators_are_found_by_name_and_by_any_number(self, registry: Registry):
        officer = browser_of(registry.people.officer)
        everything = page(officer, "operators")
        assert "Aythaya sample winery" in everything
        assert "Shan sample importer" in everything
        for asked in ("aythaya", NUMBER, CELLAR, "T1"):
            found = page(officer, "operators", q=asked)
            assert "Aythaya sample winery" in found
            assert "Shan sample importer" not in found
        assert "Aythaya" not in page(officer, "operators", kind="importer")
        assert "No row passes" in page(officer, "operators", state="retired")

    def test_a_producer_sees_only_its_own_and_keeps_nothing(self, registry: Registry):
        firm = browser_of(registry.people.distiller)
        shown = page(firm, "operators")
        assert "Aythaya sample winery" in shown
        assert "Shan sample importer" not in shown
        assert "Register an operator" not in shown
        own = page(firm, "operator", NUMBER)
        assert "Grant an authorisation" not in own.replace("Grant it an authorisation", "")
        assert "Suspend" not in own
        assert firm.get(reverse("excise:operator", args=[OTHER])).status_code == 404
        assert firm.get(reverse("excise:operator-amend", args=[NUMBER])).status_code == 403
        assert firm.get(reverse("excise:operator-amend", args=[OTHER])).status_code == 404
        path = reverse("excise:authorisation-act", args=[registry.licence.pk, "revoke"])
        assert firm.post(path, {"on": "2026-01-01", **WHY}).status_code == 403
        registry.licence.refresh_from_db()
        assert registry.licence.revoked_on is None

    def test_an_empty_registry_says_what_to_do(self, people: People):
        assert "Register an operator" in page(browser_of(people.officer), "operators")


class TestKeeping:
    def test_an_operator_is_registered_licensed_and_amended(self, people: People):
        officer = browser_of(people.officer)
        given = {
            "organisation": people.revenue.pk,
            "excise_number": "mm00000000017",
            "name": "Sample distillery",
            "tax_number": "T9",
            "kind": "producer",
            "address": "Road 1",
            "registered_on": "2026-01-01",
        }
        answer = officer.post(reverse("excise:operator-register"), given)
        assert answer["Location"] == reverse("excise:operator", args=[NUMBER])
        again = text_of(officer.post(reverse("excise:operator-register"), given))
        assert "in the registry already" in again
        wrong = given | {"excise_number": "MD00000000017", "tax_number": "T10"}
        assert "no excise number of MM" in text_of(officer.post(reverse("excise:operator-register"), wrong))
        place = {"excise_number": CELLAR, "name": "Cellar", "address": "Road 2", "opened_on": "2026-01-02"}
        officer.post(reverse("excise:warehouse-open", args=[NUMBER]), place)
        cellar = TaxWarehouse.objects.get()
        allowed = {
            "kind": "produce",
            "warehouse": cellar.pk,
            "product_groups": "s200, w",
            "valid_from": "2026-01-02",
        }
        officer.post(reverse("excise:operator-license", args=[NUMBER]), allowed)
        assert Authorisation.objects.get().product_groups == ["S200", "W"]
        bad = text_of(
            officer.post(
                reverse("excise:operator-license", args=[NUMBER]), allowed | {"product_groups": "beer"}
            )
        )
        assert "BEER: a code is a letter and three digits" in bad
        amended = {name: given[name] for name in ("tax_number", "kind", "address")}
        amended |= {"name": "Sample distillery two", "effective_on": "2026-02-01", **WHY}
        officer.post(reverse("excise:operator-amend", args=[NUMBER]), amended)
        shown = page(officer, "operator", NUMBER)
        assert "Name: Sample distillery → Sample distillery two" in shown
        assert WHY["why"] in shown
        assert people.officer.email in shown
        assert "In force" in shown

    def test_suspending_lifting_and_revoking_show_state_reason_and_days(self, registry: Registry):
        officer = browser_of(registry.people.officer)

        def act(deed: str, on: str, why: str) -> str:
            path = reverse("excise:authorisation-act", args=[registry.licence.pk, deed])
            answer = officer.post(path, {"on": on, "why": why})
            assert answer.status_code == 302, text_of(answer)
            return page(officer, "operator", NUMBER)

        today = clock.now().date().isoformat()
        shown = act("suspend", "2026-02-03", "Books are missing")
        assert "Suspended from 3 Feb 2026: Books are missing" in shown.replace("\xa0", " ")
        assert "Lift or revoke" in shown
        assert "In force" in act("lift", today, "Books are here")
        shown = act("revoke", today, "Sold without stamps")
        assert "Revoked" in shown
        assert "Sold without stamps" in shown
        path = reverse("excise:authorisation-act", args=[registry.licence.pk, "suspend"])
        assert "is revoked from" in text_of(officer.post(path, {"on": today, "why": "Again"}))
        assert officer.get(path.replace("suspend", "bless")).status_code == 404
        assert officer.get(reverse("excise:authorisation-act", args=[0, "revoke"])).status_code == 404

    def test_states_of_days_to_come_and_gone(self, registry: Registry):
        for year, until in ((2020, date(2021, 1, 1)), (2090, None)):
            row = Authorisation(
                operator=registry.other,
                kind="import",
                product_groups=["B000"],
                valid_from=date(year, 1, 1),
                valid_until=until,
            )
            licensing.license_operator(row, actor="officer")
        shown = page(browser_of(registry.people.officer), "operator", OTHER)
        assert "Expired" in shown
        assert "Not yet in force" in shown

    def test_a_warehouse_closes_and_an_operator_retires(self, registry: Registry):
        officer = browser_of(registry.people.officer)
        ended = {"on": "2026-03-01", **WHY}
        officer.post(reverse("excise:warehouse-close", args=[registry.cellar.pk]), ended)
        assert "Closed" in page(officer, "operator", CELLAR)
        assert officer.post(reverse("excise:warehouse-close", args=[0]), ended).status_code == 404
        officer.post(reverse("excise:operator-retire", args=[NUMBER]), ended)
        assert Operator.objects.get(excise_number=NUMBER).state == "retired"
        shown = page(officer, "operator", NUMBER)
        assert "Retired after" in shown
        assert "Grant an authorisation" not in shown

    def test_a_product_needs_its_check_digit(self, registry: Registry):
        officer = browser_of(registry.people.officer)
        given = {
            "gtin": "96385075",
            "name": "Sample cider",
            "excise_code": "i000",
            "hs_code": "220600",
            "abv": "4.5",
            "volume_ml": "500",
            "container": "Can",
        }
        path = reverse("excise:product-enter", args=[OTHER])
        assert "wrong length or check digit" in text_of(officer.post(path, given))
        assert "less than or equal to 100" in text_of(officer.post(path, given | {"abv": "100.5"}))
        officer.post(path, given | {"gtin": "96385074"})
        row = Product.objects.get(gtin="96385074")
        assert (row.abv_thousandths, row.excise_code) == (4_500, "I000")


class TestProduct:
    def test_one_click_works_out_the_duty_in_both_countries(self, registry: Registry):
        officer = browser_of(registry.people.officer)
        shown = officer.get(reverse("excise:product", args=[GTIN])).content.decode()
        form = shown[shown.index('<form method="get" action="/excise/duty/"') :]
        given = dict(re.findall(r'name="([a-z_]+)"[^>]*?value="([^"]*)"', form))
        assert given == {
            "tariff": "MD",
            "other": "MV",
            "hs": "220510",
            "abv": "16",
            "volume_l": "0.75",
            "date": "2023-12-31",
            "quantity": "1",
        }
        answer = page(officer, "duty", **given, cif="10")
        assert "13.03" in answer
        assert answer.count("Why this amount") + answer.count("No duty can be worked out") == 2

    def test_another_firm_finds_no_product_of_others(self, registry: Registry):
        Operator.objects.filter(pk=registry.winery.pk).update(firm=None)
        firm = browser_of(registry.people.distiller)
        assert firm.get(reverse("excise:product", args=[GTIN])).status_code == 404


class TestLookUp:
    def test_own_numbers_and_unknown_ones(self, registry: Registry):
        firm = browser_of(registry.people.distiller)
        asked = {"code": "w200", "on": "2026-06-01"}
        assert "Yes, authorised" in page(firm, "registry-look-up", number=CELLAR.lower(), **asked)
        assert "It has no authorisation" in page(firm, "registry-look-up", number=OTHER, **asked)
        assert "Not known here" in page(firm, "registry-look-up", number=FOREIGN, **asked)
        assert "two letters of the country" in page(firm, "registry-look-up", number="17", **asked)
        assert "registry/authorised" in reverse("excise:registry-look-up")

    def test_a_partners_number_names_its_statement(
        self, people: People, cn: ForeignNode, extracts: Agreement
    ):
        leaf = arrive(cn, extracts, statement(4))
        shown = page(
            browser_of(people.officer), "registry-look-up", number=FOREIGN, code="W200", on="2026-06-01"
        )
        for text in ("Yes, authorised", "China test node", leaf[:16], "Sample rice wine works"):
            assert text in shown
        record = reverse("exchange:record", args=[leaf])
        assert record not in shown
        approver = browser_of(people.approver)
        assert record in page(approver, "registry-look-up", number=FOREIGN, code="W200", on="2026-06-01")

    def test_an_approver_sends_what_changed(self, registry: Registry, extracts: Agreement):
        approver = browser_of(registry.people.approver)
        assert "Send what changed to China test node" in page(approver, "registry-extracts")
        answer = approver.post(reverse("excise:registry-send", args=["cn"]), follow=True)
        shown = text_of(answer)
        assert "3 statements are on their way" in shown
        assert "Every partner has the registry as it stands" in shown
        assert browser_of(registry.people.officer).get(reverse("excise:registry-extracts")).status_code == 403

    def test_without_an_agreement_the_page_says_what_to_do(self, people: People):
        assert "Propose one under Agreements" in page(browser_of(people.approver), "registry-extracts")


@pytest.mark.parametrize("name", ["operator-retire", "warehouse-open", "operator-license", "product-enter"])
def test_forms_of_others_are_not_found(registry: Registry, name: str):
    firm = browser_of(registry.people.distiller)
    assert firm.get(reverse(f"excise:{name}", args=[OTHER])).status_code == 404
