"""The registry's life: operators, warehouses, authorisations and products, each change with its history."""

from datetime import date

import pytest

from isthmus.accounts.models import AuditEvent, Kind, Membership, Officer, Organisation
from isthmus.accounts.policy import actor_for
from isthmus.accounts.roles import Role
from isthmus.apps.excise.models import Authorisation, Operator, Product, RegistryChange, TaxWarehouse
from isthmus.apps.excise.registry import queries
from isthmus.apps.excise.registry.rules.standing import Verdict
from isthmus.apps.excise.registry.services import entries, licensing
from isthmus.kit.errors import BadInput, Conflict

NUMBER, CELLAR = "MD00000000017", "MD0000000W001"
DAY = date(2026, 6, 1)


def operator(customs: Organisation, **more: object) -> Operator:
    fields = {
        "organisation": customs,
        "excise_number": NUMBER,
        "name": "Codru Hills Winery (Sample data)",
        "tax_number": "1003600000001",
        "kind": "producer",
        "country": "MD",
        "address": "Orhei",
        "registered_on": date(2026, 1, 1),
    }
    return entries.register(Operator(**{**fields, **more}), actor="officer")


def warehouse(of: Operator) -> TaxWarehouse:
    row = TaxWarehouse(
        operator=of, excise_number=CELLAR, name="Cellar", address="Orhei", opened_on=date(2026, 1, 1)
    )
    return entries.open_warehouse(row, actor="officer")


def licence(of: Operator, **more: object) -> Authorisation:
    fields = {"operator": of, "kind": "produce", "product_groups": ["W"], "valid_from": date(2026, 1, 1)}
    return licensing.license_operator(Authorisation(**{**fields, **more}), actor="officer")


def product(of: Operator, **more: object) -> Product:
    fields = {
        "operator": of,
        "gtin": "4006381333931",
        "name": "Feteasca Neagra (Sample data)",
        "hs_code": "220421",
        "excise_code": "W200",
        "abv_thousandths": 13_500,
        "volume_ml": 750,
        "container": "Glass bottle",
    }
    return entries.enter_product(Product(**{**fields, **more}), actor="officer")


class TestOperators:
    def test_one_is_registered_with_its_history(self, customs: Organisation):
        row = operator(customs)
        change = RegistryChange.objects.get()
        assert (change.operator, change.what, change.subject) == (row, "operator-registered", NUMBER)
        assert AuditEvent.objects.filter(kind="excise.operator-registered", subject=NUMBER).count() == 1

    def test_a_number_of_another_country_or_form_is_refused(self, customs: Organisation):
        for number in ("MV00000000017", "MD17"):
            with pytest.raises(BadInput, match="excise number"):
                operator(customs, excise_number=number)
        assert not Operator.objects.exists()

    def test_a_number_names_one_operator_or_warehouse(self, customs: Organisation):
        row = operator(customs)
        warehouse(row)
        for number in (NUMBER, CELLAR):
            with pytest.raises(Conflict):
                operator(customs, excise_number=number, tax_number="2")
        with pytest.raises(Conflict, match="tax number"):
            operator(customs, excise_number="MD00000000018")

    def test_a_firm_registers_nobody(self, customs: Organisation):
        firm = Organisation.objects.create(code="winery", name="Winery", kind=Kind.FIRM)
        with pytest.raises(BadInput, match="authority"):
            operator(firm)

    def test_an_amendment_keeps_what_stood_before(self, customs: Organisation):
        row = operator(customs)
        changed = entries.amend(row, {"address": "Soroca", "kind": "producer"}, DAY, actor="x", why="Moved")
        change = RegistryChange.objects.get(what="operator-amended")
        assert changed.address == "Soroca"
        assert (change.before, change.after) == ({"address": "Orhei"}, {"address": "Soroca"})
        assert (change.effective_on, change.why) == (DAY, "Moved")

    def test_an_amendment_that_changes_nothing_leaves_no_trace(self, customs: Organisation):
        entries.amend(operator(customs), {"address": "Orhei"}, DAY, actor="x", why="")
        assert not RegistryChange.objects.filter(what="operator-amended").exists()

    def test_only_what_is_amendable_is_amended(self, customs: Organisation):
        row = operator(customs)
        with pytest.raises(ValueError, match="excise_number"):
            entries.amend(row, {"excise_number": CELLAR}, DAY, actor="x", why="")
        operator(customs, excise_number="MD00000000018", tax_number="2")
        with pytest.raises(Conflict):
            entries.amend(row, {"tax_number": "2"}, DAY, actor="x", why="")

    def test_what_is_retired_ends_and_changes_no_more(self, customs: Organisation):
        row = operator(customs)
        licence(row)
        with pytest.raises(BadInput):
            entries.retire(row, date(2025, 12, 31), actor="x", why="")
        entries.retire(row, DAY, actor="x", why="Closed down")
        assert queries.authorised(NUMBER, "W200", DAY).authorised
        assert queries.authorised(NUMBER, "W200", date(2026, 6, 2)).verdict is Verdict.ENDED
        with pytest.raises(Conflict, match="retired"):
            licence(row)


class TestAuthorisations:
    def test_numbers_follow_each_other_by_year(self, customs: Organisation):
        row = operator(customs)
        numbers = [licence(row).number, licence(row).number, licence(row, valid_from=date(2027, 1, 1)).number]
        assert numbers == ["AUT-2026-000001", "AUT-2026-000002", "AUT-2027-000001"]

    def test_one_that_makes_no_sense_is_refused_and_takes_no_number(self, customs: Organisation):
        row = operator(customs)
        other = operator(customs, excise_number="MD00000000018", tax_number="2")
        wrong: list[dict[str, object]] = [
            {"product_groups": []},
            {"product_groups": ["wine"]},
            {"valid_until": date(2025, 12, 31)},
            {"warehouse": warehouse(other)},
        ]
        for more in wrong:
            with pytest.raises(BadInput):
                licence(row, **more)
        assert licence(row).number == "AUT-2026-000001"

    def test_a_warehouse_and_its_keeper_are_authorised_apart(self, customs: Organisation):
        row = operator(customs)
        cellar = warehouse(row)
        licence(row, warehouse=cellar, kind="store")
        assert queries.authorised(CELLAR, "W200", DAY).authorised
        assert not queries.authorised(CELLAR, "W200", DAY, kinds=["produce"]).authorised
        assert queries.authorised(NUMBER, "W200", DAY).verdict is Verdict.NONE
        entries.close_warehouse(cellar, DAY, actor="x", why="Fire")
        assert queries.authorised(CELLAR, "W200", date(2026, 6, 2)).verdict is Verdict.ENDED
        with pytest.raises(Conflict):
            entries.close_warehouse(cellar, DAY, actor="x", why="Fire")

    def test_suspended_lifted_and_revoked(self, customs: Organisation):
        row = licence(operator(customs))
        licensing.suspend(row, DAY, actor="x", why="Unpaid duty")
        assert queries.authorised(NUMBER, "W200", DAY).verdict is Verdict.SUSPENDED
        with pytest.raises(Conflict, match="already"):
            licensing.suspend(row, DAY, actor="x", why="Again")
        licensing.lift(row, date(2026, 6, 11), actor="x", why="Paid")
        assert queries.authorised(NUMBER, "W200", date(2026, 6, 10)).verdict is Verdict.SUSPENDED
        assert queries.authorised(NUMBER, "W200", date(2026, 6, 11)).authorised
        licensing.revoke(row, date(2026, 7, 1), actor="x", why="Fraud")
        assert queries.authorised(NUMBER, "W200", date(2026, 7, 1)).verdict is Verdict.REVOKED
        for act in (licensing.suspend, licensing.lift, licensing.revoke):
            with pytest.raises(Conflict, match="revoked"):
                act(row, DAY, actor="x", why="More")

    def test_a_suspension_that_never_began_is_taken_back(self, customs: Organisation):
        row = licence(operator(customs))
        licensing.suspend(row, DAY, actor="x", why="Mistaken")
        licensing.lift(row, DAY, actor="x", why="A mistake")
        assert queries.authorised(NUMBER, "W200", DAY).authorised
        with pytest.raises(Conflict, match="not suspended"):
            licensing.lift(row, DAY, actor="x", why="Again")

    def test_nobody_loses_an_authorisation_without_a_reason(self, customs: Organisation):
        row = licence(operator(customs))
        for act in (licensing.suspend, licensing.revoke):
            with pytest.raises(BadInput, match="why"):
                act(row, DAY, actor="x", why=" ")


class TestProducts:
    def test_one_is_entered_once(self, customs: Organisation):
        row = operator(customs)
        assert product(row).pk
        with pytest.raises(Conflict, match="4006381333931"):
            product(row)

    def test_each_fault_is_named_at_its_field(self, customs: Organisation):
        wrong = {"gtin": "4006381333932", "excise_code": "wine", "abv_thousandths": 100_001, "volume_ml": 0}
        with pytest.raises(BadInput) as refused:
            product(operator(customs), **wrong)
        assert [fault.where for fault in refused.value.faults] == list(wrong)


def test_a_firm_sees_its_own_entry_and_the_authority_all(customs: Organisation):
    firm = Organisation.objects.create(code="winery", name="Winery", kind=Kind.FIRM)
    own = operator(customs, firm=firm)
    operator(customs, excise_number="MD00000000018", tax_number="2")

    def seen(role: Role, of: Organisation) -> list[str]:
        person = Officer.objects.create_user(f"{role}@{of.code}.test", "Person", "seven calm rivers")
        Membership.objects.create(officer=person, organisation=of, role=role)
        return sorted(queries.operators_of(actor_for(person)).values_list("excise_number", flat=True))

    assert seen(Role.OFFICER, firm) == [own.excise_number]
    assert seen(Role.OFFICER, customs) == [NUMBER, "MD00000000018"]
    assert seen(Role.AUDITOR, firm) == [NUMBER, "MD00000000018"]
    nobody = Organisation.objects.create(code="other", name="Other", kind=Kind.AGENCY)
    assert seen(Role.OFFICER, nobody) == []
