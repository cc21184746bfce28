"""The duty of a movement is reserved of a guarantee at dispatch, never overdrawn, and given back."""

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from isthmus.accounts.models import AuditEvent
from isthmus.apps.excise.guarantees import queries as guarantees
from isthmus.apps.excise.guarantees import services as guaranteeing
from isthmus.apps.excise.ledger import queries as ledger
from isthmus.apps.excise.models import Guarantee, Movement, MovementSecurity, Operator
from isthmus.apps.excise.movements.formats import answering
from isthmus.apps.excise.movements.formats.message import Message
from isthmus.apps.excise.movements.formats.messages.receipts import BodyReportOfReceiptExport
from isthmus.apps.excise.movements.formats.writing import write_message
from isthmus.apps.excise.movements.rules import arc as references
from isthmus.apps.excise.movements.services import receiving, securing, sending
from isthmus.apps.excise.registry.services import entries
from isthmus.apps.excise.tariff.queries import tariff_of
from isthmus.exchange.handlers import Erasing
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict
from tests.apps.excise.movements.conftest import (
    DUTY,
    THEIRS,
    Corridor,
    body_of,
    draft_message,
    draft_xml,
    guaranteed,
    receipt_of,
)
from tests.apps.excise.movements.test_services import cancellation

ALL = 100 * DUTY


def stands(row: Guarantee) -> tuple[int, int, int]:
    held = guarantees.held_of(row)
    assert ledger.verify("guarantees").whole
    assert set(ledger.sums("guarantees").values()) == {0}
    return held.free, held.reserved, held.called


def drafted(corridor: Corridor, reference: str = "LRN-1", **changes: Any) -> Movement:
    return sending.draft(corridor.customs, draft_xml(reference, **changes), actor="officer")


def short_receipt(corridor: Corridor, movement: Movement, missing: str, **more: Any) -> None:
    """The partner reports that litres of the one line are missing."""
    document = corridor.document(movement)
    head = answering.header("CN", "MM", f"short-{missing}", clock.now().replace(microsecond=0))
    line = BodyReportOfReceiptExport(
        body_record_unique_reference=1,
        excise_product_code="W200",
        indicator_of_shortage_or_excess="S",
        observed_shortage_or_excess=Decimal(missing),
    )
    report = answering.receipt(document, clock.now().date(), "2", head, lines=[line])
    body = body_of(report, movement.arc) | more
    corridor.receive("movement-message", {name: value for name, value in body.items() if value is not None})


def other(corridor: Corridor, number: str, **more: Any) -> Operator:
    return entries.register(
        Operator(
            organisation=corridor.customs,
            excise_number=number,
            name=f"Sample firm {number}",
            kind="consignee",
            country=number[:2],
            address="Sample street",
            registered_on=date(2026, 1, 1),
            **{"tax_number": number, **more},
        ),
        actor="officer",
    )


class TestDispatch:
    def test_the_duty_is_reserved_under_the_reference(self, corridor: Corridor, guarantee: Guarantee):
        moving = corridor.accepted()
        assert stands(guarantee) == (ALL - DUTY, DUTY, 0)
        found = guarantees.reservation(guarantee, moving.arc)
        assert found is not None
        assert (found.amount_minor, found.reserved_on) == (DUTY, moving.dispatched_at.date())
        secured = moving.security
        assert (secured.held_minor, secured.stated, secured.currency) == (DUTY, True, "MMK")

    def test_what_no_guarantee_covers_stays_a_draft_and_takes_no_number(
        self, corridor: Corridor, guarantee: Guarantee
    ):
        row = drafted(corridor)
        with pytest.raises(
            Conflict, match="cover 2,000,001 MMK: 2,000,000 MMK are free, 1 MMK are"
        ) as caught:
            sending.accept(row, actor="officer", duty_minor=ALL + 1)
        assert caught.value.code == "excise.movement-guarantee-short"
        assert "further guarantee" in caught.value.next_step
        row.refresh_from_db()
        assert (row.state, row.arc) == ("draft", "")
        assert stands(guarantee) == (ALL, 0, 0)
        assert not corridor.sent()
        done = sending.accept(row, actor="officer", duty_minor=ALL)
        assert done.arc == references.compose(clock.now().year, "MM", "1")
        assert stands(guarantee) == (0, ALL, 0)

    def test_the_duty_is_never_silently_nothing(self, corridor: Corridor, guarantee: Guarantee):
        row = drafted(corridor)
        with pytest.raises(BadInput, match="not known") as caught:
            sending.accept(row, actor="officer")
        assert [fault.message for fault in caught.value.faults] == ["Line 1: There is no tariff of MM here."]
        with pytest.raises(BadInput, match="State at least 1 MMK"):
            sending.accept(row, actor="officer", duty_minor=0)
        assert stands(guarantee) == (ALL, 0, 0)

    def test_the_tariff_says_what_is_at_stake_and_the_office_may_state_more(
        self, corridor: Corridor, winery: Operator, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(securing, "tariff_of", lambda _country: tariff_of("MD"))
        lei = guaranteed(winery, "G-LEI", currency="MDL", amount_minor=10_000_000)
        message = draft_message()
        line = dataclasses.replace(message.body.body_ead_esad[0], cn_code="22051010")
        body = dataclasses.replace(message.body, body_ead_esad=(line,))
        row = sending.draft(
            corridor.customs, write_message(Message("3.23", message.header, body)), actor="officer"
        )
        with pytest.raises(BadInput, match=r"State at least 15,641\.69 MDL"):
            sending.accept(row, actor="officer", duty_minor=1)
        # 900.5 l at 17.37 lei, the last rate that the tariff states.
        done = sending.accept(row, actor="officer")
        assert stands(lei) == (10_000_000 - 15_641_69, 15_641_69, 0)
        assert (done.security.rates_on, done.security.stated) == (date(2023, 12, 31), False)
        assert done.security.lines[0]["duty_minor"] == 15_641_69

    @pytest.mark.parametrize(
        ("code", "why"),
        [("0", "leave the country need a guarantee"), ("5", "only energy products")],
    )
    def test_goods_do_not_go_without_a_guarantee_by_a_code_that_does_not_hold(
        self, corridor: Corridor, code: str, why: str
    ):
        with pytest.raises(BadInput, match=why):
            sending.accept(drafted(corridor, guarantor=code), actor="officer", duty_minor=DUTY)

    def test_within_the_country_a_national_rule_may_ask_for_none(
        self, corridor: Corridor, guarantee: Guarantee
    ):
        row = drafted(corridor, guarantor="0", consignee="MM00000000033")
        done = sending.accept(row, actor="officer")
        assert done.security.guarantee is None
        assert stands(guarantee) == (ALL, 0, 0)
        sending.say(done, cancellation(done), actor="officer")
        assert MovementSecurity.objects.get().held_minor == 0

    def test_another_party_may_answer_for_the_duty(self, corridor: Corridor, guarantee: Guarantee):
        consignee = guaranteed(other(corridor, THEIRS), "G-2")
        corridor.accepted("LRN-2", guarantor="4")
        assert stands(consignee) == (ALL - DUTY, DUTY, 0)
        assert stands(guarantee) == (ALL, 0, 0)

    def test_of_several_guarantees_the_first_that_covers_it_is_taken(
        self, corridor: Corridor, winery: Operator, guarantee: Guarantee
    ):
        small = guaranteed(
            winery, "G-0", DUTY - 1, valid_until=date(clock.now().year, 12, 31), kind="individual"
        )
        corridor.accepted()
        assert stands(small) == (DUTY - 1, 0, 0)
        assert stands(guarantee) == (ALL - DUTY, DUTY, 0)

    def test_a_guarantee_that_ended_before_the_day_of_dispatch_counts_no_more(
        self, corridor: Corridor, guarantee: Guarantee
    ):
        guaranteeing.end(guarantee, on=clock.now().date(), why="Given up", actor="officer")
        with pytest.raises(Conflict, match="No guarantee in MMK of the consignor counts on") as caught:
            corridor.accepted()
        assert caught.value.code == "excise.movement-no-guarantee"


class TestTransporters:
    def test_a_transporter_is_found_by_its_number_in_the_draft(self, corridor: Corridor):
        by_number = guaranteed(other(corridor, "MM00000000051"), "G-51")
        by_tax = guaranteed(other(corridor, "MM00000000052", tax_number="VAT52"), "G-52")
        for reference, named, row in (
            ("LRN-1", {"trader_excise_number": "MM00000000051"}, by_number),
            ("LRN-2", {"vat_number": "VAT52"}, by_tax),
        ):
            message = draft_message(reference, guarantor="2")
            trader = type(message.body.movement_guarantee)(
                guarantor_type_code="2", guarantor_trader=(_trader(**named),)
            )
            body = dataclasses.replace(message.body, movement_guarantee=trader)
            xml = write_message(Message("3.23", message.header, body))
            sending.accept(
                sending.draft(corridor.customs, xml, actor="officer"), actor="officer", duty_minor=DUTY
            )
            assert stands(row) == (ALL - DUTY, DUTY, 0)


def _trader(**named: str) -> Any:
    from isthmus.apps.excise.movements.formats.messages.parts import GuarantorTrader

    return GuarantorTrader(trader_name="Sample carrier", language="en", **named)


class TestRelease:
    def test_a_receipt_without_a_shortage_frees_it_once(self, corridor: Corridor, guarantee: Guarantee):
        moving = corridor.accepted()
        body = body_of(receipt_of(corridor.document(moving)), moving.arc)
        corridor.receive("movement-message", body)
        assert stands(guarantee) == (ALL, 0, 0)
        entries_before = ledger.chain(ledger.LedgerBook.objects.get(name="guarantees")).count()
        moving.refresh_from_db()
        securing.settle(moving, was=moving.state, actor="again")
        assert ledger.chain(ledger.LedgerBook.objects.get(name="guarantees")).count() == entries_before

    def test_an_erased_receipt_puts_the_duty_at_stake_again(self, corridor: Corridor, guarantee: Guarantee):
        moving = corridor.accepted()
        corridor.receive("movement-message", body_of(receipt_of(corridor.document(moving)), moving.arc))
        assert stands(guarantee) == (ALL, 0, 0)
        leaf = moving.messages.get(code="IE818").leaf
        erased = Erasing(leaf, "excise.movement-message/1", moving.arc, "cn", sent=False, ground="retention")
        receiving.erase_message(erased)
        assert stands(guarantee) == (ALL - DUTY, DUTY, 0)

    def test_a_cancellation_frees_it(self, corridor: Corridor, guarantee: Guarantee):
        moving = corridor.accepted()
        sending.say(moving, cancellation(moving), actor="officer")
        assert stands(guarantee) == (ALL, 0, 0)

    def test_for_what_is_missing_a_part_stays_until_it_is_settled(
        self, corridor: Corridor, guarantee: Guarantee
    ):
        moving = corridor.accepted()
        short_receipt(corridor, moving, "0.5")
        # The office stated the duty without rates: the share of a line is not known, so all of it stays.
        assert stands(guarantee) == (ALL - DUTY, DUTY, 0)
        secured = securing.settle_liability(moving, "paid", "Receipt 7 of 2026-11-27", actor="officer")
        assert (secured.held_minor, secured.wanted_minor) == (0, 0)
        assert stands(guarantee) == (ALL, 0, 0)
        with pytest.raises(Conflict, match="to be settled now"):
            securing.settle_liability(moving, "paid", "Again", actor="officer")

    def test_the_share_of_a_line_with_a_rate_stays(
        self, corridor: Corridor, guarantee: Guarantee, monkeypatch: pytest.MonkeyPatch
    ):
        moving = corridor.accepted()
        row = moving.security
        row.lines = [{"number": 1, "duty_minor": 15_000, "rates_on": None, "rule": ""}]
        row.save()
        short_receipt(corridor, moving, "90.05")
        assert stands(guarantee) == (ALL - DUTY // 10, DUTY // 10, 0)
        assert guarantees.reservation(guarantee, f"{moving.arc} 2") is not None
        secured = securing.settle_liability(moving, "claimed", "Decision 3", actor="officer")
        assert stands(guarantee) == (ALL - DUTY // 10, 0, DUTY // 10)
        assert secured.settled_why == "Decision 3"
        assert AuditEvent.objects.filter(kind="excise.movement-settled").exists()

    def test_where_the_report_is_withheld_everything_stays(self, corridor: Corridor, guarantee: Guarantee):
        moving = corridor.accepted()
        short_receipt(corridor, moving, "0.5", xml=None)
        moving.refresh_from_db()
        assert moving.state == "delivered"
        assert stands(guarantee) == (ALL - DUTY, DUTY, 0)

    def test_goods_on_the_road_cannot_be_settled(self, corridor: Corridor, guarantee: Guarantee):
        moving = corridor.accepted()
        with pytest.raises(Conflict, match="to be settled now"):
            securing.settle_liability(moving, "paid", "Receipt 7", actor="officer")
        with pytest.raises(BadInput, match="by which payment"):
            securing.settle_liability(moving, "paid", "  ", actor="officer")
        assert stands(guarantee) == (ALL - DUTY, DUTY, 0)

    def test_what_cannot_be_reserved_again_is_shown_as_open(self, corridor: Corridor, guarantee: Guarantee):
        moving = corridor.accepted()
        sending.say(moving, cancellation(moving), actor="officer")
        guaranteeing.reserve(
            guarantee, ALL, key="other", on=clock.now().date(), reason="Other", actor="officer"
        )
        # The partner refused the goods before it heard of the cancellation: they are under way again.
        refused = receipt_of(corridor.document(moving), conclusion="3")
        corridor.receive("movement-message", body_of(refused, moving.arc))
        moving.refresh_from_db()
        assert moving.state == "refused"
        secured = MovementSecurity.objects.get(movement=moving)
        assert (secured.wanted_minor, secured.held_minor) == (DUTY, 0)
        assert AuditEvent.objects.filter(kind="excise.movement-uncovered").exists()
        assert stands(guarantee) == (0, ALL, 0)


class TestPages:
    def test_the_page_of_acceptance_shows_the_stake_and_the_guarantee(
        self, corridor: Corridor, officer: Client
    ):
        row = drafted(corridor)
        address = f"/excise/movements/{row.pk}/accept/"
        shown = officer.get(address).content.decode()
        assert "There is no tariff of MM here" in shown
        assert "G-1 of Sample bank: 2,000,000 MMK free" in shown
        assert "This field is required" in officer.post(address, {}).content.decode()
        refused = officer.post(address, {"duty": str(ALL + 1)}).content.decode()
        assert "1 MMK are missing" in refused
        assert "fewer decimals" in officer.post(address, {"duty": "0.5"}).content.decode()
        answer = officer.post(address, {"duty": str(DUTY)})
        assert answer["Location"] == f"/excise/movements/{row.pk}/"
        page = officer.get(answer["Location"]).content.decode()
        assert "G-1, Sample bank" in page
        assert officer.get(address).status_code == 302

    def test_the_rest_is_settled_on_its_page(self, corridor: Corridor, officer: Client, guarantee: Guarantee):
        moving = corridor.accepted()
        address = f"/excise/movements/{moving.pk}/settle/"
        assert officer.get(address).status_code == 404
        short_receipt(corridor, moving, "0.5")
        assert "Settle the duty" in officer.get(f"/excise/movements/{moving.pk}/").content.decode()
        assert "20,000 MMK stay at stake" in officer.get(address).content.decode()
        assert "This field is required" in officer.post(address, {"outcome": "paid"}).content.decode()
        officer.post(address, {"outcome": "waived", "why": "Decision 9"})
        assert stands(guarantee) == (ALL, 0, 0)
        page = officer.get(f"/excise/movements/{moving.pk}/").content.decode()
        assert "Decision 9 (" in page
