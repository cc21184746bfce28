"""The duty behind stamps: what secures it, what is refused, and when a guarantee is set free."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction

from isthmus.apps.excise.guarantees.models import GuaranteeReservation
from isthmus.apps.excise.guarantees.queries import free, reserved
from isthmus.apps.excise.models import Product, StampRequest
from isthmus.apps.excise.stamps.models import RequestState
from isthmus.apps.excise.stamps.rules import codes
from isthmus.apps.excise.stamps.rules.custody import Act
from isthmus.apps.excise.stamps.services import issuing, requesting, securing
from isthmus.apps.excise.stamps.services.securing import Security
from isthmus.kit.errors import BadInput, Conflict
from tests.apps.excise.stamps.conftest import GTIN, People, asked, done, issued
from tests.apps.excise.stamps.samples import (
    BOTTLE_MINOR,
    a_guarantee,
    a_return,
    an_operator,
    brandy,
    stake_minor,
)


def refused(people: People, row: StampRequest, security: Security) -> Conflict:
    with pytest.raises(Conflict) as caught:
        requesting.approve(row, security, actor="approver")
    row.refresh_from_db()
    assert (row.state, row.secured_by) == (RequestState.ASKED, "")
    assert reserved(people.guarantee) == 0
    return caught.value


class TestApproving:
    def test_the_duty_is_reserved_of_a_guarantee_by_the_last_known_rates(self, people: People):
        row = requesting.approve(asked(people, 10), people.security, actor="approver")
        assert (row.secured_minor, row.currency, row.rates_of) == (24_154, "MDL", date(2023, 12, 31))
        assert row.secured_by == "Guarantee G-17"
        held = GuaranteeReservation.objects.get()
        assert (held.guarantee, held.key, held.amount_minor) == (people.guarantee, "stamps 1", 24_154)
        assert stake_minor(10) == 24_154

    def test_without_security_the_refusal_names_the_amount_and_whose_guarantee_is_missing(
        self, people: People
    ):
        error = refused(people, asked(people, 10), Security())
        assert "241.54 MDL of duty are at stake" in error.message
        assert "Sample distillery" in error.next_step

    def test_a_product_that_the_registry_does_not_know_has_no_duty_to_secure(self, people: People):
        Product.objects.all().delete()
        error = refused(people, asked(people), people.security)
        assert GTIN in error.message
        assert "Registry" in error.next_step

    def test_a_guarantee_that_is_too_small_is_refused_with_what_is_free(self, people: People):
        small = a_guarantee(people.operator, 10_000, number="G-18")
        error = refused(people, asked(people, 10), Security(small))
        assert error.code == "excise.guarantee-short"
        assert "100.00 MDL of it are free" in error.message

    def test_a_guarantee_of_another_operator_or_currency_is_refused(self, people: People):
        other = an_operator(people.revenue, None, "MD0000000E001")
        error = refused(people, asked(people), Security(a_guarantee(other, number="G-18")))
        assert "another operator" in error.message
        dollars = a_guarantee(people.operator, number="G-19", currency="USD")
        assert "in USD" in refused(people, asked(people), Security(dollars)).message

    def test_a_paid_return_secures_as_many_stamps_as_it_names_bottles(self, people: People):
        paid = a_return(people.operator, 15)
        row = requesting.approve(asked(people, 10), Security(paid_return=paid), actor="approver")
        assert (row.paid_return, row.guarantee, row.secured_minor) == (paid, None, 24_154)
        error = refused(people, asked(people, 6), Security(paid_return=paid))
        assert "leaves 5 bottles" in error.message

    def test_a_return_that_is_not_paid_secures_nothing(self, people: People):
        error = refused(
            people, asked(people), Security(paid_return=a_return(people.operator, 15, paid=False))
        )
        assert "not paid" in error.message

    def test_a_return_of_another_operator_secures_nothing(self, people: People):
        Product.objects.all().delete()
        other = an_operator(people.revenue, None, "MD0000000E001")
        product = brandy(other)
        paid = a_return(other, 15)
        Product.objects.filter(pk=product.pk).update(operator=people.operator)
        assert "another operator" in refused(people, asked(people), Security(paid_return=paid)).message

    def test_what_the_tariff_frees_needs_no_security(self, people: People, monkeypatch: pytest.MonkeyPatch):
        stake = securing.AtStake(0, "MDL", "MD/exempt", date(2023, 1, 1), is_last_known=False)
        monkeypatch.setattr(securing, "duty_at_stake", lambda _tariff, _line: stake)
        row = requesting.approve(asked(people), Security(), actor="approver")
        assert (row.secured_by, row.secured_minor) == ("No duty on it (MD/exempt)", 0)
        assert reserved(people.guarantee) == 0


class TestReleasing:
    def test_an_approval_is_withdrawn_before_stamps_are_issued(self, people: People):
        row = requesting.approve(asked(people), people.security, actor="approver")
        row = requesting.refuse(row, "Licence suspended", actor="approver")
        assert row.state == RequestState.REFUSED
        assert row.released_at is not None
        assert reserved(people.guarantee) == 0
        with pytest.raises(Conflict):
            issuing.issue(row, actor="approver")

    def test_a_guarantee_is_released_once_every_stamp_is_accounted_for(self, people: People):
        batch = issued(people, 10)
        done(batch, Act.PRINT, 1, 10, people.revenue)
        done(batch, Act.ACTIVATE, 1, 7, people.revenue)
        done(batch, Act.SPOIL, 8, 9, people.revenue, "Torn")
        paid = a_return(people.operator, 20)
        securing.account_for(batch.request, paid, 7, actor="approver")
        assert securing.accounted(batch.request) == securing.Accounted(7, 0, 3)
        done(batch, Act.CANCEL, 10, 10, people.revenue, "Printed twice")
        done(batch, Act.DESTROY, 8, 9, people.revenue, "Burnt")
        row = StampRequest.objects.get()
        assert securing.accounted(row) == securing.Accounted(7, 3, 0)
        assert row.released_at is not None
        assert reserved(people.guarantee) == 0
        assert securing.bottles_left(paid, GTIN) == 13

    def test_a_cancelled_stamp_that_is_destroyed_counts_once(self, people: People):
        batch = issued(people, 10)
        done(batch, Act.PRINT, 1, 10, people.revenue)
        done(batch, Act.CANCEL, 1, 5, people.revenue, "Printed twice")
        done(batch, Act.DESTROY, 1, 5, people.revenue, "Burnt")
        assert securing.accounted(batch.request) == securing.Accounted(0, 5, 5)
        assert reserved(people.guarantee) == stake_minor(10)

    def test_spoiled_and_lost_stamps_keep_the_guarantee(self, people: People):
        batch = issued(people, 2)
        done(batch, Act.PRINT, 1, 2, people.revenue)
        done(batch, Act.SPOIL, 1, 1, people.revenue, "Torn")
        done(batch, Act.LOSE, 2, 2, people.revenue, "Missing")
        assert securing.accounted(batch.request).left == 2
        assert reserved(people.guarantee) == stake_minor(2)

    def test_a_release_that_is_rolled_back_with_its_act_leaves_all_as_it_was(self, people: People):
        batch = issued(people, 1)
        try:
            with transaction.atomic():
                done(batch, Act.CANCEL, 1, 1, people.revenue, "Printed twice")
                assert reserved(people.guarantee) == 0
                raise KeyboardInterrupt
        except KeyboardInterrupt:
            pass
        assert reserved(people.guarantee) == BOTTLE_MINOR
        assert free(people.guarantee) == 10**12 - BOTTLE_MINOR

    def test_what_accounts_for_stamps_is_a_paid_return_with_bottles_left(self, people: People):
        batch = issued(people, 10)
        row = batch.request
        unpaid, paid = a_return(people.operator, 15, paid=False), a_return(people.operator, 4, month=6)
        for duty_return, count, words in (
            (unpaid, 1, "not paid"),
            (paid, 5, "leaves 4"),
            (paid, 11, "10 stamps"),
        ):
            with pytest.raises(Conflict, match=words):
                securing.account_for(row, duty_return, count, actor="approver")
        with pytest.raises(BadInput, match="above zero"):
            securing.account_for(row, paid, 0, actor="approver")
        assert securing.accounted(row).paid == 0
        by_return = requesting.approve(asked(people, 4), Security(paid_return=paid), actor="approver")
        with pytest.raises(Conflict, match="Nothing is reserved"):
            securing.account_for(by_return, paid, 1, actor="approver")

    def test_from_the_shell_a_guarantee_is_reserved_too(self, people: People):
        row = requesting.at_the_command_line(
            "revenue", gtin=GTIN, product="", count=10, proof="plain", actor="root", guarantee="G-17"
        )
        assert (row.guarantee, row.secured_minor) == (people.guarantee, 24_154)
        bare = requesting.at_the_command_line(
            "revenue", gtin=GTIN, product="", count=10, proof="plain", actor="root"
        )
        assert bare.secured_by == "Not secured: issued at the command line by root"


def test_lengths_of_a_gtin():
    assert codes.spellings("04006381333931") == ["04006381333931", "4006381333931"]
    assert codes.spellings("00000096385074") == [
        "00000096385074",
        "0000096385074",
        "000096385074",
        "96385074",
    ]


@pytest.mark.django_db(transaction=True)
def test_of_many_requests_that_race_for_the_bottles_of_one_return_one_is_approved(people: People):
    paid = a_return(people.operator, 15)
    waiting = [asked(people, 10) for _turn in range(4)]

    def approve(row: StampRequest) -> bool:
        try:
            requesting.approve(row, Security(paid_return=paid), actor="approver")
        except Conflict:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(approve, waiting)) == 1
    assert securing.bottles_left(paid, GTIN) == 5


@pytest.mark.django_db(transaction=True)
def test_of_many_requests_that_race_for_one_guarantee_as_many_are_approved_as_it_covers(people: People):
    small = a_guarantee(people.operator, 2 * stake_minor(10), number="G-18")
    waiting = [asked(people, 10) for _turn in range(4)]

    def approve(row: StampRequest) -> bool:
        try:
            requesting.approve(row, Security(small), actor="approver")
        except Conflict:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(approve, waiting)) == 2
    assert (free(small), reserved(small)) == (0, 2 * stake_minor(10))
